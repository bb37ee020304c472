//! A fake AWS for tests: a small ECS that loses answers, throttles, lags and refuses on demand. It
//! uses tokio's clock, so that tests can pause it.

#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "for tests alone, also those of other crates, where what is wrong shall fail"
)]

mod alarms;
mod aws_bucket;
mod balancer;
mod failing;
mod fleet;
mod kill;
mod ledger;
mod logs;
mod metrics;
mod pausing;
mod ports;
mod preconditions;
mod registry;
mod rollout;
mod world;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

pub use aws_bucket::AwsBucket;
pub use balancer::{Balanced, FakeBalancer};
pub use fleet::FakeFleet;
pub use kill::{Kill, Moment};
pub use ledger::FakeLedger;
pub use logs::Logs;
pub use metrics::FakeMetrics;
pub use registry::FakeRegistry;
pub use rollout::ROLLOUT;
use tokio::time::{Instant, sleep};
pub use world::{World, object};

use super::{Answer, CloudError, ErrorKind, count_request};
use crate::release::ids::{ClusterName, ServiceId, ServiceName};

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request never arrives.
    LostBefore,
    /// The request takes effect, its answer never arrives.
    LostAfter,
    /// The request never gets a connection.
    Unreachable,
    Throttled,
    Denied,
    Expired,
    /// The request is malformed, to this endpoint.
    Rejected,
    /// Somebody on the way answers in its place.
    Garbled,
    /// The request takes effect, and somebody on the way garbles its answer.
    GarbledAfter,
    /// Somebody on the way says that it was done, and it was not.
    Swallowed,
}

impl Fault {
    /// Returns whether the request takes effect all the same.
    #[must_use]
    pub fn takes_effect(self) -> bool {
        matches!(self, Self::LostAfter | Self::GarbledAfter)
    }
}

/// A change that happens by itself after a while.
type Turn = (Duration, Box<dyn FnOnce(&mut World)>);

/// The stand-in.
pub struct FakeCloud {
    started: Instant,
    world: RefCell<World>,
    /// What reads were, newest last.
    past: RefCell<Vec<(Duration, World)>>,
    turns: RefCell<VecDeque<Turn>>,
    faults: RefCell<HashMap<&'static str, VecDeque<Fault>>>,
    always: RefCell<HashMap<&'static str, Fault>>,
    requests: RefCell<Vec<&'static str>>,
    /// How far reads are behind.
    pub lag: Cell<Duration>,
    /// How long a new deployment takes to be listed, while the service names it at once.
    pub list_lag: Cell<Duration>,
    pub latency: Cell<Duration>,
    /// Draws how long each request and each answer is on its way, of the latency at most.
    pub chance: RefCell<Option<fastrand::Rng>>,
    /// Whether a registration is under way: ECS takes one at a time.
    registering: Cell<bool>,
    pub balancer: FakeBalancer,
    pub metrics: FakeMetrics,
    /// The model registry, unless nobody has request.
    pub registry: RefCell<Option<FakeRegistry>>,
    /// The ledger of experiments, unless there is none.
    pub ledger: RefCell<Option<FakeLedger>>,
}

impl FakeCloud {
    #[must_use]
    pub fn new(world: World) -> Self {
        Self {
            started: Instant::now(),
            past: RefCell::new(vec![(Duration::ZERO, world.clone())]),
            world: RefCell::new(world),
            turns: RefCell::default(),
            faults: RefCell::default(),
            always: RefCell::default(),
            requests: RefCell::default(),
            lag: Cell::default(),
            list_lag: Cell::default(),
            latency: Cell::default(),
            chance: RefCell::default(),
            registering: Cell::default(),
            balancer: FakeBalancer::default(),
            metrics: FakeMetrics::default(),
            registry: RefCell::default(),
            ledger: RefCell::default(),
        }
    }

    /// Returns the one service there can be.
    #[must_use]
    pub fn id() -> ServiceId {
        ServiceId {
            cluster: ClusterName::new("ml"),
            name: ServiceName::new("m"),
            place: None,
        }
    }

    /// Lets the next calls of an operation go wrong, one after the other.
    pub fn fail(&self, operation: &'static str, faults: &[Fault]) {
        let mut all = self.faults.borrow_mut();
        all.entry(operation).or_default().extend(faults);
    }

    /// Lets all calls of an operation go wrong from now on, or none.
    pub fn fail_always(&self, operation: &'static str, fault: Option<Fault>) {
        let mut always = self.always.borrow_mut();
        always.remove(operation);
        always.extend(fault.map(|fault| (operation, fault)));
    }

