//! The numbers that are said of a plan: each makes sense by itself, or is none.

use std::fmt::{self, Display, Formatter};
use std::ops::RangeInclusive;
use std::str::FromStr;

/// What was said is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfit(&'static str);

impl Display for Misfit {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for Misfit {}

/// Defines a number that is within bounds, however it comes about.
macro_rules! bounded {
    ($(#[$meta:meta])* $name:ident, $range:expr, $fits:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            const RANGE: RangeInclusive<f64> = $range;
            /// What fits.
            pub const FITS: &'static str = $fits;

            /// Returns `None` out of its bounds.
            #[must_use]
            pub fn new(value: f64) -> Option<Self> {
                // No number is in no range.
                Self::RANGE.contains(&value).then_some(Self(value))
            }

            /// Returns the number.
            #[must_use]
            pub fn get(self) -> f64 {
                self.0
            }
        }

        impl Display for $name {
            fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = Misfit;

            fn from_str(text: &str) -> Result<Self, Misfit> {
                let value = text.parse().ok().and_then(Self::new);
                value.ok_or(Misfit(Self::FITS))
            }
        }
    };
}

bounded! {
    /// The chance to find an effect. A coin finds it half the time, and alpha is below that: so what
    /// has this power always takes trials.
    Power, 0.5..=0.9999, "write a chance from 0.5 to 0.9999, such as 0.8"
}

impl Power {
    /// What is customary.
    pub const USUAL: Self = Self(0.8);
}

bounded! {
    /// The trials of all variants in a day, as somebody says them.
    DailyTrials, 1.0..=1e12, "write how many trials a day has, from 1 to 1000000000000"
}

bounded! {
    /// A difference, or a standard deviation: so large that its square is a number, too.
    Amount, 1e-12..=1e15, "write a number from 1e-12 to 1e15"
}

bounded! {
    /// A proportion or a mean.
    Level, -1e15..=1e15, "write a number from -1e15 to 1e15, such as 0.05"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_no_number_of_a_plan() {
        for nonsense in ["NaN", "inf", "-inf", "", "many", "1e400", "0,8", "-1e300"] {
            assert!(nonsense.parse::<Power>().is_err(), "{nonsense}");
            assert!(nonsense.parse::<DailyTrials>().is_err(), "{nonsense}");
            assert!(nonsense.parse::<Amount>().is_err(), "{nonsense}");
            assert!(nonsense.parse::<Level>().is_err(), "{nonsense}");
        }
        for power in ["0.01", "0.05", "0", "1", "0.99999999", "-0.8", "80"] {
            assert!(power.parse::<Power>().is_err(), "{power}");
        }
        for daily in ["0", "0.001", "-5", "1e300"] {
            assert!(daily.parse::<DailyTrials>().is_err(), "{daily}");
        }
        for amount in ["0", "-0.005", "1e-300", "1e200"] {
            assert!(amount.parse::<Amount>().is_err(), "{amount}");
        }
    }

    #[test]
    fn what_makes_sense_is_kept_as_it_was_said() {
        let power: Power = "0.8".parse().unwrap();
        assert_eq!(power.get().to_bits(), 0.8_f64.to_bits());
        assert_eq!("5e3".parse(), Ok(DailyTrials(5000.0)));
        assert_eq!("-3.5".parse(), Ok(Level(-3.5)));
    }
}
