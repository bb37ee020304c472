//! What the SDK's model says of every operation's answer.

use super::super::operation::Operation;

/// Shows what the SDK's model has of an answer.
macro_rules! answer {
    ($sdk:ident, $module:ident, $answer:ident) => {
        format!("{:?}", $sdk::operation::$module::$answer::builder())
    };
}

/// Shows the members of an operation's answer.
#[expect(clippy::too_many_lines, reason = "one arm per operation")]
pub(super) fn modelled(operation: Operation) -> String {
    match operation {
        Operation::DeleteScalingPolicy => answer!(
            aws_sdk_applicationautoscaling,
            delete_scaling_policy,
            DeleteScalingPolicyOutput
        ),
        Operation::DeregisterScalableTarget => answer!(
            aws_sdk_applicationautoscaling,
            deregister_scalable_target,
            DeregisterScalableTargetOutput
        ),
        Operation::DescribeScalableTargets => answer!(
            aws_sdk_applicationautoscaling,
            describe_scalable_targets,
            DescribeScalableTargetsOutput
        ),
        Operation::DescribeScalingPolicies => answer!(
            aws_sdk_applicationautoscaling,
            describe_scaling_policies,
            DescribeScalingPoliciesOutput
        ),
        Operation::PutScalingPolicy => answer!(
            aws_sdk_applicationautoscaling,
            put_scaling_policy,
            PutScalingPolicyOutput
        ),
        Operation::RegisterScalableTarget => answer!(
            aws_sdk_applicationautoscaling,
            register_scalable_target,
            RegisterScalableTargetOutput
        ),
        Operation::GetMetricData => {
            answer!(aws_sdk_cloudwatch, get_metric_data, GetMetricDataOutput)
        }
        Operation::ListMetrics => answer!(aws_sdk_cloudwatch, list_metrics, ListMetricsOutput),
        Operation::DescribeImages => answer!(aws_sdk_ecr, describe_images, DescribeImagesOutput),
        Operation::CreateService => answer!(aws_sdk_ecs, create_service, CreateServiceOutput),
        Operation::DescribeContainerInstances => answer!(
            aws_sdk_ecs,
            describe_container_instances,
            DescribeContainerInstancesOutput
        ),
        Operation::DescribeServiceDeployments => answer!(
            aws_sdk_ecs,
            describe_service_deployments,
            DescribeServiceDeploymentsOutput
        ),
        Operation::DescribeServiceRevisions => answer!(
            aws_sdk_ecs,
            describe_service_revisions,
            DescribeServiceRevisionsOutput
        ),
        Operation::DescribeServices => {
            answer!(aws_sdk_ecs, describe_services, DescribeServicesOutput)
        }
        Operation::DescribeTaskDefinition => answer!(
            aws_sdk_ecs,
            describe_task_definition,
            DescribeTaskDefinitionOutput
        ),
        Operation::DescribeTasks => answer!(aws_sdk_ecs, describe_tasks, DescribeTasksOutput),
        Operation::ListClusters => answer!(aws_sdk_ecs, list_clusters, ListClustersOutput),
        Operation::ListContainerInstances => answer!(
            aws_sdk_ecs,
            list_container_instances,
            ListContainerInstancesOutput
        ),
        Operation::ListServiceDeployments => answer!(
            aws_sdk_ecs,
            list_service_deployments,
            ListServiceDeploymentsOutput
        ),
        Operation::ListServices => answer!(aws_sdk_ecs, list_services, ListServicesOutput),
        Operation::ListTaskDefinitions => answer!(
            aws_sdk_ecs,
            list_task_definitions,
            ListTaskDefinitionsOutput
        ),
        Operation::ListTasks => answer!(aws_sdk_ecs, list_tasks, ListTasksOutput),
        Operation::RegisterTaskDefinition => answer!(
            aws_sdk_ecs,
            register_task_definition,
            RegisterTaskDefinitionOutput
        ),
        Operation::ContinueServiceDeployment => answer!(
            aws_sdk_ecs,
            continue_service_deployment,
            ContinueServiceDeploymentOutput
        ),
        Operation::StopServiceDeployment => answer!(
            aws_sdk_ecs,
            stop_service_deployment,
            StopServiceDeploymentOutput
        ),
        Operation::TagResource => answer!(aws_sdk_ecs, tag_resource, TagResourceOutput),
        Operation::UntagResource => answer!(aws_sdk_ecs, untag_resource, UntagResourceOutput),
        Operation::UpdateService => answer!(aws_sdk_ecs, update_service, UpdateServiceOutput),
        Operation::AddTags => answer!(aws_sdk_elasticloadbalancingv2, add_tags, AddTagsOutput),
        Operation::CreateRule => answer!(
            aws_sdk_elasticloadbalancingv2,
            create_rule,
            CreateRuleOutput
        ),
        Operation::DeleteRule => answer!(
            aws_sdk_elasticloadbalancingv2,
            delete_rule,
            DeleteRuleOutput
        ),
        Operation::DescribeListeners => answer!(
            aws_sdk_elasticloadbalancingv2,
            describe_listeners,
            DescribeListenersOutput
        ),
        Operation::DescribeLoadBalancerAttributes => answer!(
            aws_sdk_elasticloadbalancingv2,
            describe_load_balancer_attributes,
            DescribeLoadBalancerAttributesOutput
        ),
        Operation::DescribeLoadBalancers => answer!(
            aws_sdk_elasticloadbalancingv2,
            describe_load_balancers,
            DescribeLoadBalancersOutput
        ),
        Operation::DescribeRules => answer!(
            aws_sdk_elasticloadbalancingv2,
            describe_rules,
            DescribeRulesOutput
        ),
        Operation::DescribeTags => answer!(
            aws_sdk_elasticloadbalancingv2,
            describe_tags,
            DescribeTagsOutput
        ),
        Operation::DescribeTargetGroups => answer!(
            aws_sdk_elasticloadbalancingv2,
            describe_target_groups,
            DescribeTargetGroupsOutput
        ),
        Operation::DescribeTargetHealth => answer!(
            aws_sdk_elasticloadbalancingv2,
            describe_target_health,
            DescribeTargetHealthOutput
        ),
        Operation::ModifyRule => answer!(
            aws_sdk_elasticloadbalancingv2,
            modify_rule,
            ModifyRuleOutput
        ),
        Operation::RemoveTags => answer!(
            aws_sdk_elasticloadbalancingv2,
            remove_tags,
            RemoveTagsOutput
        ),
        Operation::FilterLogEvents => answer!(
            aws_sdk_cloudwatchlogs,
            filter_log_events,
            FilterLogEventsOutput
        ),
        Operation::GetLogEvents => {
            answer!(aws_sdk_cloudwatchlogs, get_log_events, GetLogEventsOutput)
        }
        Operation::DescribeSecret => answer!(
            aws_sdk_secretsmanager,
            describe_secret,
            DescribeSecretOutput
        ),
        Operation::DescribeParameters => {
            answer!(aws_sdk_ssm, describe_parameters, DescribeParametersOutput)
        }
        Operation::BatchGetImage => answer!(aws_sdk_ecr, batch_get_image, BatchGetImageOutput),
        Operation::DescribePullThroughCacheRules => answer!(
            aws_sdk_ecr,
            describe_pull_through_cache_rules,
            DescribePullThroughCacheRulesOutput
        ),
        Operation::GetDownloadUrlForLayer => answer!(
            aws_sdk_ecr,
            get_download_url_for_layer,
            GetDownloadUrlForLayerOutput
        ),
        Operation::DescribeClusters => {
            answer!(aws_sdk_ecs, describe_clusters, DescribeClustersOutput)
        }
        Operation::DescribeCapacityProviders => answer!(
            aws_sdk_ecs,
            describe_capacity_providers,
            DescribeCapacityProvidersOutput
        ),
        Operation::DescribeLogGroups => answer!(
            aws_sdk_cloudwatchlogs,
            describe_log_groups,
            DescribeLogGroupsOutput
        ),
        Operation::DescribeAlarms => {
            answer!(aws_sdk_cloudwatch, describe_alarms, DescribeAlarmsOutput)
        }
        Operation::DeleteAlarms => {
            answer!(aws_sdk_cloudwatch, delete_alarms, DeleteAlarmsOutput)
        }
        Operation::PutMetricAlarm => {
            answer!(aws_sdk_cloudwatch, put_metric_alarm, PutMetricAlarmOutput)
        }
        Operation::ListTagsForResource => answer!(
            aws_sdk_cloudwatch,
            list_tags_for_resource,
            ListTagsForResourceOutput
        ),
        Operation::GetParameters => answer!(aws_sdk_ssm, get_parameters, GetParametersOutput),
        // Without their SDKs: as their service models have it.
        Operation::DescribeRouteTables
        | Operation::DescribeSecurityGroups
        | Operation::DescribeSubnets
        | Operation::DescribeVpcEndpoints => "next_token".to_owned(),
        Operation::SimulatePrincipalPolicy => "is_truncated, next_marker".to_owned(),
        Operation::GetRole => "role".to_owned(),
        Operation::GetCallerIdentity => {
            answer!(aws_sdk_sts, get_caller_identity, GetCallerIdentityOutput)
        }
    }
}

/// Says whether an answer can name a next one.
pub(super) fn has_pages(operation: Operation) -> bool {
    let answer = modelled(operation);
    let names = ["next_token", "next_marker", "next_backward_token"];
    names.iter().any(|name| answer.contains(name))
}
