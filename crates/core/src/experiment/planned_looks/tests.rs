use proptest::prelude::*;

use super::super::recorded_variants::RecordedVariants;
use super::super::testing::definition;
use super::*;
use crate::experiment::State;
use crate::experiment::testing::group;

fn time(text: &str) -> Timestamp {
    format!("2026-05-{text}Z").parse().unwrap()
}

fn experiment(design: &str) -> Experiment {
    let text = format!(
        "
apiVersion: mlship/v1
kind: Experiment
metadata: {{ name: v9 }}
listenerRule: arn
variants: []
primary: {{ metric: conversion, type: proportion, direction: up, minimumEffect: 0.005 }}
plannedSample: 40000
maximumDays: 14
{design}"
    );
    serde_yaml::from_str(&text).unwrap()
}

fn record(definition: &Definition) -> Record {
    Record {
        name: "v9".to_owned(),
        state: State::Running,
        phase: 2,
        step: 1,
        spending: None,
        weights: weights(&definition.shares(&definition.steps().pop().unwrap())),
        since: Some(time("01T10:00:00")),
        started: Some(time("01T09:00:00")),
        by: String::new(),
        hypothesis: None,
        analysis_digest: String::new(),
        variants: Some(RecordedVariants::of(definition)),
        phases: Vec::new(),
        dropped: Vec::new(),
        ledger: None,
        recorded: None,
        promotion: None,
        end: None,
    }
}

fn planned(definition: &Definition, tags: &BTreeMap<String, String>) -> PlannedLooks {
    let experiment = experiment("design: group-sequential");
    let now = time("05T10:00:00");
    PlannedLooks::of(&experiment, definition, &record(definition), tags, now).unwrap()
}

fn proportion(trials: u64, successes: u64) -> MetricCount {
    MetricCount::Proportion(Proportion { successes, trials })
}

fn look(arms: Vec<MetricCount>) -> TakenLook {
    TakenLook {
        at: time("02T10:00:00"),
        is_final: false,
        arms,
    }
}

#[test]
fn a_look_is_read_as_it_was_taken() {
    let definition = definition(&[50, 50]);
    let first = look(vec![proportion(4_000, 200), proportion(4_010, 231)]);
    let before = planned(&definition, &BTreeMap::new());
    let (name, text) = before
        .tag(&first, &definition, &record(&definition))
        .unwrap();
    assert_eq!(name, LOOKS[0]);
    assert_eq!(text, "2 2026-05-02T10:00:00Z interim 4000=200 4010=231");
    let after = planned(&definition, &[(name, text)].into());
    assert_eq!(after.taken, std::slice::from_ref(&first));
    let more = look(vec![proportion(8_000, 400), proportion(8_010, 431)]);
    let (second, _) = after.tag(&more, &definition, &record(&definition)).unwrap();
    assert_eq!(second, LOOKS[1]);
}

#[test]
fn once_the_days_are_over_a_look_that_nothing_followed_is_the_last() {
    let definition = definition(&[50, 50]);
    let own = record(&definition);
    let first = look(vec![proportion(4_000, 200), proportion(4_010, 231)]);
    let tag = planned(&definition, &BTreeMap::new()).tag(&first, &definition, &own);
    let mut tags: BTreeMap<String, String> = tag.into_iter().collect();
    let mut before = planned(&definition, &tags);
    assert_eq!(before.ended_by_time(), None);
    before.is_time_up = true;
    let last = before.ended_by_time().unwrap();
    assert!(last.is_final && last.arms == first.arms && last.at == first.at);
    let (name, text) = before.tag(&last, &definition, &own).unwrap();
    assert_eq!(name, LOOKS[0], "it takes the place of the look that it was");
    tags.insert(name, text);
    let mut after = planned(&definition, &tags);
    after.is_time_up = true;
    assert_eq!(after.taken, std::slice::from_ref(&last));
    assert_eq!((after.ended_by_time(), after.place(&last)), (None, None));
}

#[test]
fn a_look_follows_by_its_trials_whatever_its_time() {
    let first = look(vec![proportion(4_000, 200), proportion(4_000, 231)]);
    let of = |trials, is_final| TakenLook {
        is_final,
        ..look(vec![proportion(4_000, 210), proportion(trials, 231)])
    };
    let planned = |taken: &[&TakenLook]| PlannedLooks {
        looks: 5,
        taken: taken.iter().copied().cloned().collect(),
        unreadable: None,
        is_time_up: true,
    };
    assert_eq!(planned(&[]).place(&first), Some(0));
    let taken = planned(&[&first]);
    assert_eq!(taken.place(&of(4_001, false)), Some(1));
    assert_eq!(taken.place(&of(4_001, true)), Some(1));
    assert_eq!(taken.place(&first), None, "another command took it");
    for other in [of(4_000, true), of(3_999, true), of(4_000, false)] {
        assert_eq!(taken.place(&other), None, "what was counted stays");
    }
    let ended = planned(&[&first, &of(4_001, true)]);
    assert_eq!(ended.place(&of(9_000, true)), None);
}

