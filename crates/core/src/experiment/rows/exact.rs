//! Clients whose numbers are kept as they are until the end: the first ones, and those who are far
//! above all others. In the sums such a number would leave its rounding behind when a later row has
//! the client with another variant, and that is more than what all others have.

use std::collections::BTreeMap;

/// After how many clients it is known what is usual.
const FIRST: usize = 101;
/// How many times the mean size of a number is far above it. At most one number in so many can be.
const FAR: f64 = 1000.0;

/// Clients that are in no sum yet.
pub(super) struct ExactClients {
    /// How many there were, of all.
    seen: usize,
    /// From what the numbers of others are kept: the difference to it is small where numbers are
    /// large and alike, so that half as many bytes are precise enough.
    origins: Vec<f64>,
    /// Of each number the sum of the sizes of that difference, of which none counts as more than far.
    sizes: Vec<f64>,
    clients: BTreeMap<usize, ExactClient>,
}

/// A client that is in no sum yet.
pub(super) struct ExactClient {
    /// Its variant.
    pub(super) arm: usize,
    /// Its numbers.
    pub(super) numbers: Vec<f64>,
}

impl ExactClients {
    pub(super) fn new() -> Self {
        Self {
            seen: 0,
            origins: Vec::new(),
            sizes: Vec::new(),
            clients: BTreeMap::new(),
        }
    }

    /// Takes a new client, unless its numbers are like those of others.
    pub(super) fn take(&mut self, place: usize, arm: usize, numbers: &[f64]) -> bool {
        self.seen += 1;
        let is_first = self.seen <= FIRST;
        if !is_first && !self.is_far(numbers) {
            return false;
        }
        let numbers = numbers.to_vec();
        self.clients.insert(place, ExactClient { arm, numbers });
        if self.seen == FIRST {
            self.settle();
        }
        true
    }

    /// Says whether one of some numbers is far above what is usual, and counts them among these.
    fn is_far(&mut self, numbers: &[f64]) -> bool {
        let mut is_far = false;
        #[expect(clippy::cast_precision_loss, reason = "a number of clients")]
        let seen = (self.seen - 1) as f64;
        for ((number, origin), sizes) in numbers.iter().zip(&self.origins).zip(&mut self.sizes) {
            let size = (number - origin).abs();
            let far = FAR * *sizes / seen;
            if size > far {
                is_far = true;
            }
            *sizes += if far > 0.0 { size.min(far) } else { size };
        }
        is_far
    }

    /// Finds out from the first clients what is usual: one of them may be far above the others.
    fn settle(&mut self) {
        let columns = self.clients.values().next();
        let columns = columns.map_or(0, |client| client.numbers.len());
        for column in 0..columns {
            let numbers = self.clients.values().map(|client| client.numbers[column]);
            let origin = median(numbers.collect());
            let sizes = self.clients.values();
            let sizes = sizes.map(|client| (client.numbers[column] - origin).abs());
            let sizes: Vec<f64> = sizes.collect();
            #[expect(clippy::cast_precision_loss, reason = "a number of clients")]
            let usual = median(sizes.clone()) * FIRST as f64;
            self.origins.push(origin);
            self.sizes.push(if usual > 0.0 {
                usual
            } else {
                sizes.iter().sum()
            });
        }
    }

    /// Gives up a client that counts for none; says whether it was here.
    pub(super) fn forget(&mut self, place: usize) -> bool {
        self.clients.remove(&place).is_some()
    }

    /// Returns from what the numbers of others are kept.
    pub(super) fn origins(&self) -> &[f64] {
        &self.origins
    }

    /// Returns the clients that are left, by their places.
    pub(super) fn into_clients(self) -> impl Iterator<Item = (usize, ExactClient)> {
        self.clients.into_iter()
    }
}

/// Returns the number in the middle, or 0 of none.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}
