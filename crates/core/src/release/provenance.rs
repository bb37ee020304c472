//! Where a release comes from, kept in tags of the task definition and ignored by diffs.

use std::collections::BTreeMap;

use super::tags;
use crate::release::Origin;

/// The longest value of a tag.
const LONGEST: usize = 256;

/// Who released what from where, as far as the pipeline says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The commit.
    pub git_sha: Option<String>,
    /// A link to the pipeline's run.
    pub run: Option<String>,
    /// The person who started it.
    pub who: Option<String>,
}

impl Provenance {
    /// Reads it from the variables that CI systems set.
    #[must_use]
    pub fn of_pipeline(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&str]| {
            let mut values = names.iter().filter_map(|name| variable(name));
            values.find(|value| !value.is_empty())
        };
        Self {
            git_sha: first(&[
                "GIT_SHA",
                "GITHUB_SHA",
                "CI_COMMIT_SHA",
                "GIT_COMMIT",
                "BITBUCKET_COMMIT",
                "BUILDKITE_COMMIT",
                "CIRCLE_SHA1",
                "CODEBUILD_RESOLVED_SOURCE_VERSION",
            ]),
            run: github_run(variable).or_else(|| {
                first(&[
                    "CI_PIPELINE_URL",
                    "BUILD_URL",
                    "BUILDKITE_BUILD_URL",
                    "CIRCLE_BUILD_URL",
                    "CODEBUILD_BUILD_URL",
                ])
            }),
            who: first(&[
                "GITHUB_ACTOR",
                "GITLAB_USER_LOGIN",
                "BUILDKITE_BUILD_CREATOR",
                "CIRCLE_USERNAME",
            ]),
        }
    }

    /// Returns it as tags; `caller` stands in for a person who is not named.
    #[must_use]
    pub fn tags(&self, caller: &str) -> BTreeMap<String, String> {
        let who = self.who.as_deref().or(Some(caller));
        let told = [
            (tags::GIT_SHA, self.git_sha.as_deref()),
            (tags::RUN, self.run.as_deref()),
            (tags::WHO, who.filter(|who| !who.is_empty())),
        ];
        told.into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), as_tag(value?))))
            .collect()
    }
}

fn github_run(variable: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let server = variable("GITHUB_SERVER_URL")?;
    let repository = variable("GITHUB_REPOSITORY")?;
    let run = variable("GITHUB_RUN_ID")?;
    Some(format!("{server}/{repository}/actions/runs/{run}"))
}

/// Returns what a registry tells of a release's model as tags.
#[must_use]
pub fn origin_tags(origin: &Origin) -> BTreeMap<String, String> {
    let overridden: Vec<_> = origin
        .overridden
        .iter()
        .map(|(gate, reason)| format!("{gate}: {reason}"))
        .collect();
    let told = [
        (tags::MODEL_REF, Some(origin.reference.clone())),
        (tags::MODEL_RUN, origin.run_id.clone()),
        (tags::MODEL_GIT_SHA, origin.git_sha.clone()),
        (tags::MODEL_METRICS, Some(origin.metrics_within(LONGEST))),
        (tags::OVERRIDDEN, Some(overridden.join(" / "))),
    ];
    told.into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), as_tag(&value?))))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Makes a text a tag's value: AWS takes letters, digits, spaces and few signs.
#[must_use]
pub fn as_tag(text: &str) -> String {
    let allowed = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    text.chars()
        .take(LONGEST)
        .map(|c| if allowed(c) { c } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provenance(variables: &[(&str, &str)]) -> Provenance {
        let find = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Provenance::of_pipeline(&find)
    }

    #[test]
    fn a_pipeline_tells_commit_run_and_person() {
        let told = provenance(&[
            ("GITHUB_SHA", "9ab"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "team/models"),
            ("GITHUB_RUN_ID", "42"),
            ("GITHUB_ACTOR", "ada"),
        ]);
        let tags = told.tags("arn:aws:iam::1:user/ci");
        assert_eq!(tags[tags::GIT_SHA], "9ab");
        assert_eq!(
            tags[tags::RUN],
            "https://github.com/team/models/actions/runs/42"
        );
        assert_eq!(tags[tags::WHO], "ada");
    }

    #[test]
    fn without_a_pipeline_the_caller_is_who() {
        let tags = provenance(&[]).tags("arn:aws:sts::1:assumed-role/ops/ada");
        assert_eq!(tags.len(), 1);
        assert_eq!(tags[tags::WHO], "arn:aws:sts::1:assumed-role/ops/ada");
    }

    #[test]
    fn what_aws_does_not_take_in_a_tag_is_replaced() {
        assert_eq!(as_tag("a?b&c"), "a_b_c");
        assert_eq!(as_tag(&"x".repeat(300)).len(), LONGEST);
    }
}
