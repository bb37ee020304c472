//! What stands in the way of a release by where requests go. Pure.

use std::fmt;

use super::before::{Intent, Live, Sight};
use super::{Scene, Share, Wrong, shares, wrongs};
use crate::release::ids::TargetGroupArn;
use crate::release::{ListenerRule, Routing};
use mlship_text::words::counted;

/// Why a release must not begin.
#[derive(Debug, Clone, PartialEq)]
pub enum Obstacle {
    /// The rule of production traffic is wrong.
    Wrong(Wrong),
    /// One rule is to be both.
    SameRule,
    /// The rule of test traffic is not there.
    TestGone,
    /// The rule of test traffic forwards nothing: the type of its action.
    TestForwardsNothing(String),
    /// Groups that no rule has.
    InNoRule(Vec<TargetGroupArn>),
    /// Without a rule of test traffic that of production has to have both groups.
    NotInProduction(TargetGroupArn),
    /// The rule is an open experiment's.
    Experiment(String),
    /// Clients stay with their group, whatever its weight.
    Sticky {
        /// For how long, in seconds.
        seconds: u32,
        /// How long a step bakes, or of a single step the end.
        bake_minutes: u64,
    },
    /// A new service would take the requests of tasks that are somebody else's.
    Taken(Share),
    /// A rolling release is to put its tasks where no requests go.
    NotLive {
        /// The groups that it names.
        sent: Vec<TargetGroupArn>,
        /// Where the tasks are that serve.
        live: TargetGroupArn,
    },
}

impl Obstacle {
    /// Says whether other weights of the rule take it away.
    #[must_use]
    pub fn is_repairable(&self) -> bool {
        match self {
            Self::Wrong(wrong) => match wrong {
                Wrong::Gone | Wrong::ForwardsNothing(_) => false,
                Wrong::Foreign(_)
                | Wrong::Split(_)
                | Wrong::Nowhere
                | Wrong::WrongGroup { .. }
                | Wrong::Empty(_) => true,
            },
            Self::InNoRule(_) | Self::NotInProduction(_) => true,
            Self::SameRule
            | Self::TestGone
            | Self::TestForwardsNothing(_)
            | Self::Experiment(_)
            | Self::Sticky { .. }
            | Self::Taken(_)
            | Self::NotLive { .. } => false,
        }
    }

    /// Says whether other weights should not be written over it.
    #[must_use]
    pub fn forbids_repair(&self) -> bool {
        match self {
            Self::Experiment(_) => true,
            Self::Wrong(_) => !self.is_repairable(),
            Self::InNoRule(_)
            | Self::NotInProduction(_)
            | Self::SameRule
            | Self::TestGone
            | Self::TestForwardsNothing(_)
            | Self::Sticky { .. }
            | Self::Taken(_)
            | Self::NotLive { .. } => false,
        }
    }

    /// Returns the next step, where it is none of the rule's weights.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Wrong(Wrong::Gone) => {
                "write the ARN of a rule that is there into traffic.listenerRule".to_owned()
            }
            Self::Wrong(Wrong::ForwardsNothing(_)) => {
                "let the rule forward to both groups: 100 to the one that serves, 0 to the other"
                    .to_owned()
            }
            Self::SameRule => {
                "give test traffic a rule of its own, or leave testListenerRule out".to_owned()
            }
            Self::TestGone | Self::TestForwardsNothing(_) => {
                "write the ARN of a rule that forwards into traffic.testListenerRule".to_owned()
            }
            Self::Experiment(name) => {
                format!("end experiment {name} first, with mlship experiment stop")
            }
            Self::Sticky { .. } => "shorten the stickiness of the rule's groups, or bake longer \
                 than it lasts"
                .to_owned(),
            Self::Taken(_) => {
                "give the new service a rule and a pair of target groups of its own; to \
                 take over, stop what is behind the rule first"
                    .to_owned()
            }
            Self::NotLive { live, .. } => {
                format!("write traffic: {{ targetGroup: \"{live}\" }}")
            }
            Self::Wrong(_) | Self::InNoRule(_) | Self::NotInProduction(_) => return None,
        };
        Some(help)
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(wrong) => wrong.fmt(f),
            Self::SameRule => {
                write!(
                    f,
                    "the rules of production and of test traffic are one rule"
                )
            }
            Self::TestGone => write!(f, "the rule of test traffic is not there"),
            Self::TestForwardsNothing(kind) => write!(
                f,
                "the rule of test traffic forwards nothing: its action is {kind}"
            ),
            Self::InNoRule(groups) => write!(f, "no rule has {}", names(groups)),
            Self::NotInProduction(group) => write!(
                f,
                "without a rule of test traffic that of production has to have both groups, and \
                 it lacks {}",
                group.name()
            ),
            Self::Experiment(name) => {
                write!(f, "the rule of production traffic is experiment {name}'s")
            }
            Self::Sticky {
                seconds,
                bake_minutes,
            } => write!(
                f,
                "clients stay with their group for {}, whatever its weight, and a bake lasts {}",
                lasting(*seconds),
                counted(
                    usize::try_from(*bake_minutes).unwrap_or(usize::MAX),
                    "minute"
                )
            ),
            Self::Taken(share) => write!(
                f,
                "the service is new, and tasks that are not its own answer behind its rule: {share}"
            ),
            Self::NotLive { sent, live } => write!(
                f,
                "a rolling release would put its tasks into {}, and requests go to the tasks in {}",
                names(sent),
                live.name()
            ),
        }
    }
}

