//! Recognises references to secrets, which are not secret themselves.

use mlship_text::arn::{Arn, is_account};
use mlship_text::secrets::{is_secret_name, is_secret_value};

/// Says whether a scalar is nothing but a variable without a default: `${NAME}` or
/// `${NAME:?message}`. A default may be the secret itself.
pub(super) fn is_variable(raw: &str) -> bool {
    let inner = unquoted(raw)
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    let Some(inner) = inner.filter(|inner| !inner.contains(['$', '{', '}', '\n'])) else {
        return false;
    };
    let (name, message) = inner.split_once(":?").unwrap_or((inner, ""));
    // Who wrote `:?` for `:-` gave the secret as the message.
    if !message.is_empty() && (is_secret_name(name) || is_secret_value(message)) {
        return false;
    }
    let named = name
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || character == '_');
    named && name.starts_with(|character: char| character.is_ascii_alphabetic() || character == '_')
}

/// Says whether a scalar is the ARN of a secret or of a parameter, which says no more than its
/// name. A bare name could as well be the secret.
pub(super) fn is_secret_arn(raw: &str) -> bool {
    let Some(arn) = Arn::parse(unquoted(raw)) else {
        return false;
    };
    let place = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || "/_+=.@-:".contains(character);
    let prefix = match arn.service {
        "secretsmanager" => "secret:",
        "ssm" => "parameter/",
        _ => return false,
    };
    let name = arn.resource.strip_prefix(prefix).unwrap_or_default();
    place(arn.partition)
        && place(arn.region)
        && is_account(arn.account)
        && !name.is_empty()
        && name.chars().all(allowed)
}

fn unquoted(raw: &str) -> &str {
    let quotes = ['"', '\''];
    let inner = quotes
        .iter()
        .find_map(|quote| raw.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_alone_says_nothing_of_its_value() {
        for raw in [
            "${DB_URL}",
            "\"${DB_PASSWORD}\"",
            "'${_A1}'",
            "${DB_URL:?set it}",
        ] {
            assert!(is_variable(raw), "{raw}");
        }
        for raw in [
            "${DB_URL:-hunter2}",
            "${DB_URL:-}",
            "hunter2",
            "${A}hunter2",
            "hunter2${A}",
            "${A}${B}",
            "${A:?x}hunter2${B}",
            "${TOKEN:?hunter2}",
            "${A:?postgres://me:hunter2@db}",
            "${1A}",
            "${hunter2 or so}",
            "$${DB_URL}",
            "${}",
            "\"${A}",
        ] {
            assert!(!is_variable(raw), "{raw}");
        }
    }

    #[test]
    fn the_arn_of_a_secret_is_none() {
        for raw in [
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
            "\"arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:db-AbCdEf:password::\"",
            "arn:aws:ssm:eu-west-1:111122223333:parameter/fraud/db",
        ] {
            assert!(is_secret_arn(raw), "{raw}");
        }
        for raw in [
            "hunter2",
            "/fraud/db",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db hunter2",
            "arn:aws:secretsmanager:eu-west-1:hunter2:secret:db",
            "arn:aws:s3:::hunter2",
            "arn:hunter2:ssm:eu-west-1:111122223333:parameter/a",
        ] {
            assert!(!is_secret_arn(raw), "{raw}");
        }
    }
}
