//! What a sequence of looks comes to together: what one look ruled out stays ruled out.

use super::estimate::{Difference, Interval};

/// The looks at one comparison so far, of a sequence that holds at all looks together. So the
/// least p of them holds, and so does what all intervals have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Running {
    /// The difference at the last look, with the interval that all looks have in common and the
    /// least p of them. The difference itself may be outside of that interval. Where nothing is in
    /// common, the interval is that of the last look.
    pub difference: Difference,
    /// The difference at the look that has the least p: it says which way the difference is.
    pub clearest: f64,
    /// Whether the intervals have nothing in common: the data contradict themselves.
    pub is_contradictory: bool,
}

impl Running {
    /// Takes the looks in their order, oldest first. None without any.
    #[must_use]
    pub fn of(looks: impl IntoIterator<Item = Difference>) -> Option<Self> {
        let mut looks = looks.into_iter();
        let first = looks.next()?;
        let start = (Self::once(first), first.interval);
        let (running, common) = looks.fold(start, |(running, common), look| {
            let common = Interval {
                lower: common.lower.max(look.interval.lower),
                upper: common.upper.min(look.interval.upper),
            };
            let is_clearer = look.p < running.difference.p;
            let next = Self {
                difference: Difference {
                    p: look.p.min(running.difference.p),
                    ..look
                },
                clearest: if is_clearer {
                    look.value
                } else {
                    running.clearest
                },
                is_contradictory: common.lower > common.upper,
            };
            (next, common)
        });
        if running.is_contradictory {
            return Some(running);
        }
        Some(Self {
            difference: Difference {
                interval: common,
                ..running.difference
            },
            ..running
        })
    }

    /// One look alone, such as that of a classical test.
    #[must_use]
    pub fn once(look: Difference) -> Self {
        Self {
            difference: look,
            clearest: look.value,
            is_contradictory: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn look(value: f64, half_width: f64, p: f64) -> Difference {
        Difference {
            value,
            interval: Interval {
                lower: value - half_width,
                upper: value + half_width,
            },
            p,
        }
    }

    #[test]
    fn what_was_found_stays_found() {
        let found = Running::of([
            look(0.2, 0.4, 0.6),
            look(0.3, 0.2, 0.01),
            look(0.1, 0.2, 0.3),
        ]);
        let found = found.unwrap();
        assert_eq!((found.difference.value, found.difference.p), (0.1, 0.01));
        assert!((found.difference.interval.lower - 0.1).abs() < 1e-12);
        assert!((found.difference.interval.upper - 0.3).abs() < 1e-12);
        assert_eq!((found.clearest, found.is_contradictory), (0.3, false));
    }

    #[test]
    fn looks_that_exclude_each_other_contradict_themselves() {
        let found = Running::of([look(0.5, 0.1, 0.01), look(-0.5, 0.1, 0.02)]).unwrap();
        assert!(found.is_contradictory);
        assert_eq!(found.difference.interval, look(-0.5, 0.1, 0.02).interval);
        // No later look makes that good.
        let later = Running::of([
            look(0.5, 0.1, 0.01),
            look(-0.5, 0.1, 0.02),
            look(0.0, 1.0, 0.9),
        ]);
        assert!(later.unwrap().is_contradictory);
    }

    #[test]
    fn without_a_look_there_is_nothing() {
        assert_eq!(Running::of([]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn more_looks_only_rule_more_out(
            looks in proptest::collection::vec((-1.0..1.0, 0.0..1.0, 0.0..1.0), 1..40),
        ) {
            let looks: Vec<Difference> = looks
                .into_iter()
                .map(|(value, half_width, p)| look(value, half_width, p))
                .collect();
            let mut before: Option<Running> = None;
            for seen in 1..=looks.len() {
                let now = Running::of(looks[..seen].iter().copied()).unwrap();
                prop_assert!((now.difference.value - looks[seen - 1].value).abs() < 1e-12);
                if let Some(before) = before {
                    prop_assert!(now.difference.p <= before.difference.p);
                    prop_assert!(now.is_contradictory || !before.is_contradictory);
                    if !now.is_contradictory {
                        let (new, old) = (now.difference.interval, before.difference.interval);
                        prop_assert!(old.lower <= new.lower && new.upper <= old.upper);
                    }
                }
                before = Some(now);
            }
        }
    }
}
