//! `mlship experiment plan`

use clap::Args;
use jiff::Timestamp;

use super::load::load_some;
use crate::cli::load::Need;
use crate::cli::sessions::{Asking, Sessions};
use crate::cli::{Format, Global, examples, output};
use crate::report::{SamplePlansView, sample_plans_document, sample_plans_text};
use mlship_core::app::experiment::{Comparison, Past};
use mlship_core::cloud::CloudError;
use mlship_core::experiment::{Baseline, Wanted, sample_plans};
use mlship_core::progress::ExitCode;
use mlship_manifest::schema::{Experiment, MetricType};

/// Say what sample and time an effect takes, and which effect the planned sample shows
///
/// For both designs, by what `CloudWatch` has of the control's primary metric in the last two weeks.
/// With --baseline and --daily (and of a mean --deviation) AWS is not asked.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_PLAN)]
pub(super) struct Plan {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// The control's proportion or mean, in place of what was seen
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = finite)]
    baseline: Option<f64>,
    /// Of a mean: the standard deviation of one value, in place of what was seen
    #[arg(long, value_name = "NUMBER", value_parser = positive)]
    deviation: Option<f64>,
    /// The trials of all variants in a day, in place of what was seen
    #[arg(long, value_name = "TRIALS", value_parser = positive)]
    daily: Option<f64>,
    /// The absolute difference that is to be found; minimumEffect by default
    #[arg(long, value_name = "NUMBER", value_parser = positive)]
    effect: Option<f64>,
    /// The chance to find it
    #[arg(long, value_name = "CHANCE", default_value_t = 0.8, value_parser = chance)]
    power: f64,
}

fn finite(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    let number = number.filter(|number| number.is_finite());
    number.ok_or_else(|| "write a number, such as 0.05".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    let number = finite(text).ok().filter(|number| *number > 0.0);
    number.ok_or_else(|| "write a number above 0".to_owned())
}

fn chance(text: &str) -> Result<f64, String> {
    let number = finite(text).ok();
    let number = number.filter(|number| *number > 0.0 && *number < 1.0);
    number.ok_or_else(|| "write a chance between 0 and 1, such as 0.8".to_owned())
}

pub(super) async fn run(command: &Plan, global: &Global) -> ExitCode {
    let paths = [command.path.clone()];
    let (comparisons, broken) = match load_some(&paths, "plan", Need::Numbers, global) {
        Ok(read) => read,
        Err(code) => return code,
    };
    let [comparison] = &comparisons[..] else {
        let hint = Some("name one of them");
        let message = "experiment plan takes the manifest of one experiment";
        return output::usage_with_hint(message, hint, global);
    };
    let Some(experiment) = comparison.measured() else {
        return broken;
    };
    let past = match command.past(experiment, comparison, global).await {
        Ok(past) => past,
        Err(code) => return code,
    };
    let Some(baseline) = command.baseline(experiment, past.as_ref()) else {
        let metric = &experiment.primary.metric;
        let message = format!("CloudWatch has no numbers of {metric} of the control to plan by");
        return output::obstacle(&message, Plan::say_it(experiment), global);
    };
    if let Some(message) = impossible(baseline) {
        return output::usage(message, global);
    }
    let seen = past.as_ref().map(|past| past.daily);
    let wanted = Wanted {
        baseline,
        phase: comparison.definition.last_phase(),
        daily: command.daily.or(seen),
        effect: command.effect.unwrap_or(experiment.primary.minimum_effect),
        power: command.power,
    };
    let plans = sample_plans(experiment, &wanted);
    let view = SamplePlansView {
        name: &comparison.definition.name,
        metric: &experiment.primary.metric,
        past: past.as_ref(),
        wanted: &wanted,
        maximum_days: experiment.maximum_days,
        plans: &plans,
    };
    match global.output {
        Format::Human => output::page(&sample_plans_text(&view)),
        Format::Json => return output::document(&sample_plans_document(&view)),
    }
    ExitCode::Done
}

/// Says why nothing can be planned by a baseline.
fn impossible(baseline: Baseline) -> Option<&'static str> {
    match baseline {
        Baseline::Proportion(rate) => (rate <= 0.0 || rate >= 1.0)
            .then_some("the control's proportion must be between 0 and 1: say it by --baseline"),
        Baseline::Mean { variance, .. } => (variance <= 0.0)
            .then_some("all values of the control are the same: say their --deviation"),
    }
}

impl Plan {
    /// Reads what is not said, where that is anything.
    async fn past(
        &self,
        experiment: &Experiment,
        comparison: &Comparison,
        global: &Global,
    ) -> Result<Option<Past>, ExitCode> {
        let is_known = match experiment.primary.kind {
            MetricType::Proportion => true,
            MetricType::Mean | MetricType::Ratio => self.deviation.is_some(),
        };
        if self.baseline.is_some() && self.daily.is_some() && is_known {
            return Ok(None);
        }
        let told = |error: &CloudError| output::cloud_error(error, global);
        let destinations = [comparison.destination()];
        let sessions = Sessions::deaf(&destinations, Asking::Nobody, global).await;
        let sessions = sessions.map_err(|error| told(&error))?;
        let session = sessions.to(0).map_err(told)?;
        let past = Past::read(&*session.cloud, comparison, Timestamp::now()).await;
        past.map_err(|error| told(&error))
    }

    /// Returns what the control is like: as it was said, else as it was seen, else as the manifest
    /// has it.
    fn baseline(&self, experiment: &Experiment, past: Option<&Past>) -> Option<Baseline> {
        let seen = past.and_then(|past| past.baseline);
        match experiment.primary.kind {
            MetricType::Proportion => match (self.baseline, seen) {
                (Some(rate), _) => Some(Baseline::Proportion(rate)),
                (None, Some(seen)) => Some(seen),
                (None, None) => experiment.primary.baseline.map(Baseline::Proportion),
            },
            MetricType::Mean | MetricType::Ratio => {
                let (mean, variance) = match seen {
                    Some(Baseline::Mean { mean, variance }) => (Some(mean), Some(variance)),
                    Some(Baseline::Proportion(_)) | None => (None, None),
                };
                let own = self.deviation.map(|deviation| deviation * deviation);
                Some(Baseline::Mean {
                    mean: self.baseline.or(mean)?,
                    variance: own.or(variance)?,
                })
            }
        }
    }

    fn say_it(experiment: &Experiment) -> &'static str {
        match experiment.primary.kind {
            MetricType::Proportion => {
                "say them by --baseline and --daily, or put the metric with the dimension Variant \
                 of the control's name before the experiment begins"
            }
            MetricType::Mean | MetricType::Ratio => {
                "say them by --baseline, --deviation and --daily, or put the metric with the \
                 dimension Variant of the control's name before the experiment begins"
            }
        }
    }
}
