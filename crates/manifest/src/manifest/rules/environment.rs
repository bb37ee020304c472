//! Environment variables and secrets. Their values are never repeated.

use super::super::path;
use super::super::secret_source::is_secret_source;
use super::check::Check;
use crate::manifest::Code;
use mlship_text::secrets::is_secret_under;

pub(super) fn check(check: &mut Check<'_>) {
    let runtime = &check.release.runtime;
    for (name, value) in &runtime.env {
        let path = path::member("runtime.env", name);
        check_name(check, &path, name);
        if runtime.secrets.contains_key(name) {
            let message = format!("`{name}` is both in `runtime.env` and in `runtime.secrets`");
            check.error(&path, Code::ENV_AND_SECRET, message, "keep one");
        } else if is_secret_under(name, value) {
            check.warn(
                &path,
                Code::CREDENTIAL_IN_ENV,
                format!("`{name}` looks like a credential, and anyone who may describe the task definition can read it"),
                "keep it in Secrets Manager or SSM, and its ARN under `runtime.secrets`",
            );
        }
    }
    for (name, from) in &runtime.secrets {
        let path = path::member("runtime.secrets", name);
        check_name(check, &path, name);
        if !from.is_empty() && !is_secret_source(from) {
            check.error(
                &path,
                Code::BAD_SECRET,
                format!("the value of `{name}` is not where ECS can find a secret"),
                SECRET_HELP,
            );
        } else if from.is_empty() {
            let message = format!("`{name}` has no value");
            check.error(&path, Code::BAD_SECRET, message, "write the secret's ARN");
        }
    }
}

/// What to write instead of what is no secret's place.
pub const SECRET_HELP: &str = "write the ARN of a Secrets Manager secret, with `:KEY:STAGE:VERSION` or nothing behind it, or \
     the ARN or name of an SSM parameter; never the secret itself";

fn check_name(check: &mut Check<'_>, path: &str, name: &str) {
    let broken =
        name.is_empty() || name.contains(['=', '\0']) || name.contains(char::is_whitespace);
    if broken {
        check.error_in_name(
            path,
            Code::BAD_ENV_NAME,
            format!(
                "an environment variable's name can't be empty, and has no `=` and no spaces: {name:?}"
            ),
            "choose a name such as `MODEL_DIR`",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_make_a_credential() {
        for name in ["HF_TOKEN", "DB_PASSWORD", "aws-secret-access-key", "TOKEN"] {
            assert!(is_secret_under(name, "hunter2x"), "{name}");
        }
        for name in [
            "TOKENIZERS_PARALLELISM",
            "MAX_TOKENS",
            "SECRET_NAME",
            "BROKEN",
        ] {
            assert!(!is_secret_under(name, "hunter2x"), "{name}");
        }
    }
}
