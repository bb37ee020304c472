//! What comes to the variants in each hour.

use fastrand::Rng;

use crate::draws::{binomial, normal, poisson, real, rounded};

/// Whose requests they are, and what they do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clients {
    /// Those that come anew in an hour, on average.
    pub(crate) an_hour: f64,
    /// How many requests one has: the median, and the standard deviation of the logarithm.
    pub(crate) requests: (f64, f64),
    /// How many hours one's requests are spread over.
    pub(crate) spread: usize,
    /// The part of them whose requests fail often, and how often these do.
    pub(crate) failing: (f64, f64),
    /// The part that converts.
    pub(crate) converts: f64,
    /// How many hours later, on average, and at most.
    pub(crate) later: (f64, f64),
    /// The standard deviation of the logarithm of what one spends.
    pub(crate) spends: f64,
    /// How much more the challengers' clients convert, as a part.
    pub(crate) lift: f64,
    /// What the challengers' requests fail more often.
    pub(crate) harm: f64,
}

/// How often requests fail anyhow.
const BASE: f64 = 0.001;

/// What a variant has in an hour.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hour {
    pub(crate) requests: f64,
    pub(crate) failed: f64,
    pub(crate) clients: f64,
    pub(crate) converted: f64,
    pub(crate) spent: f64,
    pub(crate) squares: f64,
}

/// A client, and what it did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    /// The hour in which it was first seen.
    pub(crate) hour: usize,
    /// Its variant.
    pub(crate) arm: usize,
    /// What it would have spent without any effect; 0 where it would not have converted.
    pub(crate) anyhow: f64,
    /// What it spent, and in which hour, where it converted.
    pub(crate) spent: Option<(f64, usize)>,
}

impl Clients {
    /// Draws the hours of all variants, given the weights at each hour, and whether outcomes are put
    /// with the time at which a client was first seen, and the clients by themselves.
    pub(crate) fn draw(
        self,
        weights: &[&[u32]],
        stamped: bool,
        rng: &mut Rng,
    ) -> (Vec<Vec<Hour>>, Vec<Client>) {
        let mut clients = Vec::new();
        let arms = weights.first().map_or(0, |weights| weights.len());
        let mut hours = vec![vec![Hour::default(); arms]; weights.len()];
        for (hour, weights) in weights.iter().enumerate() {
            let busy = 1.0 + 0.7 * (std::f64::consts::TAU * real(hour as u64 % 24) / 24.0).sin();
            for _ in 0..poisson(self.an_hour * busy, rng) {
                let arm = pick(weights, rng);
                clients.push(self.one(&mut hours, (hour, arm), stamped, rng));
            }
        }
        (hours, clients)
    }

    fn one(
        self,
        hours: &mut [Vec<Hour>],
        (hour, arm): (usize, usize),
        stamped: bool,
        rng: &mut Rng,
    ) -> Client {
        let (lift, harm) = match arm {
            0 => (0.0, 0.0),
            _ => (self.lift, self.harm),
        };
        let mut client = Client {
            hour,
            arm,
            anyhow: 0.0,
            spent: None,
        };
        hours[hour][arm].clients += 1.0;
        let luck = rng.f64();
        if luck < self.converts * (1.0 + lift) {
            let (mean, most) = self.later;
            let delay = (-mean * (1.0 - rng.f64()).ln()).min(most);
            let at = if stamped {
                hour
            } else {
                hour + usize::try_from(rounded(delay)).unwrap_or(0)
            };
            let spent = (self.spends * normal(rng)).exp();
            client.spent = Some((spent, at));
            if luck < self.converts {
                client.anyhow = spent;
            }
            if let Some(hour) = hours.get_mut(at) {
                hour[arm].converted += 1.0;
                hour[arm].spent += spent;
                hour[arm].squares += spent * spent;
            }
        }
        let (middle, sigma) = self.requests;
        let requests = rounded(middle * (sigma * normal(rng)).exp()).clamp(1, 20_000);
        let fails = if rng.f64() < self.failing.0 {
            self.failing.1
        } else {
            BASE
        };
        let sessions = requests.min(self.spread as u64).clamp(1, 24);
        for session in 0..sessions {
            let at = if session == 0 {
                hour
            } else {
                hour + rng.usize(..self.spread)
            };
            let part = requests / sessions + u64::from(session < requests % sessions);
            let failed = binomial(part, fails + harm, rng);
            if let Some(hour) = hours.get_mut(at) {
                hour[arm].requests += real(part);
                hour[arm].failed += real(failed);
            }
        }
        client
    }
}

fn pick(weights: &[u32], rng: &mut Rng) -> usize {
    let mut left = rng.u32(..weights.iter().sum::<u32>().max(1));
    for (arm, weight) in weights.iter().enumerate() {
        if left < *weight {
            return arm;
        }
        left -= weight;
    }
    0
}