    /// Changes the world once so much time has passed; turns are given in order.
    pub fn after(&self, seconds: u64, turn: impl FnOnce(&mut World) + 'static) {
        let at = Duration::from_secs(seconds);
        self.turns.borrow_mut().push_back((at, Box::new(turn)));
    }

    /// Changes the world once so much time has passed from now on; turns are given in order.
    pub fn after_now(&self, seconds: u64, turn: impl FnOnce(&mut World) + 'static) {
        let at = self.started.elapsed() + Duration::from_secs(seconds);
        self.turns.borrow_mut().push_back((at, Box::new(turn)));
    }

    /// Returns the world as it is.
    pub fn world(&self) -> World {
        self.turn();
        self.world.borrow().clone()
    }

    /// Returns how often an operation was asked for.
    pub fn count(&self, operation: &str) -> usize {
        let requests = self.requests.borrow();
        requests
            .iter()
            .filter(|request| **request == operation)
            .count()
    }

    /// Returns how often anything was asked for.
    pub fn requests(&self) -> usize {
        self.requests.borrow().len()
    }

    /// Lets happen what is due.
    fn turn(&self) {
        let now = self.started.elapsed();
        let is_due = |turns: &VecDeque<Turn>| turns.front().is_some_and(|(at, _)| *at <= now);
        while is_due(&self.turns.borrow()) {
            let turn = self.turns.borrow_mut().pop_front();
            if let Some((at, change)) = turn {
                self.change(at, change);
            }
        }
    }

    fn change<T>(&self, at: Duration, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.borrow_mut();
        world.now = at;
        let result = change(&mut world);
        self.past.borrow_mut().push((at, world.clone()));
        result
    }

    async fn read<T>(&self, operation: &'static str, read: impl FnOnce(&World) -> T) -> Answer<T> {
        if let Some(fault) = self.request(operation).await {
            return Err(error(operation, fault));
        }
        // Before the lag is over, reads are of the beginning.
        let seen = self.started.elapsed().checked_sub(self.lag.get());
        let answer = {
            let past = self.past.borrow();
            let then = seen.and_then(|seen| past.iter().rev().find(|(at, _)| *at <= seen));
            read(&then.unwrap_or(&past[0]).1)
        };
        self.answer().await;
        Ok(answer)
    }

    async fn write<T>(
        &self,
        operation: &'static str,
        write: impl FnOnce(&mut World) -> T,
    ) -> Answer<T> {
        let fault = self.request(operation).await;
        if let Some(fault) = fault.filter(|fault| !fault.takes_effect()) {
            return Err(error(operation, fault));
        }
        let answer = self.change(self.started.elapsed(), write);
        self.answer().await;
        fault.map_or(Ok(answer), |fault| Err(error(operation, fault)))
    }

    /// Lets an answer be on its way, where chance says how long.
    async fn answer(&self) {
        if let Some(on_its_way) = self.on_its_way() {
            sleep(on_its_way).await;
        }
    }

    fn on_its_way(&self) -> Option<Duration> {
        let mut chance = self.chance.borrow_mut();
        let share = chance.as_mut()?.f64();
        Some(self.latency.get().mul_f64(share))
    }

    async fn request(&self, operation: &'static str) -> Option<Fault> {
        count_request();
        self.requests.borrow_mut().push(operation);
        let on_its_way = self.on_its_way();
        sleep(on_its_way.unwrap_or(self.latency.get())).await;
        self.turn();
        let mut faults = self.faults.borrow_mut();
        let next = faults.get_mut(operation).and_then(VecDeque::pop_front);
        next.or_else(|| self.always.borrow().get(operation).copied())
    }
}

#[must_use]
pub fn error(operation: &'static str, fault: Fault) -> CloudError {
    let kind = match fault {
        Fault::LostBefore | Fault::LostAfter => ErrorKind::Lost,
        Fault::Unreachable => ErrorKind::Unreachable,
        Fault::Throttled => ErrorKind::Throttled,
        Fault::Denied => ErrorKind::Denied,
        Fault::Expired => ErrorKind::Credentials,
        Fault::Rejected => ErrorKind::Rejected,
        Fault::Garbled | Fault::GarbledAfter | Fault::Swallowed => ErrorKind::Unreadable,
    };
    CloudError {
        operation,
        kind,
        code: None,
        message: format!("{fault:?}"),
        hint: None,
    }
}
