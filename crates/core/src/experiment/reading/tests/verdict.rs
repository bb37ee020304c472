//! What decides, and what goes before it.

use super::*;

#[test]
fn harm_is_worse_than_a_win_is_good() {
    let better = Day {
        converted: 650.0,
        ..DAY
    };
    let errors = |errors| Day { errors, ..better };
    let unreached = |unreached| Day {
        unreached,
        ..better
    };
    let slow = Day {
        fast: 60.0,
        ..better
    };
    for (challenger, expected) in [
        (errors(30_000.0), "guardrail_breached"),
        (slow, "guardrail_breached"),
        (unreached(5000.0), "guardrail_breached"),
        (unreached(5.0), "challenger_better"),
        (errors(290.0), "inconclusive"),
    ] {
        assert_eq!(verdict([DAY, challenger]), expected, "{challenger:?}");
    }
}

#[test]
fn a_request_without_any_answer_is_an_error() {
    let silent = Day {
        errors: 0.0,
        unanswered: 30_000.0,
        ..DAY
    };
    let reading = read(&experiment(), &[DAY, silent]);
    let errors = &reading.metrics[1];
    assert_eq!((&*errors.metric, errors.state), ("error_rate", "breached"));
    // Less what may be answered yet: 70 a minute.
    assert!((errors.rate.unwrap() - 0.29965).abs() < 1e-6, "{errors:?}");
    let sockets = with(
        "direction: down, margin: 0.002",
        "answers: target5xx, direction: down, margin: 0.002",
    );
    let reading = read(&sockets, &[DAY, silent]);
    assert_eq!(reading.metrics[1].rate, Some(0.0));
    // As long as answers may come, they are waited for.
    let slow = Day {
        unanswered: 30.0,
        ..DAY
    };
    let reading = read(&experiment(), &[DAY, slow]);
    assert_eq!(reading.metrics[1].rate, Some(0.001));
}

#[test]
fn a_variant_without_healthy_targets_is_a_breach_whoever_it_is() {
    let dead = Day {
        healthy: 0.0,
        ..DAY
    };
    let reading = read(&experiment(), &[DAY, dead]);
    assert_eq!(word(reading.readout.verdict), "guardrail_breached");
    assert_eq!(reading.breached(), ["challenger"]);
    let reading = read(
        &with(
            "weight: 50 }\n",
            "weight: 50 }\n  - { name: third, release: c.yaml, weight: 50 }\n",
        ),
        &[dead, DAY, DAY],
    );
    assert_eq!(word(reading.readout.verdict), "guardrail_breached");
    assert_eq!(reading.breached(), ["control"]);
    let rows = reading
        .metrics
        .iter()
        .filter(|readout| readout.metric == "healthy_targets");
    assert_eq!(rows.count(), 1);
    let definition = testing::definition(&[50, 50]);
    let seen = Reading::of(&Material {
        experiment: Some(&experiment()),
        definition: &definition,
        weights: &[50, 50],
        looks: &[],
        dead: &["challenger".to_owned()],
        window: window(),
        terms: Terms::default(),
        fixed: false,
        planned: None,
        rows: None,
    });
    assert_eq!(word(seen.readout.verdict), "guardrail_breached");
}

#[test]
fn a_broken_split_voids_everything() {
    let fewer = Day {
        clients: 8_000.0,
        converted: 650.0,
        ..DAY
    };
    let reading = read(&experiment(), &[DAY, fewer]);
    assert!(reading.is_broken() && reading.split.unwrap() < 0.001);
    assert_eq!(
        (word(reading.readout.verdict), reading.winner),
        ("broken_split", None)
    );
}

#[test]
fn requests_of_sticky_clients_decide_nothing() {
    let better = Day {
        converted: 650.0,
        ..DAY
    };
    let experiment = with("trials: Clients }", "trials: Clients, unit: request }");
    let reading = read(&experiment, &[DAY, better]);
    assert_eq!(word(reading.readout.verdict), "inconclusive");
    assert_eq!(
        reading.readout.reason,
        Some(mlship_stats::Reason::UnitIsRequest)
    );
}

