//! A/B experiments: traffic shared behind a rule, and what `CloudWatch` says of it.

mod by_itself;
mod by_service;
mod compare;
mod garbled;
mod guard;
pub(crate) mod lab;
mod ledger;
mod planned_looks;
mod registry;
mod rows;
mod start;
mod status;
mod stop;
mod three;
