//! Guardrails: with few events, and of requests whose clients stay with their variant.

use fastrand::Rng;
use mlship_stats::{Arms, Course, Direction, Gate, Proportion};

use crate::draws::{binomial, normal, poisson, real, rounded};
use crate::product::{self, Gates};
use crate::runs::{all, median, rate};

const DAYS: usize = 14;
const HOURS: usize = 24 * DAYS;
const MARGIN: f64 = 0.002;
const PLANNED: u64 = 40_000;

/// Whose requests they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clients {
    pub(crate) name: &'static str,
    /// Clients of both variants that come anew each hour, on average.
    pub(crate) an_hour: f64,
    /// The challenger's share.
    pub(crate) share: f64,
    /// How many requests one has: the median and the standard deviation of the logarithm.
    pub(crate) requests: (f64, f64),
    /// The part of them whose requests fail often, and how often these do.
    pub(crate) failing: (f64, f64),
    /// How often others' do.
    pub(crate) base: f64,
    /// How many hours one's requests are spread over.
    pub(crate) spread: usize,
    /// What the challenger's requests fail more often.
    pub(crate) harm: f64,
}

#[derive(Default)]
struct Ended {
    breached_at: Option<u64>,
    breached_by_count: bool,
    passed: bool,
}

impl Clients {
    fn draw(self, rng: &mut Rng) -> Vec<[Proportion; 2]> {
        let mut hours = vec![
            [Proportion {
                successes: 0,
                trials: 0
            }; 2];
            HOURS
        ];
        for hour in 0..HOURS {
            let at = real(hour as u64 % 24) / 24.0;
            let busy = 1.0 + 0.7 * (std::f64::consts::TAU * at).sin();
            for _ in 0..poisson(self.an_hour * busy, rng) {
                let arm = usize::from(rng.f64() < self.share);
                let (middle, sigma) = self.requests;
                let requests = rounded(middle * (sigma * normal(rng)).exp()).clamp(1, 20_000);
                let is_failing = rng.f64() < self.failing.0;
                let own = if is_failing {
                    self.failing.1
                } else {
                    self.base
                };
                let harm = if arm == 1 { self.harm } else { 0.0 };
                // In sessions of an hour, over the time that it comes back in.
                let sessions = (requests.min(self.spread as u64)).clamp(1, 24);
                for session in 0..sessions {
                    let at = hour + rng.usize(..self.spread);
                    let part = requests / sessions + u64::from(session < requests % sessions);
                    let failed = binomial(part, own + harm, rng);
                    if let Some(hour) = hours.get_mut(at) {
                        hour[arm].trials += part;
                        hour[arm].successes += failed;
                    }
                }
            }
        }
        hours
    }

    fn run(self, rng: &mut Rng) -> Ended {
        let hours = self.draw(rng);
        let mut course = Course::default();
        let mut ended = Ended::default();
        let mut total = [Proportion {
            successes: 0,
            trials: 0,
        }; 2];
        for day in 1..=DAYS {
            for hour in &hours[24 * (day - 1)..24 * day] {
                course.stretches.push(both(*hour));
                for (total, arm) in total.iter_mut().zip(hour) {
                    total.successes += arm.successes;
                    total.trials += arm.trials;
                }
            }
            let gate = product::guardrail_of_requests(&both(total), &course, MARGIN);
            let by_count = product::guardrail(&both(total), Direction::Down, MARGIN, PLANNED);
            ended.breached_by_count |= by_count == Gate::Breached;
            if gate == Gate::Breached {
                ended.breached_at.get_or_insert(day as u64);
            }
            ended.passed |= gate == Gate::Passed;
        }
        ended
    }

    pub(crate) fn print(self, runs: u64) {
        let ended = all(&format!("{self:?}"), runs, |rng| self.run(rng));
        let breached = rate(&ended, |one| one.breached_at.is_some());
        let passed = rate(&ended, |one| one.passed);
        let before = rate(&ended, |one| one.breached_by_count);
        let day = median(
            ended
                .iter()
                .filter_map(|one| one.breached_at)
                .map(real)
                .collect(),
        );
        let day = day.map_or_else(|| "–".to_owned(), |day| day.to_string());
        println!(
            "| {} | {} h | {} | {before} | {breached} | {day} | {passed} |",
            self.name, self.spread, self.harm
        );
    }
}

