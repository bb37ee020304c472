//! What the module as a whole is held to.

mod properties;
mod published;
mod simulations;

use super::count::{real, whole};
