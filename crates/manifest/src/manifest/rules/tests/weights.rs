//! How weights get to the model.

use super::*;

#[test]
fn weights_in_the_image_need_no_address() {
    check(
        "  version: \"8\"",
        "  version: \"8\"\n  artifact: { uri: \"s3://a/b\" }",
        str![[r#"
warning[artifact-unused]: `model.artifact.uri` has no effect: the weights are baked into the image
 --> release.yaml:6:20
  |
6 |   artifact: { uri: "s3://a/b" }
  |                    ^^^^^^^^^^
  |
  = help: remove it, or say how the weights get there with `delivery`

"#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "the messages are the point")]
fn weights_need_the_fields_of_their_delivery() {
    let model = "  version: \"8\"";
    let artifact = |fields: &str| format!("  version: \"8\"\n  artifact: {{ {fields} }}");
    let role = "role/execution\"";
    let full = "delivery: s3-init, uri: s3://models/m.bin, mountPath: /opt/model";
    let complete = with(model, &artifact(full)).replace(
        role,
        "role/execution\", task: \"arn:aws:iam::111122223333:role/t\"",
    );
    good(&complete);
    check(
        model,
        &artifact(full),
        str![[r#"
warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init, uri: s3://models/m.bin, mountPath: /opt/model }
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

"#]],
    );
    check(
        model,
        &artifact("delivery: s3-init"),
        str![[r#"
error[artifact-incomplete]: `model.artifact.uri` is missing, and `delivery: s3-init` needs it
 --> release.yaml:6:3
  |
6 |   artifact: { delivery: s3-init }
  |   ^^^^^^^^
  |
  = help: add it, such as `uri: s3://bucket/model.tar.gz`

error[artifact-incomplete]: `model.artifact.mountPath` is missing, and `delivery: s3-init` needs it
 --> release.yaml:6:3
  |
6 |   artifact: { delivery: s3-init }
  |   ^^^^^^^^
  |
  = help: add it, such as `mountPath: /opt/model`

warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init }
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

"#]],
    );
    check(
        model,
        &artifact("delivery: efs, uri: s3://models/m.bin, fileSystem: models, mountPath: opt"),
        str![[r#"
warning[artifact-unused]: `model.artifact.uri` has no effect: the weights are on EFS
 --> release.yaml:6:35
  |
6 |   artifact: { delivery: efs, uri: s3://models/m.bin, fileSystem: models, mountPath: opt }
  |                                   ^^^^^^^^^^^^^^^^^
  |
  = help: remove it

error[bad-efs-id]: `models` is not an id that `model.artifact.fileSystem` takes
 --> release.yaml:6:66
  |
6 |   artifact: { delivery: efs, uri: s3://models/m.bin, fileSystem: models, mountPath: opt }
  |                                                                  ^^^^^^
  |
  = help: an id begins with `fs-`; names and ARNs don't work here

error[bad-mount-path]: `opt` can't be mounted at
 --> release.yaml:6:85
  |
6 |   artifact: { delivery: efs, uri: s3://models/m.bin, fileSystem: models, mountPath: opt }
  |                                                                                     ^^^
  |
  = help: write an absolute path of a directory, such as `/opt/model`

"#]],
    );
    check(
        model,
        &artifact("delivery: s3-init, uri: https://x/y, mountPath: /a/../b"),
        str![[r#"
warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init, uri: https://x/y, mountPath: /a/../b }
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

error[bad-artifact-uri]: `https://x/y` is not the address of something in S3
 --> release.yaml:6:39
  |
6 |   artifact: { delivery: s3-init, uri: https://x/y, mountPath: /a/../b }
  |                                       ^^^^^^^^^^^
  |
  = help: write `s3://BUCKET/KEY` for a file, `s3://BUCKET/PREFIX/` for all below it; a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens

error[bad-mount-path]: `/a/../b` can't be mounted at
 --> release.yaml:6:63
  |
6 |   artifact: { delivery: s3-init, uri: https://x/y, mountPath: /a/../b }
  |                                                               ^^^^^^^
  |
  = help: write an absolute path of a directory, such as `/opt/model`

"#]],
    );
    let zs = "z".repeat(64);
    check(
        model,
        &artifact(&format!(
            "delivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: {zs}"
        )),
        str![[r#"
warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz…
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

error[bad-sha256]: `model.artifact.sha256` must be 64 hexadecimal digits
 --> release.yaml:6:78
  |
6 | …ivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz…
  |                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: `sha256sum FILE` prints it

"#]],
    );
    let sum = "0".repeat(64);
    check(
        model,
        &artifact(&format!(
            "delivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: '{sum}'"
        )),
        str![[r#"
warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: '000000000000000000000000000000000000000000…
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

error[sha256-of-directory]: there is no SHA-256 of a directory
 --> release.yaml:6:78
  |
6 | …ivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: '00000000000000000000000000000000000000000000000000000000000…
  |                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: remove it, or deliver one archive

"#]],
    );
}
