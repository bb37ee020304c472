//! Codes of the model: its version, its registry and its weights.

super::codes! { "The model, its registry and its weights":
    MISSING_VERSION "missing-version"
        "Nothing says which version of the model this is."
        "Add `model.version` in quotes, or `model.ref`.";
    BAD_VERSION "bad-version"
        "The version holds a character that a tag does not take."
        "Use letters, digits, spaces and `+ - = . _ : / @`.";
    VERSION_AND_REF "version-and-ref"
        "Both `model.version` and `model.ref` say which version it is."
        "Remove one of them.";
    REF_NEEDED "ref-needed"
        "A field about the registry is written, and the version does not come from one."
        "Write `model.ref` instead of `model.version`, or remove the field.";
    BAD_REF "bad-ref"
        "`model.ref` is not a reference into a registry."
        "Write `models:/NAME@ALIAS` or `models:/NAME/VERSION`.";
    BAD_REGISTRY_URI "bad-registry-uri"
        "`model.registry.uri` is not an address that this type of registry has."
        "Write `https://HOST` for MLflow, the ARN of the server or app for MLflow in SageMaker.";
    REGISTRY_URI_UNUSED "registry-uri-unused"
        "The SageMaker Model Registry has no address: it is that of the account and region."
        "Remove `model.registry.uri`.";
    CREDENTIALS_IN_URI "credentials-in-uri"
        "Credentials are written into the registry's address."
        "Remove them, and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD where mlship runs.";
    NO_ALIASES "no-aliases"
        "`promoteAlias` is written, and the SageMaker Model Registry has no aliases."
        "Remove it. What served is kept in the version's properties.";
    BAD_ALIAS "bad-alias"
        "`promoteAlias` is no name that MLflow takes for an alias."
        "Use letters, digits, `_` and `-`; neither `latest` nor a name like `v1`.";
    ALIAS_PROMOTED_ALREADY "alias-promoted-already"
        "The alias that is moved after the release is the one that the release comes from, so nothing is promoted."
        "Release from another alias, such as `challenger`.";
    EMPTY_RANGE "empty-range"
        "A gate's `min` is more than its `max`, so that no value passes."
        "Correct one of them.";
    EMPTY_GATE "empty-gate"
        "A metric is named under `require`, and nothing is asked of it."
        "Write `min`, `max` or `notWorseThan`.";
    DIRECTION_UNKNOWN "direction-unknown"
        "`notWorseThan` compares a metric, and nothing says which values are better."
        "Add `better: higher` or `better: lower`.";
    NO_SUCH_VERSION "no-such-version"
        "The registry has no model, version or alias of that name."
        "Correct `model.ref`, or register the version.";
    VERSION_NOT_READY "version-not-ready"
        "The registry has the version, and says that it can't be used."
        "Wait until the registry has it, or name another version.";
    GATE_FAILED "gate-failed"
        "The version does not keep a condition of `model.require`."
        "Release another version. To release it all the same: `--override-gate NAME --reason TEXT`.";
    ARTIFACT_UNUSED "artifact-unused"
        "A field of `model.artifact` has no effect with this `delivery`."
        "Remove it, or correct `delivery`.";
    ARTIFACT_INCOMPLETE "artifact-incomplete"
        "`model.artifact` lacks a field that its `delivery` needs."
        "Add the field that the message names.";
    BAD_ARTIFACT_URI "bad-artifact-uri"
        "`model.artifact.uri` is not the address of something in S3."
        "Write `s3://BUCKET/KEY` for a file, `s3://BUCKET/PREFIX/` for all below it.";
    BAD_SHA256 "bad-sha256"
        "`model.artifact.sha256` is not a SHA-256."
        "Write 64 hexadecimal digits; `sha256sum FILE` prints them.";
    SHA256_OF_DIRECTORY "sha256-of-directory"
        "A checksum is given, and the weights are a directory, of which there is none."
        "Remove it, or deliver one archive.";
    BAD_EFS_ID "bad-efs-id"
        "A file system or an access point is not named by its id."
        "Write an id, such as `fs-0123456789abcdef0` or `fsap-0123456789abcdef0`.";
    BAD_MOUNT_PATH "bad-mount-path"
        "`model.artifact.mountPath` is no directory that weights can be mounted at."
        "Write an absolute path without `..`, such as `/opt/model`.";
    TASK_ROLE_MISSING "task-role-missing"
        "The weights are read with the task role, and there is none."
        "Add `runtime.roles.task`.";
    WEIGHTS_OUT_OF_REACH "weights-out-of-reach"
        "The registry does not name an address in S3 that a task could download the weights from."
        "Write `model.artifact.uri`, bake the weights into the image, or have the MLflow server hand out S3 addresses.";
    WEIGHTS_OVERRIDDEN "weights-overridden"
        "An override replaces a list, and with it what brings the weights to the model."
        "Add the entry that the message shows to the overriding list.";
}
