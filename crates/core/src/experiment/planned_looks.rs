//! The looks of a group-sequential design: each is kept in a tag of the rule once it is taken, with
//! what was counted by then, so that nothing that comes later can change what it said.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::definition::Definition;
use super::record::{Record, second, weights};
use super::samples::MetricCount;
use mlship_manifest::schema::Experiment;
use mlship_stats::{Mean, Method, Proportion};

/// A tag for each look, in their order: as many as a manifest may plan.
pub(super) const LOOKS: [&str; 10] = [
    "mlship:experiment-look-1",
    "mlship:experiment-look-2",
    "mlship:experiment-look-3",
    "mlship:experiment-look-4",
    "mlship:experiment-look-5",
    "mlship:experiment-look-6",
    "mlship:experiment-look-7",
    "mlship:experiment-look-8",
    "mlship:experiment-look-9",
    "mlship:experiment-look-10",
];
/// As long as a tag may be.
const LONGEST: usize = 256;
const FINAL: &str = "final";
const INTERIM: &str = "interim";
/// Digits after the point of a sum, the most that there is room for.
const DIGITS: [usize; 4] = [16, 12, 10, 8];

/// A look that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenLook {
    /// Up to when was counted.
    pub at: Timestamp,
    /// Whether it is the last.
    pub is_final: bool,
    /// The primary metric of each variant, in the definition's order.
    pub arms: Vec<MetricCount>,
}

impl TakenLook {
    /// Returns the trials of all variants.
    #[must_use]
    pub fn trials(&self) -> u64 {
        trials(&self.arms)
    }

    /// Returns the same counts as the last look, since nothing follows them.
    fn as_last(&self) -> Self {
        Self {
            is_final: true,
            ..self.clone()
        }
    }
}

/// Returns the trials of all variants.
pub(super) fn trials(arms: &[MetricCount]) -> u64 {
    arms.iter()
        .map(|arm| arm.trials())
        .fold(0, u64::saturating_add)
}

/// The looks of the phase that decides.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedLooks {
    /// How many are planned.
    pub looks: u32,
    /// Those that were taken, oldest first.
    pub taken: Vec<TakenLook>,
    /// The tag of one that can't be read, so that it is not known what was spent.
    pub unreadable: Option<&'static str>,
    /// Whether the days are over, so that the next look is the last.
    pub is_time_up: bool,
}

