//! The releases that somebody can go back to, as a hint names them.

use super::deployments::Deployments;
use crate::cloud::Cloud;
use crate::release::VERSION;
use crate::release::ids::TaskDefinitionArn;

/// How many releases a hint names.
const MOST_NAMED: usize = 5;

/// Releases that succeeded, newest first.
pub(super) struct Others {
    /// Those that nobody went back from.
    good: Named,
    /// The others.
    left: Named,
}

/// Releases by their names.
struct Named {
    /// How `--to` takes the newest one.
    newest: Option<String>,
    /// `VERSION (:REVISION)`, each of which `--to` takes, too.
    names: Vec<String>,
}

impl Deployments {
    /// Returns the releases that succeeded, but for one and for what serves.
    pub(super) async fn others<C: Cloud>(
        &self,
        cloud: &C,
        than: Option<&TaskDefinitionArn>,
    ) -> Others {
        let timeline = self.timeline();
        let serving = timeline.serves().map(|serving| &serving.task_definition);
        let others = timeline
            .succeeded()
            .into_iter()
            .map(|success| &success.task_definition)
            .filter(|name| Some(*name) != than && Some(*name) != serving);
        let (left, good) = others.partition(|name| timeline.was_gone_back_from(name));
        Others {
            good: self.named(cloud, good).await,
            left: self.named(cloud, left).await,
        }
    }

    /// Returns how people name a release: `VERSION (:REVISION)`, or the latter alone.
    pub(super) async fn name<C: Cloud>(&self, cloud: &C, release: &TaskDefinitionArn) -> String {
        name(self.version(cloud, release).await.as_deref(), release)
    }

    /// What is told is for whoever is in a hurry: what can't be looked up has its number.
    async fn version<C: Cloud>(&self, cloud: &C, release: &TaskDefinitionArn) -> Option<String> {
        let found = self.task_definition(cloud, release).await.ok().flatten()?;
        found.tags.get(VERSION).cloned()
    }

    async fn named<C: Cloud>(&self, cloud: &C, all: Vec<&TaskDefinitionArn>) -> Named {
        let mut names = Vec::new();
        let mut versions: Vec<Option<String>> = Vec::new();
        for other in all.iter().take(MOST_NAMED) {
            let version = self.version(cloud, other).await;
            names.push(name(version.as_deref(), other));
            versions.push(version);
        }
        if all.len() > names.len() {
            names.push(format!("{} older ones", all.len() - names.len()));
        }
        let newest = all.first().map(|newest| {
            let version = versions.first().cloned().flatten();
            let is_only = versions.iter().filter(|other| **other == version).count() == 1;
            version
                .filter(|_| is_only)
                .unwrap_or_else(|| revision_of(newest))
        });
        Named { newest, names }
    }
}

fn name(version: Option<&str>, release: &TaskDefinitionArn) -> String {
    match version {
        Some(version) => format!("{version} ({})", revision_of(release)),
        None => revision_of(release),
    }
}

fn revision_of(task_definition: &TaskDefinitionArn) -> String {
    task_definition.revision().map_or_else(
        || task_definition.to_string(),
        |number| format!(":{number}"),
    )
}

impl Others {
    /// Returns the next step, if there is any release to go to.
    pub(super) fn hint(&self, command: &str) -> Option<String> {
        let (these, what) = match &self.good.newest {
            Some(_) => (&self.good, "succeeded"),
            None => (
                &self.left,
                "succeeded, and somebody or something went back from it",
            ),
        };
        let newest = these.newest.as_ref()?;
        let way = match (these.names.len(), &self.good.newest) {
            (1, Some(_)) => "to go there",
            (_, Some(_)) => "to go to the first",
            (1, None) => "to go there all the same",
            (_, None) => "to go to the first all the same",
        };
        let names = these.names.join(", ");
        Some(format!("{names} {what}; {way}: {command} --to {newest}"))
    }
}
