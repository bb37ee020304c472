//! The table of all AWS operations in use: name, IAM permission, whether it reads or writes, and
//! what AWS counts it with.

use super::limits::Bucket;

/// What sending a request twice means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It changes nothing: asked again where no usable answer comes.
    Read,
    /// It is sent once, and again only where AWS was too busy to look at it.
    Write,
}

macro_rules! operations {
    ($($service:literal: $($name:ident $effect:ident $bucket:ident)*;)*) => {
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

            /// Returns what it is counted with.
            pub(super) fn bucket(self) -> Bucket {
                match self {
                    $($(Self::$name => Bucket::$bucket,)*)*
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
        DeleteScalingPolicy Write Scaling
        DeregisterScalableTarget Write Scaling
        DescribeScalableTargets Read Scaling
        DescribeScalingPolicies Read Scaling
        PutScalingPolicy Write Scaling
        RegisterScalableTarget Write Scaling;
    "cloudwatch":
        DeleteAlarms Write Watching
        DescribeAlarms Read Watching
        GetMetricData Read Watching
        ListMetrics Read Watching
        ListTagsForResource Read Watching
        PutMetricAlarm Write Watching;
    "ec2":
        DescribeRouteTables Read Others
        DescribeSecurityGroups Read Others
        DescribeSubnets Read Others
        DescribeVpcEndpoints Read Others;
    "ecr":
        BatchGetImage Read Others
        DescribeImages Read Others
        DescribePullThroughCacheRules Read Others
        GetDownloadUrlForLayer Read Others;
    "ecs":
        ContinueServiceDeployment Write Stops
        CreateService Write ServiceWrites
        DescribeCapacityProviders Read Clusters
        DescribeClusters Read Clusters
        DescribeContainerInstances Read Tasks
        DescribeServiceDeployments Read Deployments
        DescribeServiceRevisions Read Revisions
        DescribeServices Read Services
        DescribeTaskDefinition Read TaskDefinitions
        DescribeTasks Read Tasks
        ListClusters Read Clusters
        ListContainerInstances Read Tasks
        ListServiceDeployments Read Deployments
        ListServices Read Services
        ListTaskDefinitions Read TaskDefinitions
        ListTasks Read Tasks
        RegisterTaskDefinition Write Registers
        StopServiceDeployment Write Stops
        TagResource Write Tags
        UntagResource Write Tags
        UpdateService Write ServiceWrites;
    "elasticloadbalancing":
        AddTags Write Balancing
        CreateRule Write Balancing
        DeleteRule Write Balancing
        DescribeListeners Read Balancing
        DescribeLoadBalancerAttributes Read Balancing
        DescribeLoadBalancers Read Balancing
        DescribeRules Read Balancing
        DescribeTags Read Balancing
        DescribeTargetGroups Read Balancing
        DescribeTargetHealth Read Balancing
        ModifyRule Write Balancing
        RemoveTags Write Balancing;
    "iam":
        GetRole Read Others
        SimulatePrincipalPolicy Read Others;
    "logs":
        DescribeLogGroups Read Watching
        FilterLogEvents Read Watching
        GetLogEvents Read Watching;
    "secretsmanager":
        DescribeSecret Read Others;
    "ssm":
        DescribeParameters Read Others
        GetParameters Read Others;
    "sts":
        GetCallerIdentity Read Others;
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlship_core::permissions::{TABLE, action_of};

    #[test]
    fn what_is_asked_is_in_the_table_of_permissions_and_what_is_there_is_asked() {
        for operation in Operation::ALL {
            assert_eq!(action_of(operation.name()), Some(operation.permission()));
        }
        let rows = TABLE.iter().filter(|row| !row.operation.is_empty());
        assert_eq!(rows.count(), Operation::ALL.len());
    }

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
