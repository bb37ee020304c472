//! One readout of each kind.

use super::means::{in_rows, mean};
use super::*;
use mlship_core::experiment::TakenLook;

/// Returns readouts of all kinds.
pub(in super::super) fn cases() -> Vec<Case> {
    let converted = |converted| Half { converted, ..HALF };
    let mut inconclusive = of(2, converted(52)).case("inconclusive");
    inconclusive.notes = vec![
        "the window begins before the phase does, when traffic was shared otherwise".to_owned(),
        "no data of Fraud Convertd with Variant=control and with Variant=challenger in this window"
            .to_owned(),
    ];
    let breach = Half {
        errors: 90,
        ..converted(62)
    };
    let fixed = Setting {
        fixed: true,
        ..of(14, converted(56))
    };
    let dead = Setting {
        dead: vec!["challenger".to_owned()],
        ..of(1, converted(50))
    };
    vec![
        of(14, converted(62)).case("winner"),
        of(14, converted(38)).case("harm"),
        of(100, HALF).case("no-difference"),
        of(14, breach).case("breach"),
        of(
            14,
            Half {
                clients: 700,
                converted: 35,
                ..HALF
            },
        )
        .case("broken-split"),
        inconclusive,
        of(0, HALF).case("nothing-yet"),
        of(
            1,
            Half {
                converted: 3,
                ..HALF
            },
        )
        .case("few-events"),
        fixed.case("fixed-horizon"),
        dead.case("no-healthy-target"),
        planned_looks(),
        three_arms(),
        long_names(),
        other_scripts(),
        ramped(),
        over(),
        mean(),
        in_rows("rows", 0),
        in_rows("rows-unfit", 40),
        unknown_measures(),
    ]
}

fn planned_looks() -> Case {
    let own = Half {
        converted: 60,
        ..HALF
    };
    let mut setting = of(9, own);
    setting.experiment["design"] = json!("group-sequential");
    setting.experiment["looks"] = json!(5);
    let looks = setting.looks(&setting.experiment());
    let taken = [4, 8, 12].map(|at: usize| TakenLook {
        at: looks[at].at,
        is_final: false,
        arms: looks[at].arms.iter().map(|arm| arm.metrics[0]).collect(),
    });
    setting.planned = Some(PlannedLooks {
        looks: 5,
        taken: taken.to_vec(),
        unreadable: None,
        is_time_up: false,
    });
    setting.case("planned-looks")
}

fn three_arms() -> Case {
    let mut setting = Setting {
        names: vec!["control", "challenger", "third"],
        weights: vec![50, 25, 25],
        halves: vec![
            HALF,
            Half {
                clients: 500,
                converted: 30,
                ..HALF
            },
            Half {
                clients: 500,
                converted: 24,
                errors: 13,
            },
        ],
        ..Setting::default()
    };
    // Too few requests for a margin that small.
    setting.experiment["guardrails"] = json!([
        {"metric": "error_rate", "type": "proportion", "direction": "down", "margin": 0.002},
        {"metric": "slow_requests", "type": "proportion", "direction": "down", "margin": 0.0001,
            "threshold": "300ms"},
    ]);
    setting.case("three-arms")
}

fn long_names() -> Case {
    let metric =
        "conversion_of_clients_who_came_by_the_newsletter_within_a_week_of_their_first_visit";
    let mut setting = of(
        14,
        Half {
            converted: 62,
            ..HALF
        },
    );
    setting.names = vec![
        "the-model-that-has-served-everybody-since-the-beginning-of-the-year-2024",
        "gradient-boosted-trees-with-merchant-embeddings-and-a-recalibrated-threshold-v12",
    ];
    setting.experiment["primary"]["metric"] = json!(metric);
    let own = setting.experiment["metrics"]["conversion"].take();
    setting.experiment["metrics"] = json!({ metric: own });
    let mut case = setting.case("long-names");
    case.record.name = format!("fraud-{}", "very-".repeat(30));
    case.record.by = format!("arn:aws:iam::111122223333:role/{}", "deployer".repeat(12));
    case.record.hypothesis = Some(format!("it is {}good", "very ".repeat(120)));
    case.notes = vec![format!("https://example.com/{}", "path/".repeat(60))];
    case
}

fn other_scripts() -> Case {
    let mut setting = of(14, Half { errors: 90, ..HALF });
    setting.names = vec!["שליטה", "🚀 挑战者"];
    let mut case = setting.case("other-scripts");
    case.record.name = "ניסוי <b>&amp;</b> تجربة 🧪".to_owned();
    case.record.hypothesis = Some("المزيد من العملاء יישארו, und mehr kommen 🛒".to_owned());
    case
}

fn ramped() -> Case {
    let setting = Setting {
        weights: vec![75, 25],
        halves: vec![
            Half {
                clients: 1500,
                converted: 75,
                ..HALF
            },
            Half {
                clients: 500,
                converted: 27,
                ..HALF
            },
        ],
        days: 6,
        ..Setting::default()
    };
    let mut case = setting.case("ramp");
    let phase = |number: u32, hours: i64, weights: &[u32]| PhaseOf {
        number,
        since: began() + SignedDuration::from_hours(hours),
        weights: weights.to_vec(),
    };
    case.record.phases = vec![phase(1, -96, &[95, 5]), phase(2, 0, &[75, 25])];
    case.record.phase = 2;
    case.record.step = 2;
    let first = Spending::first(3);
    case.record.spending = Some(first.next(start::StartReason::NextStep, (2, 3)));
    case.record.started = Some(began() - SignedDuration::from_hours(96));
    case
}

fn over() -> Case {
    let mut case = of(
        14,
        Half {
            converted: 62,
            ..HALF
        },
    )
    .case("over");
    case.record.state = State::Stopped;
    case.ended = Some(Ended {
        outcome: "challenger_better".to_owned(),
        winner: "challenger".to_owned(),
        at: began() + SignedDuration::from_hours(24 * 14),
        by: "arn:aws:iam::111122223333:user/bo".to_owned(),
        cookies_end: began() + SignedDuration::from_hours(24 * 21),
        traffic: vec!["control".to_owned(), "challenger".to_owned()],
    });
    case
}

/// By a variant's service alone.
fn unknown_measures() -> Case {
    let setting = of(3, HALF);
    let looks = setting.looks(&setting.experiment());
    let reading = Reading::of(&Material {
        experiment: None,
        definition: &setting.definition(),
        weights: &setting.weights,
        looks: &looks,
        dead: &[],
        window: Window {
            from: began(),
            to: looks.last().unwrap().at,
        },
        terms: Terms::default(),
        fixed: false,
        planned: None,
        rows: None,
    });
    Case {
        experiment: None,
        ..setting.case_of("by-service", reading)
    }
}
