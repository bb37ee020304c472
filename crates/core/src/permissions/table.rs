//! The rows: an action, what it can be narrowed to, what it is for, and which releases need it.

use super::Scope::{
    Alarms, Any, Bucket, Cluster, ContainerInstances, Family, FamilyAndService, Listeners,
    LogGroups, MlflowApps, ModelPackages, Objects, OfCluster, Parameters, Repositories, Roles,
    Rules, ScalableTargets, Secrets, Service, ServiceDeployments, ServiceLinkedRoles,
    ServiceRevisions, Tasks, TrackingServers,
};
use super::Use::{Deploy, Experiment, Look, Promote, Rollback, Traffic, Verify};
use super::Where::{self, Always};
use super::{Permission, Scope, Use};

/// Needed by the operation of the same name.
const fn asked(
    action: &'static str,
    operation: &'static str,
    scope: Scope,
    uses: &'static [Use],
    only: Where,
    purpose: &'static str,
) -> Permission {
    Permission {
        action,
        operation,
        scope,
        uses,
        only,
        purpose,
    }
}

/// Needed by other operations, or by requests that are signed without an SDK.
const fn besides(
    action: &'static str,
    scope: Scope,
    uses: &'static [Use],
    only: Where,
    purpose: &'static str,
) -> Permission {
    asked(action, "", scope, uses, only, purpose)
}

macro_rules! only {
    () => {
        Always
    };
    ($only:ident) => {
        Where::$only
    };
}

macro_rules! rows {
    ($($service:literal: $(
        $name:ident $scope:ident [$($used:ident)*] $(if $only:ident)? $purpose:literal
    )*;)*) => {
        &[$($(asked(
            concat!($service, ":", stringify!($name)),
            stringify!($name),
            $scope,
            &[$($used),*],
            only!($($only)?),
            $purpose,
        ),)*)*]
    };
}

