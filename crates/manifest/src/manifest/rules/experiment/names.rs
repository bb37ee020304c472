//! Names of experiments and variants: valid as values of tags, headers and dimensions.

use super::super::super::path;
use super::super::super::schema::Experiment;
use super::super::findings::Findings;
use crate::manifest::Code;

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    name(findings, "metadata.name", &experiment.metadata.name);
    for (index, variant) in experiment.variants.iter().enumerate() {
        name(findings, &format!("variants[{index}].name"), &variant.name);
    }
    for metric in experiment.metrics.keys() {
        let path = path::member("metrics", metric);
        if metric.is_empty() || !metric.chars().all(is_allowed) {
            findings.error_in_name(
                &path,
                Code::BAD_NAME,
                "a metric's name has letters, digits, `-` and `_`",
                "choose a name such as `conversion`",
            );
        }
    }
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

fn name(findings: &mut Findings<'_>, path: &str, name: &str) {
    if name.chars().all(is_allowed) {
        return;
    }
    let quoted = findings.quote(path, name);
    let message = format!("`{path}` can't be {quoted}: it has letters, digits, `-` and `_`");
    let plain = |character: char| {
        if is_allowed(character) {
            character
        } else {
            '-'
        }
    };
    let nearest: String = name.chars().map(plain).take(64).collect();
    let nearest = nearest.trim_matches('-');
    let help = if nearest.is_empty() || quoted == "(hidden)" {
        "choose a name such as `challenger`".to_owned()
    } else {
        format!("write `{nearest}`")
    };
    findings.error(path, Code::BAD_NAME, message, help);
}
