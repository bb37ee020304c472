//! Codes of the service: account, network, traffic, health, scaling, tags and rollout.

super::codes! { "The service: account, network, traffic, health, scaling, tags, rollout":
    BAD_ACCOUNT "bad-account"
        "`account` is not the number of an AWS account."
        "Write its 12 digits in quotes.";
    WRONG_ACCOUNT "wrong-account"
        "The manifest is for another account than the caller's. Nothing was written."
        "Log in to that account, or choose its overlay with `--env`.";
    BAD_REGION "bad-region"
        "`service.region` is no AWS region, or another one than that of the cluster's ARN."
        "Write it as AWS does, such as `eu-west-1`, or leave it out where the ARN says it.";
    WRONG_REGION "wrong-region"
        "The manifest is for another region than the one that is asked. Nothing was written."
        "Leave `--region` out, or choose the overlay of that region with `--env`.";
    SUBNETS_MISSING "subnets-missing"
        "`network` is written without subnets."
        "Add `network.subnets`, the ids of the subnets that tasks may start in.";
    BAD_SUBNET "bad-subnet"
        "A subnet is not named by its id."
        "Write an id that begins with `subnet-`.";
    BAD_SECURITY_GROUP "bad-security-group"
        "A security group is not named by its id."
        "Write an id that begins with `sg-`.";
    DUPLICATE_ID "duplicate-id"
        "A subnet or a security group is listed twice."
        "Keep one of them.";
    NETWORK_UNUSED "network-unused"
        "In bridge and host mode tasks use the instance's network, so that this field has no effect."
        "Remove it, or use `network.mode: awsvpc`.";
    NETWORK_NEEDED "network-needed"
        "The service does not exist yet, and creating it needs subnets."
        "Write `network.subnets` and `network.securityGroups`.";
    PUBLIC_IP_EC2 "public-ip-ec2"
        "Tasks on EC2 can't have public addresses of their own."
        "Remove `network.assignPublicIp`, and let them out through a NAT gateway.";
    TARGET_GROUP_MISSING "target-group-missing"
        "`traffic` is written without a target group."
        "Add `traffic.targetGroup`, or remove `traffic`.";
    BAD_TARGET_GROUP "bad-target-group"
        "`traffic.targetGroup` is not the ARN of a target group."
        "Write the ARN; `aws elbv2 describe-target-groups` prints it.";
    TARGET_GROUP_ACCOUNT "target-group-account"
        "The target group is of another account than the release."
        "Correct it or `account`: ECS takes target groups of its own account only.";
    PORT_MISSING "port-missing"
        "There is a load balancer, and no port that it could send requests to."
        "Add `runtime.port`, the port that the container listens on.";
    PORT_NOT_MAPPED "port-not-mapped"
        "The load balancer sends requests to a port that the container does not map."
        "Add the port to `runtime.ports`, or to the container's `portMappings`.";
    BAD_HEALTH_COMMAND "bad-health-command"
        "A health check's command is not in the form that ECS takes."
        "Write `[CMD-SHELL, \"curl -fs localhost:8080/ready\"]`.";
    HEALTH_RANGE "health-range"
        "A number of a container's health check is not within ECS's bounds."
        "Write a number within the bounds that the message names.";
    GRACE_SHORTER_THAN_START "grace-shorter-than-start"
        "The load balancer's checks count before the container's do, and may end a model that still loads."
        "Set `health.graceSeconds` to at least the container's `startPeriod`.";
    GRACE_SHORTER_THAN_CHECK "grace-shorter-than-check"
        "The grace period ends before the container's first check."
        "Raise `health.graceSeconds`, or lower `health.container.interval`.";
    GRACE_WITHOUT_CHECK "grace-without-check"
        "`health.graceSeconds` has no effect: there is no check."
        "Add `health.container` or `traffic.targetGroup`.";
    TIMEOUT_LONGER_THAN_INTERVAL "timeout-longer-than-interval"
        "A check may take longer than until the next is due."
        "Set `timeout` to at most `interval`.";
    AUTOSCALING_RANGE "autoscaling-range"
        "`autoscaling.min` is more than `autoscaling.max`."
        "Correct one of them.";
    AUTOSCALING_FROM_ZERO "autoscaling-from-zero"
        "With no task there is no CPU use to go by, so that nothing ever starts one."
        "Set `autoscaling.min` to 1 or more.";
    DESIRED_OUT_OF_RANGE "desired-out-of-range"
        "`service.desired` is not within the bounds of autoscaling, which would change it at once."
        "Write a number within the bounds, or remove `service.desired`.";
    TOO_MANY_TAGS "too-many-tags"
        "More tags are written than fit: ECS takes 50, and mlship needs some."
        "Remove some.";
    RESERVED_TAG "reserved-tag"
        "A tag begins with `aws:` or `mlship:`, which are not yours to write."
        "Choose another name.";
    BAD_TAG "bad-tag"
        "A tag holds a character that ECS does not take."
        "Use letters, digits, spaces and `+ - = . _ : / @`.";
    TAG_TOO_LONG "tag-too-long"
        "A tag's key has more than 128 characters, or its value more than 256."
        "Shorten it.";
    ROLLOUT_STUCK "rollout-stuck"
        "The percentages leave room neither for a task more nor for one less, so that no rollout could begin."
        "Raise `rollout.maximumPercent` to 200, or lower `rollout.minimumHealthyPercent` to 0.";
    DEPLOYMENT_RANGE "deployment-range"
        "A number of `deploymentConfiguration` is not within ECS's bounds."
        "Write a number within the bounds that the message names.";
    SERVICE_DRAINING "service-draining"
        "The service is being deleted."
        "Wait until it is gone, then deploy again.";
    FOREIGN_CONTROLLER "foreign-controller"
        "The service is deployed by CodeDeploy or another controller, not by ECS itself."
        "Use that controller's own tools, or make a service with the ECS controller.";
    DAEMON_SERVICE "daemon-service"
        "The service runs one task on each container instance."
        "Deploy it with its own tools, or make a replica service of another name.";
    EXPRESS_SERVICE "express-service"
        "ECS Express manages the service, and owns its resources."
        "Change it with ECS Express, or make a service of another name.";
    WOULD_DETACH "would-detach"
        "The manifest no longer writes the load balancer that the service has, and without it no request reaches the model."
        "Write `traffic.targetGroup` to keep it, or `traffic: none` to detach.";
    WOULD_LOSE_CAPACITY "would-lose-capacity"
        "The manifest no longer writes the capacity providers that the service's tasks run on."
        "Write `runtime.capacityProviders` to keep them, or `runtime.compute` for a launch type.";
    STRATEGY_UNWRITTEN "strategy-unwritten"
        "The service is deployed by another strategy than rolling, and the manifest does not say that it shall change."
        "Write `rollout.strategy: rolling` to change it.";
    NOT_ADOPTED "not-adopted"
        "The service was not made by mlship, and nobody said that it may take it over."
        "Read the diff, then run `mlship deploy --adopt`, or deploy a saved plan.";
    OTHER_MODEL "other-model"
        "The service's tags name another model than the manifest, so that it is not there to be adopted."
        "Check `service.cluster` and `service.name`.";
    UNKNOWN_IGNORED_FIELD "unknown-ignored-field"
        "`ignore` names no field of the service and none of its task definition."
        "Write the path as a diff shows it.";
    COMPUTE_FIXED "compute-fixed"
        "ECS can't change the launch type of a service that exists."
        "Give the service another name, and delete the old one afterwards.";
}
