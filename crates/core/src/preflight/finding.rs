//! What a check comes to, as a value.

use std::fmt;

use crate::cloud::preconditions::Kind;
use mlship_manifest::Code;

macro_rules! checks {
    ($($check:ident $name:literal $code:expr, $looks:literal [$($kind:ident)*];)*) => {
        /// What is looked at before a release is deployed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Check {
            $(#[doc = $looks] $check,)*
        }

        impl Check {
            /// Every check, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$check,)*];

            /// Returns its name in JSON.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$check => $name,)*
                }
            }

            /// Returns the code of its findings.
            #[must_use]
            pub fn code(self) -> Code {
                match self {
                    $(Self::$check => $code,)*
                }
            }

            /// Says what it looks at.
            #[must_use]
            pub fn looks_at(self) -> &'static str {
                match self {
                    $(Self::$check => $looks,)*
                }
            }

            /// Returns what it asks.
            #[must_use]
            pub fn asks(self) -> &'static [Kind] {
                match self {
                    $(Self::$check => &[$(Kind::$kind),*],)*
                }
            }
        }
    };
}

checks! {
    Image "image" Code::IMAGE_UNAVAILABLE,
        "each image is in its registry, and not archived" [Image HostedImage];
    Architecture "architecture" Code::OTHER_ARCHITECTURE,
        "the image is for the tasks' architecture" [Platforms HostedImage];
    Secret "secret" Code::SECRET_UNAVAILABLE,
        "each secret is there, with the version that is asked for" [Secret];
    Parameter "parameter" Code::PARAMETER_UNAVAILABLE,
        "each parameter is there" [Parameter];
    ExecutionRole "execution_role" Code::UNFIT_EXECUTION_ROLE,
        "ECS may take on the execution role" [Role];
    TaskRole "task_role" Code::UNFIT_TASK_ROLE,
        "ECS may take on the task role" [Role];
    TrafficRole "traffic_role" Code::UNFIT_TRAFFIC_ROLE,
        "ECS itself may take on the role by which it moves traffic" [Role];
    Hook "hook" Code::UNFIT_HOOK,
        "ECS itself may take on the role of each hook, whose function is of the service's region and account" [Role];
    RolePermissions "role_permissions" Code::ROLE_LACKS_PERMISSION,
        "the roles may pull, read secrets, write logs, fetch the weights, move traffic and call functions" [Permissions];
    Route "route" Code::NO_ROUTE,
        "the subnets lead to what the tasks need" [Subnets RouteTables Endpoints SecurityGroups];
    SecurityGroups "security_groups" Code::CLOSED_SECURITY_GROUP,
        "the tasks' security groups let requests in and pulls out"
        [SecurityGroups Subnets TargetGroup LoadBalancers];
    LogGroup "log_group" Code::NO_LOG_GROUP,
        "the log group is there, or is made" [LogGroup];
    TargetGroup "target_group" Code::UNFIT_TARGET_GROUP,
        "the target group is there, of the right type and VPC, behind a load balancer"
        [TargetGroup Subnets];
    CapacityProviders "capacity_providers" Code::UNFIT_CAPACITY_PROVIDER,
        "the cluster has the capacity providers, and they are active" [Cluster CapacityProviders];
    Capacity "capacity" Code::NO_CAPACITY,
        "the container instances have room, GPUs and fixed host ports too, for one more task, and for all of a rollout"
        [Instances CapacityProviders];
    Alarms "alarms" Code::UNFIT_ALARM,
        "the alarms are there, and see what the new release does" [Alarms];
    FiringAlarm "firing_alarm" Code::ALARM_FIRING,
        "no alarm is on already" [Alarms];
    FirstStep "first_step" Code::SMALL_FIRST_STEP,
        "the first step of a canary or linear release gets as many requests as described alarms and `rollout.analysis` take" [Requests];
    HealthCheck "health_check" Code::HASTY_HEALTH_CHECK,
        "the load balancer waits as long as the model takes to start" [TargetGroup];
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().replace('_', " "))
    }
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// All that it looks at was seen, and is right.
    Pass,
    /// It can't work.
    Fail,
    /// It may not work.
    Warn,
    /// Not all was seen.
    Unchecked {
        /// The action that is missing, where that is why.
        permission: Option<&'static str>,
    },
}

impl State {
    /// Returns its name in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Unchecked { .. } => "unchecked",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// By which check.
    pub check: Check,
    /// What came of it.
    pub state: State,
    /// What it is about: an image, an ARN or a name.
    pub subject: String,
    /// What was found, a lowercase fragment.
    pub message: String,
    /// The next step.
    pub help: Option<String>,
    /// Where a manifest says it: the first of these fields that is written.
    pub fields: &'static [&'static str],
    /// The name below that field, such as a variable's.
    pub below: Option<String>,
}

impl Finding {
    /// Says whether the release can't work.
    #[must_use]
    pub fn is_fail(&self) -> bool {
        self.state == State::Fail
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::permissions::{TABLE, Use, action_of};

    #[test]
    fn what_checks_ask_takes_what_the_table_of_permissions_has_for_verifying_and_no_more() {
        let kinds = Check::ALL.iter().flat_map(|check| check.asks());
        let asked: BTreeSet<&str> = kinds.flat_map(|kind| kind.operations()).copied().collect();
        let asked: BTreeSet<&str> = asked.iter().copied().filter_map(action_of).collect();
        for action in &asked {
            let mut rows = TABLE.iter().filter(|row| row.action == *action);
            assert!(rows.any(|row| row.is_for(Use::Verify)), "{action}");
        }
        // The others are a plan's, which comes before.
        let only = TABLE
            .iter()
            .filter(|row| row.is_for(Use::Verify) && !row.is_for(Use::Look));
        for row in only {
            assert!(asked.contains(row.action), "{}", row.action);
        }
    }

    #[test]
    fn every_kind_of_question_is_some_checks() {
        let asked: BTreeSet<Kind> = Check::ALL
            .iter()
            .flat_map(|check| check.asks())
            .copied()
            .collect();
        assert!(
            Kind::ALL.iter().all(|kind| asked.contains(kind)),
            "{asked:?}"
        );
        let names: BTreeSet<&str> = Check::ALL.iter().map(|check| check.name()).collect();
        assert_eq!(names.len(), Check::ALL.len());
    }
}
