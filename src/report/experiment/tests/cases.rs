//! Readouts of all kinds, by the code that reads real ones: what is tested of every page.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde_json::Value;

use super::*;
use mlship_core::experiment::rows::{self, ClientCount, RowCounts, RowWindow, RowsPlan};
use mlship_core::experiment::{Phase as PhaseOf, PlannedLooks, Spending, TakenLook};
use mlship_manifest::schema::MetricType;
use mlship_stats::Pairs;

/// A readout with all that is shown of it.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) record: Record,
    pub(super) reading: Reading,
    pub(super) experiment: Option<Experiment>,
    pub(super) notes: Vec<String>,
    pub(super) ended: Option<Ended>,
}

impl Case {
    pub(super) fn view(&self) -> ExperimentView<'_> {
        let experiment = self.experiment.as_ref();
        let guardrails = experiment.map_or(&[][..], |experiment| &experiment.guardrails);
        ExperimentView {
            name: &self.record.name,
            record: &self.record,
            hypothesis: self.record.hypothesis.as_deref(),
            reading: &self.reading,
            minimum_effect: experiment.map(|experiment| experiment.primary.minimum_effect),
            margins: guardrails
                .iter()
                .map(|guardrail| (&*guardrail.metric, guardrail.margin))
                .collect(),
            alpha: experiment.map(Experiment::accepted_alpha),
            maximum_days: experiment.and_then(|experiment| experiment.maximum_days),
            notes: self.notes.clone(),
            ended: self.ended.as_ref(),
            at: self.reading.window.to + SignedDuration::from_mins(3),
        }
    }
}

/// What a variant does in half a day.
#[derive(Debug, Clone, Copy)]
struct Half {
    clients: u64,
    converted: u64,
    errors: u64,
}

const HALF: Half = Half {
    clients: 1000,
    converted: 50,
    errors: 10,
};
const REQUESTS: u64 = 10_000;

/// What a readout is made of, where it is not as usual.
struct Setting {
    experiment: Value,
    names: Vec<&'static str>,
    weights: Vec<u32>,
    halves: Vec<Half>,
    days: u32,
    fixed: bool,
    planned: Option<PlannedLooks>,
    dead: Vec<String>,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            experiment: json!(experiment()),
            names: vec!["control", "challenger"],
            weights: vec![50, 50],
            halves: vec![HALF; 2],
            days: 14,
            fixed: false,
            planned: None,
            dead: Vec::new(),
        }
    }
}

impl Setting {
    fn experiment(&self) -> Experiment {
        let mut experiment = self.experiment.clone();
        let variants = self.names.iter().zip(&self.weights).enumerate();
        let variants = variants.map(|(at, (name, weight))| {
            json!({"name": name, "release": "a.yaml", "weight": weight, "control": at == 0})
        });
        experiment["variants"] = variants.collect();
        serde_json::from_value(experiment).unwrap()
    }

    fn definition(&self) -> Definition {
        let mut definition = definition(&self.weights);
        for (arm, name) in definition.arms.iter_mut().zip(&self.names) {
            (*name).clone_into(&mut arm.name);
        }
        definition
    }

    fn looks(&self, experiment: &Experiment) -> Vec<CumulativeCounts> {
        let proportion =
            |successes, trials| MetricCount::Proportion(Proportion { successes, trials });
        let arm = |half: &Half, times: u64| {
            let primary = [proportion(half.converted * times, half.clients * times)];
            let guardrails = experiment.guardrails.iter();
            let guardrails = guardrails.map(|_| proportion(half.errors * times, REQUESTS * times));
            VariantCounts {
                requests: REQUESTS * times,
                healthy: Some(2.0),
                metrics: primary.into_iter().chain(guardrails).collect(),
                ..VariantCounts::default()
            }
        };
        (1..=2 * self.days)
            .map(|times| CumulativeCounts {
                at: began() + SignedDuration::from_hours(12 * i64::from(times)),
                arms: self
                    .halves
                    .iter()
                    .map(|half| arm(half, times.into()))
                    .collect(),
            })
            .collect()
    }

    fn read(&self) -> Reading {
        let experiment = self.experiment();
        self.read_of(&experiment, &self.looks(&experiment), None)
    }

    fn read_of(
        &self,
        experiment: &Experiment,
        looks: &[CumulativeCounts],
        rows: Option<&RowCounts>,
    ) -> Reading {
        Reading::of(&Material {
            experiment: Some(experiment),
            definition: &self.definition(),
            weights: &self.weights,
            looks,
            dead: &self.dead,
            window: Window {
                from: began(),
                to: looks.last().map_or(began(), |look| look.at),
            },
            terms: Terms::default(),
            fixed: self.fixed,
            planned: self.planned.as_ref(),
            rows,
        })
    }

