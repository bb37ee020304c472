//! When looks are taken, by the information that is in.

/// The most looks that a design has.
pub const MOST_LOOKS: u32 = 20;

/// Looks that were taken, or are planned: by their part of the planned information, ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct Looks {
    information: Vec<f64>,
    ends: bool,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) information: f64,
    /// The information at the look after it.
    pub(super) next: Option<f64>,
    /// Whether none will follow, so that it spends all that is left.
    pub(super) is_final: bool,
}

impl Looks {
    /// Takes the part of the planned information at each look, and whether the last is the final
    /// one, whatever it has. A look at all the planned information is the final one.
    ///
    /// `None` without looks, with more than [`MOST_LOOKS`], and where one has nothing more than
    /// the look before.
    #[must_use]
    pub fn new(information: &[f64], ends: bool) -> Option<Self> {
        let before = [0.0].iter().chain(information);
        let ascends = information
            .iter()
            .zip(before)
            .all(|(own, before)| own.is_finite() && own > before);
        let count = information.len();
        let is_possible = ascends && (1..=MOST_LOOKS as usize).contains(&count);
        let full = information.iter().filter(|part| **part >= 1.0).count();
        // Nothing follows the end.
        let is_last =
            full == 0 || (full == 1 && information.last().is_some_and(|last| *last >= 1.0));
        (is_possible && is_last).then(|| Self {
            information: information.to_vec(),
            ends: ends || full > 0,
        })
    }

    /// Returns so many looks at even distances: at least one, at most [`MOST_LOOKS`].
    #[must_use]
    pub fn even(count: u32) -> Self {
        let count = count.clamp(1, MOST_LOOKS);
        let part = |look: u32| f64::from(look) / f64::from(count);
        Self {
            information: (1..=count).map(part).collect(),
            ends: true,
        }
    }

    /// Says whether no look follows the last.
    #[must_use]
    pub fn ends(&self) -> bool {
        self.ends
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Look> {
        let next = self.information.iter().skip(1).copied().map(Some);
        let looks = self.information.iter().zip(next.chain([None]));
        looks.map(|(information, next)| Look {
            information: *information,
            next,
            is_final: self.ends && next.is_none(),
        })
    }
}

/// Returns how many trials must be in for the next look, of so many planned ones: at the next even
/// part of the plan that is at least half a part away from the last look; looks that were missed
/// are not made up for.
///
/// `None` after the last look.
#[must_use]
pub fn next_look(planned: u64, looks: u32, seen_at_last: Option<u64>) -> Option<u64> {
    let (planned, looks) = (
        u128::from(planned.max(1)),
        u128::from(looks.clamp(1, MOST_LOOKS)),
    );
    let at = |look: u128| (planned * look).div_ceil(looks);
    let next = match seen_at_last.map(u128::from) {
        None => 1,
        Some(seen) if seen >= planned => return None,
        Some(seen) => ((2 * seen * looks + planned) / (2 * planned) + 1).min(looks),
    };
    u64::try_from(at(next)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_ascend_and_nothing_follows_the_end() {
        assert!(Looks::new(&[0.2, 0.4], false).is_some_and(|looks| !looks.ends()));
        assert!(Looks::new(&[0.2, 0.4], true).is_some_and(|looks| looks.ends()));
        assert!(Looks::new(&[0.2, 1.04], false).is_some_and(|looks| looks.ends()));
        for wrong in [
            &[][..],
            &[0.0],
            &[0.4, 0.4],
            &[0.4, 0.2],
            &[f64::NAN],
            &[0.5, f64::INFINITY],
            &[1.0, 1.1],
            &[0.01; 21],
        ] {
            assert_eq!(Looks::new(wrong, false), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_next_look_is_at_the_next_even_part_that_is_not_close() {
        for (seen, next) in [
            (None, Some(8_000)),
            (Some(8_000), Some(16_000)),
            (Some(8_412), Some(16_000)),
            (Some(11_999), Some(16_000)),
            // Nearer than half a part to the next one.
            (Some(12_000), Some(24_000)),
            (Some(15_999), Some(24_000)),
            (Some(24_100), Some(32_000)),
            (Some(39_999), Some(40_000)),
            (Some(40_000), None),
            (Some(41_000), None),
        ] {
            assert_eq!(next_look(40_000, 5, seen), next, "{seen:?}");
        }
        assert_eq!(next_look(100, 3, None), Some(34));
        assert_eq!(next_look(40_000, 1, None), Some(40_000));
    }
}