impl PlannedLooks {
    /// Reads the looks of a phase from the tags of its rule. None where the design has none, and in
    /// the phases before the one that decides.
    #[must_use]
    pub fn of(
        experiment: &Experiment,
        definition: &Definition,
        record: &Record,
        tags: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Option<Self> {
        let Method::GroupSequential { looks } = experiment.method() else {
            return None;
        };
        let last = definition.steps().pop()?;
        if weights(&definition.shares(&last)) != record.weights {
            return None;
        }
        let days = experiment.maximum_days.map(|days| 24 * i64::from(days));
        let mut planned = Self {
            looks,
            taken: Vec::new(),
            unreadable: None,
            is_time_up: days.zip(record.started).is_some_and(|(hours, started)| {
                now.duration_since(started) >= SignedDuration::from_hours(hours)
            }),
        };
        for name in LOOKS {
            match tags.get(name).map(|text| read(text, definition, record)) {
                Some(Found::Look(look)) => planned.taken.push(look),
                Some(Found::Unreadable) => planned.unreadable = Some(name),
                Some(Found::Earlier) | None => {}
            }
        }
        Some(planned)
    }

    /// Returns the last look once the days are over and nothing came since the one before: what that
    /// one counted, so that what it decided stays. None before there was a look, and after the last.
    ///
    /// The boundary of a last look is never farther out than that of one to be followed, so that of
    /// the two at the same counts only the latter spends.
    #[must_use]
    pub fn ended_by_time(&self) -> Option<TakenLook> {
        let last = self.taken.last().filter(|last| !last.is_final)?;
        self.is_time_up.then(|| last.as_last())
    }

    /// Returns the place of a look among those that were taken; none where another one has been taken
    /// since, so that it can't follow.
    ///
    /// By the trials, since these are what a look needs more of: they may come in late, for a time
    /// that was counted already.
    #[must_use]
    pub fn place(&self, look: &TakenLook) -> Option<usize> {
        let after = self.taken.len();
        match self.taken.last() {
            None => Some(after),
            Some(last) if last.is_final => None,
            Some(last) if look.trials() > last.trials() => Some(after),
            Some(last) => (*look == last.as_last()).then(|| after - 1),
        }
    }

    /// Returns the tag that keeps a look; none where it can't follow those that were taken, and where
    /// a tag has no room for what was counted.
    #[must_use]
    pub fn tag(
        &self,
        look: &TakenLook,
        definition: &Definition,
        record: &Record,
    ) -> Option<(String, String)> {
        let name = LOOKS.get(self.place(look)?)?;
        let places = places(definition, record)?;
        let text = |digits: usize| {
            let kind = if look.is_final { FINAL } else { INTERIM };
            let mut text = format!("{} {} {kind}", record.phase, second(look.at));
            for place in &places {
                text.push(' ');
                text.push_str(&counts(*look.arms.get(*place)?, digits)?);
            }
            Some(text)
        };
        let texts = DIGITS.into_iter().map_while(text);
        let text = texts.into_iter().find(|text| text.len() <= LONGEST)?;
        Some(((*name).to_owned(), text))
    }
}

enum Found {
    Look(TakenLook),
    /// It is of a phase or an experiment before.
    Earlier,
    Unreadable,
}

fn read(text: &str, definition: &Definition, record: &Record) -> Found {
    let mut words = text.split(' ');
    let phase = words.next().and_then(|phase| phase.parse::<u32>().ok());
    let at = words.next().and_then(|at| at.parse::<Timestamp>().ok());
    let (Some(phase), Some(at)) = (phase, at) else {
        return Found::Unreadable;
    };
    // An experiment before may have had as many phases.
    if phase != record.phase || record.since.is_none_or(|since| at < since) {
        return Found::Earlier;
    }
    let is_final = match words.next() {
        Some(FINAL) => true,
        Some(INTERIM) => false,
        Some(_) | None => return Found::Unreadable,
    };
    let counted: Option<Vec<MetricCount>> = words.map(counted).collect();
    let (Some(counted), Some(places)) = (counted, places(definition, record)) else {
        return Found::Unreadable;
    };
    if counted.len() != places.len() {
        return Found::Unreadable;
    }
    let mut arms: Vec<(usize, MetricCount)> = places.into_iter().zip(counted).collect();
    arms.sort_by_key(|(place, _)| *place);
    Found::Look(TakenLook {
        at,
        is_final,
        arms: arms.into_iter().map(|(_, counted)| counted).collect(),
    })
}

/// Returns the place of each variant in the definition, in the order in which the rule has them: a
/// manifest may name them in another one by now.
fn places(definition: &Definition, record: &Record) -> Option<Vec<usize>> {
    let arms = &definition.arms;
    let Some(recorded) = &record.variants else {
        return Some((0..arms.len()).collect());
    };
    let place = |name: &str| arms.iter().position(|arm| arm.name == name);
    let names = recorded.variants.iter();
    let places: Option<Vec<usize>> = names.map(|variant| place(&variant.name)).collect();
    places.filter(|places| places.len() == arms.len())
}

/// Returns the text of what was counted; rows of clients have none, and no planned looks either.
fn counts(count: MetricCount, digits: usize) -> Option<String> {
    match count {
        MetricCount::Proportion(one) => Some(format!("{}={}", one.trials, one.successes)),
        MetricCount::Mean(one) => Some(format!(
            "{}={:.digits$e}={:.digits$e}",
            one.count, one.sum, one.sum_squares
        )),
        MetricCount::Clients(_) => None,
    }
}

fn counted(text: &str) -> Option<MetricCount> {
    let real = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    match text.split('=').collect::<Vec<_>>()[..] {
        [trials, successes] => Some(MetricCount::Proportion(Proportion {
            trials: trials.parse().ok()?,
            successes: successes.parse().ok()?,
        })),
        [count, sum, sum_squares] => Some(MetricCount::Mean(Mean {
            count: count.parse().ok()?,
            sum: real(sum)?,
            sum_squares: real(sum_squares)?,
        })),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
