//! Reasons to refuse a change of traffic, each with the next step.

mod place;
mod promotion;

use super::definition::Arm;
use crate::release::ids::RuleArn;
use mlship_manifest::{Code, nearest};

/// A reason not to do it, at a field of the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that it is of.
    pub code: Code,
    /// The manifest's field.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub help: String,
}

impl Refusal {
    fn new(
        code: Code,
        path: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code,
            path: path.into(),
            message: message.into(),
            help: help.into(),
        }
    }

    /// There is no such rule.
    #[must_use]
    pub fn no_rule(rule: &RuleArn) -> Self {
        Self::new(
            Code::NO_LISTENER_RULE,
            "listenerRule",
            "there is no such rule",
            format!(
                "`aws elbv2 describe-rules --listener-arn {}` lists those there are; check the \
                 account and the region",
                rule.listener()
            ),
        )
    }

    pub(super) fn default_rule() -> Self {
        Self::new(
            Code::DEFAULT_LISTENER_RULE,
            "listenerRule",
            "this is the listener's default rule, which takes no conditions and no tags of its own",
            "make a rule for the requests of the experiment, such as one for the path `/*`",
        )
    }

    pub(super) fn another_runs(name: &str) -> Self {
        Self::new(
            Code::ANOTHER_EXPERIMENT,
            "listenerRule",
            format!("experiment {name} is under way on this rule"),
            "stop it first, or take another rule",
        )
    }

    pub(super) fn is_stopping(name: &str) -> Self {
        Self::new(
            Code::EXPERIMENT_IS_STOPPING,
            "metadata.name",
            format!("experiment {name} is being stopped"),
            "end that first: `mlship experiment stop`, as it was called before",
        )
    }

    pub(super) fn others_serve(names: &[&str]) -> Self {
        let groups = names.join(" and ");
        Self::new(
            Code::OTHERS_SERVE,
            "listenerRule",
            format!("the rule sends traffic to {groups}, which no variant has"),
            "make what serves there the control, or take the traffic away with `--force`",
        )
    }

    pub(super) fn too_many_groups(most: usize) -> Self {
        Self::new(
            Code::TOO_MANY_GROUPS,
            "listenerRule",
            format!(
                "what the rule sends traffic to and the variants are more than {most} target \
                 groups, and a rule takes no more"
            ),
            "take the traffic away from one of the others first",
        )
    }

    pub(super) fn too_many_tags(of_others: usize, lacks: usize) -> Self {
        Self::new(
            Code::TOO_MANY_TAGS_ON_RULE,
            "listenerRule",
            format!(
                "the rule has {of_others} tags of others, which leave no room for those by which \
                 the experiment could be ended: it takes 50"
            ),
            format!("take {lacks} of them away"),
        )
    }

    pub(super) fn no_forward(action: &str) -> Self {
        Self::new(
            Code::NO_FORWARD,
            "listenerRule",
            format!("the rule answers by {action}, and forwards to no target group"),
            "let it forward to the control's target group first, or take another rule",
        )
    }

    pub(super) fn no_group(index: usize, arm: &Arm) -> Self {
        Self::new(
            Code::NO_TARGET_GROUP,
            format!("variants[{index}].release"),
            format!(
                "{} has the target group {}, which is not there",
                arm.name, arm.group
            ),
            "check `traffic.targetGroup` of its release",
        )
    }

    pub(super) fn other_balancer(index: usize, arm: &Arm) -> Self {
        Self::new(
            Code::OTHER_LOAD_BALANCER,
            format!("variants[{index}].release"),
            format!(
                "the target group {} of {} is with another load balancer than the rule",
                arm.group.name(),
                arm.name
            ),
            "a target group has one load balancer: give the variant a group of its own",
        )
    }

    pub(super) fn owned(arm: &Arm) -> Self {
        Self::new(
            Code::RULE_OWNED_BY_ECS,
            "listenerRule",
            format!(
                "ECS moves the traffic of service {} by this rule, and would undo what is \
                 written here",
                arm.service
            ),
            "take a rule that no service's `rollout.strategy` owns",
        )
    }

    pub(super) fn changed_by_hand(name: &str) -> Self {
        Self::new(
            Code::CHANGED_BY_HAND,
            "listenerRule",
            format!("the rule no longer shares its traffic as experiment {name} left it"),
            "find out who moved it and why; `mlship experiment stop` ends the experiment, and \
             `--force` shares the traffic again, in another phase",
        )
    }

    /// A release would serve before it was tested.
    #[must_use]
    pub fn untested(arm: &Arm) -> Self {
        Self::new(
            Code::UNTESTED_RELEASE,
            "variants",
            format!(
                "{} serves by this rule already, and its manifest has another release: that \
                 would get the traffic before the test begins",
                arm.name
            ),
            "make what serves the control, deploy it by itself, or insist with `--force`",
        )
    }

    /// The others are compared with the control.
    #[must_use]
    pub fn control_dropped(arm: &Arm) -> Self {
        Self::new(
            Code::CONTROL_DROPPED,
            "variants",
            format!(
                "{} is the control, which the others are compared with",
                arm.name
            ),
            "`mlship experiment stop` ends the experiment",
        )
    }

    /// Nothing would be left to compare.
    #[must_use]
    pub fn last_challenger(variant: &str) -> Self {
        Self::new(
            Code::LAST_CHALLENGER,
            "variants",
            format!("{variant} is the last challenger, and nothing is left to compare without it"),
            "`mlship experiment stop --no-winner` ends the experiment",
        )
    }

    pub(super) fn no_priority(own: u32) -> Self {
        Self::new(
            Code::NO_FREE_PRIORITY,
            "listenerRule",
            format!("no priority before {own} is free for the rules of the header"),
            "give the rule a higher number, so that there is one for each challenger before it",
        )
    }

    pub(super) fn no_next_step(last: usize) -> Self {
        Self::new(
            Code::NO_NEXT_STEP,
            "ramp",
            if last == 1 {
                "the experiment has no ramp".to_owned()
            } else {
                format!("the experiment is at the last of its {last} steps")
            },
            if last == 1 {
                "leave `--next` out, or add a `ramp`"
            } else {
                "leave `--next` out"
            },
        )
    }

    /// There is no such experiment.
    #[must_use]
    pub fn not_under_way(name: &str) -> Self {
        Self::new(
            Code::NOT_UNDER_WAY,
            "metadata.name",
            format!("experiment {name} is not under way"),
            "`mlship experiment start` starts it; `mlship experiment list` lists those there are",
        )
    }

    /// A service takes part in another experiment.
    #[must_use]
    pub fn elsewhere(arm: &Arm, other: &str) -> Self {
        Self::new(
            Code::ANOTHER_EXPERIMENT,
            "variants",
            format!(
                "{} takes part in experiment {other}, on another rule",
                arm.service
            ),
            format!("stop experiment {other} first, or give the variant a service of its own"),
        )
    }

    pub(super) fn stopped_otherwise(name: &str, winner: &str) -> Self {
        Self::new(
            Code::STOPPED_ALREADY,
            "metadata.name",
            format!("experiment {name} was stopped, and {winner} has all the traffic"),
            "it is over, and nothing is left to stop: start it again if there is more to find out. \
             `--force` moves all the traffic to the variant that was named now",
        )
    }

    pub(super) fn changed_since(name: &str, winner: &str) -> Self {
        Self::new(
            Code::CHANGED_SINCE,
            "listenerRule",
            format!(
                "experiment {name} was stopped, and the rule no longer sends all traffic to \
                 {winner}"
            ),
            "find out who changed the rule, or give the traffic to the variant with `--force`",
        )
    }

    pub(super) fn still_serves(arm: &Arm, rule: &RuleArn) -> Self {
        Self::new(
            Code::LOSER_SERVES,
            "variants",
            format!("{} ({}) gets requests by {rule}", arm.name, arm.service),
            "what serves is not scaled down: take its traffic away first, or keep it",
        )
    }

    /// There is no variant of a name.
    #[must_use]
    pub fn no_variant(name: &str, known: &[&str]) -> Self {
        Self::new(
            Code::NO_VARIANT,
            "variants",
            format!("no variant is called {name}"),
            match nearest(name, known.iter().copied()) {
                Some(meant) => format!("did you mean {meant}? there are {}", known.join(", ")),
                None => format!("there are {}", known.join(", ")),
            },
        )
    }

    pub(super) fn unfit_winner(name: &str, why: &str) -> Self {
        Self::new(
            Code::UNFIT_WINNER,
            "variants",
            format!("{name} {why}, and would get all the traffic"),
            "name another variant, or insist with `--force`",
        )
    }

    pub(super) fn promotion_under_way(name: &str, winner: &str) -> Self {
        Self::new(
            Code::PROMOTION_UNDER_WAY,
            "onWinner",
            format!(
                "the control's service gets the release of {winner}, which won experiment {name}: \
                 all traffic would go to what is being deployed"
            ),
            "let `mlship experiment run` end it, or call that deployment off with `mlship abort` \
             first; `--force` moves the traffic all the same",
        )
    }

    pub(super) fn cookies_live(name: &str, until: &str) -> Self {
        Self::new(
            Code::CLIENTS_REMAIN,
            "stickiness",
            format!("clients of experiment {name} may be with the losers until {until}"),
            "clean up after that; `stop --winner NAME --now` sends them to the winner at once",
        )
    }

    pub(super) fn not_stopped(name: &str) -> Self {
        Self::new(
            Code::NOT_STOPPED,
            "metadata.name",
            format!("experiment {name} has not been stopped, so nothing has lost"),
            "stop it with `--winner NAME` or `--no-winner`",
        )
    }
}
