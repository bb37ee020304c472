//! The set of variants: one control, distinct names, weights.

use super::super::super::schema::{Experiment, Variant};
use super::super::findings::Findings;
use crate::manifest::Code;

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    let variants = experiment.variants.as_slice();
    // A list that could not be read has its complaint.
    if variants.is_empty() {
        return;
    }
    names(variants, findings);
    control(variants, findings);
    weights(variants, findings);
}

fn names(variants: &[Variant], findings: &mut Findings<'_>) {
    for (index, variant) in variants.iter().enumerate() {
        let is_same = |other: &&Variant| other.name.eq_ignore_ascii_case(&variant.name);
        let Some(other) = variants[..index].iter().find(is_same) else {
            continue;
        };
        if variant.name.is_empty() {
            continue;
        }
        let path = format!("variants[{index}].name");
        let quoted = findings.quote(&path, &variant.name);
        let (message, help) = if other.name == variant.name {
            let message = format!("two variants are called {quoted}");
            (message, "give each a name of its own")
        } else {
            let message = format!("{quoted} differs in capitals alone from another variant");
            (
                message,
                "load balancers don't tell capitals from small letters in a header",
            )
        };
        findings.error(&path, Code::VARIANT_TWICE, message, help);
    }
}

fn control(variants: &[Variant], findings: &mut Findings<'_>) {
    let mut controls = variants
        .iter()
        .enumerate()
        .filter(|(_, variant)| variant.is_control());
    let Some((first, control)) = controls.next() else {
        return findings.error(
            "variants",
            Code::CONTROL_MISSING,
            "no variant is the control",
            "add `control: true` to the one that the others are compared with",
        );
    };
    for (index, _) in controls {
        let path = format!("variants[{index}].control");
        let name = findings.quote(&format!("variants[{first}].name"), &control.name);
        findings.error(
            &path,
            Code::CONTROL_TWICE,
            format!("{name} is the control already"),
            "keep one: the others are compared with it",
        );
    }
}

fn weights(variants: &[Variant], findings: &mut Findings<'_>) {
    let path = |index: usize, field: &str| format!("variants[{index}].{field}");
    let mut indices = 0..variants.len();
    if !indices.all(|index| findings.is_written(&path(index, "weight"))) {
        return;
    }
    if variants.iter().all(|variant| variant.weight == 0) {
        return findings.error(
            "variants",
            Code::NO_WEIGHT,
            "all weights are 0, so nothing gets traffic",
            "give each variant its share, such as `weight: 50`",
        );
    }
    for (index, variant) in variants.iter().enumerate() {
        if variant.weight > 0 {
            continue;
        }
        let name = findings.quote(&path(index, "name"), &variant.name);
        findings.warn(
            &path(index, "weight"),
            Code::ZERO_WEIGHT,
            format!("{name} gets no traffic, so nothing can be said of it"),
            "give it a share, or leave it out",
        );
    }
}
