//! How codes are told that no offline fixture shows: their messages, as the source has them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use super::pages::root;

/// Messages with `…` for what is filled in; `source_has_them` finds each in the code.
pub(crate) const MESSAGES: [(&str, &str); 86] = [
    (
        "not-supported-yet",
        "a release with `$…` can't take over what another one runs",
    ),
    ("parameter-gone", "there is no parameter …"),
    (
        "parameter-is-secret",
        "the parameter … is a SecureString, which no manifest is filled in with",
    ),
    (
        "bad-variables-file",
        "a file of variables is a mapping, found …",
    ),
    (
        "unknown-variable",
        "variable `…` is not known, since a file of --vars can't be read",
    ),
    (
        "another-experiment",
        "experiment … is under way on this rule",
    ),
    ("bad-merge", "`<<` merges mappings, and this is none"),
    (
        "changed-by-hand",
        "the rule no longer shares its traffic as experiment … left it",
    ),
    (
        "changed-since",
        "experiment … was stopped, and the rule no longer sends all traffic to …",
    ),
    (
        "clients-remain",
        "clients of experiment … may be with the losers until …",
    ),
    (
        "compute-fixed",
        "ECS cannot change the launch type of a service from … to …",
    ),
    (
        "default-listener-rule",
        "this is the listener's default rule, which takes no conditions and no tags of its own",
    ),
    ("experiment-is-stopping", "experiment … is being stopped"),
    ("file-not-found", "there is no such file"),
    ("file-unreadable", "the file may not be read"),
    (
        "daemon-service",
        "is a daemon: it runs one task on each container instance",
    ),
    (
        "express-service",
        "is managed by ECS Express, which owns its resources",
    ),
    ("foreign-controller", "is deployed by …, not by ECS itself"),
    ("gate-failed", "… is not approved"),
    (
        "internal",
        "the manifest agrees with its schema, not with its types",
    ),
    ("loser-serves", "… (…) gets requests by …"),
    ("manifest-too-big", "the manifest has more than 1 MiB"),
    (
        "network-needed",
        "service … does not exist yet, and creating it needs subnets",
    ),
    (
        "no-forward",
        "the rule answers by …, and forwards to no target group",
    ),
    (
        "no-free-priority",
        "no priority before … is free for the rules of the header",
    ),
    ("no-listener-rule", "there is no such rule"),
    ("no-manifests", "the directory holds no manifests"),
    (
        "no-next-step",
        "the experiment is at the last of its … steps",
    ),
    ("no-such-version", "model … has no alias …"),
    (
        "no-target-group",
        "… has the target group …, which is not there",
    ),
    ("no-variant", "no variant is called …"),
    (
        "not-a-release",
        "this is an experiment, and the command takes releases",
    ),
    (
        "not-stopped",
        "experiment … has not been stopped, so nothing has lost",
    ),
    (
        "promotion-under-way",
        "the control's service gets the release of …, which won experiment …: all traffic would go \
         to what is being deployed",
    ),
    ("not-under-way", "experiment … is not under way"),
    (
        "in-no-experiment",
        "service … takes part in no experiment: …",
    ),
    (
        "variants-not-recorded",
        "the tags of rule … do not say which variants experiment … has, since an earlier mlship started it",
    ),
    (
        "other-load-balancer",
        "the target group … of … is with another load balancer than the rule",
    ),
    (
        "others-serve",
        "the rule sends traffic to …, which no variant has",
    ),
    (
        "rule-owned-by-ecs",
        "ECS moves the traffic of service … by this rule, and would undo what is written here",
    ),
    ("service-draining", "service … is being deleted"),
    ("service-twice", "… is for service … too, in line …"),
    ("traffic-twice", "service … has this in … too, line …"),
    ("service-cycle", "services depend on each other: …"),
    (
        "depends-on-later-wave",
        "… of wave … depends on … of wave …, which begins later",
    ),
    (
        "not-adopted",
        "service … was not made by mlship, and this would change it",
    ),
    (
        "other-model",
        "service … is of model … by its tags, and not there to be adopted",
    ),
    (
        "strategy-unwritten",
        "service … is deployed by the strategy …, and this would be rolling",
    ),
    (
        "would-detach",
        "the manifest no longer says how requests reach the service, which is in …",
    ),
    (
        "would-lose-capacity",
        "the manifest no longer says where tasks run, which is on …",
    ),
    ("skipped-file", "skipped: the file is no manifest of mlship"),
    (
        "stopped-already",
        "experiment … was stopped, and … has all the traffic",
    ),
    (
        "too-many-tags-on-rule",
        "the rule has … tags of others, which leave no room for those by which the experiment \
         could be ended: it takes 50",
    ),
    (
        "too-many-groups",
        "what the rule sends traffic to and the variants are more than … target groups, and a rule takes no more",
    ),
    ("too-many-problems", "… more problems are not shown"),
    (
        "too-many-providers",
        "… capacity providers are named, and ECS takes 20",
    ),
    ("unfit-winner", "… …, and would get all the traffic"),
    (
        "untested-release",
        "… serves by this rule already, and its manifest has another release: that would get the traffic before the test begins",
    ),
    (
        "control-dropped",
        "… is the control, which the others are compared with",
    ),
    (
        "last-challenger",
        "… is the last challenger, and nothing is left to compare without it",
    ),
    (
        "other-release",
        "the manifest of … has another release than the one that was compared, which would become the control's",
    ),
    (
        "tested-image-unknown",
        "neither ECS nor the tasks of … say which image … was while it was compared, and by now the tag may name another one",
    ),
    ("version-not-ready", "… can't be used: …"),
    (
        "weights-out-of-reach",
        "the files of … … are not in S3 but at …",
    ),
    (
        "wrong-region",
        "the manifest is for region …, and … is asked",
    ),
    ("ambiguous-dependency", "… may be …"),
    (
        "wrong-account",
        "the manifest is for account …, the caller is in …",
    ),
    ("image-unavailable", "is archived, and can't be pulled"),
    ("other-architecture", "is for …, and the tasks run on …"),
    (
        "secret-unavailable",
        "is being deleted, and can't be read any more",
    ),
    (
        "parameter-unavailable",
        "make the parameter, or correct its name",
    ),
    ("unfit-execution-role", "does not trust …"),
    ("unfit-task-role", "does not trust …"),
    ("unfit-traffic-role", "does not trust …"),
    ("unfit-hook", "does not trust …"),
    ("small-first-step", "…, and …: it takes … a minute"),
    ("role-lacks-permission", "may not …: a policy denies …"),
    ("no-route", "…, and no endpoint leads to …"),
    (
        "closed-security-group",
        "let nothing in by port …, where requests go",
    ),
    ("no-log-group", "is not there, and nothing makes it"),
    (
        "unfit-target-group",
        "hangs on no listener or rule, so that ECS refuses it",
    ),
    (
        "unfit-capacity-provider",
        "is not associated with cluster …",
    ),
    (
        "no-capacity",
        "has no room on its container instances for …",
    ),
    ("unfit-alarm", "there is no such alarm"),
    (
        "alarm-firing",
        "is in alarm already, and ECS watches no alarm of a deployment that begins like that",
    ),
    (
        "hasty-health-check",
        "raise `health.graceSeconds`, or lower `health.container.startPeriod`",
    ),
];

