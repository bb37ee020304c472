//! What is said after a run that did not come to its end.

use super::RunResults;
use crate::app::ResultRecord;
use crate::progress::Conclusion;

/// Returns the lines that say what was not begun, what goes on, and how to go on with the run.
#[must_use]
pub fn closing(results: &RunResults, again: &str) -> Vec<String> {
    let is_left = |result: &&ResultRecord| result.conclusion() == Conclusion::NotBegun;
    let not_begun: Vec<&ResultRecord> = results.forth.iter().filter(is_left).collect();
    let (not_begun, failed) = (
        not_begun.len(),
        not_begun
            .into_iter()
            .filter(|result| result.has_failed_before())
            .count(),
    );
    let go_on = results.all().filter(|result| result.goes_on()).count();
    let stay = results.back.iter().filter(|result| stays(result)).count();
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
    let all = again.replacen("--resume", "--resume --retry-failed", 1);
    if failed > 0 && failed == not_begun && go_on == 0 {
        lines.push(format!("deploy what failed with {all}"));
    } else if not_begun + go_on > 0 {
        lines.push(format!("go on with {again}"));
    }
    lines
}

/// Says whether a release was to be taken back, and is neither back nor on its way.
fn stays(result: &ResultRecord) -> bool {
    let is_back = match result.conclusion() {
        Conclusion::Returned | Conclusion::Unchanged | Conclusion::Succeeded => true,
        Conclusion::Started
        | Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Superseded
        | Conclusion::TimedOut
        | Conclusion::Paused
        | Conclusion::Interrupted(_)
        | Conclusion::NotBegun
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => false,
    };
    !is_back && !result.goes_on()
}

fn services(count: usize) -> String {
    match count {
        1 => "1 service is".to_owned(),
        _ => format!("{count} services are"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::{Fault, Interrupt};
    use crate::release::ids::{ClusterName, ServiceId, ServiceName};

    const AGAIN: &str = "mlship deploy m --resume";

    fn result(conclusion: Conclusion) -> ResultRecord {
        let id = ServiceId {
            cluster: ClusterName::new("ml"),
            name: ServiceName::new("g"),
            place: None,
        };
        ResultRecord::new(&id, conclusion)
    }

    fn on_its_way(conclusion: Conclusion) -> ResultRecord {
        let mut result = result(conclusion);
        result.deployment = Some("arn:deployment/2".to_owned());
        result
    }

    #[test]
    fn what_is_on_its_way_back_or_out_of_sight_is_in_ecs_hands_and_does_not_stay() {
        let mut lost = on_its_way(Conclusion::Error(Fault::Unreachable));
        lost.lose_sight();
        let results = RunResults {
            forth: vec![lost],
            back: vec![
                on_its_way(Conclusion::TimedOut),
                on_its_way(Conclusion::Interrupted(Interrupt::Interrupt)),
                on_its_way(Conclusion::Returned),
                result(Conclusion::Unchanged),
                result(Conclusion::NotBegun),
            ],
        };
        let expected = [
            "1 service is not taken back",
            "3 services are still in ECS's hands",
            "go on with mlship deploy m --resume",
        ];
        assert_eq!(closing(&results, AGAIN), expected);
    }

    #[test]
    fn where_only_failed_content_is_left_its_own_flag_is_named() {
        let failed = result(Conclusion::NotBegun).failed_before();
        let mut results = RunResults {
            forth: vec![failed],
            back: Vec::new(),
        };
        let last = |results: &RunResults| closing(results, AGAIN).pop().unwrap();
        let expected = "deploy what failed with mlship deploy m --resume --retry-failed";
        assert_eq!(last(&results), expected);
        results.forth.push(result(Conclusion::NotBegun));
        assert_eq!(last(&results), "go on with mlship deploy m --resume");
    }
}
