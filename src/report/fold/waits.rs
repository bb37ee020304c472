//! What a deployment that moves traffic waits for, by what was told of it.

use super::Event;
use super::pace::Wait;

/// Says whether an event tells what is waited for, or that nothing is.
pub(super) fn tells(event: &Event) -> bool {
    match event {
        Event::Stage { .. } | Event::Paused { .. } | Event::Hook { .. } => true,
        Event::Planned { .. }
        | Event::Registered { .. }
        | Event::Adopted { .. }
        | Event::Adjusted
        | Event::Started { .. }
        | Event::Attached { .. }
        | Event::WaitingFor { .. }
        | Event::Status { .. }
        | Event::Progress { .. }
        | Event::ServiceMessage { .. }
        | Event::TaskFailed { .. }
        | Event::Aborting { .. }
        | Event::Weights { .. }
        | Event::Alarms { .. }
        | Event::Judged { .. }
        | Event::RestsOnDeploymentId { .. }
        | Event::Note { .. } => false,
    }
}

/// Returns what is waited for by an event that tells so.
pub(super) fn of(event: &Event) -> Option<Wait> {
    let (what, until) = match event {
        Event::Stage { ends, .. } => ("bakes".to_owned(), Some((*ends)?)),
        Event::Paused { pause, .. } => (
            format!("waits for somebody at {}", pause.place()),
            pause.until,
        ),
        Event::Hook { call } => {
            let what = format!("waits for function {} at {}", call.function(), call.place());
            (what, call.until)
        }
        _ => return None,
    };
    Some(Wait { what, until })
}
