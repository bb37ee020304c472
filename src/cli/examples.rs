//! The examples in `--help` of each command. A test runs the parser over every line.

pub(super) const MLSHIP: &str = "\
Examples:
  # what a deploy would change, the deploy, and the way back
  mlship diff manifests/fraud-scorer.yaml -e staging
  mlship deploy manifests/fraud-scorer.yaml -e staging
  mlship rollback manifests/fraud-scorer.yaml -e staging
  # what serves, and how it came there
  mlship status manifests/fraud-scorer.yaml -e staging
  mlship history manifests/fraud-scorer.yaml -e staging";

pub(super) const EXPERIMENT: &str = "\
Examples:
  mlship experiment start manifests/fraud-ab/experiment.yaml
  mlship experiment status manifests/fraud-ab/experiment.yaml
  mlship experiment stop manifests/fraud-ab/experiment.yaml --winner challenger";

pub(super) const INIT: &str = "\
Examples:
  # the manifest of a service that runs, whoever made it: its diff is empty
  mlship init --from-service ml-prod/fraud-scorer --out fraud-scorer.yaml
  mlship init --from-service ml-prod/fraud-scorer > fraud-scorer.yaml
  # a new one
  mlship init --model fraud-scorer --image fraud-scorer:1 --cluster ml-prod --out new.yaml
  mlship init --environments staging,production --registry mlflow
  mlship init --experiment";

pub(super) const VALIDATE: &str = "\
Examples:
  # every manifest of the repository
  mlship validate manifests
  # one with its overlay for production
  mlship validate manifests/fraud-scorer.yaml -e production
  # one that another program writes
  mlship validate - < manifests/fraud-scorer.yaml
  # with variables from Terraform's outputs
  terraform output -json | mlship validate manifests/fraud-scorer.yaml --vars -";

pub(super) const VERIFY: &str = "\
Examples:
  # what would fail minutes after a deploy
  mlship verify manifests/fraud-scorer.yaml -e production
  # everything in a folder; what its releases share is asked once
  mlship verify manifests -o json";

pub(super) const DIFF: &str = "\
Examples:
  mlship diff manifests/fraud-scorer.yaml
  # in a pull request: exit code 3 where a deploy would change anything
  mlship diff manifests/fraud-scorer.yaml -e production --exit-code
  # the plan that a reviewer sees, for deploy --plan
  mlship diff manifests/fraud-scorer.yaml --out plan.json";

pub(super) const DEPLOY: &str = "\
Examples:
  mlship deploy manifests/fraud-scorer.yaml -e staging
  # exactly the plan that was reviewed
  mlship deploy manifests/fraud-scorer.yaml --plan plan.json
  # with variables from a file
  mlship deploy manifests/fraud-scorer.yaml --vars outputs.json
  # in a pipeline: events as JSON lines, and back to the old release when the run is cancelled
  mlship deploy manifests/fraud-scorer.yaml -o json --on-interrupt rollback
  # not waiting for the verdict, which mlship watch tells later
  mlship deploy manifests/fraud-scorer.yaml --detach
  # many services: one first, then a tenth, then all, and nothing more after three failures
  mlship deploy manifests --waves 1,10%,100% --failure-budget 2
  # what that run left to do
  mlship deploy manifests --waves 1,10%,100% --failure-budget 2 --resume";

pub(super) const STATUS: &str = "\
Examples:
  mlship status manifests
  mlship status manifests/fraud-scorer.yaml -e production -o json
  # again and again while a release arrives
  mlship status manifests/fraud-scorer.yaml -e production --watch
  # without the manifest
  mlship status --service ml-prod/fraud-scorer";

pub(super) const ROLLBACK: &str = "\
Examples:
  mlship rollback manifests/fraud-scorer.yaml --dry-run
  mlship rollback manifests/fraud-scorer.yaml
  # to a version of the model, or to a revision of the task definition
  mlship rollback manifests/fraud-scorer.yaml --to 7
  mlship rollback manifests/fraud-scorer.yaml --to :12
  # without the manifest
  mlship rollback --service ml-prod/fraud-scorer --to 7";

pub(super) const PROMOTE: &str = "\
Examples:
  mlship promote manifests/fraud-scorer.yaml
  mlship promote manifests/fraud-scorer.yaml -e production --follow
  # past every wait, to the end
  mlship promote manifests/fraud-scorer.yaml --all
  # one of several waits, without the manifest
  mlship promote --service ml-prod/fraud-scorer --hook ecs-pause-pmvIyqpZn0BpErWGsVDk7z";

