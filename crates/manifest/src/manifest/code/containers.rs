//! Codes of the whole task definition, sidecars and overrides included.

super::codes! { "Task definition, containers and overrides":
    UNKNOWN_ECS_FIELD "unknown-ecs-field"
        "ECS knows no field of this name under `overrides`."
        "Correct the name: overrides take the names of the ECS API reference.";
    UNREADABLE_ECS_FIELD "unreadable-ecs-field"
        "A value under `overrides` is of another type than ECS takes."
        "Write the type of the ECS API reference. Tags, labels and options are texts, so numbers need quotes.";
    NO_OVERRIDE "no-override"
        "mlship fills this field in itself, and an override would be lost."
        "Write the manifest's own field, which the message names.";
    TASK_DEFINITION_TOO_LARGE "task-definition-too-large"
        "The task definition has more than the 64 KB that ECS takes."
        "Keep long values in a file in the image, in S3 or in SSM.";
    MEMORY_SPLIT "memory-split"
        "The containers are promised more memory together than the task has."
        "Raise `runtime.memory`, or lower the containers' share.";
    CPU_SPLIT "cpu-split"
        "The containers are promised more CPU together than the task has."
        "Raise `runtime.cpu`, or lower the containers' share.";
    CONTAINER_MEMORY_MISSING "container-memory-missing"
        "A container has no memory of its own, and the task has none either."
        "Add `memory` or `memoryReservation` to it, or `runtime.memory` for the whole task.";
    MEMORY_RESERVATION "memory-reservation"
        "A container reserves as much memory as it may have, or more."
        "Make `memory` more than `memoryReservation`.";
    TOO_MANY_CONTAINERS "too-many-containers"
        "ECS takes 10 containers in a task."
        "Move some to a service of their own.";
    DUPLICATE_CONTAINER "duplicate-container"
        "Two containers have one name."
        "Give one of them another name.";
    CONTAINER_NAME_MISSING "container-name-missing"
        "A container under `overrides` has no name."
        "Add `name`: the model's to change its container, a new one for a sidecar.";
    BAD_CONTAINER_NAME "bad-container-name"
        "A container's name holds a character that ECS does not take."
        "Use 1 to 255 letters, digits, `-` and `_`.";
    CONTAINER_IMAGE_MISSING "container-image-missing"
        "A container has no image. Mostly the name of the model's own container is misspelt."
        "Add `image`, or correct the name.";
    MODEL_NOT_ESSENTIAL "model-not-essential"
        "The model's container is not essential, so that a task would go on without it."
        "Remove `essential: false`.";
    UNKNOWN_CONTAINER "unknown-container"
        "A dependency or the load balancer names a container that is not there."
        "Correct the name.";
    ENDLESS_DEPENDENCY "endless-dependency"
        "A container waits for the end of an essential one, with which the task ends."
        "Add `essential: false` to the other, or use the condition `START`.";
    NO_HEALTH_CHECK "no-health-check"
        "A container waits until another is healthy, and that has no health check."
        "Add `healthCheck` to the other, or use the condition `START`.";
    DEPENDENCY_CYCLE "dependency-cycle"
        "Containers wait for each other, so that none ever starts."
        "Remove one of the dependencies.";
    UNKNOWN_VOLUME "unknown-volume"
        "A container mounts a volume that is not there."
        "Correct the name, or add the volume.";
}
