//! The general description of each cause, for the reference page. For one failed release see
//! `explain`.

use super::{Cause, Failure, Group};

impl Cause {
    /// Every cause, in the order in which they are explained.
    pub const ALL: [Self; 27] = [
        Self::ImageNotFound,
        Self::ImageDenied,
        Self::ImageNetwork,
        Self::ImageArchitecture,
        Self::SecretMissing,
        Self::SecretDenied,
        Self::SecretNetwork,
        Self::OutOfMemory,
        Self::ExecFormat,
        Self::CommandNotFound,
        Self::ContainerExited,
        Self::ContainerUnhealthy,
        Self::LoadBalancerUnhealthy,
        Self::SlowStart,
        Self::NoCapacity,
        Self::NetworkInterface,
        Self::LogDriver,
        Self::Volume,
        Self::WeightsMissing,
        Self::WeightsCorrupt,
        Self::RoleDenied,
        Self::Alarm,
        Self::Analysis,
        Self::HookFailed,
        Self::PauseTimedOut,
        Self::StoppedBySomeone,
        Self::Unknown,
    ];

    /// Returns the word that stands for it in machine output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ImageNotFound => "image_not_found",
            Self::ImageDenied => "image_denied",
            Self::ImageNetwork => "image_network",
            Self::ImageArchitecture => "image_architecture",
            Self::SecretMissing => "secret_missing",
            Self::SecretDenied => "secret_denied",
            Self::SecretNetwork => "secret_network",
            Self::OutOfMemory => "out_of_memory",
            Self::ExecFormat => "exec_format",
            Self::CommandNotFound => "command_not_found",
            Self::ContainerExited => "container_exited",
            Self::ContainerUnhealthy => "container_unhealthy",
            Self::LoadBalancerUnhealthy => "load_balancer_unhealthy",
            Self::SlowStart => "slow_start",
            Self::NoCapacity => "no_capacity",
            Self::NetworkInterface => "network_interface",
            Self::LogDriver => "log_driver",
            Self::Volume => "volume",
            Self::WeightsMissing => "weights_missing",
            Self::WeightsCorrupt => "weights_corrupt",
            Self::RoleDenied => "role_denied",
            Self::Alarm => "alarm",
            Self::Analysis => "analysis",
            Self::HookFailed => "hook_failed",
            Self::PauseTimedOut => "pause_timed_out",
            Self::StoppedBySomeone => "stopped_by_someone",
            Self::Unknown => "unknown",
        }
    }

    /// Returns what it means, and how it is known, in a sentence or two.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::ImageNotFound => {
                "The registry answered, and has no image of that name, tag or digest."
            }
            Self::ImageDenied => {
                "The registry refuses the pull: the role may not, or a rate limit is reached. \
                 Registries also say so of a repository that does not exist."
            }
            Self::ImageNetwork => "The task has no way to the image registry.",
            Self::ImageArchitecture => {
                "The image exists, and not for the processor that the task asks for."
            }
            Self::SecretMissing => {
                "A secret or a parameter that the task definition names does not exist, or lacks \
                 the JSON key."
            }
            Self::SecretDenied => {
                "The execution role may not read a secret or a parameter, or may not use its key."
            }
            Self::SecretNetwork => {
                "The task has no way to Secrets Manager, SSM, or the sign-in of the registry."
            }
            Self::OutOfMemory => {
                "A container used more memory than its limit, and ECS says so. An exit code of \
                 137 alone is `container_exited`: it has other reasons, too."
            }
            Self::ExecFormat => "The program in the image is built for another processor.",
            Self::CommandNotFound => {
                "The container's command is not in the image, or is no file that can be executed."
            }
            Self::ContainerExited => {
                "An essential container ended by itself or was killed. Its exit code and the end \
                 of its log say more, and are shown."
            }
            Self::ContainerUnhealthy => {
                "The container runs, and its own health check failed too often."
            }
            Self::LoadBalancerUnhealthy => {
                "The container runs, and the load balancer's health check failed too often. \
                 What the check met with is shown where it is known."
            }
            Self::SlowStart => {
                "Checks ended the task while the model still loaded: no check ever passed, and \
                 the end of the log is that of a server that loads."
            }
            Self::NoCapacity => {
                "ECS found no place for the task: no instance with room, no Fargate or Spot \
                 capacity, no free port or GPU, or a quota of the account."
            }
            Self::NetworkInterface => "The task got no network interface in its subnets.",
            Self::LogDriver => "The container's log could not be opened, so it was not started.",
            Self::Volume => {
                "A volume could not be made or mounted, or the disk is too small for the image."
            }
            Self::WeightsMissing => {
                "The container that fetches the weights found nothing at their address, or may \
                 not read it."
            }
            Self::WeightsCorrupt => {
                "The weights were fetched, and their SHA-256 is not the manifest's."
            }
            Self::RoleDenied => {
                "ECS can't assume a role of the task, or lacks a permission of its own role."
            }
            Self::Alarm => {
                "One of `rollout.alarms` went off, so that ECS failed the deployment, whatever \
                 its tasks did."
            }
            Self::Analysis => {
                "By `rollout.analysis` the new release is worse than the one that served beside it, \
                 so that mlship had ECS take it back. The metrics of both are shown."
            }
            Self::HookFailed => {
                "A function of `rollout.hooks` said no at its stage, or ECS got no answer of it that it \
                 understands, so that the deployment went back. The function, the stage and its log \
                 group are shown."
            }
            Self::PauseTimedOut => {
                "A pause of `rollout.pause`, or that of `rollout.analysis`, ran out before anybody let \
                 the deployment go on, so that it went back."
            }
            Self::StoppedBySomeone => "Somebody stopped the tasks or the deployment.",
            Self::Unknown => {
                "ECS gives no reason, or one that mlship does not know. ECS's own words are shown."
            }
        }
    }

    /// Returns what a report says of it when nothing more is known, and the next step.
    #[must_use]
    pub fn words(self) -> (String, String) {
        let failure = Failure::of(Group::without_tasks(self, ""));
        (failure.summary, failure.help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_listed_and_has_the_word_that_json_has() {
        for cause in Cause::ALL {
            assert_eq!(serde_json::json!(cause), cause.as_str());
            assert!(cause.meaning().ends_with('.'), "{cause:?}");
            let (summary, help) = cause.words();
            assert!(!summary.is_empty() && !help.is_empty(), "{cause:?}");
        }
        // Causes are numbered from 0 without gaps, so that the last number is all but one.
        let all: std::collections::BTreeSet<Cause> = Cause::ALL.into_iter().collect();
        assert_eq!(all.len(), Cause::ALL.len());
        assert_eq!(Cause::ALL.len(), Cause::Unknown as usize + 1);
    }
}
