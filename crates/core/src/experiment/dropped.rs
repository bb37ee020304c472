//! The variants that were taken out of an experiment, with what was known of each at that moment, as
//! tags of its rule: later nobody can tell any more why, and its numbers are counted no more.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::reading::{Reading, Role};
use super::tag_text::{LONGEST, spread};

/// The tags, which together have one text: of five variants three can be dropped.
pub(super) const DROPPED: [&str; 3] = [
    "mlship:experiment-dropped",
    "mlship:experiment-dropped-2",
    "mlship:experiment-dropped-3",
];
/// Between two variants.
const NEXT: char = '+';
/// Between the fields of a variant.
const FIELD: char = '=';
/// Between two guardrails.
const GUARDRAIL: char = '/';
/// After the last variant: what lacks it is not whole.
const END: char = '@';
/// Digits after the point, the most that there is room for.
const DIGITS: [usize; 3] = [8, 5, 3];
/// The word where there were no numbers.
const UNKNOWN: &str = "unknown";

/// A variant that was taken out.
#[derive(Debug, Clone, PartialEq)]
pub struct DroppedVariant {
    /// Its name.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// The last phase in which it took part.
    pub phase: u32,
    /// The word for what the numbers said of it; `unknown` where there were none.
    pub state: String,
    /// The guardrails that spoke against it.
    pub breached: Vec<String>,
    /// Its requests in that phase.
    pub requests: Option<u64>,
    /// What the primary metric said of it, in that phase.
    pub primary: Option<DroppedPrimary>,
}

/// What the primary metric said of a variant that was taken out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DroppedPrimary {
    /// The trials of the control, and its own.
    pub trials: (u64, u64),
    /// The control's proportion or mean, and its own.
    pub rates: Option<(f64, f64)>,
    /// The difference to the control, and between which it may be.
    pub effect: Option<(f64, f64, f64)>,
    /// The p-value.
    pub p: Option<f64>,
}

impl DroppedVariant {
    /// Takes what the numbers say of a variant that is about to be taken out, in a phase.
    #[must_use]
    pub fn of(name: &str, phase: u32, at: Timestamp, reading: Option<&Reading>) -> Self {
        let metrics = reading.map_or(&[][..], |reading| &reading.metrics);
        let own = || metrics.iter().filter(|metric| metric.variant == name);
        let primary = own().find(|metric| metric.role == Role::Primary);
        let breached = own().filter(|metric| metric.is_breached());
        let variants = reading.map_or(&[][..], |reading| &reading.variants);
        Self {
            name: name.to_owned(),
            at,
            phase,
            state: primary.map_or(UNKNOWN, |primary| primary.state).to_owned(),
            breached: breached.map(|metric| metric.metric.clone()).collect(),
            requests: variants
                .iter()
                .find(|variant| variant.name == name)
                .map(|variant| variant.requests),
            primary: primary.and_then(|primary| {
                let difference = primary.difference.as_ref();
                Some(DroppedPrimary {
                    trials: primary.trials?,
                    rates: primary.control.zip(primary.rate),
                    effect: difference.map(|difference| {
                        let interval = difference.interval;
                        (difference.value, interval.lower, interval.upper)
                    }),
                    p: primary.p,
                })
            }),
        }
    }

    fn text(&self, digits: Option<usize>) -> String {
        let whole = |number: Option<u64>| number.map_or_else(String::new, |one| one.to_string());
        let mut fields = vec![
            self.name.clone(),
            self.at.as_second().to_string(),
            self.phase.to_string(),
            self.state.clone(),
            self.breached.join(&GUARDRAIL.to_string()),
            whole(self.requests),
        ];
        if let (Some(primary), Some(digits)) = (&self.primary, digits) {
            let real = |number: Option<f64>| {
                number.map_or_else(String::new, |one| format!("{one:.digits$e}"))
            };
            let (rates, effect) = (primary.rates, primary.effect);
            fields.extend([
                primary.trials.0.to_string(),
                primary.trials.1.to_string(),
                real(rates.map(|(control, _)| control)),
                real(rates.map(|(_, own)| own)),
                real(effect.map(|(value, _, _)| value)),
                real(effect.map(|(_, lower, _)| lower)),
                real(effect.map(|(_, _, upper)| upper)),
                real(primary.p),
            ]);
        }
        fields.join(&FIELD.to_string())
    }

    fn read(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split(FIELD).collect();
        let ([name, at, phase, state, breached, requests], numbers) = fields.split_first_chunk()?;
        let breached = breached.split(GUARDRAIL).filter(|name| !name.is_empty());
        Some(Self {
            name: (*name).to_owned(),
            at: Timestamp::from_second(at.parse().ok()?).ok()?,
            phase: phase.parse().ok()?,
            state: (*state).to_owned(),
            breached: breached.map(str::to_owned).collect(),
            requests: requests.parse().ok(),
            primary: primary(numbers),
        })
    }
}

fn primary(numbers: &[&str]) -> Option<DroppedPrimary> {
    let [control, own, rates @ .., p] = numbers else {
        return None;
    };
    let real = |text: &str| text.parse::<f64>().ok().filter(|one| one.is_finite());
    let [control_rate, rate, value, lower, upper] = rates else {
        return None;
    };
    let effect = real(value).zip(real(lower)).zip(real(upper));
    Some(DroppedPrimary {
        trials: (control.parse().ok()?, own.parse().ok()?),
        rates: real(control_rate).zip(real(rate)),
        effect: effect.map(|((value, lower), upper)| (value, lower, upper)),
        p: real(p),
    })
}

