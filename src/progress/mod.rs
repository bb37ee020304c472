//! What is told while a release is under way, and to whom. Writes nothing itself.

mod cause;
mod event;

pub use cause::Cause;
pub use event::Event;

use crate::release::ids::ServiceId;

/// Takes in what happens, as it happens.
pub trait Observer {
    /// Something happened to a service.
    fn event(&mut self, service: &ServiceId, event: &Event);
}
