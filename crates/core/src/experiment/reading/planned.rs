//! What the looks of a group-sequential design say: by what was counted when each was taken, and by
//! nothing that came later.

use jiff::Timestamp;

use super::challenger::Challenger;
use super::reader::Reader;
use super::{CumulativeCounts, EffectHistory, Material, Reading};
use crate::experiment::planned_looks::{PlannedLooks, TakenLook, trials};
use crate::experiment::samples::MetricCount;
use mlship_stats::{
    Difference, Evidence, GroupSequential, Lift, Looks, Readout, Reason, Remaining, TestVerdict,
    left, next_look,
};

/// How far the looks are.
#[derive(Debug, Clone, PartialEq)]
pub struct LookProgress {
    /// How many are planned.
    pub planned: u32,
    /// Those that were taken, oldest first.
    pub taken: Vec<LookReading>,
    /// The next one; none after the last, and once every challenger was decided on.
    pub next: Option<NextLook>,
    /// The look that is to be put down with the rule now, before it may decide.
    pub due: Option<TakenLook>,
    /// Why a look that is due was not put down.
    pub problem: Option<String>,
}

/// A look that was taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LookReading {
    /// Up to when was counted.
    pub at: Timestamp,
    /// The trials of all variants.
    pub trials: u64,
    /// Their part of the planned ones.
    pub information: f64,
    /// Whether it is the last.
    pub is_final: bool,
}

/// The look to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextLook {
    /// The trials of all variants that it takes.
    pub trials: u64,
    /// How many are still to come, and how long they take.
    pub left: Remaining,
}

/// A look as a challenger has it.
pub(super) struct Decided {
    at: Timestamp,
    pub(super) tallies: (MetricCount, MetricCount),
    pub(super) difference: Option<Difference>,
    pub(super) lift: Option<Lift>,
}

impl LookProgress {
    pub(super) fn of(
        planned: &PlannedLooks,
        reader: &Reader<'_>,
        live: &Readout,
        (last, challengers): (&CumulativeCounts, &[Challenger]),
    ) -> Self {
        let full = reader.planned_trials();
        let taken = planned.taken.iter().map(|look| LookReading {
            at: look.at,
            trials: look.trials(),
            information: part(look.trials(), full),
            is_final: look.is_final,
        });
        let taken: Vec<LookReading> = taken.collect();
        let primary = last.arms.iter().map(|arm| arm.metrics.first().copied());
        let counted: Option<Vec<MetricCount>> = primary.collect();
        let seen = counted.as_deref().map_or(0, trials);
        let goes_on = planned.unreadable.is_none()
            && taken.last().is_none_or(|look| !look.is_final)
            && !challengers
                .iter()
                .all(|one| one.last_look().is_some_and(Decided::ends));
        let before = taken.last().map(|look| look.trials);
        let next = goes_on
            .then(|| next_look(full, planned.looks, before))
            .flatten();
        let current = counted.map(|arms| TakenLook {
            at: last.at,
            is_final: seen >= full || planned.is_time_up,
            arms,
        });
        let is_more = seen > before.unwrap_or(0);
        let due = match next {
            Some(trials) if is_more && (planned.is_time_up || seen >= trials) => current,
            Some(_) => planned.ended_by_time(),
            None => None,
        };
        let due = due.filter(|_| can_be_judged(live));
        let Material { terms, window, .. } = reader.material;
        let length = terms.outcomes.within(*window).length();
        Self {
            planned: planned.looks,
            taken,
            next: next.map(|trials| {
                // Once the days are over it takes no more than there is.
                let enough = if planned.is_time_up { seen } else { trials };
                let trials = trials.min(enough);
                NextLook {
                    trials,
                    left: left(trials, seen, length),
                }
            }),
            due,
            problem: planned.unreadable.map(|name| {
                format!(
                    "the tag {name} of the rule is of a look, and can't be read: nothing is decided"
                )
            }),
        }
    }

