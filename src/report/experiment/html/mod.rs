//! Experiments as HTML files that open in a browser, are printed, and can be attached to a ticket.
//! Each needs nothing beside itself.

mod amounts;
mod clients;
mod course;
mod looks;
mod markup;
mod metrics;
mod page;
mod phases;
mod readout;
mod record;
mod table;
mod traffic;

pub(super) use markup::Markup;
pub use readout::experiment_html;
pub use record::record_html;
