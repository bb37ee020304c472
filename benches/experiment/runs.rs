//! Runs a simulation many times, on two threads, from seeds that its name and number give.

use fastrand::Rng;

use crate::draws::real;

const THREADS: u64 = 2;

/// How often something happened, with its Monte Carlo error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) hits: u64,
    pub(crate) runs: u64,
}

impl Rate {
    pub(crate) fn value(self) -> f64 {
        real(self.hits) / real(self.runs)
    }

    pub(crate) fn error(self) -> f64 {
        // By one more of each kind, so that none seen has an error, too.
        let rate = real(self.hits + 1) / real(self.runs + 2);
        (rate * (1.0 - rate) / real(self.runs)).sqrt()
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (value, error) = (100.0 * self.value(), 100.0 * self.error());
        write!(to, "{value:.1} ± {error:.1}")
    }
}

/// Runs `run` with a generator of its own each time, and returns what came of each.
pub(crate) fn all<T: Send>(name: &str, runs: u64, run: impl Fn(&mut Rng) -> T + Sync) -> Vec<T> {
    let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let of_thread = |thread: u64| -> Vec<T> {
        let numbers = (thread..runs).step_by(2);
        numbers
            .map(|number| {
                run(&mut Rng::with_seed(
                    seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
                ))
            })
            .collect()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || of_thread(thread)))
            .collect();
        let ended = threads.into_iter().filter_map(|thread| thread.join().ok());
        ended.flatten().collect()
    })
}

/// Returns how often a condition holds.
pub(crate) fn rate<T>(ended: &[T], condition: impl Fn(&T) -> bool) -> Rate {
    Rate {
        hits: ended.iter().filter(|one| condition(one)).count() as u64,
        runs: ended.len() as u64,
    }
}

/// Returns the middle of numbers; none where there are none.
pub(crate) fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}
