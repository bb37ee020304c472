//! The rows of the field table, in the manifest's order.

use super::{Field, Form, Place};

const fn task(path: &'static str) -> Place {
    Place::task(path)
}

const fn service(path: &'static str) -> Place {
    Place::service(path)
}

const fn scaling(path: &'static str) -> Place {
    Place::scaling(path)
}

const fn sent(manifest: &'static str, places: &'static [Place]) -> Field {
    Field::sent(manifest, places)
}

const fn kept(manifest: &'static str, purpose: &'static str) -> Field {
    Field::kept(manifest, purpose)
}

/// Every field of a release's manifest. A section has a row of its own where ECS has something
/// for it that no field of it says.
pub static FIELDS: &[Field] = &[
    kept("apiVersion", "read with the file"),
    kept("kind", "read with the file"),
    sent(
        "model.name",
        &[
            task("containerDefinitions[@model].name"),
            task("containerDefinitions[@model].essential"),
            task("tags[mlship:model]"),
            service("loadBalancers[*].containerName"),
        ],
    ),
    sent("model.version", &[task("tags[mlship:version]")]),
    sent("model.ref", &[task("tags[mlship:model-ref]")]),
    kept("model.registry.type", "for the registry"),
    kept("model.registry.uri", "for the registry"),
    kept("model.require.metrics.*.min", "held against the registry"),
    kept("model.require.metrics.*.max", "held against the registry"),
    kept(
        "model.require.metrics.*.notWorseThan",
        "held against the registry",
    ),
    kept(
        "model.require.metrics.*.better",
        "held against the registry",
    ),
    kept("model.require.tags.*", "held against the registry"),
    kept("model.require.approved", "held against the registry"),
    kept("model.require.maxAgeDays", "held against the registry"),
    kept("model.promoteAlias", "for the registry"),
    sent(
        "model.artifact.uri",
        &[task(
            "containerDefinitions[mlship-weights].environment[MLSHIP_URI]",
        )],
    ),
    sent(
        "model.artifact.delivery",
        &[
            task("volumes[mlship-weights].**"),
            task("containerDefinitions[mlship-weights].**"),
            task("containerDefinitions[@model].dependsOn[mlship-weights]"),
            task("containerDefinitions[@model].mountPoints[@mount].**"),
        ],
    ),
    sent(
        "model.artifact.mountPath",
        &[
            task("containerDefinitions[mlship-weights].environment[MLSHIP_PATH]"),
            task("containerDefinitions[mlship-weights].mountPoints[*].containerPath"),
            task("containerDefinitions[@model].mountPoints[@mount].containerPath"),
        ],
    ),
    sent(
        "model.artifact.image",
        &[task("containerDefinitions[mlship-weights].image")],
    ),
    sent(
        "model.artifact.sha256",
        &[task(
            "containerDefinitions[mlship-weights].environment[MLSHIP_SHA256]",
        )],
    ),
    sent(
        "model.artifact.fileSystem",
        &[task(
            "volumes[mlship-weights].efsVolumeConfiguration.fileSystemId",
        )],
    ),
    sent(
        "model.artifact.accessPoint",
        &[task(
            "volumes[mlship-weights].efsVolumeConfiguration.authorizationConfig.**",
        )],
    ),
    sent(
        "image",
        &[task("containerDefinitions[@model].image").form(Form::Same)],
    ),
    kept("account", "held against the caller"),
    sent("service.cluster", &[service("cluster")]),
    kept("service.region", "for where it is asked"),
    sent("service.name", &[service("serviceName")]),
    sent("service.family", &[task("family")]),
    sent(
        "service.desired",
        &[service("desiredCount").form(Form::Same)],
    ),
    kept("service.wave", "for the order of a run"),
    kept("service.dependsOn", "for the order of a run"),
    // A diff names both `model.name`, which it is where nothing is written.
    sent(
        "runtime.container",
        &[
            task("containerDefinitions[@model].name"),
            service("loadBalancers[*].containerName"),
        ],
    ),
    sent(
        "runtime.compute",
        &[task("requiresCompatibilities"), service("launchType")],
    ),
    sent(
        "runtime.capacityProviders[].name",
        &[service("capacityProviderStrategy[*].capacityProvider")],
    ),
    sent(
        "runtime.capacityProviders[].weight",
        &[service("capacityProviderStrategy[*].weight")],
    ),
    sent(
        "runtime.capacityProviders[].base",
        &[service("capacityProviderStrategy[*].base")],
    ),
    sent("runtime.cpu", &[task("cpu").form(Form::Text)]),
    sent("runtime.memory", &[task("memory").form(Form::Text)]),
    sent(
        "runtime.arch",
        &[
            task("runtimePlatform.cpuArchitecture"),
            task("runtimePlatform.operatingSystemFamily"),
        ],
    ),
    sent(
        "runtime.gpu",
        &[task(
            "containerDefinitions[@model].resourceRequirements[GPU]",
        )],
    ),
    sent(
        "runtime.port",
        &[
            task("containerDefinitions[@model].portMappings[*].containerPort"),
            task("containerDefinitions[@model].portMappings[*].protocol"),
            service("loadBalancers[*].containerPort"),
        ],
    ),
    // A diff names both `port`: what ECS has does not tell which one is written.
    sent(
        "runtime.ports",
        &[
            task("containerDefinitions[@model].portMappings[*].containerPort"),
            service("loadBalancers[*].containerPort"),
        ],
    ),
    sent(
        "runtime.entryPoint",
        &[task("containerDefinitions[@model].entryPoint").form(Form::Same)],
    ),
    sent(
        "runtime.command",
        &[task("containerDefinitions[@model].command").form(Form::Same)],
    ),
    sent(
        "runtime.env.*",
        &[task("containerDefinitions[@model].environment[*]").form(Form::Pairs("value"))],
    ),
    sent(
        "runtime.secrets.*",
        &[task("containerDefinitions[@model].secrets[*]").form(Form::Pairs("valueFrom"))],
    ),
    sent(
        "runtime.roles.execution",
        &[task("executionRoleArn").form(Form::Same)],
    ),
    sent(
        "runtime.roles.task",
        &[task("taskRoleArn").form(Form::Same)],
    ),
    sent(
        "runtime.sharedMemoryMiB",
        &[task("containerDefinitions[@model].linuxParameters.sharedMemorySize").form(Form::Same)],
    ),
    sent(
        "runtime.ephemeralStorageGiB",
        &[task("ephemeralStorage.sizeInGiB").form(Form::Same)],
    ),
    sent(
        "runtime.logs",
        &[
            task("containerDefinitions[@model].logConfiguration.**"),
            task("containerDefinitions[mlship-weights].logConfiguration.**"),
        ],
    ),
    sent(
        "runtime.logs.group",
        &[
            task("containerDefinitions[@model].logConfiguration.options.awslogs-group"),
            task("containerDefinitions[mlship-weights].logConfiguration.options.awslogs-group"),
        ],
    ),
    sent(
        "network.subnets",
        &[service("networkConfiguration.awsvpcConfiguration.subnets")],
    ),
    sent(
        "network.securityGroups",
        &[service(
            "networkConfiguration.awsvpcConfiguration.securityGroups",
        )],
    ),
    sent(
        "network.assignPublicIp",
        &[service(
            "networkConfiguration.awsvpcConfiguration.assignPublicIp",
        )],
    ),
    sent("network.mode", &[task("networkMode")]),
    sent(
        "health.container.command",
        &[task("containerDefinitions[@model].healthCheck.command").form(Form::Same)],
    ),
    sent(
        "health.container.interval",
        &[task("containerDefinitions[@model].healthCheck.interval").form(Form::Same)],
    ),
    sent(
        "health.container.timeout",
        &[task("containerDefinitions[@model].healthCheck.timeout").form(Form::Same)],
    ),
    sent(
        "health.container.retries",
        &[task("containerDefinitions[@model].healthCheck.retries").form(Form::Same)],
    ),
    sent(
        "health.container.startPeriod",
        &[task("containerDefinitions[@model].healthCheck.startPeriod").form(Form::Same)],
    ),
    sent(
        "health.graceSeconds",
        &[service("healthCheckGracePeriodSeconds").form(Form::Same)],
    ),
    sent("traffic", &[service("loadBalancers")]),
    sent("traffic.targetGroup", &[service("loadBalancers[*].**")]),
    sent(
        "traffic.listenerRule",
        &[service(
            "loadBalancers[*].advancedConfiguration.productionListenerRule",
        )],
    ),
    sent(
        "traffic.testListenerRule",
        &[service(
            "loadBalancers[*].advancedConfiguration.testListenerRule",
        )],
    ),
    // A diff names the first of the pair `targetGroup`.
    sent(
        "traffic.targetGroups",
        &[service(
            "loadBalancers[*].advancedConfiguration.alternateTargetGroupArn",
        )],
    ),
    sent(
        "traffic.role",
        &[service("loadBalancers[*].advancedConfiguration.roleArn")],
    ),
    sent(
        "rollout.strategy",
        &[service("deploymentConfiguration.strategy")],
    ),
    sent(
        "rollout.minimumHealthyPercent",
        &[service("deploymentConfiguration.minimumHealthyPercent").form(Form::Same)],
    ),
    sent(
        "rollout.maximumPercent",
        &[service("deploymentConfiguration.maximumPercent").form(Form::Same)],
    ),
    sent(
        "rollout.circuitBreaker",
        &[
            service("deploymentConfiguration.deploymentCircuitBreaker.enable").form(Form::Same),
            service("deploymentConfiguration.deploymentCircuitBreaker.rollback").form(Form::Same),
        ],
    ),
    kept(
        "rollout.abortAfter",
        "for `mlship deploy`, while it watches",
    ),
    sent(
        "rollout.alarms",
        &[service("deploymentConfiguration.alarms.**")],
    ),
    sent(
        "rollout.canaryPercent",
        &[service(
            "deploymentConfiguration.canaryConfiguration.canaryPercent",
        )],
    ),
    sent(
        "rollout.canaryBakeMinutes",
        &[service(
            "deploymentConfiguration.canaryConfiguration.canaryBakeTimeInMinutes",
        )],
    ),
    sent(
        "rollout.stepPercent",
        &[service(
            "deploymentConfiguration.linearConfiguration.stepPercent",
        )],
    ),
    sent(
        "rollout.stepBakeMinutes",
        &[service(
            "deploymentConfiguration.linearConfiguration.stepBakeTimeInMinutes",
        )],
    ),
    sent(
        "rollout.bakeMinutes",
        &[service("deploymentConfiguration.bakeTimeInMinutes")],
    ),
    // ECS has both in one list.
    sent(
        "rollout.pause[].stage",
        &[
            service("deploymentConfiguration.lifecycleHooks[@pause].targetType"),
            service("deploymentConfiguration.lifecycleHooks[@pause].lifecycleStages"),
        ],
    ),
    sent(
        "rollout.pause[].timeoutMinutes",
        &[service(
            "deploymentConfiguration.lifecycleHooks[@pause].timeoutConfiguration.timeoutInMinutes",
        )],
    ),
    sent(
        "rollout.pause[].onTimeout",
        &[service(
            "deploymentConfiguration.lifecycleHooks[@pause].timeoutConfiguration.action",
        )],
    ),
    sent(
        "rollout.hooks[].stages",
        &[
            service("deploymentConfiguration.lifecycleHooks"),
            service("deploymentConfiguration.lifecycleHooks[*].lifecycleStages"),
        ],
    ),
    sent(
        "rollout.hooks[].lambda",
        &[
            service("deploymentConfiguration.lifecycleHooks[*].hookTargetArn"),
            service("deploymentConfiguration.lifecycleHooks[*].targetType"),
        ],
    ),
    sent(
        "rollout.hooks[].role",
        &[service("deploymentConfiguration.lifecycleHooks[*].roleArn")],
    ),
    sent(
        "rollout.hooks[].details",
        &[service(
            "deploymentConfiguration.lifecycleHooks[*].hookDetails.**",
        )],
    ),
    sent(
        "rollout.hooks[].timeoutMinutes",
        &[service(
            "deploymentConfiguration.lifecycleHooks[*].timeoutConfiguration.timeoutInMinutes",
        )],
    ),
    sent(
        "rollout.hooks[].onTimeout",
        &[service(
            "deploymentConfiguration.lifecycleHooks[*].timeoutConfiguration.action",
        )],
    ),
    // It judges in a pause of its own before each step.
    sent(
        "rollout.analysis",
        &[
            service("deploymentConfiguration.lifecycleHooks[@judged].targetType"),
            service("deploymentConfiguration.lifecycleHooks[@judged].lifecycleStages"),
            service("deploymentConfiguration.lifecycleHooks[@judged].timeoutConfiguration.action"),
        ],
    ),
    kept(
        "rollout.analysis.metrics[].metric",
        "for `mlship deploy` and `promote --judge`; ECS has a pause before each step",
    ),
    kept(
        "rollout.analysis.metrics[].margin",
        "for `mlship deploy` and `promote --judge`; ECS has a pause before each step",
    ),
    kept(
        "rollout.analysis.metrics[].minimumRequests",
        "for `mlship deploy` and `promote --judge`; ECS has a pause before each step",
    ),
    kept(
        "rollout.analysis.metrics[].threshold",
        "for `mlship deploy` and `promote --judge`; ECS has a pause before each step",
    ),
    kept(
        "rollout.analysis.metrics[].answers",
        "for `mlship deploy` and `promote --judge`; ECS has a pause before each step",
    ),
    kept(
        "rollout.analysis.alpha",
        "for `mlship deploy` and `promote --judge`; ECS has a pause before each step",
    ),
    kept(
        "rollout.analysis.warmUpMinutes",
        "for `mlship deploy` and `promote --judge`; ECS has a pause before each step",
    ),
    sent(
        "rollout.analysis.timeoutMinutes",
        &[service(
            "deploymentConfiguration.lifecycleHooks[@judged].timeoutConfiguration.timeoutInMinutes",
        )],
    ),
    sent("autoscaling.min", &[scaling("scalableTarget.minCapacity")]),
    sent("autoscaling.max", &[scaling("scalableTarget.maxCapacity")]),
    sent(
        "autoscaling.targetCpuPercent",
        &[scaling("scalingPolicies[*].targetValue")],
    ),
    sent("tags.*", &[task("tags[*]"), service("tags[*]")]),
    kept("ignore", "left to somebody else"),
    kept("environments", "laid over the file"),
    kept(
        "overrides.taskDefinition",
        "laid over `RegisterTaskDefinition`",
    ),
    kept(
        "overrides.service",
        "laid over `CreateService` and `UpdateService`",
    ),
];
