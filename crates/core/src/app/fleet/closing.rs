//! What is said after a run that did not come to its end.

use super::RunResults;
use crate::app::ResultRecord;
use crate::progress::Conclusion;

/// The commands that go on with a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// With what is left of it, or with all of it where it leaves nothing.
    pub line: String,
    /// The same, with what failed.
    pub with_failed: String,
    /// Whether a signal takes back what the run has begun, which counts as failed from then on.
    pub takes_back_on_signal: bool,
}

#[cfg(any(test, feature = "testing"))]
impl Again {
    /// Returns those of tests and benches.
    pub(super) fn sample() -> Self {
        Self {
            line: "mlship deploy m --resume".to_owned(),
            with_failed: "mlship deploy m --resume --retry-failed".to_owned(),
            takes_back_on_signal: false,
        }
    }
}

/// Returns the lines that say what was not begun, what goes on, and how to go on with the run.
#[must_use]
pub fn closing(results: &RunResults, again: &Again) -> Vec<String> {
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
        lines.push(format!(
            "{} not taken back: what to do is said with each",
            services(stay)
        ));
    }
    if not_begun > 0 {
        lines.push(format!("{} not begun", services(not_begun)));
    }
    if go_on > 0 {
        lines.push(format!("{} still in ECS's hands", services(go_on)));
    }
    let Again {
        line,
        with_failed,
        takes_back_on_signal,
    } = again;
    let forth = results.forth.iter();
    let taken_back = forth.clone().filter(|result| {
        let is_interrupted = matches!(result.conclusion(), Conclusion::Interrupted(_));
        *takes_back_on_signal && is_interrupted && result.goes_on()
    });
    // What went forth was to go back: to go forth with it once more would be no way on.
    if !results.back.is_empty() {
        lines.push("mend what failed, then deploy again".to_owned());
    } else if failed > 0 && failed == not_begun && go_on == 0 {
        lines.push(format!("deploy what failed with {with_failed}"));
    } else if forth.clone().any(ResultRecord::is_beyond_budget) {
        lines.push(format!("mend what failed, then go on with {line}"));
        lines.push(format!("or deploy it as it is with {with_failed}"));
    } else if taken_back.count() > 0 {
        lines.push(format!(
            "go on with {with_failed}, which deploys what the signal took back, too"
        ));
    } else if not_begun + go_on > 0 {
        lines.push(format!("go on with {line}"));
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
        | Conclusion::Misrouted
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
            "1 service is not taken back: what to do is said with each",
            "3 services are still in ECS's hands",
            "mend what failed, then deploy again",
        ];
        assert_eq!(closing(&results, &Again::sample()), expected);
    }

    #[test]
    fn where_only_failed_content_is_left_its_own_flag_is_named() {
        let failed = result(Conclusion::NotBegun).failed_before();
        let mut results = RunResults {
            forth: vec![failed],
            back: Vec::new(),
        };
        let last = |results: &RunResults| closing(results, &Again::sample()).pop().unwrap();
        let expected = "deploy what failed with mlship deploy m --resume --retry-failed";
        assert_eq!(last(&results), expected);
        results.forth.push(result(Conclusion::NotBegun));
        assert_eq!(last(&results), "go on with mlship deploy m --resume");
    }
    /// Otherwise the command would advise itself for ever.
    #[test]
    fn beyond_its_budget_a_run_is_gone_on_with_once_the_failure_is_mended() {
        let results = RunResults {
            forth: vec![
                result(Conclusion::RolledBack),
                result(Conclusion::NotBegun).not_begun_for_budget(),
            ],
            back: Vec::new(),
        };
        let expected = [
            "1 service is not begun",
            "mend what failed, then go on with mlship deploy m --resume",
            "or deploy it as it is with mlship deploy m --resume --retry-failed",
        ];
        assert_eq!(closing(&results, &Again::sample()), expected);
    }

    #[test]
    fn what_a_signal_took_back_is_content_that_failed() {
        let results = RunResults {
            forth: vec![on_its_way(Conclusion::Interrupted(Interrupt::Interrupt))],
            back: Vec::new(),
        };
        let again = Again {
            takes_back_on_signal: true,
            ..Again::sample()
        };
        let expected = "go on with mlship deploy m --resume --retry-failed, which deploys what the \
                        signal took back, too";
        assert_eq!(closing(&results, &again).pop().unwrap(), expected);
    }
}
