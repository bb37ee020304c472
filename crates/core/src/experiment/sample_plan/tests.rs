//! What is asked of plans, and what they answer.

mod any_question;

use mlship_manifest::schema::Experiment;
use mlship_stats::Phase;

use super::*;

fn experiment(more: &str) -> Experiment {
    let primary =
        "{ metric: conversion, type: proportion, direction: up, minimumEffect: 0.005 }".to_owned();
    written(&primary, [50, 50], 40_000, more)
}

fn of_means(minimum: &str) -> Experiment {
    let primary =
        format!("{{ metric: basket, type: mean, direction: up, minimumEffect: {minimum} }}");
    written(&primary, [50, 50], 40_000, "")
}

fn written(primary: &str, weights: [u32; 2], planned: u32, more: &str) -> Experiment {
    let [control, challenger] = weights;
    let text = format!(
        "
apiVersion: mlship/v1
kind: Experiment
metadata: {{ name: v9 }}
listenerRule: arn
variants:
  - {{ name: control, release: a.yaml, weight: {control}, control: true }}
  - {{ name: challenger, release: b.yaml, weight: {challenger} }}
primary: {primary}
metrics:
  conversion: {{ namespace: Shop, successes: Converted, trials: Clients }}
  basket: {{ namespace: Shop, sum: Sum, sumSquares: Squares, count: Clients }}
  spent: {{ rows: true }}
plannedSample: {planned}
{more}"
    );
    serde_yaml::from_str(&text).unwrap()
}

const SAID: Said = Said {
    baseline: None,
    deviation: None,
    daily: None,
    effect: None,
    power: Power::USUAL,
};

const SEEN: Observed = Observed {
    baseline: Some(Baseline::Proportion(0.05)),
    daily: 4_000.0,
};

fn said(flags: &[(&str, &str)]) -> Option<Said> {
    let mut said = SAID;
    for (flag, text) in flags {
        match *flag {
            "--baseline" => said.baseline = Some(text.parse().ok()?),
            "--deviation" => said.deviation = Some(text.parse().ok()?),
            "--daily" => said.daily = Some(text.parse().ok()?),
            "--effect" => said.effect = Some(text.parse().ok()?),
            "--power" => said.power = text.parse().ok()?,
            other => panic!("{other}"),
        }
    }
    Some(said)
}

fn plans(
    experiment: &Experiment,
    phase: Phase,
    said: Said,
    seen: Option<Observed>,
) -> Result<SamplePlans, PlanRefusal> {
    let question = PlanQuestion::new(experiment, phase, said)?;
    Ok(sample_plans(&question.by(seen)?))
}

fn answered(experiment: &Experiment, flags: &[(&str, &str)]) -> SamplePlans {
    plans(experiment, Phase::ONLY, said(flags).unwrap(), Some(SEEN)).unwrap()
}

fn refused(experiment: &Experiment, flags: &[(&str, &str)], seen: Option<Observed>) -> String {
    let refusal = plans(experiment, Phase::ONLY, said(flags).unwrap(), seen).unwrap_err();
    format!("{refusal}; {}", refusal.fits)
}

fn find(plans: &SamplePlans, method: Method, answer: Answer) -> SamplePlan {
    let mut plans = plans.plans.iter();
    let is_it = |plan: &&SamplePlan| plan.method == method && plan.answer == answer;
    *plans.find(is_it).unwrap()
}

const FEW: Method = Method::GroupSequential { looks: 5 };

#[test]
fn planned_looks_take_about_half_the_sample() {
    let plans = answered(&experiment(""), &[]);
    assert_eq!((plans.plans.len(), plans.notes.len()), (6, 0));
    let often = find(&plans, Method::Sequential, Answer::Sample);
    let few = find(&plans, FEW, Answer::Sample);
    let ratio = real(few.sample) / real(often.sample);
    assert!((0.5..0.58).contains(&ratio), "{ratio}");
    // 62,470 for one look at 0.05; a little more at 0.045, and for five looks.
    assert!((65_000..68_000).contains(&few.sample), "{few:?}");
    assert_eq!(few.days, Some(real(few.sample) / 4_000.0));
    assert!((few.alpha - 0.045).abs() < 1e-12);
}

#[test]
fn a_plan_that_answers_one_number_gives_the_others_back() {
    let check = |own: &Experiment, flags: &[(&str, &str)], power: f64| {
        for method in [Method::Sequential, FEW] {
            let least = find(&answered(own, flags), method, Answer::Effect).effect;
            let least = least.to_string();
            let mut flags: Vec<_> = flags.iter().filter(|flag| flag.0 != "--effect").collect();
            let effect = ("--effect", least.as_str());
            flags.push(&effect);
            let flags: Vec<_> = flags.into_iter().copied().collect();
            let plans = answered(own, &flags);
            let sample = find(&plans, method, Answer::Sample).sample;
            assert!(sample.abs_diff(40_000) <= 40, "{method:?} {sample}");
            let reached = find(&plans, method, Answer::Power).power;
            assert!((reached - power).abs() < 1e-3, "{reached}");
        }
    };
    check(&experiment(""), &[], 0.8);
    let mean = [
        ("--baseline", "20"),
        ("--deviation", "50"),
        ("--power", "0.9"),
    ];
    check(&of_means("1"), &mean, 0.9);
}

