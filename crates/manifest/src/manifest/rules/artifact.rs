//! Weights: each way to deliver them has fields of its own.

use super::super::schema::{Artifact, Delivery};
use super::check::Check;
use super::registry::is_sagemaker;
use crate::manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    let Some(artifact) = &check.release.model.artifact else {
        return;
    };
    let delivery = match artifact.delivery {
        None if check.is_written("model.artifact.delivery") => return,
        None => Delivery::Baked,
        Some(delivery) => delivery,
    };
    unused(check, artifact, delivery);
    match delivery {
        Delivery::Baked => {}
        Delivery::S3Init => {
            // A registry knows where the weights of its versions are.
            if !check.is_written("model.ref") {
                needs(check, "uri", "s3-init", "s3://bucket/model.tar.gz");
            }
            needs(check, "mountPath", "s3-init", "/opt/model");
            from_s3(check, artifact);
        }
        Delivery::Efs => {
            needs(check, "fileSystem", "efs", "fs-0123456789abcdef0");
            needs(check, "mountPath", "efs", "/opt/model");
            let ids = [
                ("fileSystem", "fs-", &artifact.file_system),
                ("accessPoint", "fsap-", &artifact.access_point),
            ];
            for (field, prefix, id) in ids {
                efs_id(check, field, prefix, id.as_deref());
            }
        }
    }
    if delivery != Delivery::Baked {
        mount_path(check, artifact.mount_path.as_deref());
        task_role(check, artifact, delivery);
    }
}

fn unused(check: &mut Check<'_>, artifact: &Artifact, delivery: Delivery) {
    let fields = [
        ("uri", &artifact.uri, &[Delivery::S3Init][..]),
        (
            "mountPath",
            &artifact.mount_path,
            &[Delivery::S3Init, Delivery::Efs],
        ),
        ("image", &artifact.image, &[Delivery::S3Init]),
        ("sha256", &artifact.sha256, &[Delivery::S3Init]),
        ("fileSystem", &artifact.file_system, &[Delivery::Efs]),
        ("accessPoint", &artifact.access_point, &[Delivery::Efs]),
    ];
    let (because, help) = match delivery {
        Delivery::Baked => (
            "the weights are baked into the image",
            "remove it, or say how the weights get there with `delivery`",
        ),
        Delivery::S3Init => ("the weights come from S3", "remove it"),
        Delivery::Efs => ("the weights are on EFS", "remove it"),
    };
    for (field, value, used_by) in fields {
        if value.is_some() && !used_by.contains(&delivery) {
            check.warn(
                &format!("model.artifact.{field}"),
                Code::ARTIFACT_UNUSED,
                format!("`model.artifact.{field}` has no effect: {because}"),
                help,
            );
        }
    }
}

fn needs(check: &mut Check<'_>, field: &str, delivery: &str, example: &str) {
    let path = format!("model.artifact.{field}");
    if !check.is_written(&path) {
        check.error(
            "model.artifact",
            Code::ARTIFACT_INCOMPLETE,
            format!("`{path}` is missing, and `delivery: {delivery}` needs it"),
            format!("add it, such as `{field}: {example}`"),
        );
    }
}

fn from_s3(check: &mut Check<'_>, artifact: &Artifact) {
    let uri = artifact.uri.as_deref().unwrap_or_default();
    let path = "model.artifact.uri";
    if !uri.is_empty() && !is_s3(uri) {
        let uri = check.quote(path, uri);
        check.error(
            path,
            Code::BAD_ARTIFACT_URI,
            format!("{uri} is not the address of something in S3"),
            "write `s3://BUCKET/KEY` for a file, `s3://BUCKET/PREFIX/` for all below it; \
             a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens",
        );
    }
    let Some(sha256) = artifact.sha256.as_deref() else {
        return;
    };
    // SageMaker may name one archive; MLflow's versions are directories.
    let may_be_a_file =
        check.is_written("model.artifact.uri") || is_sagemaker(&check.release.model);
    let path = "model.artifact.sha256";
    if sha256.len() == 64
        && !sha256
            .chars()
            .all(|character| character.is_ascii_hexdigit())
    {
        check.error(
            path,
            Code::BAD_SHA256,
            "`model.artifact.sha256` must be 64 hexadecimal digits",
            "`sha256sum FILE` prints it",
        );
    } else if uri.ends_with('/') || !may_be_a_file {
        check.error(
            path,
            Code::SHA256_OF_DIRECTORY,
            "there is no SHA-256 of a directory",
            "remove it, or deliver one archive",
        );
    }
}

/// Says whether a task can download what an address names.
pub fn is_s3(uri: &str) -> bool {
    let Some((bucket, key)) = uri
        .strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let in_bucket = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || ".-".contains(character)
    };
    (3..=63).contains(&bucket.len())
        && bucket.chars().all(in_bucket)
        && !key.chars().any(char::is_control)
}

fn efs_id(check: &mut Check<'_>, field: &str, prefix: &str, id: Option<&str>) {
    let path = format!("model.artifact.{field}");
    let Some(id) = id.filter(|id| !id.is_empty()) else {
        return;
    };
    let rest = id.strip_prefix(prefix).unwrap_or_default();
    if rest.is_empty()
        || !rest
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
    {
        let id = check.quote(&path, id);
        check.error(
            &path,
            Code::BAD_EFS_ID,
            format!("{id} is not an id that `{path}` takes"),
            format!("an id begins with `{prefix}`; names and ARNs don't work here"),
        );
    }
}

fn mount_path(check: &mut Check<'_>, path: Option<&str>) {
    let Some(written) = path.filter(|path| !path.is_empty()) else {
        return;
    };
    let place = "model.artifact.mountPath";
    let odd = |character: char| character == ':' || character.is_control();
    let plain = written.trim_end_matches('/');
    let climbs = written.split('/').any(|part| part == "..");
    if !plain.starts_with('/') || climbs || written.chars().any(odd) {
        let written = check.quote(place, written);
        check.error(
            place,
            Code::BAD_MOUNT_PATH,
            format!("{written} can't be mounted at"),
            "write an absolute path of a directory, such as `/opt/model`",
        );
    }
}

/// On Fargate nothing but the task role can give a container access; an instance has a role, too.
fn task_role(check: &mut Check<'_>, artifact: &Artifact, delivery: Delivery) {
    if !check.on_fargate()
        || check.is_written("runtime.roles.task")
        || check.overrides_task("taskRoleArn")
    {
        return;
    }
    let what = match delivery {
        Delivery::S3Init => "weights come from S3 with the task role, and there is none",
        Delivery::Efs if artifact.access_point.is_some() => {
            "an EFS access point is used with the task role, and there is none"
        }
        Delivery::Baked | Delivery::Efs => return,
    };
    check.warn(
        "model.artifact.delivery",
        Code::TASK_ROLE_MISSING,
        what,
        "add `runtime.roles.task`",
    );
}

#[cfg(test)]
mod tests {
    use super::is_s3;

    #[test]
    fn an_address_in_s3_has_a_bucket_and_a_key() {
        for uri in [
            "s3://models/fraud/8/model.tar.gz",
            "s3://my.bucket-1/",
            "s3://abc/a b'c$(d)",
        ] {
            assert!(is_s3(uri), "{uri}");
        }
        for uri in [
            "https://models/x",
            "s3://models",
            "s3://A/b",
            "s3://ab/c",
            "--help",
            "s3://abc/a\nb",
        ] {
            assert!(!is_s3(uri), "{uri:?}");
        }
    }
}