pub(super) const ABORT: &str = "\
Examples:
  mlship abort manifests/fraud-scorer.yaml
  mlship abort manifests/fraud-scorer.yaml -e production --timeout 10m
  # without the manifest
  mlship abort --service ml-prod/fraud-scorer";

pub(super) const TRAFFIC: &str = "\
Examples:
  mlship traffic repair manifests/fraud-scorer.yaml -e production
  mlship traffic repair manifests/fraud-scorer.yaml -e production --apply";

pub(super) const TRAFFIC_REPAIR: &str = "\
Examples:
  # what is wrong, and the weights that mend it: nothing is written
  mlship traffic repair manifests/fraud-scorer.yaml -e production
  # write them
  mlship traffic repair manifests/fraud-scorer.yaml -e production --apply
  # without the manifest
  mlship traffic repair --service ml-prod/fraud-scorer --apply";

pub(super) const HISTORY: &str = "\
Examples:
  mlship history manifests/fraud-scorer.yaml --limit 5
  # wherever a model was served in this account and region
  mlship history --model fraud-scorer
  # with the experiments that its versions took part in
  mlship history manifests/fraud-scorer.yaml --record s3://ml-ledger/experiments/
  # without manifests
  mlship history --service ml-prod/fraud-scorer --service ml-prod/churn";

pub(super) const WATCH: &str = "\
Examples:
  mlship watch manifests/fraud-scorer.yaml
  # what a deploy --detach in a pipeline left to be waited for
  mlship watch manifests/fraud-scorer.yaml --timeout 1h -o json
  # every service of a directory, and one without its manifest
  mlship watch manifests -e staging
  mlship watch --service ml-prod/fraud-scorer";

pub(super) const LOGS: &str = "\
Examples:
  mlship logs manifests/fraud-scorer.yaml --follow
  # why tasks died, and their last lines
  mlship logs manifests/fraud-scorer.yaml --failed
  mlship logs manifests/fraud-scorer.yaml --since 1h --container fraud-scorer --timestamps
  # without the manifest
  mlship logs --service ml-prod/fraud-scorer --failed";

pub(super) const RENDER: &str = "\
Examples:
  mlship render manifests/fraud-scorer.yaml -e staging
  # what ECS gets, as RegisterTaskDefinition takes it
  mlship render manifests/fraud-scorer.yaml --task-definition";

pub(super) const IAM_POLICY: &str = "\
Examples:
  # of the role that deploys, goes back, and looks first at what a release leans on
  mlship iam-policy manifests --verify > policy.json
  # of a pipeline for pull requests, which only looks
  mlship iam-policy manifests --read-only --verify
  mlship iam-policy manifests/fraud-ab --for deploy,experiment";

pub(super) const EXPLAIN: &str = "\
Examples:
  # what a job ended with
  mlship explain 31
  # why a release failed, and what a check found
  mlship explain image_not_found looks-unused
  mlship explain --list";

pub(super) const SCHEMA: &str = "\
Examples:
  mlship schema > mlship.schema.json
  # of the lines of deploy -o json
  mlship schema events";

pub(super) const COMPLETIONS: &str = "\
Examples:
  mlship completions bash > ~/.local/share/bash-completion/completions/mlship
  mlship completions zsh > ~/.zfunc/_mlship";

pub(super) const MAN: &str = "\
Examples:
  mlship man ~/.local/share/man/man1";

pub(super) const EXPERIMENT_START: &str = "\
Examples:
  mlship experiment start manifests/fraud-ab/experiment.yaml --dry-run
  mlship experiment start manifests/fraud-ab/experiment.yaml
  # the next step of the ramp
  mlship experiment start manifests/fraud-ab/experiment.yaml --next";

pub(super) const EXPERIMENT_STATUS: &str = "\
Examples:
  mlship experiment status manifests/fraud-ab/experiment.yaml
  # until there is a verdict, and an end to it as soon as a guardrail is breached, or sales fall
  mlship experiment status manifests/fraud-ab/experiment.yaml --watch --stop-on harm
  mlship experiment status manifests/fraud-ab/experiment.yaml --report readout.html
  # one step of an experiment that runs by itself, in a schedule
  mlship experiment status manifests/fraud-ab/experiment.yaml --advance
  # metrics that are in rows of clients
  duckdb -csv < clients.sql | mlship experiment status experiment.yaml --rows -
  # every experiment of a directory
  mlship experiment status manifests -o json
  # without any manifest, by the service of a variant
  mlship experiment status --service ml-prod/fraud-challenger";

