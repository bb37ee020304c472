use proptest::prelude::*;

use super::super::claim::CLAIM;
use super::super::ending::{END, ENDED_BY};
use super::super::planned_looks::{PlannedLooks, TakenLook};
use super::super::promotion::PromotionState;
use super::super::samples::MetricCount;
use super::super::testing::definition;
use super::super::{Arm, Definition};
use super::*;
use crate::release::ids::{ClusterName, ServiceName, TargetGroupArn};

fn record() -> Record {
    Record {
        name: "v9".to_owned(),
        state: State::Running,
        phase: 2,
        step: 1,
        spending: Some(Spending::first(2)),
        weights: "a=50 b=50".to_owned(),
        since: Some("2026-05-02T10:00:00Z".parse().unwrap()),
        started: Some("2026-05-01T10:00:00Z".parse().unwrap()),
        by: "arn:aws:iam::111122223333:user/ana".to_owned(),
        hypothesis: Some("more convert".to_owned()),
        analysis_digest: "0a1b".to_owned(),
        variants: Some(RecordedVariants::of(&definition(&[50, 50]))),
        phases: vec![Phase {
            number: 1,
            since: "2026-05-01T10:00:00Z".parse().unwrap(),
            weights: vec![95, 5],
        }],
        dropped: Vec::new(),
        ledger: Some("s3://ml-ledger/experiments/".to_owned()),
        recorded: None,
        promotion: None,
        end: None,
    }
}

#[test]
fn what_is_written_is_read_again() {
    let running = record();
    assert_eq!(Record::read(&running.tags()), Some(running.clone()));
    let stopped = Record {
        state: State::Stopped,
        recorded: Some(Recorded::Partly),
        end: Some(End {
            outcome: "challenger_better".to_owned(),
            winner: "challenger".to_owned(),
            at: "2026-05-09T10:00:00Z".parse().unwrap(),
            by: "ana".to_owned(),
            cookies_end: "2026-05-16T10:00:00Z".parse().unwrap(),
            cleaned: None,
        }),
        ..running
    };
    assert_eq!(Record::read(&stopped.tags()), Some(stopped));
}

#[test]
fn a_rule_without_an_experiment_has_no_record() {
    assert_eq!(Record::read(&BTreeMap::new()), None);
    let named = [(EXPERIMENT.to_owned(), "v9".to_owned())];
    assert_eq!(Record::read(&named.into()), None);
}

#[test]
fn a_new_start_leaves_nothing_of_the_end_before() {
    let mut tags = record().tags();
    let before = "mlship:experiment-ended";
    tags.insert(before.to_owned(), "2026-05-09T10:00:00Z".to_owned());
    tags.insert("team".to_owned(), "risk".to_owned());
    let starting = Record {
        state: State::Starting,
        since: None,
        hypothesis: None,
        ..record()
    };
    assert_eq!(starting.outdated(&tags), [before, HYPOTHESIS]);
}

#[test]
fn a_phase_that_starts_has_not_begun() {
    let mut tags = record().tags();
    let starting = Record {
        state: State::Starting,
        phase: 3,
        since: None,
        ..record()
    };
    tags.extend(starting.tags());
    assert_eq!(Record::read(&tags), Some(starting.clone()));
    tags.insert(PHASE.to_owned(), "1".to_owned());
    assert_eq!(Record::read(&tags).unwrap().started, None);
}

#[test]
fn a_tag_takes_no_more_than_it_takes() {
    let long = Record {
        hypothesis: Some("more, \"better\"!".repeat(40)),
        ..record()
    };
    let value = &long.tags()[HYPOTHESIS];
    assert!(
        value.len() <= 256 && value.starts_with("more_ _better__"),
        "{value}"
    );
}

#[test]
fn a_promotion_that_was_under_way_at_the_end_is_none_any_more() {
    let deploying = Promotion {
        winner: "challenger".to_owned(),
        since: "2026-05-03T10:00:00Z".parse().unwrap(),
        state: PromotionState::Deploying,
        ran: Vec::new(),
    };
    let state = |state: State| {
        let record = Record {
            state,
            promotion: Some(deploying.clone()),
            ..record()
        };
        // As an earlier mlship left it.
        Record::read(&record.tags())
            .unwrap()
            .promotion
            .unwrap()
            .state
    };
    assert_eq!(state(State::Running), PromotionState::Deploying);
    assert_eq!(state(State::Stopping), PromotionState::Stopped);
    assert_eq!(state(State::Stopped), PromotionState::Stopped);
}