/// Returns the variants that a rule says were dropped, in that order.
pub(super) fn read(tags: &BTreeMap<String, String>) -> Vec<DroppedVariant> {
    let mut text = String::new();
    for name in DROPPED {
        let Some(part) = tags.get(name) else {
            break;
        };
        text.push_str(part);
        if let Some(whole) = text.strip_suffix(END) {
            return whole.split(NEXT).filter_map(DroppedVariant::read).collect();
        }
    }
    Vec::new()
}

/// Returns the tags that say it: with as many digits as there is room for, and without numbers
/// before without reasons.
pub(super) fn tags(dropped: &[DroppedVariant]) -> BTreeMap<String, String> {
    if dropped.is_empty() {
        return BTreeMap::new();
    }
    let text = |dropped: &[DroppedVariant], digits: Option<usize>| {
        let items: Vec<String> = dropped.iter().map(|one| one.text(digits)).collect();
        let mut text = items.join(&NEXT.to_string());
        text.push(END);
        text
    };
    let without_reasons: Vec<DroppedVariant> = dropped
        .iter()
        .map(|one| DroppedVariant {
            breached: Vec::new(),
            ..one.clone()
        })
        .collect();
    let digits = DIGITS.map(Some).into_iter().chain([None]);
    let texts = digits.map(|digits| text(dropped, digits));
    let texts = texts.chain([text(&without_reasons, None)]);
    let room = LONGEST * DROPPED.len();
    let fitting = texts.into_iter().find(|text| text.len() <= room);
    fitting.map_or_else(BTreeMap::new, |text| spread(&text, &DROPPED))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::release::as_tag;

    fn dropped(name: &str) -> DroppedVariant {
        DroppedVariant {
            name: name.to_owned(),
            at: Timestamp::from_second(1_790_000_000).unwrap(),
            phase: 2,
            state: "guardrail_breached".to_owned(),
            breached: vec!["healthy_targets".to_owned(), "error_rate".to_owned()],
            requests: Some(60_000),
            primary: Some(DroppedPrimary {
                trials: (10_000, 5000),
                rates: Some((0.05, 0.041)),
                effect: Some((-0.009, -0.02, 0.002)),
                p: Some(0.25),
            }),
        }
    }

    #[test]
    fn a_rule_says_why_a_variant_was_dropped_and_what_was_counted_of_it() {
        let tags = tags(&[dropped("third")]);
        assert_eq!(
            tags[DROPPED[0]],
            "third=1790000000=2=guardrail_breached=healthy_targets/error_rate=60000=10000=5000=\
             5.00000000e-2=4.10000000e-2=-9.00000000e-3=-2.00000000e-2=2.00000000e-3=2.50000000e-1@"
        );
        assert_eq!(read(&tags), [dropped("third")]);
        let unknown = DroppedVariant::of("third", 1, Timestamp::UNIX_EPOCH, None);
        assert_eq!(unknown.state, UNKNOWN);
        assert_eq!(
            read(&super::tags(std::slice::from_ref(&unknown))),
            [unknown]
        );
        assert_eq!(read(&BTreeMap::new()), []);
    }

    #[test]
    fn a_part_that_is_missing_is_not_made_up() {
        let mut tags = tags(&[dropped("a"), dropped("b"), dropped("c")]);
        assert_eq!(read(&tags).len(), 3);
        tags.remove(DROPPED[1]);
        assert_eq!(read(&tags), []);
    }

    fn real() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>().prop_filter("finite", |one| one.is_finite()),
            -1.0..1.0
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_was_known_is_read_again_the_reasons_before_the_numbers(
            all in proptest::collection::vec(
                ("[a-zA-Z0-9_-]{1,64}", proptest::collection::vec("[a-zA-Z0-9_-]{1,90}", 0..3),
                 any::<(u64, u64)>(), proptest::option::of((real(), real(), real())), any::<u64>()),
                0..=3,
            ),
        ) {
            let all: Vec<DroppedVariant> = all
                .into_iter()
                .map(|(name, breached, trials, effect, requests)| DroppedVariant {
                    breached,
                    requests: Some(requests),
                    primary: Some(DroppedPrimary {
                        trials,
                        rates: effect.map(|(value, lower, _)| (value, lower)),
                        effect,
                        p: effect.map(|(_, _, upper)| upper),
                    }),
                    ..dropped(&name)
                })
                .collect();
            let tags = tags(&all);
            prop_assert!(tags.values().all(|value| value.len() <= LONGEST && as_tag(value) == *value));
            let back = read(&tags);
            prop_assert_eq!(back.len(), all.len());
            for (back, own) in back.iter().zip(&all) {
                prop_assert_eq!((&back.name, back.at, back.phase), (&own.name, own.at, own.phase));
                prop_assert!(back.breached == own.breached || back.breached.is_empty());
                if let Some(primary) = &back.primary {
                    prop_assert_eq!(primary.trials, own.primary.unwrap().trials);
                    prop_assert_eq!(&back.breached, &own.breached);
                }
            }
        }
    }
}
