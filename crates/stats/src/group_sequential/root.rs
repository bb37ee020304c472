//! Finds where a function is zero.

/// Enough for any function that is nearly straight somewhere.
const STEPS: usize = 80;

/// Returns a place between two, at which a function has zero, to a tolerance: by the Illinois
/// method (Dowell and Jarratt, BIT 11 (1971), 168–174), which keeps it between the two. Where both
/// ends are on one side of zero, the nearer one.
pub(super) fn root(ends: [f64; 2], tolerance: f64, of: impl Fn(f64) -> f64) -> f64 {
    let [mut one, mut other] = ends;
    let (mut at_one, mut at_other) = (of(one), of(other));
    if at_one * at_other > 0.0 {
        return if at_one.abs() < at_other.abs() {
            one
        } else {
            other
        };
    }
    for _ in 0..STEPS {
        if (one - other).abs() <= tolerance {
            break;
        }
        let slope = at_other - at_one;
        let straight = other - at_other * (other - one) / slope;
        let (least, greatest) = (one.min(other), one.max(other));
        let next = if straight > least && straight < greatest {
            straight
        } else {
            f64::midpoint(one, other)
        };
        let at_next = of(next);
        if at_next.abs() <= 0.0 {
            return next;
        }
        if at_next * at_other < 0.0 {
            (one, at_one) = (other, at_other);
        } else {
            at_one /= 2.0;
        }
        let moved = (next - other).abs();
        (other, at_other) = (next, at_next);
        if moved <= tolerance / 8.0 {
            break;
        }
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_found_between_the_ends() {
        for (ends, of, expected) in [
            ([0.0, 3.0], (|x| x * x - 2.0) as fn(f64) -> f64, 2f64.sqrt()),
            ([3.0, 0.0], |x| 2.0 - x * x, 2f64.sqrt()),
            ([-20.0, 1.0], |x: f64| x.exp() - 0.1, 0.1f64.ln()),
            ([0.0, 1.0], |x| x, 0.0),
        ] {
            let found = root(ends, 1e-9, of);
            assert!((found - expected).abs() < 1e-8, "{found} {expected}");
        }
    }

    #[test]
    fn without_a_zero_it_is_the_nearer_end() {
        assert_eq!(root([1.0, 2.0], 1e-9, |x| x).to_bits(), 1f64.to_bits());
        assert_eq!(root([1.0, 2.0], 1e-9, |x| -x).to_bits(), 1f64.to_bits());
        assert_eq!(
            root([1.0, 2.0], 1e-9, |x| 3.0 - x).to_bits(),
            2f64.to_bits()
        );
    }
}
