//! What goes wrong in a fake fleet: answers that are lost, and what others do meanwhile. It also
//! counts writes, so that a test can end a run at each of them.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::watch;

use super::{FakeFleet, locked};
use crate::cloud::fake::{Fault, World};

/// What somebody else does to a service at some time.
type Turn = Box<dyn FnOnce(&mut World) + Send>;

#[derive(Default)]
pub(super) struct Trouble {
    faults: Mutex<HashMap<(String, &'static str), VecDeque<Fault>>>,
    /// By service, in the order of time.
    turns: Mutex<HashMap<String, VecDeque<(Duration, Turn)>>>,
    writes: watch::Sender<usize>,
}

impl std::fmt::Debug for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trouble")
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

impl Trouble {
    /// Returns what goes wrong with a write that arrives now.
    pub(super) fn next(&self, service: &str, operation: &'static str) -> Option<Fault> {
        let mut faults = locked(&self.faults);
        let of_it = faults.get_mut(&(service.to_owned(), operation));
        of_it.and_then(VecDeque::pop_front)
    }

    /// Returns what others have done to a service until now, in the order of time.
    pub(super) fn due(&self, service: &str, now: Duration) -> Vec<(Duration, Turn)> {
        let mut turns = locked(&self.turns);
        let mut due = Vec::new();
        if let Some(of_it) = turns.get_mut(service) {
            while of_it.front().is_some_and(|(at, _)| *at <= now) {
                due.extend(of_it.pop_front());
            }
        }
        due
    }

    /// Counts a write that took effect.
    pub(super) fn wrote(&self) {
        self.writes.send_modify(|writes| *writes += 1);
    }
}

impl FakeFleet {
    /// Lets the next writes of a kind to a service go wrong, one after the other.
    pub fn fail(&self, service: &str, operation: &'static str, faults: &[Fault]) {
        let mut all = locked(&self.region.trouble.faults);
        let key = (service.to_owned(), operation);
        all.entry(key).or_default().extend(faults);
    }

    /// Changes a service once so much time has passed; turns of a service are given in order.
    pub fn after(
        &self,
        service: &str,
        time: Duration,
        turn: impl FnOnce(&mut World) + Send + 'static,
    ) {
        let at = self.region.started.elapsed() + time;
        let mut all = locked(&self.region.trouble.turns);
        let turns = all.entry(service.to_owned()).or_default();
        turns.push_back((at, Box::new(turn)));
    }

    /// Returns a service as it is now.
    #[must_use]
    pub fn world(&self, service: &str) -> World {
        self.region.of(service, |world| world.clone()).unwrap()
    }

    /// Returns how many writes have taken effect.
    #[must_use]
    pub fn writes(&self) -> usize {
        *self.region.trouble.writes.borrow()
    }

    /// Resolves once so many writes have taken effect, before the answer to the last is there.
    pub async fn written(&self, writes: usize) {
        let mut written = self.region.trouble.writes.subscribe();
        let _ = written.wait_for(|written| *written >= writes).await;
    }
}
