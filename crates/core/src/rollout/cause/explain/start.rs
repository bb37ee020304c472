//! Explains containers that could not start: image, secrets, log, volumes.

use super::{Circumstances, Group, Words, first_in};

const WAY_OUT: &str = "give network.subnets a way out (a NAT gateway, VPC endpoints, or \
     network.assignPublicIp in a public subnet) and let network.securityGroups allow HTTPS out";

pub(super) fn image_not_found(group: &Group, around: &Circumstances) -> Words {
    let image = around
        .image_in(&group.reason)
        .unwrap_or("that the task definition names");
    Words::new(
        format!("the registry has no image {image}"),
        "push the image, or correct image in the manifest",
    )
}

pub(super) fn image_denied(group: &Group, around: &Circumstances) -> Words {
    const LIMITED: (&str, &str) = (
        "the registry refuses more pulls for now: its rate limit is reached",
        "pull through ECR (a pull-through cache), or give the registry credentials",
    );
    let limits = [("toomanyrequests", LIMITED), ("pull rate limit", LIMITED)];
    if let Some((summary, help)) = first_in(&group.reason, &limits) {
        return Words::new(summary, help);
    }
    let who = match around.fargate {
        Some(true) | None => "the role in runtime.roles.execution",
        Some(false) => "the container instances' role",
    };
    Words::new(
        "the task may not pull its image from the registry",
        format!("let {who} pull from the repository, and check that repository and image exist"),
    )
}

pub(super) fn image_network() -> Words {
    Words::new(
        "the task cannot reach the image registry",
        format!("{WAY_OUT}; ECR also needs S3, where it keeps the layers"),
    )
}

pub(super) fn image_architecture(around: &Circumstances) -> Words {
    let wanted = around.architecture.as_deref().unwrap_or("X86_64");
    Words::new(
        format!("the image has no build for the task's processor ({wanted})"),
        "build the image for that platform (docker build --platform), or change runtime.arch",
    )
}

pub(super) fn secret_missing(group: &Group) -> Words {
    const UNREADABLE: (&str, &str) = (
        "a secret has no such JSON key",
        "correct the key in runtime.secrets, or the secret's content",
    );
    let table = [
        ("did not contain json key", UNREADABLE),
        ("invalid character", UNREADABLE),
    ];
    let (summary, help) = first_in(&group.reason, &table).unwrap_or((
        "a secret or parameter that the task needs does not exist",
        "create it in the service's region, or correct its ARN in runtime.secrets",
    ));
    Words::new(summary, help)
}

pub(super) fn secret_denied(group: &Group) -> Words {
    let kms = [("kms", "use the KMS key of the secret (kms:Decrypt)")];
    let what = first_in(&group.reason, &kms).unwrap_or(
        "read it (secretsmanager:GetSecretValue or ssm:GetParameters, and kms:Decrypt for a key \
         of your own)",
    );
    Words::new(
        "the execution role may not read a secret or parameter that the task needs",
        format!("let the role in runtime.roles.execution {what}"),
    )
}

pub(super) fn secret_network() -> Words {
    Words::new(
        "the task cannot reach the store of its secrets, or the registry's sign-in",
        WAY_OUT,
    )
}

pub(super) fn log_driver(group: &Group, around: &Circumstances) -> Words {
    let log = around
        .log_group
        .as_deref()
        .map_or_else(|| "the log".to_owned(), |log| format!("log group {log}"));
    let reasons = [
        ("accessdenied", "may not be written by the execution role"),
        ("not authorized", "may not be written by the execution role"),
        ("connection issue", "cannot be reached by the task"),
        ("does not exist", "does not exist"),
        ("resourcenotfound", "does not exist"),
    ];
    let why = first_in(&group.reason, &reasons).unwrap_or("cannot be written");
    let help = match why {
        "does not exist" => "create the log group, or correct runtime.logs.group",
        "cannot be reached by the task" => {
            return Words::new(format!("{log} {why}"), WAY_OUT);
        }
        _ => "let the role in runtime.roles.execution create streams and put events there",
    };
    Words::new(format!("{log} {why}"), help)
}

pub(super) fn volume(group: &Group) -> Words {
    const FULL: (&str, &str) = (
        "the disk is too small for the image",
        "raise runtime.ephemeralStorageGiB (Fargate), give the instances larger disks (EC2), or \
         keep the weights out of the image",
    );
    const MOUNT: (&str, &str) = (
        "a file system could not be mounted",
        "check model.artifact.fileSystem and accessPoint, its mount targets in network.subnets, \
         NFS (2049) between the security groups, and the task role",
    );
    let table = [
        ("no space left", FULL),
        ("devmapper", FULL),
        ("devicemapper", FULL),
        ("efs", MOUNT),
        ("mount.nfs", MOUNT),
    ];
    let (summary, help) = first_in(&group.reason, &table).unwrap_or((
        "a volume of the task could not be made",
        "deploy again; should it come back, check the volumes of the task definition",
    ));
    Words::new(summary, help)
}
