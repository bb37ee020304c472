//! Readouts of means: from sums, and from rows of clients.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::*;
use mlship_core::experiment::rows::{self, ClientCount, RowWindow, RowsPlan};
use mlship_manifest::schema::MetricType;
use mlship_stats::Pairs;

/// A mean of few large values at uneven weights.
pub(super) fn mean() -> Case {
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
pub(super) fn in_rows(name: &'static str, strangers: usize) -> Case {
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
