//! Names and the account, as ECS accepts them.

use super::super::diagnostic::Diagnostic;
use super::super::field_spans::Places;
use super::check::Check;
use super::findings::Findings;
use crate::manifest::Code;
use mlship_text::arn::{Arn, is_account, is_meant_as_arn};
use mlship_text::region::{is_region, meant_region};

/// What a release names, and by that whom it is about.
pub(in super::super) struct Named<'a> {
    pub(in super::super) model: Option<&'a str>,
    pub(in super::super) service: &'a str,
    pub(in super::super) cluster: &'a str,
    pub(in super::super) region: Option<&'a str>,
    pub(in super::super) account: Option<&'a str>,
}

pub(super) fn check(check: &mut Check<'_>) {
    let release = check.release;
    let named = Named {
        model: Some(&release.model.name),
        service: &release.service.name,
        cluster: &release.service.cluster,
        region: release.service.region.as_deref(),
        account: release.account.as_deref(),
    };
    names(&named, check);
    version(check);
}

/// Checks names alone.
pub(in super::super) fn check_names(
    named: &Named<'_>,
    places: &Places,
    found: &mut Vec<Diagnostic>,
) {
    names(named, &mut Findings::new(places, found));
}

fn names(named: &Named<'_>, check: &mut Findings<'_>) {
    if let Some(model) = named.model {
        let note = "it names the container, too";
        name(check, "model.name", model, note);
    }
    let note = "it names the task definition, too";
    name(check, "service.name", named.service, note);
    cluster(check, named);
    region(check, named);
    account(check, named);
}

/// A cluster's name or its ARN, of the account that the release goes to.
fn cluster(check: &mut Findings<'_>, named: &Named<'_>) {
    const PATH: &str = "service.cluster";
    let cluster = named.cluster;
    if !is_meant_as_arn(cluster) {
        return name(check, PATH, cluster, "or write the cluster's ARN");
    }
    let arn = Arn::parse(cluster).filter(|arn| {
        let is_one = arn.is("ecs", "cluster") && arn.parts().count() == 2;
        is_one && arn.is_placed() && is_account(arn.account) && is_name(arn.path())
    });
    let Some(arn) = arn else {
        let message = format!("{} is not a cluster", check.quote(PATH, cluster));
        let help = "write its name, or `arn:aws:ecs:REGION:ACCOUNT:cluster/NAME`; \
                    `aws ecs list-clusters` prints it";
        return check.error(PATH, Code::BAD_NAME, message, help);
    };
    let guard = named.account;
    if let Some(guard) = guard.filter(|guard| is_account(guard) && *guard != arn.account) {
        let message = format!(
            "the cluster is of account {}, and the release is for {guard}",
            arn.account
        );
        let help = "correct the cluster or `account`";
        check.error(PATH, Code::BAD_NAME, message, help);
    }
}

/// A region by its form, and the one that the cluster's ARN is of.
fn region(check: &mut Findings<'_>, named: &Named<'_>) {
    const PATH: &str = "service.region";
    let Some(region) = named.region.filter(|region| !region.is_empty()) else {
        return;
    };
    if !is_region(region) {
        let message = format!("{} is no AWS region", check.quote(PATH, region));
        let help = meant_region(region).map_or_else(
            || "write it as AWS does, such as `eu-west-1`".to_owned(),
            |meant| format!("write `{meant}`"),
        );
        return check.error(PATH, Code::BAD_REGION, message, help);
    }
    let arn = Arn::parse(named.cluster).filter(Arn::is_placed);
    if let Some(arn) = arn.filter(|arn| arn.region != region) {
        let message = format!(
            "the cluster is in {}, and the release is for {}",
            arn.region,
            check.quote(PATH, region)
        );
        let help = "correct the cluster, or leave `service.region` out: its ARN says it";
        check.error(PATH, Code::BAD_REGION, message, help);
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && name.chars().all(is_allowed)
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

fn name(check: &mut Findings<'_>, path: &str, name: &str, note: &str) {
    if name.is_empty() || is_name(name) {
        return;
    }
    let blank = match (
        name.starts_with(char::is_whitespace),
        name.ends_with(char::is_whitespace),
    ) {
        (true, _) => ", with a blank before it",
        (false, true) => ", with a blank behind it",
        (false, false) => "",
    };
    let message = format!(
        "`{path}` can't be {}{blank}: ECS takes letters, digits, `-` and `_`",
        check.quote(path, name)
    );
    let nearest: String = name
        .chars()
        .map(|character| {
            if is_allowed(character) {
                character
            } else {
                '-'
            }
        })
        .take(255)
        .collect();
    let nearest = nearest.trim_matches('-');
    // A name that may not be repeated has no nearest one either.
    let help = if nearest.is_empty() || message.contains("(hidden)") {
        note.to_owned()
    } else {
        format!("write `{nearest}`; {note}")
    };
    check.error(path, Code::BAD_NAME, message, help);
}

fn version(check: &mut Check<'_>) {
    let model = &check.release.model;
    let Some(version) = &model.version else {
        if !check.is_written("model.version") && !check.is_written("model.ref") {
            check.error(
                "model",
                Code::MISSING_VERSION,
                "`model.version` is missing",
                "add the model's version in quotes, such as `version: \"8\"`",
            );
        }
        return;
    };
    let allowed = |character: char| character.is_alphanumeric() || " +-=._:/@".contains(character);
    if !version.chars().all(allowed) {
        let version = check.quote("model.version", version);
        check.error(
            "model.version",
            Code::BAD_VERSION,
            format!("`model.version` can't be {version}"),
            "it becomes a tag, so it takes letters, digits, spaces and + - = . _ : / @",
        );
    }
}

fn account(check: &mut Findings<'_>, named: &Named<'_>) {
    let Some(account) = named.account else {
        return;
    };
    let digits = account.chars().all(|character| character.is_ascii_digit());
    if account.is_empty() || (digits && account.len() == 12) {
        return;
    }
    let plain: String = account.chars().filter(char::is_ascii_digit).collect();
    let help = if plain.len() == 12 {
        format!("write `account: \"{plain}\"`")
    } else {
        "`aws sts get-caller-identity` prints it".to_owned()
    };
    let message = format!(
        "`account` must have 12 digits, found {}",
        check.quote("account", account)
    );
    check.error("account", Code::BAD_ACCOUNT, message, help);
}
