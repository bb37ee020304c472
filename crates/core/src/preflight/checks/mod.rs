//! The checks, each from what was seen to its findings.

mod alarms;
mod balancing;
mod capacity;
mod first_step;
mod images;
mod logs;
mod ranges;
mod roles;
mod routes;
mod secrets;
mod security;
mod trust;
mod ways;

pub(super) use alarms::{alarms, firing_alarms};
pub(super) use balancing::target_groups;
pub(super) use capacity::{capacity, capacity_providers};
pub(super) use first_step::first_step;
pub(super) use images::{architectures, images};
pub(super) use logs::log_groups;
pub(super) use roles::{permissions, roles, service_roles};
pub(super) use routes::routes;
pub(super) use secrets::secrets;
pub(super) use security::security_groups;
pub(super) use ways::destinations;
