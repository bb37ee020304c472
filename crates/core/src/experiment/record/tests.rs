use super::super::testing::definition;
use super::*;

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
    tags.insert(ENDED.to_owned(), "2026-05-09T10:00:00Z".to_owned());
    tags.insert("team".to_owned(), "risk".to_owned());
    let starting = Record {
        state: State::Starting,
        since: None,
        hypothesis: None,
        ..record()
    };
    assert_eq!(starting.outdated(&tags), [ENDED, HYPOTHESIS]);
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

/// A rule takes 50 tags, and somebody has tags of their own there.
#[test]
fn whatever_the_names_a_rule_has_room_for_tags_of_others() {
    let mut longest = definition(&[1, 1, 1]);
    longest.header = Some("h".repeat(40));
    let arm = |at: usize| {
        let mut arm = longest.arms[0].clone();
        arm.name = format!("{at}{}", "v".repeat(63));
        let cluster = format!(
            "arn:aws:ecs:eu-west-1:111122223333:cluster/{}",
            "c".repeat(255)
        );
        arm.service.cluster = crate::release::ids::ClusterName::new(cluster);
        arm.service.name = crate::release::ids::ServiceName::new("s".repeat(255));
        arm
    };
    longest.arms = (0..5).map(arm).collect();
    let full = Record {
        state: State::Stopped,
        variants: Some(RecordedVariants::of(&longest)),
        end: Some(End {
            outcome: "challenger_better".to_owned(),
            winner: "challenger".to_owned(),
            at: "2026-05-09T10:00:00Z".parse().unwrap(),
            by: "ana".to_owned(),
            cookies_end: "2026-05-16T10:00:00Z".parse().unwrap(),
            cleaned: Some("2026-05-17T10:00:00Z".parse().unwrap()),
        }),
        ..record()
    };
    let tags = full.tags();
    assert!(
        tags.contains_key("mlship:experiment-variants-10"),
        "{tags:?}"
    );
    assert!(tags.len() <= 35, "{}", tags.len());
}

#[test]
fn a_rule_has_room_for_all_tags_together() {
    let ended = Record {
        state: State::Stopped,
        recorded: Some(Recorded::Whole),
        end: Some(End {
            outcome: "challenger_better".to_owned(),
            winner: "challenger".to_owned(),
            at: "2026-05-09T10:00:00Z".parse().unwrap(),
            by: "ana".to_owned(),
            cookies_end: "2026-05-16T10:00:00Z".parse().unwrap(),
            cleaned: Some("2026-05-16T10:00:00Z".parse().unwrap()),
        }),
        ..record()
    };
    let own = ended.tags().into_keys();
    let others = VARIANTS.into_iter().chain(PHASES).chain(LOOKS);
    let others = others.chain(OF_THE_END).map(str::to_owned);
    let all: std::collections::BTreeSet<String> = own.chain(others).collect();
    // What AWS allows on one resource.
    assert!(all.len() <= 50, "{}", all.len());
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
