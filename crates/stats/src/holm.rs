//! Holm's correction for several challengers against one control.

use super::count::real;

/// Returns p-values adjusted by Holm's step-down procedure (Scandinavian Journal of Statistics 6
/// (1979), 65–70), in the order given: those at or below alpha are rejected, with a chance of at
/// most alpha that any of them should not have been. What has no p counts as a comparison all
/// the same.
#[must_use]
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut known: Vec<(usize, f64)> = p
        .iter()
        .enumerate()
        .filter_map(|(place, p)| p.map(|p| (place, p)))
        .collect();
    known.sort_by(|(_, first), (_, other)| first.total_cmp(other));
    let mut adjusted = vec![None; p.len()];
    let mut least = 0.0_f64;
    for (rank, (place, p)) in known.into_iter().enumerate() {
        let left = real((adjusted.len() - rank) as u64);
        least = least.max((left * p).min(1.0));
        adjusted[place] = Some(least);
    }
    adjusted
}

/// Returns p-values times the number of comparisons, which is Bonferroni's procedure.
pub(super) fn bonferroni(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let all = real(p.len() as u64);
    p.iter().map(|p| p.map(|p| (all * p).min(1.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_steps_down() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005].map(Some));
        for (found, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found.unwrap() - expected).abs() < 1e-12, "{adjusted:?}");
        }
    }

    #[test]
    fn one_comparison_stays_as_it_is_and_none_is_above_1() {
        assert_eq!(holm(&[Some(0.03)]), [Some(0.03)]);
        assert_eq!(holm(&[Some(0.9), Some(0.8)]), [Some(1.0), Some(1.0)]);
        assert_eq!(holm(&[]), []);
    }

    #[test]
    fn bonferroni_pays_for_all_comparisons_each_time() {
        let adjusted = bonferroni(&[Some(0.01), None, Some(0.5)]);
        assert_eq!(adjusted, [Some(0.03), None, Some(1.0)]);
    }

    #[test]
    fn what_is_not_known_yet_is_paid_for() {
        assert_eq!(holm(&[None, Some(0.02)]), [None, Some(0.04)]);
    }
}