#[test]
fn a_ramp_leaves_less_of_alpha_and_takes_more() {
    let check = |more: &str, phase: Phase, alpha: f64| {
        let plans = plans(&experiment(more), phase, SAID, Some(SEEN))
            .unwrap()
            .plans;
        assert_eq!(plans.len(), 6);
        for plan in plans {
            assert!((plan.alpha - alpha).abs() < 1e-12, "{plan:?}");
        }
    };
    check("", Phase::Declared { step: 3, steps: 3 }, 0.035);
    check("alpha: 0.1", Phase::ONLY, 0.09);
}

#[test]
fn numbers_that_do_not_fit_each_other_are_refused_by_name_and_value() {
    let check = |own: &Experiment, flags: &[(&str, &str)], expected: &str| {
        assert_eq!(refused(own, flags, Some(SEEN)), expected);
    };
    let own = experiment("");
    check(
        &own,
        &[("--effect", "0.96")],
        "--effect 0.96: from 0.05 no proportion is so much higher; say a difference below 0.95 by \
         --effect: 0.005 is half a percentage point",
    );
    check(
        &own,
        &[("--baseline", "0.999")],
        "--baseline 0.999: no proportion is 0.005 higher (`primary.minimumEffect`); say a \
         difference below 0.001 by --effect: 0.005 is half a percentage point",
    );
    check(
        &own,
        &[("--baseline", "1.5")],
        "--baseline 1.5: nothing can be planned by such a proportion; say one above 0 and below 1 \
         by --baseline, such as 0.05",
    );
    check(
        &own,
        &[("--deviation", "3")],
        "--deviation 3: conversion is a proportion, which varies as its rate says; leave it out: \
         --baseline is all that is needed of a proportion",
    );
    check(
        &of_means("1e-300"),
        &[],
        &format!(
            "`primary.minimumEffect` {}: no sample is reckoned for such a difference; say another \
             by --effect, from 1e-12 to 1e15",
            1e-300
        ),
    );
    let primary = "{ metric: conversion, type: proportion, direction: up, minimumEffect: 0.005 }";
    check(
        &written(primary, [50, 0], 40_000, ""),
        &[],
        "`variants[1].weight` 0: challenger gets no traffic, so that no sample shows anything of \
         it; give it a share, or leave the variant out",
    );
}

#[test]
fn a_control_that_says_nothing_is_refused_whoever_says_it() {
    let check = |own: &Experiment, seen: Option<Baseline>, expected: &str| {
        let seen = Observed {
            baseline: seen,
            daily: 4_000.0,
        };
        assert_eq!(refused(own, &[], Some(seen)), expected);
    };
    check(
        &experiment(""),
        Some(Baseline::Proportion(0.0)),
        "the control's proportion 0: nothing can be planned by such a proportion; say one above 0 \
         and below 1 by --baseline, such as 0.05",
    );
    let variance = |variance| {
        Some(Baseline::Mean {
            mean: 3.0,
            variance,
        })
    };
    check(
        &of_means("1"),
        variance(0.0),
        "the standard deviation of the control's values 0: nothing can be planned by it, as where \
         all values are the same; say what it is by --deviation",
    );
    check(
        &of_means("1"),
        None,
        "basket: CloudWatch has no numbers of the control to plan by; say them by --baseline, \
         --deviation and --daily, or put the metric with the dimension Variant of the control's \
         name before the experiment begins",
    );
}

#[test]
fn what_decides_nothing_is_no_plan() {
    // In 40,000 trials the control has 20 of the 100 events without which nothing is decided.
    let own = experiment("");
    let found = answered(&own, &[("--baseline", "0.001"), ("--effect", "0.05")]);
    assert!(found.plans.iter().all(|plan| plan.answer == Answer::Sample));
    for plan in &found.plans {
        assert_eq!(plan.sample, 200_000, "{plan:?}");
    }
    let variant = "control".to_owned();
    let few = PlanNote::TooFewEvents {
        variant: variant.clone(),
        expected: 20.0,
        enough: Some(200_000),
    };
    assert_eq!(found.notes, [PlanNote::EventsDecide { variant }, few]);
}

#[test]
fn no_plan_has_a_sample_that_no_manifest_can_have() {
    let found = answered(&experiment(""), &[("--effect", "1e-7")]);
    let beyond = |method| PlanNote::SampleBeyondAll { method };
    assert_eq!(found.notes, [beyond(Method::Sequential), beyond(FEW)]);
    assert!(found.plans.iter().all(|plan| plan.answer != Answer::Sample));
    let found = answered(&experiment(""), &[("--effect", "0.9")]);
    let least = find(&found, FEW, Answer::Sample).sample;
    assert_eq!(
        least, 4_000,
        "100 events of a proportion of 0.05 and a half"
    );
}