/// What AWS allows on one resource.
const MOST_TAGS: usize = 50;

fn arm(name: &str, (cluster, service): (&str, &str), group: &str, is_control: bool) -> Arm {
    let before = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
    Arm {
        name: name.to_owned(),
        group: TargetGroupArn::new(format!("{before}:targetgroup/{group}/0123456789abcdef")),
        service: ServiceId {
            cluster: ClusterName::new(format!(
                "arn:aws:ecs:eu-west-1:111122223333:cluster/{cluster}"
            )),
            name: ServiceName::new(service),
            place: None,
        },
        weight: 999,
        is_control,
        is_dropped: false,
    }
}

fn dropped_of(arm: &Arm, metrics: &[String]) -> DroppedVariant {
    DroppedVariant {
        name: arm.name.clone(),
        at: Timestamp::MAX,
        phase: u32::MAX,
        state: "guardrail_breached".to_owned(),
        breached: metrics.to_vec(),
        requests: Some(u64::MAX),
        primary: Some(super::super::DroppedPrimary {
            trials: (u64::MAX, u64::MAX),
            rates: Some((f64::MIN, f64::MIN_POSITIVE)),
            effect: Some((-f64::MIN_POSITIVE, f64::MIN, f64::MAX)),
            p: Some(f64::MIN_POSITIVE),
        }),
    }
}

/// Returns all tags that a rule ever has of an experiment, as if none were taken away before the
/// next start: all phases, all looks, all drops, its promotion and its end.
fn all_tags(
    definition: &Definition,
    of_names: &Record,
    metrics: &[String],
) -> BTreeMap<String, String> {
    let mut definition = definition.clone();
    let challengers = definition.arms.len().saturating_sub(2);
    let dropped: Vec<DroppedVariant> = definition
        .arms
        .iter()
        .filter(|arm| !arm.is_control)
        .take(challengers)
        .map(|arm| dropped_of(arm, metrics))
        .collect();
    let weights: Vec<u32> = definition.arms.iter().map(|arm| arm.weight).collect();
    for arm in &mut definition.arms {
        arm.is_dropped = dropped.iter().any(|one| one.name == arm.name);
    }
    let shares = definition.shares(&definition.steps()[0]);
    let winner = definition.arms[1].name.clone();
    let phases = (1..=200).map(|number| Phase {
        number,
        since: Timestamp::MAX,
        weights: weights.clone(),
    });
    let running = Record {
        phase: u32::MAX,
        step: u32::MAX,
        weights: super::weights(&shares),
        variants: Some(RecordedVariants::of(&definition)),
        phases: phases.collect(),
        dropped,
        promotion: Some(Promotion {
            winner: winner.clone(),
            since: Timestamp::MAX,
            state: PromotionState::Failed(crate::progress::ExitCode::ALL[0]),
            ran: Vec::new(),
        }),
        ..of_names.clone()
    };
    let stopped = Record {
        state: State::Stopped,
        recorded: Some(Recorded::Partly),
        end: Some(End {
            outcome: "guardrail_breached".to_owned(),
            winner,
            at: Timestamp::MAX,
            by: of_names.by.clone(),
            cookies_end: Timestamp::MAX,
            cleaned: Some(Timestamp::MAX),
        }),
        ..running.clone()
    };
    let mut all = running.tags();
    all.extend(stopped.tags());
    for _ in LOOKS {
        let look = TakenLook {
            at: Timestamp::from_second(1_790_000_000).unwrap(),
            is_final: false,
            arms: vec![
                MetricCount::Mean(mlship_stats::Mean {
                    count: 1_000_000_000,
                    sum: f64::MIN,
                    sum_squares: f64::MAX,
                });
                definition.arms.len()
            ],
        };
        let planned = PlannedLooks {
            looks: 10,
            taken: vec![
                TakenLook {
                    arms: Vec::new(),
                    ..look.clone()
                };
                all.keys().filter(|name| LOOKS.contains(&&***name)).count()
            ],
            unreadable: None,
            is_time_up: false,
        };
        all.extend(planned.tag(&look, &definition, &running));
    }
    all.extend([
        (
            CLAIM.to_owned(),
            format!("{:016x} {}", u64::MAX, Timestamp::MAX.as_second()),
        ),
        (DISTURBED.to_owned(), as_tag(&"d".repeat(400))),
    ]);
    all
}

