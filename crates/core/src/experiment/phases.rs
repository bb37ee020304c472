//! The phases that an experiment had, as tags of its rule: they outlive the phase, and a ledger
//! keeps them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::recorded_variants::RecordedVariants;
use super::tag_text::{LONGEST, spread};
use crate::release::ids::RuleArn;

/// The tags, which together have one text.
pub(super) const PHASES: [&str; 3] = [
    "mlship:experiment-phases",
    "mlship:experiment-phases-2",
    "mlship:experiment-phases-3",
];
/// Between two phases.
const NEXT: char = '+';
/// Between the fields of a phase.
const FIELD: char = '=';
/// Between two weights.
const WEIGHT: char = '/';

/// A time with the same weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Its number, from 1.
    pub number: u32,
    /// When it began.
    pub since: Timestamp,
    /// The weight of each variant, in their order.
    pub weights: Vec<u32>,
}

impl Phase {
    fn text(&self) -> String {
        let weights: Vec<String> = self.weights.iter().map(u32::to_string).collect();
        let weights = weights.join(&WEIGHT.to_string());
        let since = self.since.as_second();
        format!("{}{FIELD}{since}{FIELD}{weights}", self.number)
    }

    fn read(text: &str) -> Option<Self> {
        let mut fields = text.split(FIELD);
        let (number, since) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let weights = fields.next()?.split(WEIGHT);
        Some(Self {
            number,
            since: Timestamp::from_second(since).ok()?,
            weights: weights
                .map(|weight| weight.parse().ok())
                .collect::<Option<_>>()?,
        })
    }
}

/// Returns the phases that a rule has put down, oldest first; what can't be read is left out.
pub(super) fn read(tags: &BTreeMap<String, String>) -> Vec<Phase> {
    let parts = PHASES.iter().map_while(|name| tags.get(*name));
    let text: String = parts.map(String::as_str).collect();
    text.split(NEXT).filter_map(Phase::read).collect()
}

/// Returns the tags that say it: the newest phases, where there is no room for all.
pub(super) fn tags(phases: &[Phase]) -> BTreeMap<String, String> {
    let mut kept: Vec<String> = phases.iter().map(Phase::text).collect();
    let length = |kept: &[String]| kept.iter().map(|text| text.len() + 1).sum::<usize>();
    while length(&kept) > LONGEST * PHASES.len() {
        kept.remove(0);
    }
    spread(&kept.join(&NEXT.to_string()), &PHASES)
}

/// Adds the phase that begins, in place of one of its number: a start that was interrupted goes on.
pub(super) fn added(mut phases: Vec<Phase>, begun: Phase) -> Vec<Phase> {
    phases.retain(|phase| phase.number < begun.number);
    phases.push(begun);
    phases
}

/// Returns the weights of variants, in their order, from the form in which a rule keeps them.
pub(super) fn in_order(variants: &RecordedVariants, rule: &RuleArn, weights: &str) -> Vec<u32> {
    let pairs: BTreeMap<&str, &str> = weights
        .split(' ')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    let of = |group: &str| pairs.get(group)?.parse().ok();
    let variants = variants.variants.iter();
    variants
        .map(|variant| of(variant.group(rule).name()).unwrap_or(0))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::release::as_tag;

    fn phase(number: u32, weights: &[u32]) -> Phase {
        Phase {
            number,
            since: Timestamp::from_second(1_790_000_000 + i64::from(number)).unwrap(),
            weights: weights.to_vec(),
        }
    }

    #[test]
    fn a_phase_that_is_begun_again_is_there_once() {
        let phases = added(vec![phase(1, &[95, 5])], phase(2, &[75, 25]));
        let later = Phase {
            since: Timestamp::from_second(1_790_000_900).unwrap(),
            ..phase(2, &[75, 25])
        };
        let again = added(phases, later.clone());
        assert_eq!(again, [phase(1, &[95, 5]), later]);
    }

    #[test]
    fn what_is_no_phase_is_left_out() {
        let tags = [(PHASES[0].to_owned(), "1=x=2+2=1790000002=50/50".to_owned())].into();
        assert_eq!(read(&tags), [phase(2, &[50, 50])]);
        assert_eq!(read(&BTreeMap::new()), []);
    }

    proptest! {
        #[test]
        fn phases_are_read_again_the_newest_where_there_are_too_many(
            weights in proptest::collection::vec(proptest::collection::vec(0_u32..=999, 2..=5), 0..60),
        ) {
            let phases: Vec<Phase> = weights
                .iter()
                .zip(1..)
                .map(|(weights, number)| phase(number, weights))
                .collect();
            let tags = tags(&phases);
            prop_assert!(tags.values().all(|value| value.len() <= LONGEST && as_tag(value) == *value));
            let back = read(&tags);
            prop_assert!(phases.ends_with(&back));
            // A ramp takes twenty steps.
            prop_assert!(back.len() >= phases.len().min(20));
        }
    }
}