/// Returns how a code is told, by the call that the source makes its findings with; an error where
/// it can be either.
pub(crate) fn severity(code: &str) -> &'static str {
    static SOURCES: OnceLock<String> = OnceLock::new();
    let sources = SOURCES.get_or_init(|| {
        let mut all = String::new();
        for folder in ["src", "crates"] {
            concatenate(&root().join(folder), &mut all);
        }
        all
    });
    let constant = format!("Code::{}", code.replace('-', "_").to_uppercase());
    let mut is_warning = false;
    for (at, _) in sources.match_indices(&constant) {
        let after = sources[at + constant.len()..].chars().next();
        if after.is_some_and(|letter| letter == '_' || letter.is_alphanumeric()) {
            continue;
        }
        let name = call_around(&sources[..at]);
        match name {
            "warning" | "warn" => is_warning = true,
            "error" | "problem" | "error_in_name" => return "error",
            _ => {}
        }
    }
    if is_warning { "warning" } else { "error" }
}

/// Returns the name of the call whose arguments a text ends in.
fn call_around(before: &str) -> &str {
    let mut closed = 0;
    let opened = before.rfind(|letter| {
        closed += i32::from(letter == ')') - i32::from(letter == '(');
        closed < 0
    });
    let call = opened.map_or("", |at| &before[..at]);
    let begins = call.rfind(|letter: char| letter != '_' && !letter.is_alphanumeric());
    begins.map_or(call, |at| &call[at + 1..])
}

fn concatenate(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            concatenate(&path, all);
        } else if path.extension().is_some_and(|end| end == "rs") {
            *all += &std::fs::read_to_string(&path).unwrap();
        }
    }
}

/// What the snapshots of fixtures show is what the program says, so they judge the reading of the
/// source.
#[test]
fn the_severity_that_the_source_gives_a_code_is_the_one_that_the_program_shows() {
    for (code, shown) in super::words::shown_by_fixtures() {
        let is_warning = shown.starts_with("warning[");
        assert_eq!(severity(&code) == "warning", is_warning, "{shown}");
    }
    assert_eq!(severity("skipped-file"), "warning");
    assert_eq!(severity("no-manifests"), "error");
}

#[test]
fn source_has_them() {
    let mut source = BTreeSet::new();
    texts(&root().join("src"), &mut source);
    texts(&root().join("crates"), &mut source);
    assert!(source.len() > 1000);
    for (code, message) in MESSAGES {
        assert!(source.contains(message), "{code}: {message}");
    }
}

/// Collects the texts of all sources, with `…` for what is filled in.
fn texts(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            // Between an even and an odd quote stands a text, wherever no quote is escaped.
            let plain = source.replace("\\\"", "\u{0}").replace("'\"'", "");
            found.extend(plain.split('"').map(filled));
        }
    }
}

fn filled(text: &str) -> String {
    let mut plain = String::new();
    let mut lines = text.split("\\\n");
    plain.push_str(lines.next().unwrap_or_default());
    lines.for_each(|line| plain.push_str(line.trim_start()));
    let mut filled = String::new();
    let mut rest = plain.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push('…');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    filled.push_str(rest);
    filled
}
