//! How traffic is shared: the rule, the cookie or the header, and the ramp.

use std::time::Duration;

use super::super::super::schema::Experiment;
use super::super::findings::Findings;
use super::super::traffic::is_listener_rule;
use crate::manifest::Code;
use mlship_text::arn::Arn;
use mlship_text::duration::{DurationError, duration};

/// The longest that a load balancer's cookie lives: `TargetGroupStickinessConfig` of the Elastic
/// Load Balancing API.
const LONGEST: Duration = Duration::from_hours(7 * 24);

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    listener_rule(experiment, findings);
    stickiness(experiment, findings);
    assignment(experiment, findings);
    ramp(experiment, findings);
}

fn listener_rule(experiment: &Experiment, findings: &mut Findings<'_>) {
    let arn = &experiment.listener_rule;
    if arn.is_empty() || is_listener_rule(arn) {
        return;
    }
    let message = format!(
        "{} is not the ARN of a listener's rule",
        findings.quote("listenerRule", arn)
    );
    let is_listener = Arn::parse(arn).is_some_and(|arn| arn.kind() == "listener");
    let help = if is_listener {
        "this is a listener; `aws elbv2 describe-rules --listener-arn …` prints the ARNs of its rules"
    } else {
        "write `arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener-rule/app/NAME/ID/ID/ID`; \
         `aws elbv2 describe-rules` prints it"
    };
    findings.error("listenerRule", Code::BAD_LISTENER_RULE, message, help);
}

fn stickiness(experiment: &Experiment, findings: &mut Findings<'_>) {
    let Some(written) = experiment.stickiness.as_deref() else {
        return;
    };
    let life = match duration(written) {
        Ok(life) => life,
        Err(error) => return no_time(error, ("stickiness", written), "7d", findings),
    };
    let is_whole = life.subsec_nanos() == 0;
    if life > LONGEST || !is_whole {
        let message = format!(
            "`stickiness` must be 1 second to 7 days, in whole seconds, found {}",
            findings.quote("stickiness", written)
        );
        findings.error(
            "stickiness",
            Code::BAD_STICKINESS,
            message,
            "that is how long a load balancer's cookie lives; 0 turns it off",
        );
    }
}

/// Reports what is no time, and why.
pub(super) fn no_time(
    error: DurationError,
    (path, written): (&str, &str),
    example: &str,
    findings: &mut Findings<'_>,
) {
    let quoted = findings.quote(path, written);
    let help = match error {
        DurationError::NoUnit => format!("say the unit, as in `{example}`"),
        DurationError::NotFixed => "months and years differ in length: write days".to_owned(),
        DurationError::Negative | DurationError::TooLong | DurationError::Unreadable => {
            "a time has whole numbers and units: `ms`, `s`, `m`, `h` or `d`".to_owned()
        }
    };
    let message = format!("`{path}` must be a time such as `{example}`, found {quoted}");
    findings.error(path, Code::BAD_TIME, message, help);
}

fn assignment(experiment: &Experiment, findings: &mut Findings<'_>) {
    let Some(assignment) = &experiment.assignment else {
        return;
    };
    if !experiment.cookie_life().is_zero() {
        findings.error(
            "assignment",
            Code::ASSIGNMENT_AND_STICKINESS,
            "both `assignment` and `stickiness` say how clients are assigned",
            "remove one of them",
        );
    }
    let header = &assignment.header;
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if header.eq_ignore_ascii_case("host") || !header.chars().all(is_plain) {
        let message = format!(
            "{} can't be the header of a rule's condition",
            findings.quote("assignment.header", header)
        );
        findings.error(
            "assignment.header",
            Code::BAD_HEADER,
            message,
            "choose a header of your own, such as `x-mlship-variant`",
        );
    }
}

fn ramp(experiment: &Experiment, findings: &mut Findings<'_>) {
    let ramp = experiment.ramp.as_slice();
    if ramp.is_empty() {
        return;
    }
    if experiment.assignment.is_some() {
        findings.error(
            "ramp",
            Code::RAMP_AND_ASSIGNMENT,
            "`ramp` raises weights, and with `assignment` the callers decide",
            "remove `ramp`, and let the callers begin with few",
        );
    }
    if !experiment.cookie_life().is_zero() {
        findings.warn(
            "ramp",
            Code::RAMP_AND_STICKINESS,
            "clients that came before a step stay with their variant, so a split by the new \
             weights is one of new clients alone",
            "count clients when they are seen first, or leave `ramp` out",
        );
    }
    for (index, pair) in ramp.windows(2).enumerate() {
        if pair[1] <= pair[0] {
            let message = format!("`ramp` must go up, and {} follows {}", pair[1], pair[0]);
            findings.error(
                &format!("ramp[{}]", index + 1),
                Code::RAMP_ORDER,
                message,
                "write ascending percentages, such as `[5, 25, 50]`",
            );
        }
    }
    let weight: fn(&_) -> u32 = |variant: &super::super::super::schema::Variant| variant.weight;
    let all: u32 = experiment.variants.iter().map(weight).sum();
    let challengers: u32 = experiment.challengers().map(weight).sum();
    let last = ramp.len() - 1;
    if all > 0 && u64::from(ramp[last]) * u64::from(all) > 100 * u64::from(challengers) {
        let share = 100 * challengers / all;
        findings.warn(
            &format!("ramp[{last}]"),
            Code::RAMP_BEYOND_WEIGHTS,
            format!(
                "the ramp goes up to {} %, and the weights give the challengers {share} %",
                ramp[last]
            ),
            "end the ramp below that share, or raise their weights",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_rule_is_told_from_other_arns() {
        let start = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
        let is = |rest: &str| is_listener_rule(&format!("{start}:{rest}"));
        assert!(is(
            "listener-rule/app/ml/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
        ));
        assert!(!is(
            "listener-rule/app/ml/50dc6c495c0c9188/f2f7dc8efc522ab2/"
        ));
        assert!(!is("listener/app/ml/50dc6c495c0c9188/f2f7dc8efc522ab2"));
        assert!(!is(
            "listener-rule/net/ml/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
        ));
        assert!(!is_listener_rule("rule"));
    }
}
