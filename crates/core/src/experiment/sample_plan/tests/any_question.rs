//! Whatever is asked of whatever experiment is answered or refused.

use mlship_manifest::schema::Experiment;
use mlship_stats::Phase;
use proptest::prelude::*;

use super::{plans, said, written};
use crate::experiment::sample_plan::*;

/// Numbers as somebody types them: sensible ones, those at the ends, and nonsense.
fn typed() -> impl Strategy<Value = String> {
    let ends = [
        "0",
        "-0",
        "1",
        "-1",
        "NaN",
        "inf",
        "-inf",
        "1e300",
        "-1e300",
        "1e-300",
        "0.5",
        "0.9999",
        "0.99999999",
        "0.01",
        "0.001",
        "2",
        "100",
        "1e15",
        "1e12",
        "1e-12",
        "",
        "x",
        "5e3",
    ];
    prop_oneof![
        1 => prop::sample::select(ends.to_vec()).prop_map(str::to_owned),
        12 => (0.0..1.0_f64).prop_map(|value| value.to_string()),
        4 => (-13.0..13.0_f64).prop_map(|power| 10_f64.powf(power).to_string()),
        1 => any::<f64>().prop_map(|value| value.to_string()),
    ]
}

fn power() -> impl Strategy<Value = Option<String>> {
    let sensible = (0.5..0.9999_f64).prop_map(|value| Some(value.to_string()));
    prop_oneof![4 => sensible, 1 => flag()]
}

fn flag() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.6, typed())
}

fn observed() -> impl Strategy<Value = Option<Observed>> {
    let number = || prop_oneof![Just(0.0), 0.0..1.0_f64, 1e-9..1e9_f64, any::<f64>()];
    let baseline = prop_oneof![
        number().prop_map(Baseline::Proportion),
        (number(), number()).prop_map(|(mean, variance)| Baseline::Mean { mean, variance }),
    ];
    let both = (prop::option::of(baseline), number());
    prop::option::of(both.prop_map(|(baseline, daily)| Observed { baseline, daily }))
}

fn any_experiment() -> impl Strategy<Value = Experiment> {
    let kinds = [
        "conversion, type: proportion",
        "basket, type: mean",
        "spent, type: mean",
    ];
    let designs = [
        "",
        "design: group-sequential",
        "design: group-sequential\nlooks: 10",
    ];
    let weight = || prop_oneof![Just(50_u32), 0..1000_u32];
    (
        prop::sample::select(kinds.to_vec()),
        prop::sample::select(vec!["up", "down"]),
        prop_oneof![Just(0.005), 1e-9..1.0_f64, 1e-320..1e300_f64],
        [weight(), weight()],
        prop_oneof![100..100_000_u32, 100..=2_147_483_647_u32],
        prop_oneof![Just(0.05), 1e-12..0.499_f64],
        prop::sample::select(designs.to_vec()),
        prop_oneof![Just(100), 1..=2_147_483_647_u32],
    )
        .prop_map(
            |(kind, direction, effect, weights, planned, alpha, design, events)| {
                let primary =
                    format!("{{ metric: {kind}, direction: {direction}, minimumEffect: 1 }}");
                let more = format!("{design}\nminimumEventsPerArm: {events}");
                let mut own = written(&primary, weights, planned, &more);
                own.primary.minimum_effect = effect;
                own.alpha = Some(alpha);
                own
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 512,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_is_asked_is_answered_or_refused(
        own in any_experiment(),
        flags in (flag(), flag(), flag(), flag(), power()),
        seen in observed(),
        steps in 1..21_u32,
    ) {
        let names = ["--baseline", "--deviation", "--daily", "--effect", "--power"];
        let flags = [&flags.0, &flags.1, &flags.2, &flags.3, &flags.4];
        let flags = names.into_iter().zip(flags);
        let flags: Vec<_> = flags.filter_map(|(name, text)| Some((name, text.as_deref()?))).collect();
        let Some(said) = said(&flags) else {
            return Ok(());
        };
        match plans(&own, Phase::Declared { step: steps, steps }, said, seen) {
            Ok(found) => answers(&own, said, &found)?,
            Err(refusal) => {
                prop_assert!(!refusal.name.is_empty() && !refusal.fits.is_empty());
                prop_assert_eq!(refusal.said_by == SaidBy::Flag, refusal.name.starts_with("--"));
            }
        }
    }
}

fn answers(own: &Experiment, said: Said, found: &SamplePlans) -> Result<(), TestCaseError> {
    let wanted = said.effect.map_or(own.primary.minimum_effect, Amount::get);
    let asked = said.power.get().to_bits();
    prop_assert!(
        found.plans.len() == 6 || !found.notes.is_empty(),
        "{:?}",
        found
    );
    for plan in &found.plans {
        prop_assert!(
            (LEAST_SAMPLE..=MOST_SAMPLE).contains(&plan.sample),
            "{:?}",
            plan
        );
        prop_assert!(plan.effect > 0.0 && plan.effect.is_finite(), "{:?}", plan);
        prop_assert!((0.0..=1.0).contains(&plan.power), "{:?}", plan);
        prop_assert!(plan.alpha > 0.0 && plan.alpha < 0.5, "{:?}", plan);
        if let Some(days) = plan.days {
            prop_assert!(days > 0.0 && days.is_finite(), "{:?}", plan);
        }
        let (is_planned, is_wanted, is_asked) = (
            plan.sample == u64::from(own.planned_sample),
            plan.effect.to_bits() == wanted.to_bits(),
            plan.power.to_bits() == asked,
        );
        match plan.answer {
            Answer::Sample => prop_assert!(is_wanted && is_asked, "{:?}", plan),
            Answer::Power => prop_assert!(is_planned && is_wanted, "{:?}", plan),
            Answer::Effect => prop_assert!(is_planned && is_asked, "{:?}", plan),
        }
    }
    Ok(())
}
