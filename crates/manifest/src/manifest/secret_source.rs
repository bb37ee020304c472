//! Where ECS finds a secret: what `valueFrom` takes.

use mlship_text::arn::{Arn, is_meant_as_arn};

/// The parts of a secret's ARN behind its account: `secret` and the name, or these with key, stage
/// and version, each of which may be empty.
const PARTS: [usize; 2] = [2, 5];

/// Says whether ECS's `valueFrom` takes this: the ARN of a secret, or the ARN or name of a
/// parameter.
#[must_use]
pub fn is_secret_source(from: &str) -> bool {
    if is_meant_as_arn(from) {
        return Arn::parse(from).is_some_and(|arn| arn.is_placed() && is_source(&arn));
    }
    from.len() <= 2048 && is_parameter(from)
}

fn is_source(arn: &Arn<'_>) -> bool {
    let parts: Vec<&str> = arn.resource.split(':').collect();
    match (arn.service, parts.as_slice()) {
        ("secretsmanager", ["secret", name, ..]) => {
            PARTS.contains(&parts.len()) && !name.is_empty() && name.chars().all(is_of_secret)
        }
        ("ssm", [resource]) => resource
            .strip_prefix("parameter/")
            .is_some_and(is_parameter),
        _ => false,
    }
}

fn is_parameter(name: &str) -> bool {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "/_.-".contains(character);
    !name.is_empty() && name.chars().all(allowed)
}

fn is_of_secret(character: char) -> bool {
    character.is_ascii_alphanumeric() || "/_+=.@-".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_come_from_secrets_manager_or_ssm() {
        for from in [
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf:password::",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/db+1-AbCdEf:::",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db:password:AWSCURRENT:",
            "arn:aws-cn:ssm:cn-north-1:111122223333:parameter/fraud/db",
            "/fraud/db",
            "db_url",
        ] {
            assert!(is_secret_source(from), "{from}");
        }
        for from in [
            "postgres://me:word@db/x",
            "arn:aws:s3:::bucket/key",
            "arn:aws:secretsmanager:eu-west-1:111122223333:db",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf:password",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf:password:",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf:password:::",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:",
            "arn:aws:ssm:eu-west-1:111122223333:parameter/prod/ db",
            "arn:aws:ssm:eu-west-1:111122223333:parameter/",
            "arn:aws:ssm",
            "/prod/ db",
            "p4ss word!",
            "",
        ] {
            assert!(!is_secret_source(from), "{from}");
        }
    }
}
