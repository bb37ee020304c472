//! Deployments that move traffic, met by every event at every stage. Each cell is an account of its
//! own whose clock stands still until the event has come: what a cell shows depends on no speed of
//! the machine. No cell ends before the rule was compared with the revision that should serve.

mod account;
mod back;
mod faults;
mod grid;
mod losing_sight;
mod on;
mod other_ways;
mod place;
mod readings;
mod told;

use account::{Shifting, check, in_account};
use place::Place;
use serde_json::json;

use crate::stage::Running;

/// Plays a cell: version 8 is being deployed and has come to a place. What is played returns the
/// version that should serve then.
fn at(place: &Place, play: impl FnOnce(&Shifting, Running) -> &'static str) {
    at_by(place, "", play);
}

/// The same with more in `rollout`.
fn at_by(place: &Place, more: &str, play: impl FnOnce(&Shifting, Running) -> &'static str) {
    let manifests = [place.unpaused(), place.manifest(more)];
    in_account(manifests, json!({}), |shifting| {
        let ours = shifting.come_to(place);
        play(shifting, ours)
    });
}