fn check_tags(tags: &BTreeMap<String, String>) {
    assert!(
        tags.len() <= MOST_TAGS,
        "{}: {:#?}",
        tags.len(),
        tags.keys()
    );
    for (name, value) in tags {
        let length = value.chars().count();
        assert!(length <= 256 && as_tag(value) == *value, "{name}: {value}");
        assert!(name.len() <= 128, "{name}");
    }
}

#[test]
fn the_largest_experiment_has_room_for_its_end() {
    let arms = (0..5).map(|at| {
        let name = format!("{at}{}", "v".repeat(63));
        let (cluster, service) = ("c".repeat(255), "s".repeat(255));
        arm(
            &name,
            (&cluster, &service),
            &format!("{at}{}", "g".repeat(31)),
            at == 0,
        )
    });
    let largest = Definition {
        stickiness: Some(604_800),
        header: Some("h".repeat(40)),
        arms: arms.collect(),
        ..definition(&[1, 1])
    };
    let names = Record {
        name: "n".repeat(64),
        by: "b".repeat(2000),
        hypothesis: Some("h".repeat(256)),
        ledger: Some("l".repeat(256)),
        ..record()
    };
    let tags = all_tags(&largest, &names, &vec!["m".repeat(200); 20]);
    for name in [
        VARIANTS[13],
        LOOKS[9],
        PHASES[2],
        super::super::dropped::DROPPED[0],
    ] {
        assert!(tags.contains_key(name), "{name}");
    }
    check_tags(&tags);
    // Whatever the names: every tag that there is.
    let own = record().tags().into_keys();
    let lists = VARIANTS
        .into_iter()
        .chain(PHASES)
        .chain(LOOKS)
        .chain(DROPPED);
    let lists = lists.chain(OF_BEFORE).chain([END, ENDED_BY, CLAIM]);
    let all: std::collections::BTreeSet<String> = own.chain(lists.map(str::to_owned)).collect();
    assert!(all.len() <= MOST_TAGS, "{}", all.len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_experiment_writes_more_tags_than_a_rule_takes_or_what_it_does_not_take(
        arms in proptest::collection::vec(
            ("[a-zA-Z0-9_-]{1,63}", "[a-zA-Z0-9_-]{1,255}", "[a-zA-Z0-9_-]{1,255}",
             "[a-zA-Z0-9-]{1,31}"), 2..=5),
        by in ".{0,400}", hypothesis in proptest::option::of(".{1,256}"),
        name in "[a-zA-Z0-9_-]{1,64}", ramp in proptest::collection::vec(1_u32..=99, 0..=20),
        metrics in proptest::collection::vec("[a-zA-Z0-9_-]{1,120}", 0..=20),
    ) {
        let arms = arms.iter().enumerate().map(|(at, (name, cluster, service, group))| {
            arm(&format!("{at}{name}"), (cluster, service), &format!("{at}{group}"), at == 0)
        });
        let any = Definition { arms: arms.collect(), ramp, ..definition(&[1, 1]) };
        let names = Record { name, by, hypothesis, ..record() };
        let tags = all_tags(&any, &names, &metrics);
        check_tags(&tags);
        let read = Record::read(&tags).unwrap();
        prop_assert_eq!(read.end.unwrap().winner, any.arms[1].name.clone());
        prop_assert_eq!(read.recorded, Some(Recorded::Partly));
        prop_assert_eq!(read.dropped.len(), any.arms.len() - 2);
    }
}

#[test]
fn looks_of_before_leave_the_rule_with_the_next_phase() {
    let mut tags = record().tags();
    tags.insert(
        LOOKS[1].to_owned(),
        "1 2026-05-01T11:00:00Z final 1=1".to_owned(),
    );
    assert_eq!(record().outdated(&tags), [LOOKS[1]]);
}
