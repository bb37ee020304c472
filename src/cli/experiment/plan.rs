//! `mlship experiment plan`

use clap::Args;
use jiff::Timestamp;

use super::load::{comparison, no_experiment};
use crate::cli::load::{LoadedTerms, broken, load_terms};
use crate::cli::sessions::{Asking, Sessions};
use crate::cli::{Format, Global, examples, output};
use crate::report::{SamplePlansView, sample_plans_document, sample_plans_text};
use mlship_core::app::experiment::{Comparison, Past};
use mlship_core::cloud::CloudError;
use mlship_core::experiment::{
    Amount, DailyTrials, Definition, Level, PlanQuestion, PlanRefusal, Power, Said, SaidBy,
    sample_plans,
};
use mlship_core::progress::ExitCode;

/// Say what sample and time an effect takes, and which effect the planned sample shows
///
/// For both designs, by what `CloudWatch` has of the control's primary metric in the last two weeks.
/// With --baseline and --daily (and of a mean --deviation) AWS is not asked, and the manifest need
/// not say where the experiment runs.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_PLAN)]
pub(super) struct Plan {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// The control's proportion or mean, in place of what was seen
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    baseline: Option<Level>,
    /// Of a mean: the standard deviation of one value, in place of what was seen
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    deviation: Option<Amount>,
    /// The trials of all variants in a day, in place of what was seen
    #[arg(long, value_name = "TRIALS", allow_negative_numbers = true)]
    daily: Option<DailyTrials>,
    /// The absolute difference that is to be found; minimumEffect by default
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    effect: Option<Amount>,
    /// The chance to find it, from 0.5 to 0.9999
    #[arg(long, value_name = "CHANCE", default_value_t = Power::USUAL, allow_negative_numbers = true)]
    power: Power,
}

pub(super) async fn run(command: &Plan, global: &Global) -> ExitCode {
    let paths = [command.path.clone()];
    let read = match load_terms(&paths, global) {
        Ok(read) => read,
        Err(code) => return code,
    };
    let LoadedTerms { manifest, placed } = match <[LoadedTerms; 1]>::try_from(read) {
        Ok([terms]) => terms,
        Err(read) if read.is_empty() => return no_experiment(&paths, "plan", global),
        Err(_) => {
            let hint = Some("name one of them");
            let message = "experiment plan takes the manifest of one experiment";
            return output::usage_with_hint(message, hint, global);
        }
    };
    let experiment = &manifest.experiment;
    let phase = Definition::deciding_phase(experiment);
    let question = match PlanQuestion::new(experiment, phase, command.said()) {
        Ok(question) => question,
        Err(refusal) => return refused(&refusal, global),
    };
    let past = match placed {
        _ if question.is_complete() => Ok(None),
        Ok(loaded) => past(&comparison(loaded), global).await,
        Err(findings) => Err(broken(&findings, global)),
    };
    let past = match past {
        Ok(past) => past,
        Err(code) => return code,
    };
    let wanted = match question.by(past.map(|past| past.observed)) {
        Ok(wanted) => wanted,
        Err(refusal) => return refused(&refusal, global),
    };
    let plans = sample_plans(&wanted);
    let view = SamplePlansView {
        name: &experiment.metadata.name,
        metric: &experiment.primary.metric,
        past: past.as_ref(),
        wanted: &wanted,
        planned: experiment.planned_sample,
        minimum_events: experiment.events_per_arm(),
        maximum_days: experiment.maximum_days,
        plans: &plans,
    };
    match global.format() {
        Format::Human => output::page(&sample_plans_text(&view)),
        Format::Json => return output::document(&sample_plans_document(&view)),
    }
    ExitCode::Done
}

/// Says which number does not fit, and what does: of a flag it is a mistake on the command line.
fn refused(refusal: &PlanRefusal, global: &Global) -> ExitCode {
    let message = refusal.to_string();
    match refusal.said_by {
        SaidBy::Flag => output::usage_with_hint(&message, Some(&refusal.fits), global),
        SaidBy::Manifest | SaidBy::CloudWatch => output::obstacle(&message, &refusal.fits, global),
    }
}

/// Reads what `CloudWatch` has, where that is anything.
async fn past(comparison: &Comparison, global: &Global) -> Result<Option<Past>, ExitCode> {
    let told = |error: &CloudError| output::cloud_error(error, global);
    let destinations = [comparison.destination()];
    let sessions = Sessions::deaf(&destinations, Asking::Nobody, global).await;
    let sessions = sessions.map_err(|error| told(&error))?;
    let session = sessions.to(0).map_err(told)?;
    let past = Past::read(&*session.cloud, comparison, Timestamp::now()).await;
    past.map_err(|error| told(&error))
}

impl Plan {
    fn said(&self) -> Said {
        Said {
            baseline: self.baseline,
            deviation: self.deviation,
            daily: self.daily,
            effect: self.effect,
            power: self.power,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        plan: Plan,
    }

    #[test]
    fn a_number_that_makes_no_sense_is_refused_with_its_flag_its_value_and_what_fits() {
        let check = |flag: &str, value: &str, fits: &str| {
            let written = format!("{flag}={value}");
            let line = Line::try_parse_from(["plan", "experiment.yaml", &written]);
            let said = line.unwrap_err().to_string();
            for part in [flag, value, fits] {
                assert!(said.contains(part), "{part} in {said}");
            }
        };
        for power in ["0.01", "0.99999999", "1", "-0.8", "NaN", "inf", "80 %"] {
            check("--power", power, "from 0.5 to 0.9999");
        }
        for daily in ["1e300", "0.001", "0", "-5", "NaN"] {
            check("--daily", daily, "from 1 to 1000000000000");
        }
        for flag in ["--effect", "--deviation"] {
            for amount in ["0", "-0.01", "inf", "NaN", "1e300", "1 %"] {
                check(flag, amount, "from 1e-12 to 1e15");
            }
        }
        for level in ["NaN", "-inf", "1e300", "five"] {
            check("--baseline", level, "from -1e15 to 1e15");
        }
    }
}