    /// Says whether no look will come any more, though nothing was decided.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.next.is_none() && !self.taken.is_empty()
    }
}

impl Reading {
    /// Says whether the last planned look was taken and decided nothing, so that nothing will.
    #[must_use]
    pub fn stays_open(&self) -> bool {
        let is_over = self.looks.as_ref().is_some_and(LookProgress::is_over);
        is_over && self.readout.reason != Some(Reason::GuardrailsInconclusive)
    }
}

/// Says whether the counts of now are such that a verdict may rest on them: no look is spent on others.
fn can_be_judged(live: &Readout) -> bool {
    let is_sound = !matches!(
        live.verdict,
        TestVerdict::BrokenSplit | TestVerdict::GuardrailBreached
    );
    let mut reasons = live.challengers.iter().map(|challenger| challenger.reason);
    is_sound
        && reasons.all(|reason| match reason {
            None | Some(Reason::GuardrailsInconclusive | Reason::IntervalTooWide) => true,
            Some(
                Reason::UnitIsRequest
                | Reason::MeasuresUnknown
                | Reason::NothingKnown
                | Reason::NoLookYet
                | Reason::TooFewEvents
                | Reason::TooFewLargeValues
                | Reason::NeedsRows
                | Reason::Contradiction
                | Reason::MoreTrialsThanRequests
                | Reason::RequestsMissing
                | Reason::RowsMissing
                | Reason::RowsUnfit,
            ) => false,
        })
}

impl Decided {
    /// Returns the looks at a challenger up to the one that decided on it; none where the design has
    /// no planned ones.
    pub(super) fn all(reader: &Reader<'_>, challenger: usize) -> Option<Vec<Self>> {
        let planned = reader.planned()?;
        if planned.unreadable.is_some() {
            return Some(Vec::new());
        }
        let full = reader.planned_trials();
        let information = planned.taken.iter().map(|look| part(look.trials(), full));
        let information: Vec<f64> = information.collect();
        let mut found = Vec::new();
        for (at, look) in planned.taken.iter().enumerate() {
            let taken = Looks::new(&information[..=at], look.is_final);
            let tallies = look.arms.get(reader.control).copied();
            let tallies = tallies.zip(look.arms.get(challenger).copied());
            // What is out of order was not written by a look.
            let (Some(taken), Some(tallies)) = (taken, tallies) else {
                return Some(Vec::new());
            };
            let arms = tallies.1.against(tallies.0);
            let inference = GroupSequential::new(reader.alpha, taken);
            found.push(Self {
                at: look.at,
                tallies,
                difference: arms.and_then(|arms| inference.difference(&arms)),
                lift: arms.and_then(|arms| inference.lift(&arms)),
            });
            if found.last().is_some_and(Self::ends) {
                break;
            }
        }
        Some(found)
    }

    /// Returns what there was to judge by.
    pub(super) fn evidence(&self) -> Evidence {
        let (control, own) = self.tallies;
        let arms = own.against(control);
        arms.map_or(Evidence::NONE, |arms| arms.evidence())
    }

    /// Says whether it decided on the challenger.
    fn ends(&self) -> bool {
        let difference = self.difference;
        difference.is_some_and(|difference| !difference.interval.contains(0.0))
    }
}

impl Challenger {
    /// Returns the last look that counts for it.
    pub(super) fn last_look(&self) -> Option<&Decided> {
        self.looks.as_ref()?.last()
    }

    pub(super) fn course_of_looks(&self, reader: &Reader<'_>) -> Option<EffectHistory> {
        let looks = self.looks.as_ref()?.iter();
        Some(EffectHistory {
            variant: reader.material.definition.arms[self.index].name.clone(),
            looks: looks
                .filter_map(|look| Some((look.at, look.difference?)))
                .collect(),
        })
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a part needs no more than fifteen digits"
)]
fn part(trials: u64, full: u64) -> f64 {
    trials as f64 / full.max(1) as f64
}