#[test]
fn nothing_yet_is_no_verdict() {
    let nothing = Reading::of(&Material {
        experiment: Some(&experiment()),
        definition: &testing::definition(&[50, 50]),
        weights: &[50, 50],
        looks: &[],
        dead: &[],
        window: window(),
        terms: Terms::default(),
        fixed: false,
        planned: None,
        rows: None,
    });
    assert_eq!(word(nothing.readout.verdict), "inconclusive");
    let sample = nothing.sample.unwrap();
    assert_eq!((sample.seen, sample.left.time), (0, None));
}

#[test]
fn one_look_finds_more_and_says_that_it_is_one() {
    let slightly = Day {
        converted: 545.0,
        ..DAY
    };
    assert_eq!(verdict([DAY, slightly]), "inconclusive");
    let experiment = experiment();
    let reading = Reading::of(&Material {
        experiment: Some(&experiment),
        definition: &testing::definition(&[50, 50]),
        weights: &[50, 50],
        looks: &looks(&experiment, &[DAY, slightly]),
        dead: &[],
        window: window(),
        terms: Terms::default(),
        fixed: true,
        planned: None,
        rows: None,
    });
    assert_eq!(word(reading.readout.verdict), "challenger_better");
    assert!(reading.fixed);
}

#[test]
fn more_clients_than_requests_decide_nothing() {
    let counted_twice = |converted| Day {
        clients: 100_000.0,
        requests: 30_000.0,
        converted,
        ..DAY
    };
    let reading = read(
        &experiment(),
        &[counted_twice(5_000.0), counted_twice(6_000.0)],
    );
    assert_eq!(word(reading.readout.verdict), "inconclusive");
    let reason = mlship_stats::Reason::MoreTrialsThanRequests;
    assert_eq!(
        (reading.readout.reason, reading.winner),
        (Some(reason), None)
    );
}

#[test]
fn missing_data_of_the_load_balancer_are_no_zero_requests() {
    let unseen = |converted| Day {
        requests: 0.0,
        errors: 0.0,
        converted,
        ..DAY
    };
    for days in [
        [unseen(500.0), unseen(650.0)],
        [DAY, unseen(650.0)],
        [
            unseen(500.0),
            Day {
                converted: 650.0,
                ..DAY
            },
        ],
    ] {
        let reading = read(&experiment(), &days);
        let reason = mlship_stats::Reason::RequestsMissing;
        assert_eq!(reading.readout.reason, Some(reason), "{days:?}");
        assert_eq!(reading.winner, None);
    }
}

/// The looks of two days at so many conversions of the challenger, of 10,000 clients a day.
fn course(converted: [f64; 2]) -> Reading {
    let experiment = experiment();
    let of_day = |converted| {
        let days = [DAY, Day { converted, ..DAY }];
        looks(&experiment, &days)
    };
    let (first, second) = (of_day(converted[0]), of_day(converted[1]));
    let mut both = first.clone();
    both[1] = second[1].clone();
    Reading::of(&Material {
        experiment: Some(&experiment),
        definition: &testing::definition(&[50, 50]),
        weights: &[50, 50],
        looks: &both,
        dead: &[],
        window: window(),
        terms: Terms::default(),
        fixed: false,
        planned: None,
        rows: None,
    })
}

#[test]
fn what_one_look_found_no_later_one_takes_back() {
    // Twice 520 alone would find nothing.
    assert_eq!(word(course([520.0, 520.0]).readout.verdict), "inconclusive");
    let reading = course([650.0, 520.0]);
    assert_eq!(word(reading.readout.verdict), "challenger_better");
    let primary = reading.metrics[0].difference.unwrap();
    assert!((primary.value - 0.002).abs() < 1e-12, "{primary:?}");
    assert!(primary.interval.lower > 0.0 && primary.p <= 0.045);
    let [first, last] = &reading.course[0].looks[..] else {
        panic!("two looks");
    };
    assert_eq!(
        (primary.p, primary.interval.lower),
        (first.1.p, first.1.interval.lower)
    );
    assert!(last.1.p > 0.045);
}

#[test]
fn looks_that_exclude_each_other_find_no_winner() {
    let reading = course([700.0, 300.0]);
    assert_eq!(word(reading.readout.verdict), "inconclusive");
    let reason = mlship_stats::Reason::Contradiction;
    assert_eq!(
        (reading.readout.reason, reading.winner),
        (Some(reason), None)
    );
}
