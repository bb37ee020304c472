//! A fake ECS of many services, each a world of its own, at the rates that AWS documents. Requests
//! wait for their turn and go together as those of a real connection do.

mod ecs;
mod others;
mod trouble;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use trouble::Trouble;

use super::{AwsBucket, FakeBalancer, FakeMetrics, FakeRegistry, Fault, World, error};
use crate::cloud::preconditions::{Fact, Question};
use crate::cloud::retry::{Policy, READ, THROTTLED_WRITE};
use crate::cloud::{
    Answer, Batch, Limiter, Rate, RequestKind, count_request, in_turn, own_requests,
};
use crate::release::ids::{ClusterName, ServiceDeploymentArn, ServiceName, ServiceRevisionArn};
use crate::release::{LiveService, ServiceDeployment, ServiceRevision};

/// How long a request is on its way.
const LATENCY: Duration = Duration::from_millis(40);

/// The services of one region, and a connection to it.
pub struct FakeFleet {
    region: Arc<Region>,
    services: Batch<ClusterName, ServiceName, Option<LiveService>>,
    deployments: Batch<(), ServiceDeploymentArn, Option<ServiceDeployment>>,
    revisions: Batch<(), ServiceRevisionArn, Option<ServiceRevision>>,
    pub balancer: FakeBalancer,
    pub metrics: FakeMetrics,
    /// The model registry, where there is one.
    pub registry: RefCell<Option<FakeRegistry>>,
}

/// What every request comes to.
#[derive(Debug)]
struct Region {
    started: Instant,
    limiters: Vec<Limiter>,
    buckets: Mutex<Vec<AwsBucket>>,
    worlds: HashMap<String, Mutex<World>>,
    sent: Mutex<Sent>,
    trouble: Trouble,
}

/// What was sent.
#[derive(Debug, Default)]
struct Sent {
    requests: u64,
    refused: u64,
}

impl FakeFleet {
    /// Makes services of these names, whose first releases serve, where others leave a part of what
    /// AWS takes.
    #[must_use]
    pub fn serving<'a>(names: impl IntoIterator<Item = &'a str>, left: f64) -> Self {
        let left_of = |Rate { burst, refill }| {
            let refill = refill * left;
            AwsBucket::new(Rate { burst, refill })
        };
        let rates = || RequestKind::ALL.iter().map(|kind| kind.rate());
        let world = |name: &str| (name.to_owned(), Mutex::new(World::serving_as(name)));
        let region = Region {
            started: Instant::now(),
            limiters: rates().map(Limiter::new).collect(),
            buckets: Mutex::new(rates().map(left_of).collect()),
            worlds: names.into_iter().map(world).collect(),
            sent: Mutex::default(),
            trouble: Trouble::default(),
        };
        Self {
            region: Arc::new(region),
            services: Batch::of_at_most(10),
            deployments: Batch::of_at_most(20),
            revisions: Batch::of_at_most(20),
            balancer: FakeBalancer::default(),
            metrics: FakeMetrics::default(),
            registry: RefCell::default(),
        }
    }

    /// Returns how many requests were refused for the rate.
    #[must_use]
    pub fn refused(&self) -> u64 {
        locked(&self.region.sent).refused
    }

    /// Changes a service.
    pub fn change(&self, name: &str, change: impl FnOnce(&mut World)) {
        self.region.of(name, change).unwrap();
    }

    fn requests(&self) -> u64 {
        own_requests().unwrap_or_else(|| locked(&self.region.sent).requests)
    }
}

impl Region {
    async fn read<T>(
        &self,
        kind: RequestKind,
        operation: &'static str,
        read: impl Fn(&Self) -> T + Sync,
    ) -> Answer<T> {
        self.send(&READ, kind, operation, read).await
    }

    /// Changes a service that is there.
    async fn write<T>(
        &self,
        kind: RequestKind,
        operation: &'static str,
        name: &str,
        write: impl Fn(&mut World) -> Option<T> + Sync,
    ) -> Answer<T> {
        let write = |region: &Self| {
            let fault = region.trouble.next(name, operation);
            if let Some(fault) = fault.filter(|fault| !fault.takes_effect()) {
                return Err(error(operation, fault));
            }
            let done = region.of(name, &write).flatten();
            region.trouble.wrote();
            match fault {
                Some(fault) => Err(error(operation, fault)),
                None => done.ok_or_else(|| error(operation, Fault::Rejected)),
            }
        };
        self.send(&THROTTLED_WRITE, kind, operation, write).await?
    }

    async fn send<T>(
        &self,
        policy: &'static Policy,
        kind: RequestKind,
        operation: &'static str,
        act: impl Fn(&Self) -> T + Sync,
    ) -> Answer<T> {
        let act = &act;
        let limiter = &self.limiters[kind as usize];
        in_turn(limiter, policy, || async move {
            count_request();
            locked(&self.sent).requests += 1;
            sleep(LATENCY / 2).await;
            let now = self.started.elapsed().as_secs_f64();
            if !locked(&self.buckets)[kind as usize].takes(now) {
                locked(&self.sent).refused += 1;
                return Err(error(operation, Fault::Throttled));
            }
            let answer = act(self);
            sleep(LATENCY / 2).await;
            Ok(answer)
        })
        .await
    }

    /// Does something with a service as it is now, where there is one of that name.
    fn of<T>(&self, name: &str, act: impl FnOnce(&mut World) -> T) -> Option<T> {
        let mut world = locked(self.worlds.get(name)?);
        let now = self.started.elapsed();
        for (at, turn) in self.trouble.due(name, now) {
            world.roll_on(at);
            turn(&mut world);
        }
        world.roll_on(now);
        Some(act(&mut world))
    }

    /// Returns what any of the services knows of what releases lean on.
    fn fact(&self, question: &Question) -> Option<Fact> {
        let mut worlds = self.worlds.values();
        worlds.find_map(|world| locked(world).facts.get(question).cloned())
    }

    /// Does so with the one that an ARN is of: `…/NAME/NUMBER`, `…/NAME` or `…/FAMILY:REVISION`.
    fn of_arn<T>(&self, arn: &str, act: impl FnOnce(&mut World) -> T) -> Option<T> {
        self.of(named_in(arn), act)
    }
}

/// Returns the service that something belongs to, by its ARN or name.
fn named_in(arn: &str) -> &str {
    let path = arn.split_once('/').map_or(arn, |(_, path)| path);
    let end = path.find(['/', ':']).unwrap_or(path.len());
    &path[..end]
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
