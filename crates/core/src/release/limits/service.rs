//! Limits on the service: capacity and deployment settings.

use serde_json::Value;

use super::check::{Check, items};
use mlship_manifest::Code;
use mlship_manifest::is_stuck;

const PROVIDERS: &str = "overrides.service.capacityProviderStrategy";
const DEPLOYMENT: &str = "overrides.service.deploymentConfiguration";

pub(super) fn check(check: &mut Check<'_>) {
    if check.is_written(PROVIDERS) {
        providers(check);
    }
    if check.is_written(DEPLOYMENT) {
        deployment(check);
        room(check);
    }
    for container in check.containers {
        gpus(check, container);
    }
}

fn providers(check: &mut Check<'_>) {
    let strategy = items(check.service.get("capacityProviderStrategy"));
    if !strategy.is_empty() && check.service.contains_key("launchType") {
        check.error(
            PROVIDERS,
            Code::LAUNCH_TYPE_AND_STRATEGY,
            "ECS takes a launch type or a capacity provider strategy, not both",
            "write `runtime.capacityProviders` instead, without `runtime.compute`",
        );
    }
    if strategy.len() > 20 {
        let message = format!(
            "{} capacity providers are named, and ECS takes 20",
            strategy.len()
        );
        check.error(
            PROVIDERS,
            Code::TOO_MANY_PROVIDERS,
            message,
            "remove the others",
        );
    }
    for (index, provider) in strategy.iter().enumerate() {
        for (field, most) in [("weight", 1000), ("base", 100_000)] {
            if let Some(found) = provider[field].as_i64() {
                let path = format!("{PROVIDERS}[{index}].{field}");
                check.bounds(
                    &path,
                    Code::PROVIDER_RANGE,
                    &format!("`{field}`"),
                    found,
                    &(0..=most),
                );
            }
        }
    }
}

fn deployment(check: &mut Check<'_>) {
    let Some(wanted) = check.service.get("deploymentConfiguration") else {
        return;
    };
    // Minutes of baking, and shares in steps of a tenth.
    let minutes = [
        "bakeTimeInMinutes",
        "canaryConfiguration.canaryBakeTimeInMinutes",
        "linearConfiguration.stepBakeTimeInMinutes",
    ];
    for field in minutes {
        within(check, wanted, field, 0.0, 1440.0);
    }
    within(
        check,
        wanted,
        "canaryConfiguration.canaryPercent",
        0.1,
        100.0,
    );
    within(check, wanted, "linearConfiguration.stepPercent", 3.0, 100.0);
}

/// What the manifest's own rule can't see: one task more, or one less, must be allowed.
fn room(check: &mut Check<'_>) {
    let share = |field: &str| {
        let share = check.service.get("deploymentConfiguration")?[field].as_u64()?;
        u32::try_from(share).ok()
    };
    let desired = check.service.get("desiredCount").and_then(Value::as_u64);
    let desired = desired.and_then(|count| u32::try_from(count).ok());
    let (minimum, maximum) = match (share("minimumHealthyPercent"), share("maximumPercent")) {
        (None, None) => return,
        (minimum, maximum) => (minimum.unwrap_or(100), maximum.unwrap_or(200)),
    };
    let stuck =
        minimum >= maximum || desired.is_some_and(|desired| is_stuck(desired, minimum, maximum));
    if stuck {
        check.error(
            &format!("{DEPLOYMENT}.maximumPercent"),
            Code::ROLLOUT_STUCK,
            format!(
                "no rollout could ever begin: at least {minimum} % stay healthy (rounded up), \
                 and at most {maximum} % run (rounded down)"
            ),
            "raise `maximumPercent` to 200, or lower `minimumHealthyPercent` to 0",
        );
    }
}

fn within(check: &mut Check<'_>, wanted: &Value, field: &str, least: f64, most: f64) {
    let value = field.split('.').fold(wanted, |at, name| &at[name]);
    if let Some(found) = value.as_f64() {
        let path = format!("{DEPLOYMENT}.{field}");
        check.bounds(
            &path,
            Code::DEPLOYMENT_RANGE,
            &format!("`{field}`"),
            found,
            &(least..=most),
        );
    }
}

fn gpus(check: &mut Check<'_>, container: &Value) {
    for wanted in items(container.get("resourceRequirements")) {
        let value = wanted["value"].as_str().unwrap_or_default();
        let share = value
            .parse::<f64>()
            .ok()
            .filter(|share| share.is_finite() && *share > 0.0);
        if wanted["type"] == "GPU" && value != "ALL" && share.is_none() {
            let path = check.in_container(container, "resourceRequirements");
            check.error(
                &path,
                Code::BAD_GPU,
                format!("`{value}` is no number of GPUs"),
                "write a whole number, `ALL`, or a fraction where the instances share GPUs; in quotes",
            );
        }
    }
}
