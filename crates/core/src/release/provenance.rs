//! Where a release comes from, kept in tags of the task definition and ignored by diffs.

use std::collections::BTreeMap;

use super::tags;
use crate::release::Origin;
use mlship_text::arn::Arn;

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
    /// When its job is ended, whatever it does.
    pub limit: Option<JobLimit>,
}

/// What ends a job, or the waiting of a command, whatever it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobLimit {
    /// After how many minutes.
    pub minutes: u64,
    /// What, in words.
    pub of: &'static str,
}

impl JobLimit {
    /// Reads it from what GitLab says of a job, and from what GitHub gives jobs on its own machines.
    fn of_job(variable: Variables<'_>) -> Option<Self> {
        let seconds = written(variable, "CI_JOB_TIMEOUT");
        if let Some(seconds) = seconds.and_then(|seconds| seconds.parse::<u64>().ok()) {
            return Some(Self {
                minutes: seconds / 60,
                of: "this job may run, by CI_JOB_TIMEOUT",
            });
        }
        let is = |name: &str, value: &str| variable(name).is_some_and(|it| it == value);
        let is_hosted = is("GITHUB_ACTIONS", "true") && is("RUNNER_ENVIRONMENT", "github-hosted");
        is_hosted.then_some(Self {
            minutes: 6 * 60,
            of: "a job may run on GitHub's machines",
        })
    }
}