/// Every operation that is asked for.
const ASKED: &[Permission] = rows! {
    "sts":
        GetCallerIdentity Any [Look Deploy Rollback Promote Traffic Experiment Verify]
            "the account, and who deployed. AWS answers it to everybody, whatever policies say";
    "ecs":
        DescribeServices Service [Look Deploy Rollback Promote Traffic Experiment Verify]
            "what is there; `verify` goes on without"
        DescribeTaskDefinition Any [Look Deploy Rollback Promote Experiment]
            "what is there; `status` goes on without, and says what it does not see"
        ListServiceDeployments Service [Look Deploy Rollback Promote Traffic]
            "how deployments go and ended: without it nobody can tell"
        DescribeServiceDeployments ServiceDeployments [Look Deploy Rollback Promote]
            "how deployments go and ended, and which one to go back to"
        DescribeServiceRevisions ServiceRevisions [Look Deploy Rollback Promote Traffic]
            "which image, network and target group a revision had"
        RegisterTaskDefinition Family [Deploy Rollback]
            "a release's revision; `rollback` registers one where a tag names another image by now"
        TagResource FamilyAndService [Deploy Rollback Experiment]
            "the tags of a revision and of a new service, and afterwards the settings that came \
             with it, why it failed, and which experiment a service takes part in"
        UntagResource FamilyAndService [Deploy]
            "tags that left the manifest"
        CreateService Service [Deploy]
            "the first deploy"
        UpdateService Service [Deploy Rollback Experiment]
            "every later one"
        StopServiceDeployment ServiceDeployments [Deploy Rollback]
            "`abort`; `rollback` while a deployment runs; releases that are given up early; \
             `--on-interrupt rollback`"
        ContinueServiceDeployment ServiceDeployments [Promote]
            "`promote`: a deployment that waits for somebody goes on"
        ListTasks OfCluster [Look Deploy Rollback Promote]
            "which tasks run, and which died"
        DescribeTasks Tasks [Look Deploy Rollback Promote]
            "why they died, and which of them are healthy"
        ListContainerInstances Cluster [Look Deploy Rollback Promote Verify] if Instances
            "why there is no room, and whether there will be; what is denied is left out"
        DescribeContainerInstances ContainerInstances [Look Deploy Rollback Promote Verify] if Instances
            "the same"
        ListTaskDefinitions Any [Look Rollback]
            "`history`, `rollback`: releases whose deployments ECS has forgotten"
        ListClusters Any [Look] if Unnamed
            "`history --model`; which service a misspelt `--service` may mean"
        ListServices Any [Look] if Unnamed
            "the same"
        DescribeClusters Cluster [Verify] if Providers
            "whether the cluster has the capacity providers"
        DescribeCapacityProviders Any [Verify] if Providers
            "whether they are active";
    "logs":
        GetLogEvents LogGroups [Look Deploy Rollback Promote]
            "the end of a failed container's log; what is denied is left out"
        FilterLogEvents LogGroups [Look]
            "`logs`"
        DescribeLogGroups Any [Verify]
            "whether the log group is there";
    "application-autoscaling":
        DescribeScalableTargets Any [Look Deploy Rollback Experiment]
            "who owns the number of tasks; `init` leaves out what it may not ask, and says so"
        DescribeScalingPolicies Any [Look Deploy Rollback Experiment]
            "the same"
        RegisterScalableTarget ScalableTargets [Deploy] if Autoscaling
            "`autoscaling`"
        DeregisterScalableTarget ScalableTargets [Deploy] if Autoscaling
            "`autoscaling` that left the manifest: take its policy away after that deploy"
        PutScalingPolicy ScalableTargets [Deploy] if Autoscaling
            "`autoscaling`"
        DeleteScalingPolicy ScalableTargets [Deploy] if Autoscaling
            "`autoscaling` whose `targetCpuPercent` left the manifest";
    "ecr":
        DescribeImages Repositories [Rollback Verify]
            "whether the image is there, and not archived"
        DescribePullThroughCacheRules Any [Verify] if Repositories
            "whether ECR would fetch an image that is not there yet"
        BatchGetImage Repositories [Verify]
            "for which architecture it is"
        GetDownloadUrlForLayer Repositories [Verify]
            "for which architecture a single image is";
    "secretsmanager":
        DescribeSecret Secrets [Rollback Verify]
            "whether the secret is there, with the version that is asked for; never its value";
    "ssm":
        DescribeParameters Any [Rollback] if Parameters
            "whether the parameter is there; never its value"
        GetParameters Parameters [Verify]
            "whether the parameter is there; asked without decryption";
    "iam":
        GetRole Roles [Verify]
            "whether ECS may take on the roles"
        SimulatePrincipalPolicy Roles [Verify]
            "whether the roles may pull, read secrets, write logs, fetch the weights, move traffic and call functions";
    "ec2":
        DescribeSubnets Any [Verify] if Network
            "in which VPC the tasks are, and whether addresses are left"
        DescribeSecurityGroups Any [Verify] if Network
            "whether they let requests in and pulls out"
        DescribeRouteTables Any [Verify] if Network
            "whether the subnets lead to what the tasks need"
        DescribeVpcEndpoints Any [Verify] if Network
            "whether endpoints inside the VPC do";
    "elasticloadbalancing":
        DescribeTargetGroups Any [Look Deploy Rollback Experiment Verify]
            "whether the target group is there, and fits the tasks; which load balancer a described alarm watches"
        DescribeTargetHealth Any [Look Deploy Rollback Promote Traffic Experiment]
            "which tasks the load balancer finds healthy"
        DescribeRules Any [Look Deploy Rollback Promote Traffic Experiment]
            "where requests go, of a service in an experiment and of one whose traffic ECS moves; a deploy \
             goes on without, and says what was not checked"
        DescribeTags Any [Look Deploy Rollback Traffic Experiment]
            "which experiment a rule is of"
        DescribeListeners Any [Look Deploy Rollback Promote Traffic Experiment]
            "where a network load balancer sends requests; `experiment list`, cleaning up, and without `--record` `compare` and `history --model`"
        DescribeLoadBalancers Any [Experiment Verify]
            "`experiment list`, cleaning up, and without `--record` `compare` and `history --model`; whether the load balancer reaches the tasks"
        DescribeLoadBalancerAttributes Any [Experiment]
            "how long it waits for an answer; without, a minute is assumed, and said"
        ModifyRule Rules [Traffic Experiment]
            "the traffic: `traffic repair --apply`, `experiment start`, `stop`, `drop`, `run`, `status --stop-on` and `--advance`"
        AddTags Rules [Experiment]
            "what is known of an experiment is in its rule's tags"
        RemoveTags Rules [Experiment]
            "the same"
        CreateRule Listeners [Experiment] if Header
            "`assignment` by a header"
        DeleteRule Rules [Experiment] if Header
            "the same";
    "cloudwatch":
        GetMetricData Any [Experiment]
            "the counts of an experiment"
        ListMetrics Any [Experiment]
            "whether CloudWatch has its metrics; what may not be asked is said, and nothing else changes"
        DescribeAlarms Any [Look Deploy Verify] if Alarms
            "whether the alarms are there, and not in alarm already. CloudWatch shows composite alarms \
             only to whoever may ask for all"
        ListTagsForResource Alarms [Look Deploy] if DescribedAlarms
            "whose an alarm is"
        PutMetricAlarm Alarms [Deploy] if DescribedAlarms
            "alarms that `rollout.alarms` describes"
        DeleteAlarms Alarms [Deploy] if DescribedAlarms
            "alarms that left the manifest: take its policy away after that deploy";
};

