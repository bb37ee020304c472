//! Maps ECS's messages to causes: a table, tried from top to bottom, special cases first.

use super::Cause;
use super::text::normalize;

/// What a text must hold, all of it, to mean a cause. As [`normalize`] writes it.
type Rule = (&'static [&'static str], Cause);

/// Returns the cause that a text of ECS names, if it names one that is known.
pub(super) fn of_text(text: &str) -> Option<Cause> {
    let text = normalize(text);
    let holds = |(parts, _): &&Rule| parts.iter().all(|part| text.contains(part));
    let mut rules = TABLES.iter().copied().flatten();
    rules.find(holds).map(|(_, cause)| *cause)
}

const TABLES: &[&[Rule]] = &[
    PROGRAM,
    ROLE,
    HEALTH,
    MEMORY,
    LOGGING,
    VOLUME,
    PULL,
    AUTHORISATION,
    SECRET,
    NETWORK,
    CAPACITY,
    PERSON,
    GENERAL,
];

const PROGRAM: &[Rule] = &[
    (&["exec format error"], Cause::ExecFormat),
    (&["executable file not found"], Cause::CommandNotFound),
    (
        &["exec:", "no such file or directory"],
        Cause::CommandNotFound,
    ),
    (&["exec:", "permission denied"], Cause::CommandNotFound),
    (
        &["exec user process", "permission denied"],
        Cause::CommandNotFound,
    ),
    // The runtime's hook that hands the container its GPU.
    (&["nvidia-container-cli"], Cause::NoCapacity),
    (&["gathering device information"], Cause::NoCapacity),
];

const ROLE: &[Rule] = &[
    (&["unable to assume the"], Cause::RoleDenied),
    (
        &["iam permissions policies have been misconfigured"],
        Cause::RoleDenied,
    ),
    (
        &["iam trust relationship has been misconfigured"],
        Cause::RoleDenied,
    ),
    (
        &["missing permissions on ecs infrastructure role"],
        Cause::RoleDenied,
    ),
    (&["target health", "accessdenied"], Cause::RoleDenied),
    (&["register targets", "accessdenied"], Cause::RoleDenied),
];

const HEALTH: &[Rule] = &[
    (&["failed elb health checks"], Cause::LoadBalancerUnhealthy),
    (
        &["failed container health checks"],
        Cause::ContainerUnhealthy,
    ),
    (&["is unhealthy in"], Cause::LoadBalancerUnhealthy),
    (
        &["is not healthy in target-group"],
        Cause::LoadBalancerUnhealthy,
    ),
    (&["describe target health"], Cause::LoadBalancerUnhealthy),
    (
        &["failed to register targets"],
        Cause::LoadBalancerUnhealthy,
    ),
];

const MEMORY: &[Rule] = &[
    (&["outofmemory"], Cause::OutOfMemory),
    (&["out of memory"], Cause::OutOfMemory),
    (&["killed due to memory usage"], Cause::OutOfMemory),
];

const LOGGING: &[Rule] = &[
    (&["logging driver"], Cause::LogDriver),
    (&["logger args"], Cause::LogDriver),
    (&["log group"], Cause::LogDriver),
    (&["log stream"], Cause::LogDriver),
    (&["log driver"], Cause::LogDriver),
];

const VOLUME: &[Rule] = &[
    (&["efs utils"], Cause::Volume),
    (&["efs volume"], Cause::Volume),
    (&["mount.nfs"], Cause::Volume),
    (&["ephemeralstorage"], Cause::Volume),
    (&["cannotcreatevolume"], Cause::Volume),
    (&["failed to copy file info"], Cause::Volume),
    // Images, too, live on the task's disk.
    (&["no space left on device"], Cause::Volume),
    (&["devmapper"], Cause::Volume),
    (&["devicemapper"], Cause::Volume),
];

const PULL: &[Rule] = &[
    (&["descriptor matching platform"], Cause::ImageArchitecture),
    (&["no matching manifest for"], Cause::ImageArchitecture),
    (&["no match for platform"], Cause::ImageArchitecture),
    (&["toomanyrequests"], Cause::ImageDenied),
    (&["pull rate limit"], Cause::ImageDenied),
    (&["pull access denied"], Cause::ImageDenied),
    (&["permissions to pull"], Cause::ImageDenied),
    (&["no basic auth credentials"], Cause::ImageDenied),
    (&["authorized to perform: ecr:"], Cause::ImageDenied),
    (&["cannotpull", "403 forbidden"], Cause::ImageDenied),
    (&["cannotpull", "401 unauthorized"], Cause::ImageDenied),
    (&["cannotpull", "accessdenied"], Cause::ImageDenied),
    (&["cannotpull", "denied:"], Cause::ImageDenied),
    (&["cannotpull", "no such host"], Cause::ImageNetwork),
    (&["cannotpull", "timeout"], Cause::ImageNetwork),
    (&["cannotpull", "timed out"], Cause::ImageNetwork),
    (&["cannotpull", "dial tcp"], Cause::ImageNetwork),
    (&["cannotpull", "request canceled"], Cause::ImageNetwork),
    (&["cannotpull", "could not reach"], Cause::ImageNetwork),
    (&["cannotpull", "connection"], Cause::ImageNetwork),
    (&["manifest unknown"], Cause::ImageNotFound),
    (
        &["failed to resolve ref", "not found"],
        Cause::ImageNotFound,
    ),
    (&["cannotpull", "not found"], Cause::ImageNotFound),
    (&["cannotpull", "does not exist"], Cause::ImageNotFound),
    (&["image cannot be found"], Cause::ImageNotFound),
    // A task without a route to S3, where ECR keeps layers, ends in any of these.
    (
        &["failed open: unexpected status code"],
        Cause::ImageNetwork,
    ),
    (&["error pulling image conf"], Cause::ImageNetwork),
    (&["pull command failed: panic"], Cause::ImageNetwork),
    (&["net/http: request canceled"], Cause::ImageNetwork),
    (&["can't pull the image", "network"], Cause::ImageNetwork),
    (&["failed to resolve ref"], Cause::ImageNotFound),
];