    fn case(&self, name: &'static str) -> Case {
        self.case_of(name, self.read())
    }

    fn case_of(&self, name: &'static str, reading: Reading) -> Case {
        let phase = PhaseOf {
            number: 1,
            since: began(),
            weights: self.weights.clone(),
        };
        Case {
            name,
            record: Record {
                phases: vec![phase],
                spending: Some(Spending::first(1)),
                ..record()
            },
            reading,
            experiment: Some(self.experiment()),
            notes: Vec::new(),
            ended: None,
        }
    }
}

fn of(days: u32, own: Half) -> Setting {
    Setting {
        halves: vec![HALF, own],
        days,
        ..Setting::default()
    }
}

/// Returns readouts of all kinds.
pub(super) fn cases() -> Vec<Case> {
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

/// A mean of few large values at uneven weights.
fn mean() -> Case {
    let mut setting = Setting {
        weights: vec![95, 5],
        ..Setting::default()
    };
    setting.experiment["primary"] =
        json!({"metric": "basket", "type": "mean", "direction": "up", "minimumEffect": 0.5});
    setting.experiment["metrics"] = json!({"basket": {
        "namespace": "Shop", "sum": "Sum", "sumSquares": "Squares", "count": "Clients",
    }});
    let experiment = setting.experiment();
    let mut looks = setting.looks(&experiment);
    for (look, times) in looks.iter_mut().zip(1_u32..) {
        for (arm, share) in look.arms.iter_mut().zip([0.95, 0.05]) {
            let clients = 2000.0 * share * f64::from(times);
            arm.metrics[0] = MetricCount::Mean(mlship_stats::Mean {
                count: 100 * u64::from(times) * if share > 0.5 { 19 } else { 1 },
                sum: clients * 1.2 / (1.0 + share),
                sum_squares: clients * 950.0,
            });
        }
    }
    let reading = setting.read_of(&experiment, &looks, None);
    setting.case_of("mean", reading)
}

/// Rows of clients with a covariate and parts, of which so many are of a variant that is not there.
fn in_rows(name: &'static str, strangers: usize) -> Case {
    let mut setting = of(14, HALF);
    setting.experiment["primary"] =
        json!({"metric": "basket", "type": "mean", "direction": "up", "minimumEffect": 0.5});
    setting.experiment["metrics"] = json!({"basket": {"rows": true}});
    setting.experiment["outcomeWithin"] = json!("2d");
    let experiment = setting.experiment();
    let mut looks = setting.looks(&experiment);
    // CloudWatch has nothing of it.
    for arm in looks.iter_mut().flat_map(|look| &mut look.arms) {
        arm.metrics[0] = MetricCount::Clients(ClientCount {
            kind: MetricType::Mean,
            is_adjusted: false,
            pairs: Pairs::default(),
        });
    }
    let to = looks.last().unwrap().at;
    let plan = RowsPlan {
        file: "clients.csv".to_owned(),
        variants: setting
            .names
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        metrics: rows::row_metrics(&experiment),
        window: RowWindow {
            started: Some(began()),
            from: began(),
            is_from_asked: false,
            to,
            known_to: to,
            outcome_within: Duration::from_hours(48),
            now: to,
        },
    };
    let file = clients(strangers);
    let counts = rows::read(&plan, file.as_bytes(), &AtomicBool::new(false)).unwrap();
    let last = looks.last().cloned().unwrap();
    rows::lay_over(&counts, &mut looks, last);
    let reading = setting.read_of(&experiment, &looks, Some(&counts));
    setting.case_of(name, reading)
}

fn clients(strangers: usize) -> String {
    let mut file =
        "client,variant,first_seen,basket,before_basket,segment_country,segment_device\n"
            .to_owned();
    // Of no chance, so that every run has the same page.
    let mut random = fastrand::Rng::with_seed(7);
    for client in 0..6000 {
        let variant = match client % 2 {
            _ if client < strangers => "stranger",
            0 => "control",
            _ => "challenger",
        };
        let at = began() + SignedDuration::from_mins(random.i64(0..14 * 24 * 60));
        let before = random.f64() * 40.0;
        let lift = if variant == "challenger" { 1.5 } else { 0.0 };
        let basket = before + random.f64() * 20.0 + lift;
        let country = ["DE", "FR", "日本"][random.usize(0..3)];
        let device = ["phone", "desk"][random.usize(0..2)];
        let _ = writeln!(
            file,
            "c{client},{variant},{at},{basket:.2},{before:.2},{country},{device}"
        );
    }
    file
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