/// What no operation of the same name is asked for.
const BESIDES: &[Permission] = &[
    besides(
        "cloudwatch:TagResource",
        Alarms,
        &[Deploy],
        Where::DescribedAlarms,
        "an alarm is made with the tag that says whose it is",
    ),
    besides(
        "iam:PassRole",
        Roles,
        &[Deploy, Rollback],
        Always,
        "the roles of `runtime.roles`, for ECS to take on",
    ),
    besides(
        "ecs:ContinueServiceDeployment",
        ServiceDeployments,
        &[Deploy],
        Where::Analysis,
        "the step that was judged is followed by the next",
    ),
    besides(
        "ecs:StopServiceDeployment",
        ServiceDeployments,
        &[Promote],
        Where::Analysis,
        "`promote --judge`: a release that was judged worse is taken back",
    ),
    besides(
        "cloudwatch:GetMetricData",
        Any,
        &[Look, Deploy, Promote, Verify],
        Where::Analysis,
        "what the load balancer counted of both releases; without, each step waits for somebody",
    ),
    besides(
        "cloudwatch:GetMetricData",
        Any,
        &[Look, Deploy, Verify],
        Where::DescribedAlarms,
        "how many requests the first step of a canary or linear release gets; `diff`, `deploy` and \
         `verify` go on without",
    ),
    besides(
        "iam:CreateServiceLinkedRole",
        ServiceLinkedRoles,
        &[Deploy],
        Always,
        "the first service of an account, and its first scalable target",
    ),
    besides(
        "ssm:GetParameters",
        Scope::Values,
        &[Look, Deploy, Experiment, Verify],
        Where::Values,
        "the values of `${ssm:…}`, which are plain",
    ),
    besides(
        "s3:PutObject",
        Objects,
        &[Experiment],
        Always,
        "the record of an experiment that ended, with `record: s3://…`",
    ),
    besides(
        "s3:GetObject",
        Objects,
        &[Experiment],
        Always,
        "`experiment list --all`, `show`, `compare`, `history` with a ledger, and a `stop` without the manifest",
    ),
    besides("s3:ListBucket", Bucket, &[Experiment], Always, "the same"),
    besides(
        "sagemaker:ListModelPackages",
        Any,
        &[Look, Deploy, Experiment, Verify],
        Where::Sagemaker,
        "which version `models:/GROUP@approved` is",
    ),
    besides(
        "sagemaker:DescribeModelPackage",
        ModelPackages,
        &[Look, Deploy, Experiment, Verify],
        Where::Sagemaker,
        "where its files are, and what gates look at",
    ),
    besides(
        "sagemaker:UpdateModelPackage",
        ModelPackages,
        &[Deploy, Rollback],
        Where::Sagemaker,
        "how a release ended",
    ),
    besides(
        "sagemaker:CallMlflowAppApi",
        MlflowApps,
        &[Look, Deploy, Rollback, Experiment, Verify],
        Always,
        "an MLflow app in SageMaker",
    ),
    mlflow(
        "sagemaker-mlflow:GetModelVersion",
        READS,
        "a model's version",
    ),
    mlflow(
        "sagemaker-mlflow:GetModelVersionByAlias",
        READS,
        "which version an alias stands for",
    ),
    mlflow("sagemaker-mlflow:GetRun", READS, "the run that trained it"),
    mlflow("sagemaker-mlflow:GetLoggedModel", READS, "its metrics"),
    mlflow(
        "sagemaker-mlflow:GetDownloadURIForModelVersionArtifacts",
        READS,
        "where its files are",
    ),
    mlflow(
        "sagemaker-mlflow:SetModelVersionTag",
        &[Deploy, Rollback],
        "how a release ended",
    ),
    mlflow(
        "sagemaker-mlflow:SetRegisteredModelAlias",
        &[Deploy, Rollback],
        "`promoteAlias`",
    ),
    mlflow(
        "sagemaker-mlflow:CreateExperiment",
        RECORDS,
        "the record of an experiment",
    ),
    mlflow("sagemaker-mlflow:GetExperimentByName", RECORDS, "the same"),
    mlflow("sagemaker-mlflow:SearchExperiments", RECORDS, "the same"),
    mlflow("sagemaker-mlflow:CreateRun", RECORDS, "the same"),
    mlflow("sagemaker-mlflow:UpdateRun", RECORDS, "the same"),
    mlflow("sagemaker-mlflow:SearchRuns", RECORDS, "the same"),
    mlflow("sagemaker-mlflow:LogBatch", RECORDS, "the same"),
];

const READS: &[Use] = &[Look, Deploy, Experiment, Verify];
const RECORDS: &[Use] = &[Experiment];

/// Needed of an MLflow server in SageMaker, by its own API.
const fn mlflow(action: &'static str, uses: &'static [Use], purpose: &'static str) -> Permission {
    besides(action, TrackingServers, uses, Always, purpose)
}

/// Every permission that mlship can need of AWS.
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
