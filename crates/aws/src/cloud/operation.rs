//! The table of all AWS operations in use: name, IAM permission, and whether it reads or writes.

/// What sending a request twice means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It changes nothing: asked again where no usable answer comes.
    Read,
    /// It is sent once, and again only where AWS was too busy to look at it.
    Write,
}

macro_rules! operations {
    ($($service:literal: $($name:ident $effect:ident)*;)*) => {
        /// An operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Operation {
            $($(#[allow(missing_docs)] $name,)*)*
        }

        impl Operation {
            /// Every operation.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$($(Self::$name,)*)*];

            /// Returns its name, as the API has it.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $($(Self::$name => stringify!($name),)*)*
                }
            }

            /// Returns the permission that it needs.
            pub(super) fn permission(self) -> &'static str {
                match self {
                    $($(Self::$name => concat!($service, ":", stringify!($name)),)*)*
                }
            }

            /// Returns what sending it twice means.
            pub(super) fn effect(self) -> Effect {
                match self {
                    $($(Self::$name => Effect::$effect,)*)*
                }
            }
        }
    };
}

operations! {
    "application-autoscaling":
        DeleteScalingPolicy Write
        DeregisterScalableTarget Write
        DescribeScalableTargets Read
        DescribeScalingPolicies Read
        PutScalingPolicy Write
        RegisterScalableTarget Write;
    "cloudwatch":
        GetMetricData Read;
    "ecr":
        DescribeImages Read;
    "ecs":
        CreateService Write
        DescribeContainerInstances Read
        DescribeServiceDeployments Read
        DescribeServiceRevisions Read
        DescribeServices Read
        DescribeTaskDefinition Read
        DescribeTasks Read
        ListClusters Read
        ListContainerInstances Read
        ListServiceDeployments Read
        ListServices Read
        ListTaskDefinitions Read
        ListTasks Read
        RegisterTaskDefinition Write
        StopServiceDeployment Write
        TagResource Write
        UntagResource Write
        UpdateService Write;
    "elasticloadbalancing":
        AddTags Write
        CreateRule Write
        DeleteRule Write
        DescribeListeners Read
        DescribeLoadBalancers Read
        DescribeRules Read
        DescribeTags Read
        DescribeTargetGroups Read
        DescribeTargetHealth Read
        ModifyRule Write
        RemoveTags Write;
    "logs":
        FilterLogEvents Read
        GetLogEvents Read;
    "secretsmanager":
        DescribeSecret Read;
    "ssm":
        DescribeParameters Read;
    "sts":
        GetCallerIdentity Read;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_permission_is_that_of_the_service_asked() {
        let check = |operation: Operation, permission| {
            assert_eq!(operation.permission(), permission);
        };
        check(Operation::FilterLogEvents, "logs:FilterLogEvents");
        check(Operation::ListTasks, "ecs:ListTasks");
        check(Operation::DescribeImages, "ecr:DescribeImages");
        check(Operation::ModifyRule, "elasticloadbalancing:ModifyRule");
    }
}
