//! Means whose values come from a few large ones, as primary metric and as guardrail.

use fastrand::Rng;
use mlship_stats::{Arms, Direction, Mean, TestVerdict};

use crate::before;
use crate::draws::{normal, poisson, real};
use crate::product::{self, Gates};
use crate::runs::{all, median, rate};

const LOOKS: u64 = 40;
const MINIMUM_EVENTS: u64 = 100;
/// What a guardrail accepts, as a part of the mean.
const MARGIN: f64 = 0.1;
/// Values that are drawn once are summed in batches.
const BATCH: u64 = 32;
const BATCHES: usize = 16_384;

/// How much buyers spend.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tail {
    /// With this standard deviation of the logarithm.
    LogNormal(f64),
    /// From 1, with this exponent.
    Pareto(f64),
}

impl Tail {
    fn draw(self, rng: &mut Rng) -> f64 {
        match self {
            Self::LogNormal(sigma) => (sigma * normal(rng)).exp(),
            Self::Pareto(exponent) => (1.0 - rng.f64()).powf(-1.0 / exponent),
        }
    }

    fn mean(self) -> f64 {
        match self {
            Self::LogNormal(sigma) => (sigma * sigma / 2.0).exp(),
            Self::Pareto(exponent) => exponent / (exponent - 1.0),
        }
    }

    /// Effective events of one value.
    fn effective(self) -> f64 {
        match self {
            Self::LogNormal(sigma) => (-sigma * sigma).exp(),
            Self::Pareto(exponent) => (self.mean().powi(2) * (exponent - 2.0) / exponent).max(0.05),
        }
    }
}

impl std::fmt::Display for Tail {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LogNormal(sigma) => write!(to, "log-normal {sigma}"),
            Self::Pareto(exponent) => write!(to, "Pareto {exponent}"),
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) weights: [u64; 2],
    pub(crate) buyers: f64,
    pub(crate) tail: Tail,
    /// The challenger's mean as a multiple of the control's.
    pub(crate) lift: f64,
}

/// What came of a run.
struct Ended {
    verdict: Option<TestVerdict>,
    /// Whether it was called different before effective events were asked for.
    before: bool,
    /// The first look at which the arms were thought to be measured.
    measured_at: Option<u64>,
    /// A guardrail whose harm is at its margin.
    at_margin: Gates,
}

impl Cell {
    /// The clients until the smaller arm is thought to have two and a half times the events that
    /// it needs.
    fn clients(self) -> u64 {
        let [control, challenger] = self.weights.map(real);
        let share = control.min(challenger) / (control + challenger);
        let needed = 2.5 * real(MINIMUM_EVENTS) / (self.buyers * self.tail.effective() * share);
        crate::draws::rounded(needed)
    }

    fn run(self, clients: u64, rng: &mut Rng) -> Ended {
        let pool = Pool::new(self.tail, rng);
        let all = real(self.weights.iter().sum());
        let a_look = self
            .weights
            .map(|weight| real(clients / LOOKS) * real(weight) / all);
        let mut arms = [NOTHING; 2];
        let mut ended = Ended {
            verdict: None,
            before: false,
            measured_at: None,
            at_margin: Gates::default(),
        };
        for look in 1..=LOOKS {
            for (arm, mean) in arms.iter_mut().zip(a_look) {
                let more = poisson(mean, rng);
                arm.count += more;
                pool.add_to(arm, poisson(real(more) * self.buyers, rng), rng);
            }
            let [control, challenger] = arms;
            let of = |lift: f64| Arms::Means {
                control,
                challenger: scaled(challenger, lift),
            };
            let planned = clients;
            let now = [control, scaled(challenger, self.lift)];
            ended.before |= before::is_different(now, planned, MINIMUM_EVENTS);
            let (verdict, is_measured) = product::of_mean(&of(self.lift), planned, MINIMUM_EVENTS);
            if is_measured {
                ended.measured_at.get_or_insert(look);
            }
            if ended.verdict.is_none() && verdict != TestVerdict::Inconclusive {
                ended.verdict = Some(verdict);
            }
            // Where the challenger's mean is worse by the margin, either judgement is wrong.
            let mean = self.buyers * self.tail.mean();
            for direction in [Direction::Up, Direction::Down] {
                let lift = match direction {
                    Direction::Up => 1.0 - MARGIN,
                    Direction::Down => 1.0 + MARGIN,
                };
                let (margin, arms) = (MARGIN * mean, of(lift));
                let gate =
                    product::guardrail_of_mean(&arms, direction, margin, planned, MINIMUM_EVENTS);
                ended.at_margin.add(gate);
            }
        }
        ended
    }

