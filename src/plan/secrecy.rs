//! Which values must not be shown: by the name they go by, and by what they look like.

use serde_json::Value;

use crate::release::Path;

const NAMES: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "authorization",
    "connectionstring",
    "dsn",
    "signature",
    "cookie",
];

/// Returns whether a value of an ECS document is kept out of every output.
#[must_use]
pub(super) fn is_secret(path: &Path, value: Option<&Value>) -> bool {
    let texts = path.texts();
    if texts.contains(&"secrets") || texts.contains(&"secretOptions") {
        return true;
    }
    let named = texts.last().is_some_and(|name| sounds_secret(name));
    named || value.is_some_and(any_looks_secret)
}

fn any_looks_secret(value: &Value) -> bool {
    match value {
        Value::String(text) => looks_secret(text),
        Value::Array(items) => items.iter().any(any_looks_secret),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn sounds_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    NAMES.iter().any(|word| plain.contains(word))
}

/// Returns whether a text is, or holds, what only a secret looks like.
#[must_use]
pub fn looks_secret(text: &str) -> bool {
    has_user_info(text)
        || text.contains("-----BEGIN")
        || has_access_key_id(text)
        || ["ghp_", "github_pat_", "glpat-", "xoxb-", "sk-", "eyJ"]
            .iter()
            .any(|start| text.starts_with(start))
        || text
            .strip_prefix("--")
            .and_then(|flag| flag.split_once('='))
            .is_some_and(|(name, value)| !value.is_empty() && sounds_secret(name))
}

/// `scheme://user:password@host`.
fn has_user_info(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        authority
            .rsplit_once('@')
            .is_some_and(|(user, _)| user.contains(':'))
    })
}

/// `AKIA` or `ASIA` and 16 more capitals or digits.
fn has_access_key_id(text: &str) -> bool {
    ["AKIA", "ASIA"].iter().any(|start| {
        text.match_indices(start).any(|(at, _)| {
            let tail = text[at + 4..].chars().take(16);
            tail.filter(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
                .count()
                == 16
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::release::leaves;

    fn check(document: &Value, secret: bool) {
        for (path, value) in leaves(document) {
            assert_eq!(is_secret(&path, Some(&value)), secret, "{path}");
        }
    }

    #[test]
    fn values_that_sound_or_look_secret_are_kept_back() {
        let env =
            |name: &str, value: &str| json!({"environment": [{"name": name, "value": value}]});
        check(&env("DB_PASSWORD", "x"), true);
        check(&env("api-key", "x"), true);
        check(&env("AccessKeyId", "x"), true);
        check(&env("DATABASE", "postgres://me:pw@db/x"), true);
        check(&env("KEYS", "AKIAIOSFODNN7EXAMPLE"), true);
        check(&env("PEM", "-----BEGIN RSA PRIVATE KEY-----"), true);
        check(&env("MODEL_DIR", "/opt/model"), false);
        check(&env("URL", "https://example.com/a@b"), false);
        check(&json!({"command": ["serve", "--token=abc"]}), true);
        check(&json!({"command": ["serve", "--workers=2"]}), false);
        check(
            &json!({"secrets": [{"name": "A", "valueFrom": "arn:aws:ssm:x"}]}),
            true,
        );
    }
}
