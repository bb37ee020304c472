//! What services that ended alike share: told once, with their names.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ResultRecord;
use super::super::fold::alike;
use super::alike::Names;
use super::row::{is_bad, verdict};
use mlship_core::progress::{Cause, Conclusion};
use mlship_core::rollout::Failure;
use mlship_text::words::shortened;

/// How long a cause may be in a table.
const BRIEF: usize = 60;

/// What makes two ends one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// A class of cause, and what tells two of one class apart.
    Cause(Cause, String),
    /// How it ended, and in which words.
    Words(String, String),
    /// A way back that failed is told apart from a release that did.
    Return(Box<Self>),
}

/// Services that ended alike.
#[derive(Debug)]
pub(super) struct Group {
    /// The cause, in few words.
    pub(super) title: String,
    pub(super) services: BTreeSet<String>,
    /// Who told of it first: what else is known is its.
    pub(super) first: String,
    pub(super) conclusion: Conclusion,
    pub(super) failure: Option<Box<Failure>>,
    pub(super) error: Option<String>,
    /// The next step, as the first names it.
    pub(super) hint: Option<String>,
    /// Whether others name another one, such as with the names of their own manifests.
    pub(super) has_other_hints: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Groups(BTreeMap<Key, Group>);

impl Groups {
    /// Takes in a result, and returns its cause in few words, where it has one.
    pub(super) fn add(
        &mut self,
        label: &str,
        result: &ResultRecord,
        names: &Names,
    ) -> Option<String> {
        let conclusion = result.conclusion();
        let has_more = is_bad(conclusion)
            || matches!(
                conclusion,
                Conclusion::NotBegun | Conclusion::Interrupted(_) | Conclusion::Paused
            );
        if !has_more && result.hint.is_none() {
            return None;
        }
        // Who was interrupted has not failed yet.
        let failure = result.failure.as_deref().filter(|_| is_bad(conclusion));
        let (key, title) = match (failure, &result.error) {
            (Some(failure), _) => of_failure(failure, names),
            (None, error) => {
                let error = error.as_deref().unwrap_or_default();
                let words = names.masked(&alike(error));
                let title = error.strip_prefix("not begun: ").unwrap_or(error);
                (Key::Words(verdict(conclusion), words), title.to_owned())
            }
        };
        let (key, title) = if result.is_failed_return() && failure.is_some() {
            let title = format!("the rollback failed, and what was to go serves: {title}");
            (Key::Return(Box::new(key)), title)
        } else {
            (key, title)
        };
        let group = self.0.entry(key).or_insert_with(|| Group {
            title: title.clone(),
            services: BTreeSet::new(),
            first: label.to_owned(),
            conclusion,
            failure: result.failure.clone(),
            error: result.error.clone(),
            hint: result.hint.clone(),
            has_other_hints: false,
        });
        group.has_other_hints |= group.hint != result.hint;
        group.services.insert(label.to_owned());
        let is_said = has_more && !title.is_empty();
        is_said.then(|| shortened(&title, BRIEF))
    }

    /// Returns the groups of an end, the largest first.
    pub(super) fn of(&self, of: impl Fn(Conclusion) -> bool) -> Vec<&Group> {
        let groups = self.0.values();
        let mut groups: Vec<&Group> = groups.filter(|group| of(group.conclusion)).collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.services.len()));
        groups
    }
}

fn of_failure(failure: &Failure, names: &Names) -> (Key, String) {
    let cause = failure.cause;
    let words = cause.as_str().replace('_', " ");
    match cause {
        // Another exit code is another thing.
        Cause::ContainerExited => {
            let codes = failure.evidence.exit_codes.values().flatten();
            let codes: Vec<String> = codes.map(ToString::to_string).collect();
            let codes = codes.join(", ");
            let title = if codes.is_empty() {
                words
            } else {
                format!("{words} ({codes})")
            };
            (Key::Cause(cause, codes), title)
        }
        Cause::Unknown => {
            let reason = names.masked(&alike(&failure.reason));
            let title = if failure.reason.is_empty() {
                "unknown cause".to_owned()
            } else {
                failure.reason.clone()
            };
            (Key::Cause(cause, reason), title)
        }
        Cause::ImageNotFound
        | Cause::ImageDenied
        | Cause::ImageNetwork
        | Cause::ImageArchitecture
        | Cause::SecretMissing
        | Cause::SecretDenied
        | Cause::SecretNetwork
        | Cause::OutOfMemory
        | Cause::ExecFormat
        | Cause::CommandNotFound
        | Cause::ContainerUnhealthy
        | Cause::LoadBalancerUnhealthy
        | Cause::SlowStart
        | Cause::NoCapacity
        | Cause::NetworkInterface
        | Cause::LogDriver
        | Cause::Volume
        | Cause::WeightsMissing
        | Cause::WeightsCorrupt
        | Cause::RoleDenied
        | Cause::Alarm
        | Cause::Analysis
        | Cause::HookFailed
        | Cause::PauseTimedOut
        | Cause::StoppedBySomeone => (Key::Cause(cause, String::new()), words),
    }
}
