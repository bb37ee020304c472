//! The sizes of waves, as a command line says them.

use std::str::FromStr;

use super::Share;

/// How many services have begun with each wave, in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaveSizes(Vec<Share>);

impl WaveSizes {
    /// Returns where each wave ends among so many services; the last ends with all of them. A wave
    /// that would add none is left out: of three services 10 % are the one that began already.
    #[must_use]
    pub fn ends(&self, services: usize) -> Vec<usize> {
        let mut ends: Vec<usize> = Vec::new();
        let written = self.0.iter().map(|share| share.rounded_up(services));
        for end in written.chain([services]) {
            if end > ends.last().copied().unwrap_or(0) {
                ends.push(end);
            }
        }
        ends
    }
}

impl FromStr for WaveSizes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shares: Result<Vec<Share>, String> = text.split(',').map(str::parse).collect();
        let shares = shares?;
        let (mut number, mut percent) = (0, 0);
        for share in &shares {
            let grows = match share {
                Share::Number(next) => *next > std::mem::replace(&mut number, *next),
                Share::Percent(next) => *next > std::mem::replace(&mut percent, *next),
            };
            if !grows {
                return Err(
                    "each wave must be larger than the one before: they count all \
                            services that have begun by then"
                        .to_owned(),
                );
            }
        }
        Ok(Self(shares))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(waves: &str, services: usize, ends: &[usize]) {
        let waves: WaveSizes = waves.parse().unwrap();
        assert_eq!(waves.ends(services), ends);
    }

    #[test]
    fn sizes_count_all_that_have_begun() {
        check("1,10%,50%,100%", 100, &[1, 10, 50, 100]);
        check("2,5", 8, &[2, 5, 8]);
        check("1,10%,50%,100%", 15, &[1, 2, 8, 15]);
    }

    #[test]
    fn a_wave_that_adds_nothing_is_left_out() {
        check("1,10%,50%,100%", 3, &[1, 2, 3]);
        check("10", 3, &[3]);
        check("5,10%", 20, &[5, 20]);
        check("1", 0, &[]);
    }

    #[test]
    fn waves_that_do_not_grow_are_refused() {
        for text in ["0", "0%", "2,2", "3,1", "50%,10%", "1,,2", ""] {
            assert!(text.parse::<WaveSizes>().is_err(), "{text}");
        }
    }
}