/// Returns all that stands in the way of a release, worst first.
#[must_use]
pub fn obstacles(sight: &Sight, intent: &Intent) -> Vec<Obstacle> {
    let mut found = Vec::new();
    let wiring = &sight.wiring;
    if let Ok(production) = &sight.production {
        let live = sight.live_group();
        let empty = sight.empty_that_tells();
        let wrong = wrongs(Scene {
            wiring,
            rule: production.as_ref(),
            live,
            empty: &empty,
        });
        found.extend(wrong.into_iter().map(Obstacle::Wrong));
        found.extend(unattached(sight, production.as_ref()));
        found.extend(sticky(production.as_ref(), intent));
    }
    if wiring.test.as_ref() == Some(&wiring.production) {
        found.push(Obstacle::SameRule);
    } else if wiring.test.is_some()
        && let Ok(test) = &sight.test
    {
        match test.as_ref().map(|rule| &rule.routing) {
            None => found.push(Obstacle::TestGone),
            Some(Routing::Other(kind)) => found.push(Obstacle::TestForwardsNothing(kind.clone())),
            Some(Routing::Forward(_)) => {}
        }
    }
    found.extend(taken(sight).map(Obstacle::Taken));
    found.extend(sight.experiment.clone().map(Obstacle::Experiment));
    let sends_single = !intent.moves && !intent.single.is_empty();
    if let (true, Some(live)) = (sends_single, sight.live_group())
        && !intent.single.contains(live)
    {
        found.push(Obstacle::NotLive {
            sent: intent.single.clone(),
            live: live.clone(),
        });
    }
    found
}

/// A service that is not there yet has no tasks: ECS would move away the requests of those that
/// answer.
fn taken(sight: &Sight) -> Option<Share> {
    let (Ok(Live::NoService), Ok(Some(rule)), Ok(empty)) =
        (&sight.live, &sight.production, &sight.empty)
    else {
        return None;
    };
    let Routing::Forward(forward) = &rule.routing else {
        return None;
    };
    let answers = |share: &Share| share.percent > 0.0 && !empty.contains(&share.group);
    let shares = shares(forward).into_iter();
    shares
        .filter(|share| sight.wiring.has(&share.group))
        .find(answers)
}

/// ECS puts tasks only into groups that a rule has.
fn unattached(sight: &Sight, production: Option<&ListenerRule>) -> Option<Obstacle> {
    let has = |rule: Option<&ListenerRule>, group: &TargetGroupArn| match rule.map(|it| &it.routing)
    {
        Some(Routing::Forward(forward)) => forward.weights.contains_key(group),
        Some(Routing::Other(_)) | None => false,
    };
    let is_forward = production.is_some_and(|it| matches!(it.routing, Routing::Forward(_)));
    let wiring = &sight.wiring;
    let mut lacking: Vec<TargetGroupArn> = wiring.groups.to_vec();
    lacking.retain(|group| is_forward && !has(production, group));
    if wiring.test.is_none() {
        return lacking.into_iter().next().map(Obstacle::NotInProduction);
    }
    let test = sight.test.as_ref().ok()?.as_ref()?;
    lacking.retain(|group| !has(Some(test), group));
    (!lacking.is_empty()).then_some(Obstacle::InNoRule(lacking))
}

fn sticky(production: Option<&ListenerRule>, intent: &Intent) -> Option<Obstacle> {
    let Routing::Forward(forward) = &production?.routing else {
        return None;
    };
    let bake_minutes = intent.bake_minutes;
    let seconds = forward.stickiness.filter(|_| intent.moves)?;
    (u64::from(seconds) > bake_minutes.saturating_mul(60)).then_some(Obstacle::Sticky {
        seconds,
        bake_minutes,
    })
}

fn names(groups: &[TargetGroupArn]) -> String {
    let names: Vec<&str> = groups.iter().map(TargetGroupArn::name).collect();
    names.join(" and ")
}

pub(super) fn lasting(seconds: u32) -> String {
    if seconds.is_multiple_of(60) {
        counted(
            usize::try_from(seconds / 60).unwrap_or(usize::MAX),
            "minute",
        )
    } else {
        counted(usize::try_from(seconds).unwrap_or(usize::MAX), "second")
    }
}
