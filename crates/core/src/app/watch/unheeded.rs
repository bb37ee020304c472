//! Alarms that are on where a deployment succeeded all the same: ECS did not act on them.

use std::time::Duration;

use crate::cloud::Cloud;
use crate::cloud::preconditions::{Fact, Question};

/// What the question may take: the verdict is known.
const WITHIN: Duration = Duration::from_secs(10);

/// Says which of a deployment's own alarms are on, where `CloudWatch` may be read. It weakens no
/// verdict that nobody may look.
pub(super) async fn unheeded<C: Cloud>(cloud: &C, alarms: Vec<String>) -> Option<String> {
    if alarms.is_empty() {
        return None;
    }
    let question = Question::Alarms(alarms);
    let asked = tokio::time::timeout(WITHIN, cloud.look(&question)).await;
    let Ok(Ok(Fact::Alarms(known))) = asked else {
        return None;
    };
    let on = known.into_iter().filter(|alarm| alarm.state == "ALARM");
    let on: Vec<String> = on.map(|alarm| alarm.name).collect();
    match on.as_slice() {
        [] => None,
        [only] => Some(format!(
            "alarm {only} is on, and ECS did not go back for it"
        )),
        several => Some(format!(
            "alarms {} are on, and ECS did not go back for them",
            several.join(", ")
        )),
    }
}