impl Provenance {
    /// Reads it from the variables that CI systems set.
    #[must_use]
    pub fn of_pipeline(variable: Variables<'_>) -> Self {
        let first = |names: &[&str]| {
            let mut values = names.iter().filter_map(|name| written(variable, name));
            values.next()
        };
        Self {
            limit: JobLimit::of_job(variable),
            git_sha: first(&[
                "GIT_SHA",
                "GITHUB_SHA",
                "CI_COMMIT_SHA",
                "GIT_COMMIT",
                "BITBUCKET_COMMIT",
                "BUILDKITE_COMMIT",
                "CIRCLE_SHA1",
                "CODEBUILD_RESOLVED_SOURCE_VERSION",
                "BUILD_SOURCEVERSION",
            ]),
            run: RUNS.iter().find_map(|run| run(variable)),
            who: first(&[
                // Whoever runs a workflow again is not whose push began it.
                "GITHUB_TRIGGERING_ACTOR",
                "GITHUB_ACTOR",
                "GITLAB_USER_LOGIN",
                "BUILDKITE_BUILD_CREATOR",
                "CIRCLE_USERNAME",
                "BITBUCKET_STEP_TRIGGERER_UUID",
                "CODEBUILD_INITIATOR",
                "BUILD_REQUESTEDFOR",
                "BUILD_USER_ID",
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

/// The environment, by a variable's name.
type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Returns a variable that is set to something.
fn written(variable: Variables<'_>, name: &str) -> Option<String> {
    variable(name).filter(|value| !value.is_empty())
}

/// The links to a run of each platform, in the order in which they are tried.
const RUNS: [fn(Variables<'_>) -> Option<String>; 9] = [
    github_run,
    |variable| written(variable, "CI_PIPELINE_URL"),
    |variable| written(variable, "CI_JOB_URL"),
    |variable| written(variable, "BUILDKITE_BUILD_URL"),
    |variable| written(variable, "CIRCLE_BUILD_URL"),
    bitbucket_run,
    codebuild_run,
    azure_run,
    |variable| written(variable, "BUILD_URL"),
];

fn github_run(variable: Variables<'_>) -> Option<String> {
    let server = written(variable, "GITHUB_SERVER_URL")?;
    let repository = written(variable, "GITHUB_REPOSITORY")?;
    let run = written(variable, "GITHUB_RUN_ID")?;
    let attempt = written(variable, "GITHUB_RUN_ATTEMPT").filter(|attempt| attempt != "1");
    let attempt = attempt.map_or_else(String::new, |attempt| format!("/attempts/{attempt}"));
    Some(format!("{server}/{repository}/actions/runs/{run}{attempt}"))
}

fn bitbucket_run(variable: Variables<'_>) -> Option<String> {
    let repository = written(variable, "BITBUCKET_REPO_FULL_NAME")?;
    let number = written(variable, "BITBUCKET_BUILD_NUMBER")?;
    Some(format!(
        "https://bitbucket.org/{repository}/pipelines/results/{number}"
    ))
}

/// AWS lists no variable with the link, though some builds have one.
fn codebuild_run(variable: Variables<'_>) -> Option<String> {
    if let Some(url) = written(variable, "CODEBUILD_BUILD_URL") {
        return Some(url);
    }
    let build = written(variable, "CODEBUILD_BUILD_ID")?;
    let region =
        written(variable, "AWS_REGION").or_else(|| written(variable, "AWS_DEFAULT_REGION"))?;
    let console = format!("https://{region}.console.aws.amazon.com");
    let account = written(variable, "CODEBUILD_BUILD_ARN")
        .and_then(|arn| Some(Arn::parse(&arn)?.account.to_owned()));
    let (project, _) = build.split_once(':')?;
    Some(match account {
        // Without a sign that no tag takes.
        Some(account) => {
            format!("{console}/codesuite/codebuild/{account}/projects/{project}/build/{build}/log")
        }
        None => format!("{console}/codebuild/home?region={region}#/builds/{build}/view/new"),
    })
}

fn azure_run(variable: Variables<'_>) -> Option<String> {
    let collection = written(variable, "SYSTEM_COLLECTIONURI")?;
    let project = written(variable, "SYSTEM_TEAMPROJECT")?.replace(' ', "%20");
    let build = written(variable, "BUILD_BUILDID")?;
    let collection = collection.trim_end_matches('/');
    Some(format!(
        "{collection}/{project}/_build/results?buildId={build}"
    ))
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
    fn a_job_that_is_ended_at_some_time_says_when() {
        let minutes =
            |variables: &[(&str, &str)]| provenance(variables).limit.map(|limit| limit.minutes);
        assert_eq!(minutes(&[("CI_JOB_TIMEOUT", "3600")]), Some(60));
        assert_eq!(minutes(&[("CI_JOB_TIMEOUT", "an hour")]), None);
        let github = ("GITHUB_ACTIONS", "true");
        assert_eq!(
            minutes(&[github, ("RUNNER_ENVIRONMENT", "github-hosted")]),
            Some(360)
        );
        assert_eq!(
            minutes(&[github, ("RUNNER_ENVIRONMENT", "self-hosted")]),
            None
        );
        assert_eq!(minutes(&[]), None);
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

    #[track_caller]
    fn check(variables: &[(&str, &str)], sha: &str, run: &str, who: &str) {
        let told = provenance(variables);
        let found = [told.git_sha, told.run, told.who].map(Option::unwrap_or_default);
        assert_eq!(found, [sha, run, who], "{variables:?}");
    }

    #[test]
    fn github_tells_each_attempt_and_who_began_it() {
        let github = [
            ("GITHUB_SHA", "9ab"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "team/models"),
            ("GITHUB_RUN_ID", "42"),
            ("GITHUB_ACTOR", "ada"),
        ];
        let first = [
            ("GITHUB_RUN_ATTEMPT", "1"),
            ("GITHUB_TRIGGERING_ACTOR", "ada"),
        ];
        let run = "https://github.com/team/models/actions/runs/42";
        check(&[&github[..], &first].concat(), "9ab", run, "ada");
        let again = [
            ("GITHUB_RUN_ATTEMPT", "2"),
            ("GITHUB_TRIGGERING_ACTOR", "bob"),
        ];
        let attempt = format!("{run}/attempts/2");
        check(&[&github[..], &again].concat(), "9ab", &attempt, "bob");
    }

    #[test]
    fn each_platform_tells_its_run_and_who_began_it() {
        check(
            &[
                ("CI_COMMIT_SHA", "1c"),
                ("CI_PIPELINE_URL", "https://gitlab.com/t/m/-/pipelines/7"),
                ("CI_JOB_URL", "https://gitlab.com/t/m/-/jobs/9"),
                ("GITLAB_USER_LOGIN", "ada"),
            ],
            "1c",
            "https://gitlab.com/t/m/-/pipelines/7",
            "ada",
        );
        check(
            &[
                ("CIRCLE_SHA1", "2c"),
                ("CIRCLE_BUILD_URL", "https://circleci.com/gh/t/m/3"),
                ("CIRCLE_USERNAME", "ada"),
            ],
            "2c",
            "https://circleci.com/gh/t/m/3",
            "ada",
        );
        check(
            &[
                ("GIT_COMMIT", "4c"),
                ("BUILD_URL", "https://jenkins/job/m/5/"),
                ("BUILD_USER_ID", "ada"),
            ],
            "4c",
            "https://jenkins/job/m/5/",
            "ada",
        );
        check(
            &[
                ("BITBUCKET_COMMIT", "5c"),
                ("BITBUCKET_REPO_FULL_NAME", "team/models"),
                ("BITBUCKET_BUILD_NUMBER", "6"),
                ("BITBUCKET_STEP_TRIGGERER_UUID", "{u-1}"),
            ],
            "5c",
            "https://bitbucket.org/team/models/pipelines/results/6",
            "{u-1}",
        );
        check(
            &[
                ("BUILDKITE_COMMIT", "6c"),
                ("BUILDKITE_BUILD_URL", "https://buildkite.com/t/m/builds/8"),
                ("BUILDKITE_BUILD_CREATOR", "Ada"),
            ],
            "6c",
            "https://buildkite.com/t/m/builds/8",
            "Ada",
        );
        check(
            &[
                ("BUILD_SOURCEVERSION", "7c"),
                ("SYSTEM_COLLECTIONURI", "https://dev.azure.com/team/"),
                ("SYSTEM_TEAMPROJECT", "our models"),
                ("BUILD_BUILDID", "9"),
                ("BUILD_REQUESTEDFOR", "Ada L"),
            ],
            "7c",
            "https://dev.azure.com/team/our%20models/_build/results?buildId=9",
            "Ada L",
        );
    }

    #[test]
    fn codebuild_tells_its_run_by_what_it_has() {
        let codebuild = [
            ("CODEBUILD_RESOLVED_SOURCE_VERSION", "3c"),
            ("CODEBUILD_BUILD_ID", "models:b1"),
            ("AWS_REGION", "eu-west-1"),
            ("CODEBUILD_INITIATOR", "codepipeline/models"),
        ];
        let who = "codepipeline/models";
        let console = "https://eu-west-1.console.aws.amazon.com";
        let home = format!("{console}/codebuild/home?region=eu-west-1#/builds/models:b1/view/new");
        check(&codebuild, "3c", &home, who);
        let arn = "arn:aws:codebuild:eu-west-1:111122223333:build/models:b1";
        let log = format!(
            "{console}/codesuite/codebuild/111122223333/projects/models/build/models:b1/log"
        );
        let with_arn = [&codebuild[..], &[("CODEBUILD_BUILD_ARN", arn)]].concat();
        check(&with_arn, "3c", &log, who);
        assert_eq!(as_tag(&log), log);
        let own = ("CODEBUILD_BUILD_URL", "https://example.com/b1");
        check(&[&codebuild[..], &[own]].concat(), "3c", own.1, who);
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
