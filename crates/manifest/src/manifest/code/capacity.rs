//! Diagnostic codes of compute capacity: Fargate, instances and capacity providers.

super::codes! { "Fargate, instances and capacity providers":
    FARGATE_SIZE_MISSING "fargate-size-missing"
        "Fargate needs `runtime.cpu` and `runtime.memory`, and one of them is missing."
        "Add both, such as `cpu: 1024` and `memory: 2048` for 1 vCPU with 2 GiB.";
    FARGATE_SIZE "fargate-size"
        "Fargate has no task of this size."
        "Write one of the sizes that the message names.";
    FARGATE_GPU "fargate-gpu"
        "Fargate has no GPUs."
        "Use `compute: ec2` or `compute: managed-instances`, or remove `runtime.gpu`.";
    FARGATE_SHARED_MEMORY "fargate-shared-memory"
        "Fargate can't change the size of `/dev/shm`."
        "Use `compute: ec2` or `compute: managed-instances`, or remove `runtime.sharedMemoryMiB`.";
    FARGATE_NETWORK_MODE "fargate-network-mode"
        "Fargate has the network mode `awsvpc` only."
        "Remove `network.mode`.";
    FARGATE_TIMEOUT "fargate-timeout"
        "On Fargate a container's start and stop timeouts are 2 to 120 seconds."
        "Write a number within these bounds.";
    FARGATE_LACKS "fargate-lacks"
        "An override asks for something that Fargate does not have."
        "Remove it, or use `runtime.compute: ec2` or `managed-instances`.";
    EPHEMERAL_STORAGE_RANGE "ephemeral-storage-range"
        "On Fargate a task's disk has 21 to 200 GiB where it is set."
        "Write a number within these bounds, or leave it out for 20 GiB.";
    EPHEMERAL_STORAGE_EC2 "ephemeral-storage-ec2"
        "Only Fargate sets the size of a task's disk; on EC2 tasks share the instance's."
        "Remove `runtime.ephemeralStorageGiB`.";
    MEMORY_MISSING "memory-missing"
        "On instances ECS starts no container without a limit of memory, and none is written."
        "Add `runtime.memory`, in MiB.";
    SHARED_MEMORY_TOO_LARGE "shared-memory-too-large"
        "The shared memory is larger than the task's memory, of which it is a part."
        "Raise `runtime.memory`, or lower `runtime.sharedMemoryMiB`.";
    MIXED_CAPACITY "mixed-capacity"
        "`FARGATE` and `FARGATE_SPOT` can't be mixed with other capacity providers."
        "Keep either those two or the others.";
    COMPUTE_AND_PROVIDERS "compute-and-providers"
        "`runtime.compute` and `runtime.capacityProviders` name different things to run on."
        "Correct `compute`, or remove it.";
    MANAGED_INSTANCES_DEFAULT "managed-instances-default"
        "Managed instances are reached through a capacity provider, and none is named."
        "Add `runtime.capacityProviders`, or make one the cluster's default.";
    DUPLICATE_PROVIDER "duplicate-provider"
        "A capacity provider is listed twice."
        "Keep one of them.";
    BAD_PROVIDER "bad-provider"
        "This is not the name of a capacity provider."
        "Write its name, not its ARN; Fargate's are `FARGATE` and `FARGATE_SPOT`.";
    TWO_BASES "two-bases"
        "More than one capacity provider has a `base`, and ECS takes one."
        "Remove the others; weights share out the rest.";
    NO_WEIGHT "no-weight"
        "All weights are 0, so that no capacity provider gets tasks, or no variant gets traffic."
        "Give at least one of them a weight.";
    LAUNCH_TYPE_AND_STRATEGY "launch-type-and-strategy"
        "ECS takes a launch type or a capacity provider strategy, not both."
        "Write `runtime.capacityProviders` instead of the override, without `runtime.compute`.";
    TOO_MANY_PROVIDERS "too-many-providers"
        "ECS takes 20 capacity providers."
        "Remove the others.";
    PROVIDER_RANGE "provider-range"
        "A weight or a base of a capacity provider is not within ECS's bounds."
        "Write a number within the bounds that the message names.";
    BAD_GPU "bad-gpu"
        "A number of GPUs is none."
        "Write a whole number, `ALL`, or a fraction where the instances share GPUs; in quotes.";
}
