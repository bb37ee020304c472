mod order;
mod properties;
mod schedule;

use super::{Candidate, Order};
use crate::release::ids::{ClusterName, ServiceId, ServiceName};

fn id(name: &str) -> ServiceId {
    ServiceId {
        cluster: ClusterName::new("ml"),
        name: ServiceName::new(name),
        place: None,
    }
}

/// A service by its name, its wave, and whom it depends on.
fn one(name: &str, wave: u32, on: &[&str]) -> Candidate {
    Candidate {
        service: id(name),
        wave,
        depends_on: on.iter().map(|name| id(name)).collect(),
    }
}

fn order(candidates: &[Candidate]) -> Order {
    Order::of(candidates).unwrap()
}