/// What the execution role fetches on the registry's side before a pull.
const AUTHORISATION: &[Rule] = &[
    (
        &["registry authentication", "connection issue"],
        Cause::ImageNetwork,
    ),
    (&["connection issue", "amazon ecr"], Cause::ImageNetwork),
    (&["ecr registry auth", "accessdenied"], Cause::ImageDenied),
    (&["ecr registry auth", "not authorized"], Cause::ImageDenied),
    (&["ecr registry auth", "requesterror"], Cause::ImageNetwork),
    (&["ecr registry auth", "timeout"], Cause::ImageNetwork),
    (&["ecr registry auth", "canceled"], Cause::ImageNetwork),
    (
        &["ecr registry auth", "deadline exceeded"],
        Cause::ImageNetwork,
    ),
    (&["ecr registry auth", "no such host"], Cause::ImageNetwork),
];

const SECRET: &[Rule] = &[
    (&["check whether the secret exists"], Cause::SecretMissing),
    (&["can't find the specified secret"], Cause::SecretMissing),
    (&["secret", "resourcenotfound"], Cause::SecretMissing),
    (&["invalid ssm parameters"], Cause::SecretMissing),
    (
        &["ssm parameter store", "invalid parameters"],
        Cause::SecretMissing,
    ),
    (&["did not contain json key"], Cause::SecretMissing),
    (&["secrets", "invalid character"], Cause::SecretMissing),
    (&["secret", "marked for deletion"], Cause::SecretMissing),
    (&["secret", "accessdenied"], Cause::SecretDenied),
    (&["secret", "not authorized"], Cause::SecretDenied),
    (&["secret", "access to kms"], Cause::SecretDenied),
    (&["secret", "connection issue"], Cause::SecretNetwork),
    (&["secret", "network"], Cause::SecretNetwork),
    (&["secret", "canceled"], Cause::SecretNetwork),
    (&["secret", "deadline exceeded"], Cause::SecretNetwork),
    (&["secret", "requesterror"], Cause::SecretNetwork),
    (&["secret", "timeout"], Cause::SecretNetwork),
    (&["secret", "no such host"], Cause::SecretNetwork),
    // The agent gave up on an answer; what is denied or missing is answered at once.
    (&["secret", "signal: killed"], Cause::SecretNetwork),
    (&["secret", "retried 5 time"], Cause::SecretNetwork),
];

const NETWORK: &[Rule] = &[
    (&["network interface"], Cause::NetworkInterface),
    (&["network namespace"], Cause::NetworkInterface),
    (&["cni setup"], Cause::NetworkInterface),
];

const CAPACITY: &[Rule] = &[
    (&["unfulfillablecapacity"], Cause::NoCapacity),
    (&["insufficientinstancecapacity"], Cause::NoCapacity),
    (&["unable to launch instance"], Cause::NoCapacity),
    (&["capacity is unavailable"], Cause::NoCapacity),
    (&["no container instance"], Cause::NoCapacity),
    (&["closest matching"], Cause::NoCapacity),
    (&["reached the limit on the number of"], Cause::NoCapacity),
    (&["configuration is above your limit"], Cause::NoCapacity),
    (&["provisioning capacity limit"], Cause::NoCapacity),
    (
        &["timed out waiting for amazon ecs agent"],
        Cause::NoCapacity,
    ),
    // What ran was taken away.
    (&["spot task was interrupted"], Cause::NoCapacity),
    (&["host ec2", "terminated"], Cause::NoCapacity),
    (&["host ec2", "stopped"], Cause::NoCapacity),
    (
        &["maintenance on the underlying infrastructure"],
        Cause::NoCapacity,
    ),
];

const PERSON: &[Rule] = &[
    (&["task stopped by user"], Cause::StoppedBySomeone),
    (&["deregistration forced by user"], Cause::StoppedBySomeone),
    (&["stopservicedeployment"], Cause::StoppedBySomeone),
];

/// What a pull says when it says no more.
const GENERAL: &[Rule] = &[(&["context canceled"], Cause::ImageNetwork)];
