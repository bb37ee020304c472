//! Tells what a deployment waits for that is nobody's word: a function's answer; and which alarms
//! ECS watches meanwhile.

use super::Machine;
use crate::progress::{Event, HookCall};
use crate::release::{
    HookState, LifecycleStage, ServiceDeployment, ServiceDeploymentStatus as Status, Shift,
};

impl Machine {
    /// Tells each function once that was asked and has not answered; ECS waits for up to a day.
    pub(super) fn report_calls(
        &mut self,
        seen: &ServiceDeployment,
        events: &mut Vec<Event>,
    ) -> bool {
        // ECS asks some of them again while it goes back.
        let waits = seen.status.is_going_back()
            || matches!(seen.status, Status::Pending | Status::InProgress);
        let mut is_news = false;
        let hooks = seen.lifecycle_hook_details.iter();
        for hook in hooks.filter(|hook| waits && hook.is_asked()) {
            if self.reported.waits_at(&hook.hook_id) {
                let call = Box::new(call(seen, hook));
                events.push(Event::Hook { call });
                is_news = true;
            }
        }
        is_news
    }

    /// Tells what ECS makes of the alarms that it was told to watch, where that changed.
    pub(super) fn report_alarms(&mut self, seen: &ServiceDeployment, events: &mut Vec<Event>) {
        let Some(watch) = &seen.alarms else {
            return;
        };
        let Some(status) = watch.status.as_deref() else {
            return;
        };
        let is_told = match status {
            "TRIGGERED" => true,
            "MONITORING" => matches!(seen.status, Status::Pending | Status::InProgress),
            // So it reads before ECS begins to watch, too.
            "DISABLED" => seen.status == Status::InProgress && starts_tasks(seen),
            // How it ended says the rest.
            _ => false,
        };
        if is_told && !watch.alarm_names.is_empty() && self.reported.alarms_are(status) {
            events.push(Event::Alarms {
                status: status.to_owned(),
                alarms: watch.alarm_names.clone(),
                triggered: watch.triggered_alarm_names.clone(),
            });
        }
    }
}

/// Says whether a deployment has come as far as to start tasks.
fn starts_tasks(seen: &ServiceDeployment) -> bool {
    let Some(stage) = &seen.lifecycle_stage else {
        return true;
    };
    let first = LifecycleStage::ScaleUp.position();
    stage.position() >= first
}

fn call(seen: &ServiceDeployment, hook: &HookState) -> HookCall {
    let shift = Shift::of(seen);
    let place = shift.as_ref().and_then(|shift| shift.step(seen));
    HookCall {
        hook: hook.hook_id.clone(),
        lambda: hook.target_arn.clone(),
        stage: seen.lifecycle_stage.clone(),
        step: place.map(|(step, _)| step),
        steps: place.map(|(_, steps)| steps),
        until: hook.expires_at,
        on_timeout: hook.on_timeout(),
    }
}
