//! Where the record of the experiment is kept.

use super::super::super::record_place::RecordPlace;
use super::super::super::schema::Experiment;
use super::super::findings::Findings;
use crate::manifest::Code;

const RECORD: &str = "record";

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    let Some(written) = &experiment.record else {
        return;
    };
    if let Err(mistake) = RecordPlace::parse(written) {
        let quoted = if written.contains('@') {
            "`record`".to_owned()
        } else {
            findings.quote(RECORD, written)
        };
        let message = format!("{quoted} {}", mistake.message);
        findings.error(RECORD, Code::BAD_RECORD, message, mistake.help);
    }
}
