//! Whether the first step of a shift gets as many requests as it takes to see anything.

use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::{FirstStep, Looker, Surroundings};
use crate::traffic::percent;

const FIELDS: &[&str] = &["rollout.canaryPercent", "rollout.stepPercent", "rollout"];

pub(in crate::preflight) fn first_step(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    let Some(step) = &release.first_step else {
        return Vec::new();
    };
    let subject = format!("a first step of {} %", percent(step.percent));
    let about = About::new(Check::FirstStep, subject, FIELDS);
    vec![match told!(answers, step.question(), Requests) {
        Ok(requests) => judged(&about, step, *requests),
        Err(untold) => about.untold(&untold),
    }]
}

fn judged(about: &About, step: &FirstStep, requests: f64) -> Finding {
    // The sum of no points is −0.
    let requests = requests + 0.0;
    let gets = requests * step.percent / 100.0;
    let lookers = step.lookers.iter();
    let blind: Vec<&Looker> = lookers.filter(|looker| !looker.sees(gets)).collect();
    let gets = format!(
        "gets {} of the {} requests a minute of the last hour",
        percent(gets),
        percent(requests)
    );
    if blind.is_empty() {
        return about.pass(gets);
    }
    let each = blind.iter().map(|looker| says(looker));
    let each: Vec<String> = each.collect();
    let least = blind.iter().map(|looker| looker.least());
    let least = least.fold(0.0, f64::max);
    let needed = (least * 100.0 / step.percent).ceil();
    let mut message = format!(
        "{gets}, and {}: it takes {} a minute",
        each.join("; "),
        percent(needed)
    );
    // A tenth is the least that ECS takes.
    let larger = (least * 1000.0 / requests).ceil() / 10.0;
    let help = if requests > 0.0 && larger < 100.0 {
        message = format!("{message}, or {} %", percent(larger));
        "move more at first; or have somebody look before more moves, with `rollout.pause`"
    } else {
        "no step gets so many: have somebody look before more moves, with `rollout.pause`, or move \
         all of it at once, with `strategy: blue-green`"
    };
    about.warn(message, help)
}

fn says(looker: &Looker) -> String {
    let Looker {
        metric,
        requests,
        minutes,
    } = looker;
    if *minutes == 1 {
        format!("{metric} says nothing of a minute with fewer than {requests}")
    } else {
        format!("{metric} takes {requests} in {minutes} minutes")
    }
}
