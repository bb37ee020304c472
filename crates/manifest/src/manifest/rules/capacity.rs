//! Capacity providers: which go together, and which of them get tasks at all.

use super::super::schema::{CapacityProvider, Compute};
use super::check::Check;
use crate::manifest::Code;

const PLACE: &str = "runtime.capacityProviders";

pub(super) fn check(check: &mut Check<'_>) {
    let runtime = &check.release.runtime;
    let Some(providers) = &runtime.capacity_providers else {
        needs_providers(check);
        return;
    };
    names(check, providers);
    let on_fargate = providers
        .iter()
        .filter(|provider| provider.is_fargate())
        .count();
    if on_fargate > 0 && on_fargate < providers.len() {
        check.error(
            PLACE,
            Code::MIXED_CAPACITY,
            "`FARGATE` and `FARGATE_SPOT` can't be mixed with other capacity providers",
            "keep either those two or the others",
        );
    } else if let Some(compute) = runtime.compute {
        let fargate = compute == Compute::Fargate;
        if !providers.is_empty() && fargate != (on_fargate > 0) {
            check.error(
                "runtime.compute",
                Code::COMPUTE_AND_PROVIDERS,
                "`runtime.compute` and `runtime.capacityProviders` name different things to run on",
                if fargate {
                    "write `compute: ec2` or `compute: managed-instances`, whichever the providers are"
                } else {
                    "remove `compute`: `FARGATE` and `FARGATE_SPOT` are Fargate"
                },
            );
        }
    }
    shares(check, providers);
}

/// There is no launch type for managed instances: without a strategy the cluster's own decides.
fn needs_providers(check: &mut Check<'_>) {
    let managed = check.release.runtime.compute == Some(Compute::ManagedInstances);
    if managed && !check.is_written(PLACE) && !check.overrides_service("capacityProviderStrategy") {
        check.warn(
            "runtime.compute",
            Code::MANAGED_INSTANCES_DEFAULT,
            "managed instances are reached through a capacity provider, and none is named",
            "add `capacityProviders: [{ name: … }]`, or make one the cluster's default",
        );
    }
}

fn names(check: &mut Check<'_>, providers: &[CapacityProvider]) {
    for (index, provider) in providers.iter().enumerate() {
        let path = format!("{PLACE}[{index}].name");
        let name = provider.name.as_str();
        let lower = name.to_ascii_lowercase();
        let allowed =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        if providers[..index].iter().any(|other| other.name == name) {
            let message = format!("{} is written twice", check.quote(&path, name));
            check.error(&path, Code::DUPLICATE_PROVIDER, message, "keep one");
        } else if lower == "fargate" || lower == "fargate_spot" {
            if !provider.is_fargate() {
                let help = format!("write `{}`", name.to_ascii_uppercase());
                let message = "the names of Fargate's capacity providers are in capitals";
                check.error(&path, Code::BAD_PROVIDER, message, help);
            }
        } else if !name.is_empty() && !name.chars().all(allowed) {
            let message = format!(
                "{} is not the name of a capacity provider",
                check.quote(&path, name)
            );
            let help = "names have letters, digits, `-` and `_`; ARNs don't work here";
            check.error(&path, Code::BAD_PROVIDER, message, help);
        }
    }
}

fn shares(check: &mut Check<'_>, providers: &[CapacityProvider]) {
    let based: Vec<usize> = (0..providers.len())
        .filter(|index| providers[*index].base.is_some_and(|base| base > 0))
        .collect();
    if let [_, second, ..] = based.as_slice() {
        check.error(
            &format!("{PLACE}[{second}].base"),
            Code::TWO_BASES,
            "only one capacity provider can have a `base`",
            "remove the others; weights share out the rest",
        );
    }
    let weighs = |provider: &CapacityProvider| provider.weight.is_some_and(|weight| weight > 0);
    // One provider without a weight gets everything, whatever its weight.
    if providers.len() > 1 && !providers.iter().any(weighs) {
        check.error(
            PLACE,
            Code::NO_WEIGHT,
            "no capacity provider has a `weight` above 0, so that none gets tasks",
            "add `weight: 1` to one of them",
        );
    }
}