    /// Prints the row.
    pub(crate) fn print(self, runs: u64) {
        let clients = self.clients();
        let name = format!("{self:?}");
        let ended = all(&name, runs, |rng| self.run(clients, rng));
        let is_better = |one: &Ended| {
            matches!(
                one.verdict,
                Some(TestVerdict::ChallengerBetter | TestVerdict::ControlBetter)
            )
        };
        let better = rate(&ended, is_better);
        let before = rate(&ended, |one| one.before);
        let control = rate(&ended, |one| {
            one.verdict == Some(TestVerdict::ControlBetter)
        });
        let passed = rate(&ended, |one| one.at_margin.passed);
        let breached = rate(&ended, |one| one.at_margin.breached);
        let measured = ended.iter().filter_map(|one| one.measured_at);
        let measured = measured.map(|look| real(look) / real(LOOKS) * real(clients));
        let measured: Vec<f64> = measured.collect();
        let never = rate(&ended, |one| one.measured_at.is_none());
        let from = median(measured).map_or_else(|| "–".to_owned(), thousands);
        let [a, b] = self.weights;
        println!(
            "| {a}:{b} | {} % | {} | {} | {lift:+.0} % | {before} | {better} | {control} | {passed} | {breached} | {from} | {never} |",
            100.0 * self.buyers,
            self.tail,
            thousands(real(clients)),
            lift = 100.0 * (self.lift - 1.0),
        );
    }
}

/// Prints the head of the table.
pub(crate) fn head() {
    println!(
        "| weights | buyers | what they spend | clients | lift | one is better, before | one is \
         better | control better | guardrail at its margin passes | breaches | measured from (median clients) | never measured |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
}

fn thousands(number: f64) -> String {
    if number >= 1e6 {
        format!("{:.1} M", number / 1e6)
    } else {
        format!("{:.0} k", number / 1e3)
    }
}

const NOTHING: Mean = Mean {
    count: 0,
    sum: 0.0,
    sum_squares: 0.0,
};

fn scaled(arm: Mean, factor: f64) -> Mean {
    Mean {
        sum: arm.sum * factor,
        sum_squares: arm.sum_squares * factor * factor,
        ..arm
    }
}

/// Values of buyers: single ones, and batches that are drawn from with replacement.
struct Pool {
    tail: Tail,
    batches: Vec<(f64, f64)>,
}

thread_local! {
    /// The last pool of the thread, and how often it may still be used: drawing one takes longer
    /// than a run.
    static LAST: std::cell::RefCell<Option<(String, u32, std::rc::Rc<Pool>)>> =
        const { std::cell::RefCell::new(None) };
}

impl Pool {
    fn new(tail: Tail, rng: &mut Rng) -> std::rc::Rc<Self> {
        LAST.with_borrow_mut(|last| {
            let name = tail.to_string();
            if let Some((of, uses, pool)) = last
                && *of == name
                && *uses > 0
            {
                *uses -= 1;
                return pool.clone();
            }
            let batch = |rng: &mut Rng| {
                (0..BATCH).fold((0.0, 0.0), |(sum, squares), _| {
                    let value = tail.draw(rng);
                    (sum + value, squares + value * value)
                })
            };
            let batches = (0..BATCHES).map(|_| batch(rng)).collect();
            let pool = std::rc::Rc::new(Self { tail, batches });
            *last = Some((name, 50, pool.clone()));
            pool
        })
    }

    fn add_to(&self, arm: &mut Mean, buyers: u64, rng: &mut Rng) {
        // Few are drawn anew, so that a small arm meets values that the pool has not.
        let batches = if buyers > 20 * BATCH {
            buyers / BATCH
        } else {
            0
        };
        for _ in 0..batches {
            let (sum, squares) = self.batches[rng.usize(..self.batches.len())];
            arm.sum += sum;
            arm.sum_squares += squares;
        }
        for _ in 0..buyers - batches * BATCH {
            let value = self.tail.draw(rng);
            arm.sum += value;
            arm.sum_squares += value * value;
        }
    }
}
