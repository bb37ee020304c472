//! The rows: an action, what it can be narrowed to, and what it is for.

use super::Scope::{
    Alarms, Any, Bucket, Cluster, ContainerInstances, Family, FamilyAndService, LogGroups,
    LogStreams, Objects, Parameters, Registry, Repositories, Roles, Rules, ScalableTargets,
    ScalingRole, Secrets, Service, ServiceDeployments, ServiceRevisions, Tasks,
};
use super::Use::{Deploy, Experiment, Look, Rollback, Verify};
use super::{Permission, Scope, Use};

/// Needed by the operation of the same name.
const fn asked(
    action: &'static str,
    operation: &'static str,
    scope: Scope,
    uses: &'static [Use],
) -> Permission {
    Permission {
        action,
        operation,
        scope,
        uses,
    }
}

/// Needed by other operations, or by requests that are signed without an SDK.
const fn besides(action: &'static str, scope: Scope, uses: &'static [Use]) -> Permission {
    asked(action, "", scope, uses)
}

macro_rules! rows {
    ($($service:literal: $($name:ident $scope:ident [$($used:ident)*])*;)*) => {
        &[$($(asked(
            concat!($service, ":", stringify!($name)),
            stringify!($name),
            $scope,
            &[$($used),*],
        ),)*)*]
    };
}

/// Every operation that is asked for.
const ASKED: &[Permission] = rows! {
    "sts":
        GetCallerIdentity Any [Look Deploy Rollback Experiment Verify];
    "ecs":
        DescribeServices Service [Look Deploy Rollback Experiment Verify]
        DescribeTaskDefinition Any [Look Deploy Rollback Experiment Verify]
        ListServiceDeployments Service [Look Deploy Rollback]
        DescribeServiceDeployments ServiceDeployments [Look Deploy Rollback]
        DescribeServiceRevisions ServiceRevisions [Look Deploy Rollback Verify]
        RegisterTaskDefinition Family [Deploy Rollback]
        TagResource FamilyAndService [Deploy Rollback Experiment]
        UntagResource FamilyAndService [Deploy]
        CreateService Service [Deploy]
        UpdateService Service [Deploy Rollback Experiment]
        StopServiceDeployment ServiceDeployments [Deploy Rollback]
        ListTasks Any [Look Deploy Rollback]
        DescribeTasks Tasks [Look Deploy Rollback]
        ListContainerInstances Cluster [Look Deploy Rollback Verify]
        DescribeContainerInstances ContainerInstances [Look Deploy Rollback Verify]
        ListTaskDefinitions Any [Look]
        ListClusters Any [Look]
        ListServices Any [Look]
        DescribeClusters Cluster [Verify]
        DescribeCapacityProviders Any [Verify];
    "logs":
        GetLogEvents LogStreams [Look Deploy Rollback]
        FilterLogEvents LogGroups [Look]
        DescribeLogGroups Any [Verify];
    "application-autoscaling":
        DescribeScalableTargets Any [Look Deploy Rollback Experiment Verify]
        DescribeScalingPolicies Any [Look Deploy Rollback Experiment Verify]
        RegisterScalableTarget ScalableTargets [Deploy]
        DeregisterScalableTarget ScalableTargets [Deploy]
        PutScalingPolicy ScalableTargets [Deploy]
        DeleteScalingPolicy ScalableTargets [Deploy];
    "ecr":
        DescribeImages Repositories [Rollback Verify]
        DescribePullThroughCacheRules Registry [Verify]
        BatchGetImage Repositories [Verify]
        GetDownloadUrlForLayer Repositories [Verify];
    "secretsmanager":
        DescribeSecret Secrets [Rollback Verify];
    "ssm":
        DescribeParameters Any [Rollback]
        GetParameters Parameters [Look Deploy Experiment Verify];
    "iam":
        GetRole Roles [Verify]
        SimulatePrincipalPolicy Roles [Verify];
    "ec2":
        DescribeSubnets Any [Verify]
        DescribeSecurityGroups Any [Verify]
        DescribeRouteTables Any [Verify]
        DescribeVpcEndpoints Any [Verify];
    "elasticloadbalancing":
        DescribeTargetGroups Any [Rollback Experiment Verify]
        DescribeTargetHealth Any [Look Deploy Rollback Experiment]
        DescribeRules Any [Look Deploy Experiment]
        DescribeTags Any [Look Deploy Experiment]
        DescribeListeners Any [Experiment]
        DescribeLoadBalancers Any [Experiment Verify]
        DescribeLoadBalancerAttributes Any [Experiment]
        ModifyRule Rules [Experiment]
        AddTags Rules [Experiment]
        RemoveTags Rules [Experiment]
        CreateRule Rules [Experiment]
        DeleteRule Rules [Experiment];
    "cloudwatch":
        GetMetricData Any [Experiment]
        ListMetrics Any [Experiment]
        DescribeAlarms Alarms [Verify];
};

/// What no operation of the same name is asked for.
const BESIDES: &[Permission] = &[
    besides("iam:PassRole", Roles, &[Deploy, Rollback]),
    besides("iam:CreateServiceLinkedRole", ScalingRole, &[Deploy]),
    besides("s3:PutObject", Objects, &[Experiment]),
    besides("s3:GetObject", Objects, &[Experiment]),
    besides("s3:ListBucket", Bucket, &[Experiment]),
];

/// Every permission that mlship can need of AWS, but for those of model registries.
pub static TABLE: &[Permission] = &joined();

const fn joined() -> [Permission; ASKED.len() + BESIDES.len()] {
    let mut all = [BESIDES[0]; ASKED.len() + BESIDES.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < ASKED.len() {
            ASKED[at]
        } else {
            BESIDES[at - ASKED.len()]
        };
        at += 1;
    }
    all
}
