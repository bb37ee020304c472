//! Writes the result of a release to the model registry. A failure there does not change the
//! verdict.

mod version;

use std::time::Duration;

use jiff::Timestamp;

pub use version::{Version, registered};

use super::Context;
use super::model_version::{Connected, connected};
use crate::app::{AliasMove, RegistryRecord, Report, ResultRecord};
use crate::cloud::Cloud;
use crate::progress::Conclusion;
use crate::progress::Event;
use crate::registry::{Registries, Registry, RegistryError, ReleaseTag, release_tag_key};
use crate::release::Provenance;
use crate::release::ids::{Caller, ServiceId, TaskDefinitionArn};
use mlship_manifest::Manifest;

/// The release is over, and nobody should wait long for what only writes it down.
pub const REGISTRY_TIMEOUT: Duration = Duration::from_secs(30);

/// Tells the model registry of a manifest how its release ended.
pub struct RegistryUpdate<'a, C> {
    /// The ports, and who to listen to meanwhile.
    pub context: &'a Context<'a, C>,
    /// The service.
    pub service: &'a ServiceId,
    /// Its manifest.
    pub manifest: &'a Manifest,
}

/// What a verdict says of the versions that took part.
struct ReleaseOutcome<'a> {
    /// The version whose deployment ended, and how.
    about: Option<(&'a str, &'static str)>,
    /// What serves now, unless nobody knows.
    serves: Option<&'a str>,
    /// What was left, when the service went back.
    left: Option<&'a str>,
}

impl<C: Cloud + Registries> RegistryUpdate<'_, C> {
    /// Writes down how a deployment ended, where a registry has to do with it.
    pub async fn write(&self, result: &mut ResultRecord, report: &mut dyn Report) {
        let model = &self.manifest.release.model;
        if model.reference.is_none() || outcome_of(result).is_none() {
            return;
        }
        let verdict = result.conclusion().word().replace('_', " ");
        let message = format!("{verdict}; telling the model registry");
        report.event(self.service, &Event::Note { message });
        let mut record = RegistryRecord::default();
        let told = tokio::select! {
            told = self.notify(result, &mut record) => told,
            () = tokio::time::sleep(REGISTRY_TIMEOUT) => Err("no answer in time".to_owned()),
            _ = self.context.interrupts.wait() => Err("interrupted".to_owned()),
        };
        if let Err(error) = told {
            let path = self.manifest.source.name();
            record.error = Some(error);
            record.retry = Some(format!(
                "{} --record",
                self.context.invocation.command_line("watch", path)
            ));
        }
        result.registry = Some(record);
    }

    async fn notify(
        &self,
        result: &ResultRecord,
        record: &mut RegistryRecord,
    ) -> Result<(), String> {
        let Some(ended) = outcome_of(result) else {
            return Ok(());
        };
        let connected = connected(self.context.cloud, self.manifest).await;
        let connected = connected.map_err(|error| error.words())?;
        let Some(Connected { registry, .. }) = connected else {
            return Ok(());
        };
        let caller = self.context.cloud.caller().await;
        let caller = caller.map_err(|error| error.to_string())?;
        let writer = Writer {
            registry: &*registry,
            caller: &caller,
            service: self.service,
            pipeline: self.context.pipeline,
            at: self.context.now(),
        };
        let mut serves = self.version(ended.serves).await?;
        // Only what serves: a release that failed or was superseded is pinned, too.
        if ended.serves.is_some() && ended.left.is_none() && serves.is_none() {
            serves = pinned(result);
        }
        let left = self.version(ended.left).await?;
        if let Some((arn, outcome)) = ended.about
            && let Some(version) = self.version(Some(arn)).await?
        {
            writer.tag(&version, outcome, record).await?;
        }
        if ended.left.is_some()
            && let Some(version) = &serves
        {
            writer.tag(version, "succeeded", record).await?;
        }
        let alias = self.manifest.release.model.promote_alias.as_deref();
        if let (Some(alias), Some(serves)) = (alias, &serves) {
            move_alias(&*registry, alias, serves, left.as_ref(), record)
                .await
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    async fn version(&self, arn: Option<&str>) -> Result<Option<Version>, String> {
        match arn {
            Some(arn) => registered(self.context.cloud, self.manifest, arn).await,
            None => Ok(None),
        }
    }
}

/// Writes to a registry in the name of a caller.
struct Writer<'a> {
    registry: &'a dyn Registry,
    caller: &'a Caller,
    service: &'a ServiceId,
    pipeline: &'a Provenance,
    at: Timestamp,
}

impl Writer<'_> {
    async fn tag(
        &self,
        version: &Version,
        outcome: &str,
        record: &mut RegistryRecord,
    ) -> Result<(), String> {
        let trace = ReleaseTag {
            outcome,
            at: self.at,
            by: self.pipeline.who.as_deref().unwrap_or(&self.caller.arn),
            task_definition: &version.task_definition,
            overridden: version.overridden.as_deref(),
        };
        let key = release_tag_key(self.caller, self.service);
        let told = self
            .registry
            .set_trace(&version.name, &version.number, &key, &trace)
            .await;
        told.map_err(|error| error.to_string())?;
        record
            .tagged
            .push(format!("{} {}", version.name, version.number));
        Ok(())
    }
}

