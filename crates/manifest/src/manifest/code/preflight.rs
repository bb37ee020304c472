//! What `mlship verify`, and a deploy before it begins, find missing or unfit in AWS.

super::codes! { "What a release leans on":

    IMAGE_UNAVAILABLE "image-unavailable"
        "The registry has no such image, or it is archived, so that no task could pull it."
        "Push the image, restore it, or correct `image`.";
    OTHER_ARCHITECTURE "other-architecture"
        "The image is for another architecture than the tasks run on."
        "Build the image for `runtime.arch`, or write the one that it is for.";
    SECRET_UNAVAILABLE "secret-unavailable"
        "A secret is not there, is being deleted, or lacks the version that is asked for."
        "Make or restore the secret, or correct its ARN in `runtime.secrets`.";
    PARAMETER_UNAVAILABLE "parameter-unavailable"
        "A parameter is not there."
        "Make the parameter, or correct its name in `runtime.secrets`.";
    UNFIT_EXECUTION_ROLE "unfit-execution-role"
        "The execution role is not there, or ECS may not take it on."
        "Let the role trust `ecs-tasks.amazonaws.com`, or correct `runtime.roles.execution`.";
    UNFIT_TASK_ROLE "unfit-task-role"
        "The task role is not there, or ECS may not take it on."
        "Let the role trust `ecs-tasks.amazonaws.com`, or correct `runtime.roles.task`.";
    UNFIT_TRAFFIC_ROLE "unfit-traffic-role"
        "The role by which ECS moves traffic is not there, or ECS may not take it on."
        "Let the role trust `ecs.amazonaws.com`, or correct `traffic.role`.";
    UNFIT_HOOK "unfit-hook"
        "The role of a hook is not there, or ECS may not take it on, or its function is in another region or account."
        "Let the role trust `ecs.amazonaws.com`, or correct `rollout.hooks`.";
    ROLE_LACKS_PERMISSION "role-lacks-permission"
        "A role may not do what starting a task, moving traffic or calling a hook takes."
        "Allow the action in the message to the role, or take away what denies it.";
    NO_ROUTE "no-route"
        "From a subnet there is no way to a service that the tasks need."
        "Route the subnet by a NAT gateway, give the tasks public addresses, or make the endpoint that is missing.";
    CLOSED_SECURITY_GROUP "closed-security-group"
        "The security groups of the tasks let through neither requests nor what a start takes."
        "Open the port in the message in one of `network.securityGroups`.";
    NO_LOG_GROUP "no-log-group"
        "The log group is not there, and nothing makes it."
        "Make the log group, or let `awslogs-create-group` make it.";
    UNFIT_TARGET_GROUP "unfit-target-group"
        "The target group is not there, or does not fit the tasks."
        "Correct `traffic.targetGroup`, or what the message names.";
    UNFIT_CAPACITY_PROVIDER "unfit-capacity-provider"
        "The cluster has no such capacity provider, or it is not active."
        "Associate the provider with the cluster, or correct `runtime.capacityProviders`.";
    NO_CAPACITY "no-capacity"
        "The cluster's container instances have no room for the tasks."
        "Add instances, make the tasks smaller, or let a capacity provider scale the cluster.";
    UNFIT_ALARM "unfit-alarm"
        "An alarm of the rollout is not there, would not see what the new release does, or can't be made."
        "Correct `rollout.alarms` or the alarm, as the message says.";
    ALARM_FIRING "alarm-firing"
        "An alarm of the rollout is on already. ECS then watches none of the alarms for the whole deployment."
        "Wait until it is over, or deploy unwatched with `--despite-alarms`.";
    SMALL_FIRST_STEP "small-first-step"
        "At the traffic that there is, the first step of a release gets fewer requests than an alarm or the analysis takes to say anything: it would see nothing of what the release does."
        "Move more at first (`rollout.canaryPercent`, `rollout.stepPercent`), or let somebody look before more moves (`rollout.pause`).";
    HASTY_HEALTH_CHECK "hasty-health-check"
        "The load balancer gives tasks up before the model has started."
        "Raise `health.graceSeconds`, or what the target group's check takes.";
    PARAMETER_GONE "parameter-gone"
        "A parameter that the manifest refers to by `${ssm:/path}` is not there, or is no plain text."
        "Put it into the Parameter Store of the service's account and region as a `String`, or correct the path.";
    PARAMETER_IS_SECRET "parameter-is-secret"
        "A parameter that the manifest refers to by `${ssm:/path}` is a `SecureString`, whose value would be readable in the task definition."
        "Name its ARN under `runtime.secrets`.";
}
