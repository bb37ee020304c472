//! The model registry: the reference, what is required of what it names, and the alias to move.

use super::super::path;
use super::super::schema::{MetricGate, Model, RegistryType};
use super::check::Check;
use crate::manifest::Code;
use crate::manifest::{MlflowArn, Reference, Selector, check_for_sagemaker};
use mlship_text::arn::is_meant_as_arn;

pub(super) fn check(check: &mut Check<'_>) {
    let model = &check.release.model;
    if !check.is_written("model.ref") {
        return without_reference(check, model);
    }
    if check.is_written("model.version") {
        check.error(
            "model.version",
            Code::VERSION_AND_REF,
            "both `model.version` and `model.ref` say which version it is",
            "remove one of them",
        );
    }
    let reference = reference(check, model);
    uri(check, model);
    promoted(check, model, reference.as_ref());
    let Some(require) = &model.require else {
        return;
    };
    for (name, bounds) in &require.metrics {
        metric(check, name, bounds);
    }
}

fn without_reference(check: &mut Check<'_>, model: &Model) {
    let written = [
        ("model.registry", model.registry.is_some()),
        ("model.require", model.require.is_some()),
        ("model.promoteAlias", model.promote_alias.is_some()),
    ];
    for (path, _) in written.into_iter().filter(|(_, is_some)| *is_some) {
        check.error(
            path,
            Code::REF_NEEDED,
            format!("`{path}` needs `model.ref`: no registry knows a version that is written here"),
            "write `ref: models:/NAME@ALIAS` instead of `version`, or remove it",
        );
    }
}

fn reference(check: &mut Check<'_>, model: &Model) -> Option<Reference> {
    let written = model.reference.as_deref().filter(|text| !text.is_empty())?;
    let checked = Reference::parse(written).and_then(|reference| {
        if is_sagemaker(model) {
            check_for_sagemaker(&reference)?;
        }
        Ok(reference)
    });
    match checked {
        Ok(reference) => Some(reference),
        Err(mistake) => {
            let quoted = check.quote("model.ref", written);
            let message = format!("{quoted} {}", mistake.message);
            check.error("model.ref", Code::BAD_REF, message, mistake.help);
            None
        }
    }
}

/// Says whether the registry is one without aliases.
pub(super) fn is_sagemaker(model: &Model) -> bool {
    let registry = model.registry.as_ref();
    registry.is_some_and(|registry| registry.kind == RegistryType::Sagemaker)
}

const URI: &str = "model.registry.uri";

fn uri(check: &mut Check<'_>, model: &Model) {
    let Some(registry) = &model.registry else {
        return;
    };
    let Some(uri) = registry.uri.as_deref().filter(|uri| !uri.is_empty()) else {
        return;
    };
    match registry.kind {
        RegistryType::Mlflow => server(check, uri),
        RegistryType::SagemakerMlflow => {
            if let Err(mistake) = MlflowArn::parse(uri) {
                let message = format!("{} {}", check.quote(URI, uri), mistake.message);
                check.error(URI, Code::BAD_REGISTRY_URI, message, mistake.help);
            }
        }
        RegistryType::Sagemaker => check.error(
            URI,
            Code::REGISTRY_URI_UNUSED,
            "the SageMaker Model Registry has no address: it is that of the account and region",
            "remove it; `--region` and `--profile` say where mlship works",
        ),
    }
}

fn server(check: &mut Check<'_>, uri: &str) {
    let after_scheme = ["https://", "http://"]
        .iter()
        .find_map(|scheme| uri.strip_prefix(scheme));
    let host = after_scheme.and_then(|rest| rest.split(['/', '?', '#']).next());
    match host {
        None | Some("") => {
            let message = format!("{} is no address of a server", check.quote(URI, uri));
            let help = if is_meant_as_arn(uri) {
                "write `type: sagemaker-mlflow`"
            } else {
                "write `https://HOST`"
            };
            check.error(URI, Code::BAD_REGISTRY_URI, message, help);
        }
        // A password may hold a slash.
        Some(_) if uri.contains('@') => check.error(
            URI,
            Code::CREDENTIALS_IN_URI,
            "credentials don't belong into a manifest",
            "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD where mlship runs; the @ of \
             a path is %40",
        ),
        Some(_) if uri.contains(['?', '#']) => check.error(
            URI,
            Code::BAD_REGISTRY_URI,
            "`model.registry.uri` has a query in it, which no request could keep",
            "write `https://HOST/PATH` alone; who asks is told by MLFLOW_TRACKING_TOKEN",
        ),
        Some(_) => {}
    }
}

fn promoted(check: &mut Check<'_>, model: &Model, reference: Option<&Reference>) {
    let path = "model.promoteAlias";
    let Some(alias) = model
        .promote_alias
        .as_deref()
        .filter(|alias| !alias.is_empty())
    else {
        return;
    };
    if is_sagemaker(model) {
        return check.error(
            path,
            Code::NO_ALIASES,
            "the SageMaker Model Registry has no alias that could be moved",
            "remove it; what served is kept in the version's properties",
        );
    }
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let number = alias.strip_prefix(['v', 'V']).unwrap_or_default();
    let is_number =
        !number.is_empty() && number.chars().all(|character| character.is_ascii_digit());
    if !alias.chars().all(is_plain) || is_number || alias.eq_ignore_ascii_case("latest") {
        let message = format!("{} can't be an alias", check.quote(path, alias));
        check.error(
            path,
            Code::BAD_ALIAS,
            message,
            "an alias has letters, digits, `_` and `-`, and is neither `latest` nor like `v1`",
        );
    } else if reference
        .is_some_and(|reference| reference.selector == Selector::Alias(alias.to_owned()))
    {
        check.warn(
            path,
            Code::ALIAS_PROMOTED_ALREADY,
            format!("`{alias}` names the version before it is released: nothing is promoted"),
            "release from another alias, such as `challenger`",
        );
    }
}

fn metric(check: &mut Check<'_>, name: &str, bounds: &MetricGate) {
    let path = path::member("model.require.metrics", name);
    if let (Some(min), Some(max)) = (bounds.min, bounds.max)
        && min > max
    {
        let message = format!("no value is at least {min} and at most {max}");
        check.error(
            &path,
            Code::EMPTY_RANGE,
            message,
            "exchange `min` and `max`",
        );
    }
    if bounds.not_worse_than.is_none() {
        if bounds.min.is_none() && bounds.max.is_none() {
            let message = "it asks for nothing";
            check.error(
                &path,
                Code::EMPTY_GATE,
                message,
                "write `min`, `max` or `notWorseThan`",
            );
        }
        return;
    }
    let is_told = bounds.better.is_some() || (bounds.min.is_some() != bounds.max.is_some());
    if !is_told {
        check.error(
            &path,
            Code::DIRECTION_UNKNOWN,
            "nothing says which values of this metric are better",
            "add `better: higher` or `better: lower`",
        );
    }
}
