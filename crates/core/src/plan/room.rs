//! Whether ECS may start or stop a task at all, by what is written and what is kept.

use serde_json::Value;

use super::settings::{self, STRATEGY};
use super::{Effect, Refusal};
use crate::release::LiveService;
use crate::shape::Document;
use mlship_manifest::{Code, is_stuck};

/// Returns why a deployment would never begin: percentages that somebody else set can leave no
/// room where those of the manifest alone would.
pub(super) fn refusal(
    effect: Effect,
    service: &LiveService,
    live: &Document,
    written: &Document,
) -> Option<Refusal> {
    if effect != Effect::ReplaceTasks {
        return None;
    }
    let configuration = |field: &str, absent: u32| {
        let place = format!("deploymentConfiguration.{field}");
        let of = |document: &Document| {
            let share = settings::at(document, &place)?.as_u64()?;
            u32::try_from(share).ok()
        };
        of(written).or_else(|| of(live)).unwrap_or(absent)
    };
    let strategy = settings::at(live, STRATEGY).and_then(Value::as_str);
    let desired = written.get("desiredCount").and_then(Value::as_u64);
    let desired = desired.and_then(|count| u32::try_from(count).ok());
    let desired = desired.unwrap_or(service.desired_count);
    let minimum = configuration("minimumHealthyPercent", 100);
    let maximum = configuration("maximumPercent", 200);
    let is_rolling = strategy.is_none_or(|strategy| strategy == "ROLLING");
    (is_rolling && is_stuck(desired, minimum, maximum)).then(|| Refusal {
        code: Code::ROLLOUT_STUCK,
        path: "rollout",
        message: format!(
            "no rollout could ever begin: of {desired} tasks at least {minimum} % stay healthy \
             (rounded up), and at most {maximum} % run (rounded down)"
        ),
        help: "write rollout.maximumPercent: 200, or a lower rollout.minimumHealthyPercent"
            .to_owned(),
    })
}
