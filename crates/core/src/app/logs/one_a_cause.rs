//! Of tasks that died alike one: a traceback a cause is enough.

use std::collections::BTreeMap;

use crate::logs::{Death, death};
use crate::progress::Cause;
use crate::release::LiveTask;

/// Returns the task that died last for each cause, newest first, with how many died like it before.
pub(super) fn one_a_cause(tasks: &[LiveTask]) -> Vec<(&LiveTask, Option<Death>)> {
    let mut shown: Vec<(&LiveTask, Option<Death>)> = Vec::new();
    let mut places: BTreeMap<Likeness, usize> = BTreeMap::new();
    for task in tasks {
        let Some(death) = death(task) else {
            shown.push((task, None));
            continue;
        };
        let place = *places.entry(likeness(&death)).or_insert(shown.len());
        if let Some((_, Some(newest))) = shown.get_mut(place) {
            newest.alike += 1;
            newest.since = [newest.since, death.time].into_iter().flatten().min();
        } else {
            shown.push((task, Some(death)));
        }
    }
    shown
}

/// What two deaths share of which one traceback is enough.
type Likeness = (Cause, Option<String>, String);

fn likeness(death: &Death) -> Likeness {
    let failure = &death.failure;
    let reason = if failure.cause == Cause::ContainerExited {
        // Another exit code is another thing.
        failure.reason.clone()
    } else {
        // Ids differ from task to task.
        let words = failure.reason.split_whitespace();
        let words = words.filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        words.collect::<Vec<_>>().join(" ")
    };
    (failure.cause, failure.evidence.container.clone(), reason)
}
