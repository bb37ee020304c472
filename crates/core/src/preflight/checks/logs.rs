//! Whether the log groups are there.

use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::Surroundings;

pub(in crate::preflight) fn log_groups(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    let each = release.logs.iter().map(|group| {
        let fields = &["runtime.logs.group", "runtime.logs"];
        let about = About::new(Check::LogGroup, &group.name, fields);
        match told!(answers, group.question(), LogGroup) {
            Ok(true) => about.pass("is there"),
            Ok(false) if group.is_made => about.pass("is not there, and is made at the start"),
            Ok(false) => about.fail(
                "is not there, and nothing makes it",
                "make the log group, or set awslogs-create-group to \"true\"",
            ),
            Err(untold) => about.untold(&untold),
        }
    });
    each.collect()
}
