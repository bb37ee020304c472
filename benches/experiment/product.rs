//! The product's own judgement, in the form that the scenarios need.

use mlship_stats::{
    Alpha, Arms, Comparison, Course, Direction, Gate, Guardrail, Inference, Question, Running,
    Sequence, TestVerdict, Units, judge,
};

/// The judgements of a guardrail at any look.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gates {
    pub(crate) passed: bool,
    pub(crate) breached: bool,
}

impl Gates {
    pub(crate) fn add(&mut self, gate: Gate) {
        self.passed |= gate == Gate::Passed;
        self.breached |= gate == Gate::Breached;
    }
}

fn inference(planned: u64) -> Inference {
    Inference::Sequential(Sequence::new(Alpha::default(), planned))
}

/// Judges a mean as the primary metric, and says whether its arms are thought to be measured.
pub(crate) fn of_mean(arms: &Arms, planned: u64, minimum_events: u64) -> (TestVerdict, bool) {
    let question = Question {
        alpha: Alpha::default(),
        direction: Direction::Up,
        minimum_effect: 1e-9,
        minimum_events,
        is_known: true,
        counts_what_is_assigned: true,
        comparisons: 0,
        units: Units::Fit,
    };
    let comparison = Comparison {
        primary: inference(planned).difference(arms).map(Running::once),
        evidence: arms.evidence(),
        guardrails: Vec::new(),
    };
    let is_measured = arms.evidence().events() >= minimum_events;
    (judge(&question, None, &[comparison]).verdict, is_measured)
}

/// Judges a mean as a guardrail.
pub(crate) fn guardrail_of_mean(
    arms: &Arms,
    direction: Direction,
    margin: f64,
    planned: u64,
    minimum_events: u64,
) -> Gate {
    let guardrail = Guardrail {
        direction,
        margin,
        minimum_events,
    };
    guardrail.judge(Some(arms), &inference(planned)).gate
}

/// Judges a metric of requests whose clients stay with their variant, less of which is better.
pub(crate) fn guardrail_of_requests(arms: &Arms, course: &Course, margin: f64) -> Gate {
    let guardrail = Guardrail {
        direction: Direction::Down,
        margin,
        minimum_events: 100,
    };
    guardrail
        .judge_requests(Some(arms), &inference(40_000), course)
        .gate
}

/// Judges a proportion as a guardrail.
pub(crate) fn guardrail(arms: &Arms, direction: Direction, margin: f64, planned: u64) -> Gate {
    guardrail_of_mean(arms, direction, margin, planned, 100)
}
