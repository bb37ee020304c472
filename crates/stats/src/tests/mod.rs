//! Tests of the crate as a whole.

mod properties;
mod published;
mod simulations;

use super::count::{real, whole};
