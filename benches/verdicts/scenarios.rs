//! What is simulated: first what has no effect, then what has one.

use mlship_stats::Phase;

use crate::manifest::Design;
use crate::rows::OfRows;
use crate::scenario::{Scenario, Step};
use crate::traffic::Clients;

const ONLY: Phase = Phase::ONLY;

fn declared(step: u32) -> Phase {
    Phase::Declared { step, steps: 3 }
}

/// People, about 40,000 in two weeks, a twentieth of whom convert at once.
const PEOPLE: Clients = Clients {
    an_hour: 120.0,
    requests: (4.0, 1.0),
    spread: 1,
    failing: (0.01, 0.3),
    converts: 0.05,
    later: (0.0, 0.0),
    spends: 1.0,
    lift: 0.0,
    harm: 0.0,
};

const PLAIN: Design = Design {
    arms: 2,
    of_means: false,
    outcome_within: Some("0"),
    stamped: false,
    planned: 40_000,
    looks: None,
    at_once: false,
};

pub(crate) fn scenarios() -> Vec<Scenario> {
    let plain = Scenario {
        name: "50:50",
        days: 14,
        steps: vec![(0, &[50, 50], ONLY)],
        clients: PEOPLE,
        design: PLAIN,
        before: false,
    };
    let mut all = healthy(&plain);
    all.extend(effects(&plain));
    all
}

fn ramp() -> Vec<Step> {
    vec![
        (0, &[95, 5], declared(1)),
        (3, &[75, 25], declared(2)),
        (6, &[50, 50], declared(3)),
    ]
}

/// Returns those without an effect.
fn healthy(plain: &Scenario) -> Vec<Scenario> {
    let mut all = steady(plain);
    all.extend(in_phases(plain));
    all.extend(of_clusters(plain));
    all
}

/// Returns those whose weights stay.
fn steady(plain: &Scenario) -> Vec<Scenario> {
    let with = |name, weights, design| Scenario {
        name,
        steps: vec![(0, weights, ONLY)],
        design,
        ..plain.clone()
    };
    let of_three = Design { arms: 3, ..PLAIN };
    let looks = Some(5);
    vec![
        plain.clone(),
        with("90:10", &[90, 10], PLAIN),
        with("three variants, 34:33:33", &[34, 33, 33], of_three),
        with(
            "five planned looks, 50:50",
            &[50, 50],
            Design { looks, ..PLAIN },
        ),
        with(
            "five planned looks, three variants",
            &[34, 33, 33],
            Design { looks, ..of_three },
        ),
        with(
            "a mean as primary metric and guardrail, 95:5",
            &[95, 5],
            Design {
                of_means: true,
                ..PLAIN
            },
        ),
    ]
}

/// Returns those whose weights change on the way.
fn in_phases(plain: &Scenario) -> Vec<Scenario> {
    let late = Scenario {
        name: "ramp 5, 25, 50, conversions a day later on average, `outcomeWithin: 3d`",
        steps: ramp(),
        clients: Clients {
            later: (24.0, 72.0),
            ..PEOPLE
        },
        design: Design {
            outcome_within: Some("3d"),
            ..PLAIN
        },
        ..plain.clone()
    };
    let changed = Scenario {
        name: "six phases, five of which nobody declared",
        steps: vec![
            (0, &[50, 50], ONLY),
            (2, &[60, 40], Phase::Undeclared(1)),
            (4, &[50, 50], Phase::Undeclared(2)),
            (6, &[60, 40], Phase::Undeclared(3)),
            (8, &[50, 50], Phase::Undeclared(4)),
            (10, &[60, 40], Phase::Undeclared(5)),
        ],
        ..plain.clone()
    };
    vec![
        Scenario {
            name: "the ramp below, as before phases were kept apart",
            before: true,
            ..late.clone()
        },
        late.clone(),
        Scenario {
            name: "the same ramp, `stamped: exposure`",
            design: Design {
                stamped: true,
                ..late.design
            },
            ..late
        },
        Scenario {
            name: "six phases, as before they shared alpha",
            before: true,
            ..changed.clone()
        },
        changed,
    ]
}

