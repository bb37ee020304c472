//! Tests of whole use cases against the fake AWS, on paused time.

mod abort;
mod alarms;
mod called_off;
mod deploy;
mod experiment;
mod first_step;
mod foreign;
mod idle;
mod importing;
mod in_place;
mod instant_return;
mod list_lag;
mod one_cause;
mod promote;
mod registry;
mod rollback;
mod rollback_again;
mod taking_back;
mod watch;