pub(crate) fn head() {
    println!(
        "| clients | come back within | harm | breached, before | breached | on day (median) | passed |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
}

/// Returns what is simulated, from the kindest to what no method can hold.
pub(crate) fn scenarios() -> Vec<Clients> {
    let plain = Clients {
        name: "few fail often",
        an_hour: 120.0,
        share: 0.5,
        requests: (6.0, 1.0),
        failing: (0.01, 0.4),
        base: 0.001,
        spread: 1,
        harm: 0.0,
    };
    let many = Clients {
        name: "many fail a little",
        requests: (10.0, 1.2),
        failing: (0.2, 0.03),
        ..plain
    };
    let uneven = Clients {
        name: "few fail often, 90:10",
        an_hour: 300.0,
        share: 0.1,
        ..plain
    };
    let large = Clients {
        name: "some large",
        an_hour: 100.0,
        requests: (5.0, 1.5),
        failing: (0.02, 0.3),
        ..plain
    };
    let larger = Clients {
        name: "some very large",
        an_hour: 90.0,
        requests: (5.0, 1.8),
        ..large
    };
    let ruled = Clients {
        name: "ruled by a few",
        an_hour: 60.0,
        requests: (8.0, 2.0),
        failing: (0.05, 0.5),
        ..plain
    };
    let kinds = [plain, many, uneven, large, larger, ruled].into_iter();
    kinds
        .flat_map(|kind| {
            let healthy = [1, 8, 24, 72, 168].map(|spread| Clients { spread, ..kind });
            let harmful = [1, 24].map(|spread| Clients {
                spread,
                harm: 0.01,
                ..kind
            });
            healthy.into_iter().chain(harmful)
        })
        .collect()
}

/// A guardrail of few events, with the harm at its margin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Thin {
    pub(crate) base: f64,
    pub(crate) margin: f64,
    pub(crate) weights: [u64; 2],
    pub(crate) direction: Direction,
}

impl Thin {
    /// Prints how often it passes or is breached over 40 looks, the first of which have few events.
    pub(crate) fn print(self, runs: u64) {
        let all_weights = real(self.weights.iter().sum());
        // Sixty events at the margin in the smaller arm, at the end.
        let smaller = real(self.weights[0].min(self.weights[1])) / all_weights;
        let trials = 60.0 / (self.base + self.margin) / smaller;
        let planned = rounded(trials);
        let rates = match self.direction {
            Direction::Down => [self.base, self.base + self.margin],
            Direction::Up => [1.0 - self.base, 1.0 - self.base - self.margin],
        };
        let ended = all(&format!("{self:?}"), runs, |rng| {
            let mut total = [NONE; 2];
            let mut gates = Gates::default();
            for _ in 0..40 {
                for ((arm, weight), rate) in total.iter_mut().zip(self.weights).zip(rates) {
                    let more = poisson(trials / 40.0 * real(weight) / all_weights, rng);
                    arm.trials += more;
                    arm.successes += binomial(more, rate, rng);
                }
                let (direction, margin) = (self.direction, self.margin);
                gates.add(product::guardrail(&both(total), direction, margin, planned));
            }
            gates
        });
        let passed = rate(&ended, |gates| gates.passed);
        let breached = rate(&ended, |gates| gates.breached);
        let [a, b] = self.weights;
        println!(
            "| {:?} | {} % | {} pp | {a}:{b} | {passed} | {breached} |",
            self.direction,
            100.0 * self.base,
            100.0 * self.margin
        );
    }
}

/// Prints the head of the table of few events.
pub(crate) fn thin_head() {
    println!("| better is | goes wrong | margin | weights | passes | breached |");
    println!("| --- | --- | --- | --- | --- | --- |");
}

const NONE: Proportion = Proportion {
    successes: 0,
    trials: 0,
};

fn both([control, challenger]: [Proportion; 2]) -> Arms {
    Arms::Proportions {
        control,
        challenger,
    }
}
