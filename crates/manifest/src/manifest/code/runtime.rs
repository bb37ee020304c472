//! Codes of what runs: image, environment, secrets, roles, ports and logs.

super::codes! { "Image, environment, roles, ports and logs":
    BAD_IMAGE "bad-image"
        "`image` is not a reference to an image."
        "Write `repository:tag` or `repository@sha256:…`.";
    MUTABLE_IMAGE "mutable-image"
        "The image has the tag `latest`, or none, so that nobody can tell what a release runs."
        "Give each build a tag of its own, such as its git commit.";
    ENV_AND_SECRET "env-and-secret"
        "A variable is both in `runtime.env` and in `runtime.secrets`."
        "Keep one of them.";
    CREDENTIAL_IN_ENV "credential-in-env"
        "A variable looks like a credential, and whoever may describe the task definition can read it."
        "Keep it in Secrets Manager or SSM, and write its ARN under `runtime.secrets`.";
    BAD_SECRET "bad-secret"
        "An entry of `runtime.secrets` does not say where ECS finds the secret."
        "Write the ARN of a secret in Secrets Manager, or the ARN or name of an SSM parameter; never the secret itself.";
    BAD_ENV_NAME "bad-env-name"
        "The name of an environment variable is empty, or holds `=` or a space."
        "Choose a name such as `MODEL_DIR`.";
    BAD_ROLE "bad-role"
        "A role is neither an ARN of a role nor a name."
        "Write `arn:aws:iam::ACCOUNT:role/NAME`; `aws iam get-role` prints it.";
    ROLE_ACCOUNT "role-account"
        "The role is of another account than the release."
        "Correct the role or `account`: ECS takes roles of its own account only.";
    EXECUTION_ROLE_MISSING "execution-role-missing"
        "Fargate needs an execution role to pull from ECR, read secrets or write logs, and there is none."
        "Add `runtime.roles.execution`.";
    PORT_AND_PORTS "port-and-ports"
        "`runtime.port` and `runtime.ports` are both written."
        "Keep `ports`, with the load balancer's port first.";
    DUPLICATE_PORT "duplicate-port"
        "A port is listed twice."
        "Keep one of them.";
    LOGS_MISSING "logs-missing"
        "The model's container has no log: when it fails, nobody can tell why."
        "Add `runtime.logs.group`, or a `logConfiguration` of your own in `overrides`.";
    BAD_LOG_GROUP "bad-log-group"
        "`runtime.logs.group` is no name that a log group can have."
        "Use letters, digits and `. _ - / #`; not a name that begins with `aws/`.";
}