#[test]
fn variants_that_changed_places_keep_their_counts() {
    let before = definition(&[50, 30, 20]);
    let taken = look(vec![proportion(3, 1), proportion(5, 2), proportion(7, 4)]);
    let own = record(&before);
    let tag = planned(&before, &BTreeMap::new()).tag(&taken, &before, &own);
    let mut after = before.clone();
    after.arms.reverse();
    let experiment = experiment("design: group-sequential");
    let tags = tag.into_iter().collect();
    let now = time("05T10:00:00");
    let own = Record {
        weights: weights(&after.shares(&after.steps().pop().unwrap())),
        ..own
    };
    let read = PlannedLooks::of(&experiment, &after, &own, &tags, now).unwrap();
    assert_eq!(
        read.taken[0].arms,
        [proportion(7, 4), proportion(5, 2), proportion(3, 1)]
    );
}

fn read_one(text: &str) -> (usize, Option<&'static str>) {
    let definition = definition(&[50, 50]);
    let tags = [(LOOKS[0].to_owned(), text.to_owned())].into();
    let planned = planned(&definition, &tags);
    (planned.taken.len(), planned.unreadable)
}

#[test]
fn what_was_left_behind_is_no_look_and_what_cannot_be_read_is_said() {
    assert_eq!(
        read_one("2 2026-05-02T10:00:00Z final 40=2 41=3"),
        (1, None)
    );
    // Of the phase before, and of an experiment before with as many phases.
    assert_eq!(
        read_one("1 2026-05-02T10:00:00Z final 40=2 41=3"),
        (0, None)
    );
    assert_eq!(
        read_one("2 2026-04-02T10:00:00Z final 40=2 41=3"),
        (0, None)
    );
    for text in [
        "",
        "2",
        "2 2026-05-02T10:00:00Z",
        "2 2026-05-02T10:00:00Z late 40=2 41=3",
        "2 2026-05-02T10:00:00Z final 40=2",
        "2 2026-05-02T10:00:00Z final 40=2 41=3 4=1",
        "2 2026-05-02T10:00:00Z final 40=2 41=x",
        "2 2026-05-02T10:00:00Z final 40=1e2=NaN 41=1e2=1e3",
        "2 2026-05-02T10:00:00Z final 40 41",
    ] {
        assert_eq!(read_one(text), (0, Some(LOOKS[0])), "{text}");
    }
}

#[test]
fn only_the_phase_that_decides_has_planned_looks() {
    let mut ramped = definition(&[50, 50]);
    ramped.ramp = vec![10];
    let experiment = experiment("design: group-sequential\nlooks: 3");
    let of = |experiment: &Experiment, record: &Record, now| {
        PlannedLooks::of(experiment, &ramped, record, &BTreeMap::new(), now)
    };
    let last = record(&ramped);
    let now = time("05T10:00:00");
    let planned = of(&experiment, &last, now).unwrap();
    assert_eq!((planned.looks, planned.is_time_up), (3, false));
    assert!(
        of(&experiment, &last, time("15T09:00:00"))
            .unwrap()
            .is_time_up
    );
    let first = Record {
        weights: weights(&ramped.shares(&ramped.steps()[0])),
        ..last.clone()
    };
    assert_eq!(of(&experiment, &first, now), None);
    assert_eq!(of(&self::experiment(""), &last, now), None);
}

proptest! {
    #[test]
    fn the_means_of_five_variants_have_room_and_lose_nothing_that_counts(
        arms in proptest::collection::vec(
            (1_u64..10_000_000_000, -1e12_f64..1e12, 0.0_f64..1e15), 5,
        ),
    ) {
        let mut five = definition(&[20, 20, 20]);
        for name in ["d", "e"] {
            let arm = super::super::definition::Arm {
                name: name.to_owned(),
                group: group(name),
                is_control: false,
                ..five.arms[0].clone()
            };
            five.arms.push(arm);
        }
        let arms = arms.into_iter().map(|(count, sum, sum_squares)| {
            MetricCount::Mean(Mean { count, sum, sum_squares })
        });
        let taken = look(arms.collect());
        let tag = planned(&five, &BTreeMap::new()).tag(&taken, &five, &record(&five));
        let (name, text) = tag.unwrap();
        prop_assert!(text.len() <= LONGEST && crate::release::as_tag(&text) == text, "{}", text);
        let read = planned(&five, &[(name, text)].into());
        for (own, read) in taken.arms.iter().zip(&read.taken[0].arms) {
            let (MetricCount::Mean(own), MetricCount::Mean(read)) = (own, read) else {
                panic!("{own:?} {read:?}");
            };
            prop_assert_eq!(own.count, read.count);
            prop_assert!((own.sum - read.sum).abs() <= 1e-8 * own.sum.abs());
            let squares = (own.sum_squares, read.sum_squares);
            prop_assert!((squares.0 - squares.1).abs() <= 1e-8 * squares.0);
        }
    }
}