/// Returns the version that was planned, for a revision from before it had a reference.
fn pinned(result: &ResultRecord) -> Option<Version> {
    let origin = result.origin.as_ref()?;
    let arn = TaskDefinitionArn::new(result.task_definition.as_deref()?);
    Some(Version {
        name: origin.model.clone(),
        number: origin.version.clone(),
        task_definition: arn.short().to_owned(),
        overridden: None,
    })
}

/// Says whether a result is the end of something that a registry is told.
pub(super) fn is_news(result: &ResultRecord) -> bool {
    outcome_of(result).is_some()
}

/// Reads a result: nothing where it is no end.
fn outcome_of(result: &ResultRecord) -> Option<ReleaseOutcome<'_>> {
    let release = result.task_definition.as_deref();
    let previous = result.previous.as_ref();
    let previous = previous.map(|previous| previous.task_definition.as_str());
    let only = |outcome| ReleaseOutcome {
        about: release.map(|release| (release, outcome)),
        serves: None,
        left: None,
    };
    Some(match result.conclusion() {
        Conclusion::Succeeded => ReleaseOutcome {
            serves: release,
            ..only("succeeded")
        },
        // The tag is there since that release succeeded; the alias may not be.
        Conclusion::Unchanged => ReleaseOutcome {
            about: None,
            serves: release,
            left: None,
        },
        // The release is what came back.
        Conclusion::Returned => ReleaseOutcome {
            about: previous.map(|previous| (previous, "rolled_back")),
            serves: release,
            left: previous,
        },
        Conclusion::RolledBack => ReleaseOutcome {
            serves: previous,
            left: release,
            ..only("rolled_back")
        },
        Conclusion::Failed | Conclusion::Misrouted => only("failed"),
        Conclusion::Superseded => only("superseded"),
        Conclusion::Started
        | Conclusion::TimedOut
        | Conclusion::Paused
        | Conclusion::Interrupted(_)
        | Conclusion::NotBegun
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => return None,
    })
}

/// Makes the alias name what serves. On the way back only where it names what was left: anywhere
/// else somebody put it on purpose.
async fn move_alias(
    registry: &dyn Registry,
    alias: &str,
    serves: &Version,
    left: Option<&Version>,
    record: &mut RegistryRecord,
) -> Result<(), RegistryError> {
    let before = registry.aliased(&serves.name, alias).await?;
    if before.as_ref() == Some(&serves.number) {
        return Ok(());
    }
    // Versions of two models can have one number.
    let names = |left: &Version| left.name == serves.name && before.as_ref() == Some(&left.number);
    if left.is_some_and(|left| !names(left)) {
        return Ok(());
    }
    registry
        .set_alias(&serves.name, alias, &serves.number)
        .await?;
    record.alias = Some(AliasMove {
        name: alias.to_owned(),
        before,
        after: serves.number.clone(),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::registry::{Pending, RegisteredVersion};

    /// The version that the alias of each model names.
    struct Aliases(RefCell<Vec<(String, String)>>);

    impl Registry for Aliases {
        fn find<'a>(&'a self, _: &'a mlship_manifest::Reference) -> Pending<'a, RegisteredVersion> {
            Box::pin(async { Ok(RegisteredVersion::default()) })
        }

        fn aliased<'a>(&'a self, name: &'a str, _: &'a str) -> Pending<'a, Option<String>> {
            let known = self.0.borrow();
            let found = known.iter().rev().find(|(model, _)| model == name);
            let found = found.map(|(_, version)| version.clone());
            Box::pin(async { Ok(found) })
        }

        fn set_alias<'a>(&'a self, name: &'a str, _: &'a str, to: &'a str) -> Pending<'a, ()> {
            self.0.borrow_mut().push((name.to_owned(), to.to_owned()));
            Box::pin(async { Ok(()) })
        }

        fn set_trace<'a>(
            &'a self,
            _: &'a str,
            _: &'a str,
            _: &'a str,
            _: &'a ReleaseTag<'a>,
        ) -> Pending<'a, ()> {
            Box::pin(async { Ok(()) })
        }
    }

    fn version(name: &str, number: &str) -> Version {
        Version {
            name: name.to_owned(),
            number: number.to_owned(),
            task_definition: String::new(),
            overridden: None,
        }
    }

    /// Returns what the alias of `fraud` names after the service has gone back to its version 2.
    async fn after_the_way_back(named: &str, left: (&str, &str)) -> String {
        let aliases = Aliases(RefCell::new(vec![("fraud".to_owned(), named.to_owned())]));
        let left = version(left.0, left.1);
        let mut record = RegistryRecord::default();
        let serves = version("fraud", "2");
        move_alias(&aliases, "champion", &serves, Some(&left), &mut record)
            .await
            .unwrap();
        let last = aliases.0.borrow().last().unwrap().1.clone();
        assert_eq!(record.alias.is_some(), last != named);
        last
    }

    #[tokio::test]
    async fn on_the_way_back_an_alias_moves_only_from_what_was_left() {
        assert_eq!(after_the_way_back("3", ("fraud", "3")).await, "2");
        assert_eq!(after_the_way_back("4", ("fraud", "3")).await, "4");
        assert_eq!(after_the_way_back("3", ("other", "3")).await, "3");
    }
}