/// Returns those in which some clients have many requests, and fail often.
fn of_clusters(plain: &Scenario) -> Vec<Scenario> {
    let large = Clients {
        requests: (5.0, 1.5),
        failing: (0.02, 0.3),
        spread: 72,
        ..PEOPLE
    };
    let ruled = Clients {
        an_hour: 60.0,
        requests: (8.0, 2.0),
        failing: (0.05, 0.5),
        spread: 72,
        ..PEOPLE
    };
    let of = |name, clients| Scenario {
        name,
        clients,
        ..plain.clone()
    };
    vec![
        of("some large clients that come back over three days", large),
        of("ruled by a few clients, over three days", ruled),
        Scenario {
            design: Design {
                at_once: true,
                ..PLAIN
            },
            ..of("the same, `breach: at-once`", ruled)
        },
    ]
}

/// Returns those with one.
fn effects(plain: &Scenario) -> Vec<Scenario> {
    // None of whom fails often: a guardrail that stays open would hold the verdict back.
    let calm = Clients {
        failing: (0.0, 0.0),
        ..PEOPLE
    };
    // Found with a power of 0.8 by one look at 40,000 clients.
    let better = Clients {
        lift: 0.125,
        ..calm
    };
    let of = |name, clients| Scenario {
        name,
        clients,
        ..plain.clone()
    };
    vec![
        of("12.5 % more convert", better),
        Scenario {
            design: Design {
                looks: Some(5),
                ..PLAIN
            },
            ..of("12.5 % more convert, five planned looks", better)
        },
        Scenario {
            steps: ramp(),
            ..of("12.5 % more convert, ramp 5, 25, 50", better)
        },
        of(
            "12.5 % fewer convert",
            Clients {
                lift: -0.125,
                ..calm
            },
        ),
        of(
            "a point more requests fail",
            Clients {
                harm: 0.01,
                ..PEOPLE
            },
        ),
        of(
            "30 points more requests fail",
            Clients {
                harm: 0.3,
                ..PEOPLE
            },
        ),
    ]
}

/// Returns those whose business metrics are in rows: without an effect, then with one.
pub(crate) fn of_rows() -> Vec<(Scenario, OfRows)> {
    let calm = Clients {
        failing: (0.0, 0.0),
        spends: 0.5,
        ..PEOPLE
    };
    let better = Clients {
        lift: 0.125,
        ..calm
    };
    let of = |name, clients, of_means| Scenario {
        name,
        days: 14,
        steps: vec![(0, &[50, 50], ONLY)],
        clients,
        design: Design { of_means, ..PLAIN },
        before: false,
    };
    let without = OfRows { covariate: None };
    let cuped = OfRows {
        covariate: Some(0.7),
    };
    vec![
        (of("rows, 50:50", PEOPLE, false), without),
        (
            Scenario {
                steps: ramp(),
                design: Design {
                    outcome_within: Some("3d"),
                    ..PLAIN
                },
                ..of(
                    "rows, ramp 5, 25, 50, conversions a day later on average, `outcomeWithin: 3d`",
                    Clients {
                        later: (24.0, 72.0),
                        ..PEOPLE
                    },
                    false,
                )
            },
            without,
        ),
        (of("rows, a mean", calm, true), without),
        (of("rows, a mean with a covariate", calm, true), cuped),
        (
            Scenario {
                steps: vec![(0, &[90, 10], ONLY)],
                ..of("rows, a mean with a covariate, 90:10", calm, true)
            },
            cuped,
        ),
        (of("rows, 12.5 % more convert", better, false), without),
        (
            of("rows, a mean, 12.5 % more convert", better, true),
            without,
        ),
        (
            of(
                "rows, a mean with a covariate, 12.5 % more convert",
                better,
                true,
            ),
            cuped,
        ),
    ]
}
