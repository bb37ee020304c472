//! What is said after a run that did not come to its end.

use super::RunResults;
use crate::app::ResultRecord;
use crate::progress::Conclusion;

/// Returns the lines that say what was not begun, what goes on, and how to go on with the run.
#[must_use]
pub fn closing(results: &RunResults, again: &str) -> Vec<String> {
    let count = |is: &dyn Fn(&ResultRecord) -> bool| {
        results.forth.iter().filter(|result| is(result)).count()
    };
    let not_begun = count(&|result| result.conclusion() == Conclusion::NotBegun);
    let go_on = count(&|result| {
        let is_left = match result.conclusion() {
            Conclusion::TimedOut | Conclusion::Interrupted(_) => true,
            Conclusion::Succeeded
            | Conclusion::Unchanged
            | Conclusion::Started
            | Conclusion::RolledBack
            | Conclusion::Returned
            | Conclusion::Failed
            | Conclusion::Superseded
            | Conclusion::Paused
            | Conclusion::NotBegun
            | Conclusion::Refused(_)
            | Conclusion::Error(_) => false,
        };
        is_left && result.deployment.is_some()
    });
    let stays = |result: &&ResultRecord| result.conclusion() != Conclusion::Returned;
    let stay = results.back.iter().filter(stays).count();
    let mut lines = Vec::new();
    if stay > 0 {
        lines.push(format!("{} not taken back", services(stay)));
    }
    if not_begun > 0 {
        lines.push(format!("{} not begun", services(not_begun)));
    }
    if go_on > 0 {
        lines.push(format!("{} still in ECS's hands", services(go_on)));
    }
    if not_begun + go_on > 0 {
        lines.push(format!("go on with {again}"));
    }
    lines
}

fn services(count: usize) -> String {
    match count {
        1 => "1 service is".to_owned(),
        _ => format!("{count} services are"),
    }
}
