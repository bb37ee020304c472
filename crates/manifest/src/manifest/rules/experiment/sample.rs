//! The planned sample, and whether each variant gets enough of it.

use crate::manifest::Code;
use mlship_stats::{Alpha, Design, Method, Phase};

use super::super::super::experiment::USUAL_LOOKS;
use super::super::super::schema::{Direction, Experiment, Metric, MetricType, Variant};
use super::super::findings::Findings;

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    looks(experiment, findings);
    looks_of_rows(experiment, findings);
    baseline(experiment, findings);
    if suffices(experiment, findings) {
        power(experiment, findings);
    }
}

/// Finds looks of a design that has none.
fn looks(experiment: &Experiment, findings: &mut Findings<'_>) {
    if experiment.method() == Method::Sequential
        && findings.is_written("looks")
        && !findings.is_broken("design")
    {
        findings.error(
            "looks",
            Code::LOOKS_UNUSED,
            "only a group-sequential design has a number of looks",
            "add `design: group-sequential`, or remove it",
        );
    }
}

/// Finds planned looks at rows of clients, whose counts the rule can't keep.
fn looks_of_rows(experiment: &Experiment, findings: &mut Findings<'_>) {
    let primary = &experiment.primary.metric;
    let defined = experiment.metrics.get(primary);
    let is_of_rows = defined.is_some_and(Metric::is_of_rows);
    if experiment.method() != Method::Sequential && is_of_rows && !findings.is_broken("design") {
        findings.error(
            "design",
            Code::LOOKS_OF_ROWS,
            format!(
                "the counts of a planned look are kept with the rule, and `{primary}` is in rows of \
                 clients"
            ),
            "remove it: the default design reads rows as often as you like",
        );
    }
}

/// Says whether each variant can have the successes that it must.
fn suffices(experiment: &Experiment, findings: &mut Findings<'_>) -> bool {
    let arms = experiment.variants.len() as u64;
    let events = experiment.events_per_arm();
    let least = arms * u64::from(events);
    let planned = u64::from(experiment.planned_sample);
    let is_short = planned < least;
    if is_short && findings.is_written("plannedSample") {
        findings.error(
            "plannedSample",
            Code::PLANNED_SAMPLE_TOO_SMALL,
            format!(
                "{planned} trials can't be enough: {arms} variants need {events} successes each"
            ),
            format!("plan {least} at the very least, or lower `minimumEventsPerArm`"),
        );
    }
    !is_short
}

fn baseline(experiment: &Experiment, findings: &mut Findings<'_>) {
    let primary = &experiment.primary;
    let Some(baseline) = primary.baseline else {
        return;
    };
    let others = match primary.kind {
        MetricType::Proportion => None,
        MetricType::Mean => Some("means"),
        MetricType::Ratio => Some("ratios"),
    };
    if let Some(others) = others {
        findings.error(
            "primary.baseline",
            Code::BASELINE_OF_MEAN,
            format!("`primary.baseline` is a proportion, and {others} are compared"),
            format!("remove it: what {others} need depends on their variance"),
        );
    } else if !(0.0..1.0).contains(&(baseline + signed_effect(experiment))) {
        findings.error(
            "primary.baseline",
            Code::EFFECT_BEYOND_PROPORTIONS,
            format!(
                "from {baseline} no proportion is {} better",
                primary.minimum_effect
            ),
            "lower `minimumEffect`; it is absolute: 0.005 is half a percentage point",
        );
    }
}

fn signed_effect(experiment: &Experiment) -> f64 {
    match experiment.primary.direction {
        Direction::Up => experiment.primary.minimum_effect,
        Direction::Down => -experiment.primary.minimum_effect,
    }
}

/// The control's proportion where nobody says: a conversion rate as it is common.
const COMMON: f64 = 0.05;
/// The chance to find what is there that is customary.
const ENOUGH: f64 = 0.8;

/// Warns where a difference as large as the smallest that matters would probably not be found.
fn power(experiment: &Experiment, findings: &mut Findings<'_>) {
    let needed = ["plannedSample", "alpha", "primary", "variants", "looks"];
    if experiment.primary.kind != MetricType::Proportion
        || needed.iter().any(|path| findings.is_broken(path))
    {
        return;
    }
    let base = experiment.primary.baseline.unwrap_or(COMMON);
    let designs = designs(experiment, base);
    let weakest = designs.min_by(|first, other| first.power.total_cmp(&other.power));
    let Some(weakest) = weakest.filter(|design| design.power < ENOUGH) else {
        return;
    };
    let sample = weakest.sample.map_or(String::new(), |sample| {
        let fewer = weakest.sample_of_few_looks.map_or(String::new(), |few| {
            format!(", {few} with `design: group-sequential`")
        });
        format!("plan {sample} for a power of {ENOUGH}{fewer}, ")
    });
    let known = match experiment.primary.baseline {
        Some(_) => "or accept a larger `minimumEffect`",
        None => {
            "accept a larger `minimumEffect`, or write `primary.baseline` if the control's \
             proportion is another"
        }
    };
    let challenger = findings.quote("variants", weakest.challenger);
    findings.warn(
        "plannedSample",
        Code::LOW_POWER,
        format!(
            "{} trials are few: from a proportion of {base}, a difference of {} of {challenger} \
             would be found with a power of {:.2}",
            experiment.planned_sample, experiment.primary.minimum_effect, weakest.power
        ),
        format!("{sample}{known}"),
    );
}

struct Planned<'a> {
    challenger: &'a str,
    power: f64,
    /// The trials of all variants together that are customary.
    sample: Option<u64>,
    /// The same, were the primary metric looked at a few times alone.
    sample_of_few_looks: Option<u64>,
}

/// Returns what the planned sample comes to for each challenger.
fn designs(experiment: &Experiment, base: f64) -> impl Iterator<Item = Planned<'_>> {
    let weight = |variant: &Variant| f64::from(variant.weight);
    let all: f64 = experiment.variants.iter().map(weight).sum();
    let control = experiment.control().map_or(0.0, weight);
    let alpha = Alpha::new(experiment.accepted_alpha());
    let challengers = experiment.challengers().count();
    // The sample is that of the last phase, which has only a part of alpha.
    let steps = u32::try_from(experiment.ramp.len()).unwrap_or(u32::MAX);
    let last = Phase::Declared {
        step: steps.saturating_add(1),
        steps: steps.saturating_add(1),
    };
    experiment.challengers().filter_map(move |challenger| {
        let both = control + weight(challenger);
        let share = weight(challenger) / both;
        let design = Design::new(base, signed_effect(experiment), share)?;
        let alpha = alpha?.of_phase(last).shared_by(challengers);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a part of a number of 32 bits"
        )]
        let planned = (f64::from(experiment.planned_sample) * both / all) as u64;
        let method = experiment.method();
        let sample = |method: Method| {
            let trials = design.sample(ENOUGH, alpha, method)?;
            Some(rounded(trials, all / both))
        };
        Some(Planned {
            challenger: &challenger.name,
            power: design.power(planned, alpha, method),
            sample: sample(method),
            sample_of_few_looks: match method {
                Method::Sequential => sample(Method::GroupSequential { looks: USUAL_LOOKS }),
                Method::GroupSequential { .. } => None,
            },
        })
    })
}

/// Returns the trials of all variants by those of two, as people plan: not to the last trial.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "rounded to be read"
)]
fn rounded(trials: u64, times: f64) -> u64 {
    let trials = trials as f64 * times;
    let step = 10f64.powf((trials.log10().floor() - 1.0).max(0.0));
    ((trials / step).ceil() * step) as u64
}