pub(super) const EXPERIMENT_RUN: &str = "\
Examples:
  mlship experiment run manifests/fraud-ab/experiment.yaml
  # once the reason is mended for which the winner could not be deployed
  mlship experiment run manifests/fraud-ab/experiment.yaml --retry-failed";

pub(super) const EXPERIMENT_DROP: &str = "\
Examples:
  mlship experiment drop manifests/fraud-ab/experiment.yaml challenger-b";

pub(super) const EXPERIMENT_STOP: &str = "\
Examples:
  mlship experiment stop manifests/fraud-ab/experiment.yaml --winner challenger
  mlship experiment stop manifests/fraud-ab/experiment.yaml --no-winner --now
  # once no client is with the losers any more
  mlship experiment stop manifests/fraud-ab/experiment.yaml --cleanup
  # without any manifest, by the service of a variant
  mlship experiment stop --service ml-prod/fraud-challenger --no-winner --now";

pub(super) const EXPERIMENT_PLAN: &str = "\
Examples:
  mlship experiment plan manifests/fraud-ab/experiment.yaml
  # without asking AWS
  mlship experiment plan manifests/fraud-ab/experiment.yaml --baseline 0.05 --daily 5000
  mlship experiment plan manifests/fraud-ab/experiment.yaml --effect 0.01 --power 0.9";

pub(super) const EXPERIMENT_LIST: &str = "\
Examples:
  mlship experiment list --region eu-west-1
  # those that ended, too
  mlship experiment list --all --record s3://ml-ledger/experiments/";

pub(super) const EXPERIMENT_SHOW: &str = "\
Examples:
  mlship experiment show fraud-v9-vs-v8
  mlship experiment show fraud-v9-vs-v8 --record s3://ml-ledger/experiments/ --report fraud.html";

pub(super) const COMPARE: &str = "\
Examples:
  mlship compare fraud-scorer 7 8
  mlship compare fraud-scorer 7 8 --record s3://ml-ledger/experiments/ -o json
  # a metric whose name does not tell which values are better
  mlship compare fraud-scorer 7 8 --better p95_latency=lower";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::{CommandFactory, Parser};

    use crate::cli::Cli;

    /// Returns the names and examples of all commands, of those that hold others, too.
    fn commands(command: &clap::Command, name: &str, found: &mut Vec<(String, String)>) {
        let name = format!("{name}{} ", command.get_name());
        for inner in command.get_subcommands() {
            commands(inner, &name, found);
        }
        let help = command.get_after_help().map(ToString::to_string);
        found.push((name, help.unwrap_or_default()));
    }

    #[test]
    fn every_command_has_examples_that_it_understands() {
        let mut found = Vec::new();
        commands(&Cli::command(), "", &mut found);
        assert!(found.len() > 15, "{found:?}");
        for (name, help) in found {
            let lines = help.lines().map(str::trim);
            let lines: Vec<&str> = lines.filter(|line| line.starts_with("mlship ")).collect();
            assert!(!lines.is_empty(), "no examples in the help of {name}");
            for line in lines {
                assert!(line.starts_with(&name), "{line}");
                let command = line.split(['<', '>']).next().unwrap_or_default();
                if let Err(error) = Cli::try_parse_from(command.split_whitespace()) {
                    panic!("{line}: {error}");
                }
                for word in line.split_whitespace() {
                    let is_ours = word.starts_with("manifests");
                    assert!(!is_ours || Path::new(word).exists(), "{word}");
                }
            }
        }
    }

    #[test]
    fn options_of_a_command_come_before_those_of_all() {
        let mut cli = Cli::command();
        cli.build();
        for command in cli.get_subcommands_mut() {
            if command.get_name() == "help" {
                continue;
            }
            let help = command.render_help().to_string();
            let Some((_, after)) = help.split_once("Global options:") else {
                panic!("{help}");
            };
            assert!(after.contains("--endpoint-url"), "{help}");
            assert!(!after.contains("--help"), "{help}");
            let before = &help[..help.len() - after.len()];
            assert!(!before.contains("--endpoint-url"), "{help}");
        }
    }
}
