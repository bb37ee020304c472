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
        fast: 95.0,
        ..better
    };
    for (challenger, expected) in [
        (errors(900.0), "guardrail_breached"),
        (slow, "guardrail_breached"),
        (unreached(5000.0), "guardrail_breached"),
        (unreached(5.0), "challenger_better"),
        (errors(290.0), "inconclusive"),
    ] {
        assert_eq!(verdict([DAY, challenger]), expected, "{challenger:?}");
    }
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
        fixed: false,
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
        fixed: false,
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
        fixed: true,
        rows: None,
    });
    assert_eq!(word(reading.readout.verdict), "challenger_better");
    assert!(reading.fixed);
}
