//! How an experiment deploys what takes part in it.

use std::time::Duration;

use crate::app::deploy::{DeployOptions, IfAlarmed, IfBusy, Repeat};
use crate::app::model_version::GateOverrides;
use crate::app::watch::{OnInterrupt, WatchOptions};
use crate::plan::Redeploy;
use crate::preflight::Memory;
use crate::release::ids::RuleArn;

/// Returns how the experiment of a rule deploys: it waits for others and for the verdict, and is not
/// disturbed by itself. With a memory it asks first what releases lean on.
pub(super) fn deploy_options(
    rule: &RuleArn,
    timeout: Duration,
    verify: Option<Memory>,
) -> DeployOptions {
    DeployOptions {
        watch: WatchOptions {
            timeout,
            adds_shift: true,
            until: crate::rollout::Until::Done,
            on_interrupt: OnInterrupt::Detach,
        },
        until: None,
        detach: false,
        if_busy: IfBusy::Wait,
        redeploy: Redeploy::WhenChanged,
        repeat: Repeat::Always,
        adopt: false,
        force: false,
        verify,
        own_experiment: Some(rule.clone()),
        if_alarmed: IfAlarmed::Refuse,
        overrides: GateOverrides::default(),
    }
}
