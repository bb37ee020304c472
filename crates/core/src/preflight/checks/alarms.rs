//! Whether the rollout's alarms are there, and can still go off.

use crate::cloud::preconditions::Question;
use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::Surroundings;

pub(in crate::preflight) fn alarms(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    if release.alarms.is_empty() {
        return Vec::new();
    }
    let told = told!(answers, Question::Alarms(release.alarms.clone()), Alarms);
    let each =
        release.alarms.iter().map(|name| {
            let about = About::new(Check::Alarms, name, &["rollout.alarms"]);
            let found = match &told {
                Err(untold) => return about.untold(untold),
                Ok(found) => found.iter().find(|alarm| alarm.name == *name),
            };
            match found {
            None => about.fail("there is no such alarm", "make the alarm, or correct its name"),
            Some(alarm) if alarm.state == "ALARM" => about.warn(
                "is in alarm already, and ECS heeds no alarm of a deployment that begins like that",
                "wait until it is over, or watch the release by other means",
            ),
            Some(_) => about.pass("is there"),
        }
        });
    each.collect()
}
