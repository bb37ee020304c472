//! Parses `valueFrom` of a container's secret: which secret or parameter it names, and where.

use mlship_text::arn::Arn;

/// A secret or a parameter; without a region it lies in the caller's.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum SecretName<'a> {
    /// A secret of Secrets Manager, by its ARN.
    Secret {
        id: &'a str,
        region: Option<&'a str>,
    },
    /// A parameter of Systems Manager, by its name.
    Parameter {
        name: String,
        region: Option<&'a str>,
    },
}

impl<'a> SecretName<'a> {
    /// Reads `valueFrom`: the ARN of a secret, with or without a key, stage and version behind it;
    /// the ARN of a parameter; or the name of one in the caller's region.
    pub(in super::super) fn parse(value_from: &'a str) -> Self {
        let arn = Arn::parse(value_from);
        match arn.map(|arn| (arn.service, arn)) {
            Some(("secretsmanager", arn)) => {
                let behind = arn.resource.match_indices(':').nth(1);
                let suffix = behind.map_or(0, |(at, _)| arn.resource.len() - at);
                Self::Secret {
                    id: &value_from[..value_from.len() - suffix],
                    region: Some(arn.region),
                }
            }
            Some(("ssm", arn)) => {
                let name = arn.resource.strip_prefix("parameter/");
                let name = name.unwrap_or(arn.resource);
                // A name that is a path begins with a slash, which the ARN leaves out.
                let slash = if name.contains('/') { "/" } else { "" };
                Self::Parameter {
                    name: format!("{slash}{name}"),
                    region: Some(arn.region),
                }
            }
            _ => Self::Parameter {
                name: value_from.to_owned(),
                region: None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";

    #[test]
    fn what_stands_behind_the_arn_of_a_secret_is_no_part_of_it() {
        for suffix in ["", ":password::", ":password:AWSCURRENT:1"] {
            let value_from = format!("{SECRET}{suffix}");
            let id = SECRET;
            let region = Some("eu-west-1");
            assert_eq!(
                SecretName::parse(&value_from),
                SecretName::Secret { id, region }
            );
        }
    }

    #[test]
    fn parameters_are_named_as_systems_manager_names_them() {
        let check = |value_from: &str, name: &str, region: Option<&str>| {
            let name = name.to_owned();
            let wanted = SecretName::Parameter { name, region };
            assert_eq!(SecretName::parse(value_from), wanted);
        };
        let arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/";
        check(&format!("{arn}db"), "db", Some("eu-west-1"));
        check(&format!("{arn}team/db"), "/team/db", Some("eu-west-1"));
        check("/team/db", "/team/db", None);
        check("db", "db", None);
    }
}
