//! When requests go so much worse that nobody waits.

use super::Guardrail;
use crate::arm::{Arms, Proportion};
use crate::blocks::Course;

/// The harm that is no matter of a few clients.
const FAR: f64 = 0.25;
/// For so many minutes on end, each with so many requests an arm.
const MINUTES: usize = 5;
const REQUESTS_A_MINUTE: u64 = 200;
/// Or over so many requests an arm, where fewer come in a minute.
const REQUESTS_IN_ALL: u64 = 10_000;

/// Says whether an arm is 25 points worse in five minutes on end of at least 200 requests an arm, or
/// over all of its requests, if these are 10,000 an arm. Requests of a client are not independent,
/// but so many don't fail by chance.
pub(super) fn is_far_worse(guardrail: Guardrail, all: &Arms, course: &Course) -> bool {
    let is_bad = |minute: &Option<Arms>| {
        minute.is_some_and(|arms| is_far(guardrail, &arms, REQUESTS_A_MINUTE))
    };
    let mut minutes = course.minutes.windows(MINUTES);
    minutes.any(|minutes| minutes.iter().all(is_bad)) || is_far(guardrail, all, REQUESTS_IN_ALL)
}

fn is_far(guardrail: Guardrail, arms: &Arms, requests: u64) -> bool {
    let Arms::Proportions {
        control,
        challenger,
    } = *arms
    else {
        return false;
    };
    let is_enough = |arm: Proportion| arm.trials >= requests;
    let harm = challenger.rate().zip(control.rate());
    let harm = harm.map(|(own, control)| -guardrail.direction.gain(own - control));
    is_enough(control)
        && is_enough(challenger)
        && harm.is_some_and(|harm| harm >= FAR.max(guardrail.margin))
}
