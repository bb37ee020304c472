//! Explains a cause in plain words, with the next step.

mod exit;
mod health;
mod hooks;
mod placement;
mod start;

use super::{Cause, Circumstances, Group, LogTarget};

/// What is said of a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// What went wrong.
    pub(super) summary: String,
    /// The next step, with the manifest's field.
    pub(super) help: String,
}

impl Words {
    fn new(summary: impl Into<String>, help: impl Into<String>) -> Self {
        let (summary, help) = (summary.into(), help.into());
        Self { summary, help }
    }
}

/// Returns the plain words for what failed under these circumstances.
pub(super) fn explain(group: &Group, around: &Circumstances) -> Words {
    match group.cause {
        Cause::ImageNotFound => start::image_not_found(group, around),
        Cause::ImageDenied => start::image_denied(group, around),
        Cause::ImageNetwork => start::image_network(),
        Cause::ImageArchitecture => start::image_architecture(around),
        Cause::SecretMissing => start::secret_missing(group),
        Cause::SecretDenied => start::secret_denied(group),
        Cause::SecretNetwork => start::secret_network(),
        Cause::OutOfMemory => exit::out_of_memory(group, around),
        Cause::ExecFormat => exit::exec_format(around),
        Cause::CommandNotFound => exit::command_not_found(group),
        Cause::ContainerExited => exit::container_exited(group, around),
        Cause::ContainerUnhealthy => {
            with_log(health::container_unhealthy(group, around), group, around)
        }
        Cause::LoadBalancerUnhealthy => with_log(
            health::load_balancer_unhealthy(group, around),
            group,
            around,
        ),
        Cause::SlowStart => health::slow_start(group, around),
        Cause::NoCapacity => placement::no_capacity(group, around),
        Cause::NetworkInterface => placement::network_interface(group),
        Cause::LogDriver => start::log_driver(group, around),
        Cause::Volume => start::volume(group),
        Cause::WeightsMissing => exit::weights_missing(),
        Cause::WeightsCorrupt => exit::weights_corrupt(),
        Cause::RoleDenied => placement::role_denied(group),
        Cause::Alarm => placement::alarm(group),
        Cause::Analysis => placement::analysis(),
        Cause::HookFailed => hooks::hook_failed(group),
        Cause::PauseTimedOut => hooks::pause_timed_out(group),
        Cause::StoppedBySomeone => placement::stopped_by_someone(group),
        Cause::Unknown => placement::unknown(group),
    }
}

/// Adds how to keep the words that would have told why, where they went nowhere.
fn with_log(mut words: Words, group: &Group, around: &Circumstances) -> Words {
    let who = group.evidence.container.as_ref().or(around.model.as_ref());
    let target = who.and_then(|who| around.logs.get(who));
    if let (Some(who), Some(LogTarget::Nowhere)) = (who, target) {
        words.help = format!("{}; {}", words.help, exit::keep_log(who, around));
    }
    words
}

/// Returns the first of these pairs whose key a text holds.
fn first_in<'a, T: Copy>(text: &str, table: &'a [(&'a str, T)]) -> Option<T> {
    let text = super::text::normalize(text);
    table
        .iter()
        .find(|(part, _)| text.contains(part))
        .map(|(_, found)| *found)
}
