//! A fake model registry.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::FakeCloud;
use crate::registry::{
    Answer, Pending, RegisteredVersion, Registries, Registry, RegistryError, RegistryErrorKind,
    ReleaseTag,
};
use mlship_manifest::{Reference, Selector, schema};

/// A registry of one model, which all that hold it share.
#[derive(Clone, Default)]
pub struct FakeRegistry(Rc<RefCell<RegistryState>>);

#[derive(Default)]
struct RegistryState {
    versions: Vec<RegisteredVersion>,
    aliases: BTreeMap<String, String>,
    outcomes: Vec<(String, String)>,
    is_down: bool,
}

impl FakeRegistry {
    /// Puts a version there.
    #[must_use]
    pub fn with(self, version: &str, auc: f64) -> Self {
        self.0.borrow_mut().versions.push(RegisteredVersion {
            name: "m".to_owned(),
            version: version.to_owned(),
            metrics: [("auc".to_owned(), auc)].into(),
            ..RegisteredVersion::default()
        });
        self
    }

    /// Changes a version that is there.
    pub fn change(&self, version: &str, change: impl FnOnce(&mut RegisteredVersion)) {
        let mut content = self.0.borrow_mut();
        let mut versions = content.versions.iter_mut();
        change(versions.find(|known| known.version == version).unwrap());
    }

    /// Lets an alias name a version.
    pub fn name(&self, alias: &str, version: &str) {
        let mut content = self.0.borrow_mut();
        content.aliases.insert(alias.to_owned(), version.to_owned());
    }

    /// Lets it answer, or not.
    pub fn is_down(&self, is_down: bool) {
        self.0.borrow_mut().is_down = is_down;
    }

    /// Returns the version that an alias names.
    #[must_use]
    pub fn named(&self, alias: &str) -> Option<String> {
        self.0.borrow().aliases.get(alias).cloned()
    }

    /// Returns what was written about each version, oldest first.
    #[must_use]
    pub fn outcomes(&self) -> Vec<(String, String)> {
        self.0.borrow().outcomes.clone()
    }

    fn answer<'a, T: 'a>(
        &self,
        answer: impl FnOnce(&mut RegistryState) -> Answer<T>,
    ) -> Pending<'a, T> {
        let mut content = self.0.borrow_mut();
        let answer = if content.is_down {
            Err(RegistryError::new(
                RegistryErrorKind::Unreachable,
                "no answer",
            ))
        } else {
            answer(&mut content)
        };
        Box::pin(async { answer })
    }
}

impl Registry for FakeRegistry {
    fn find<'a>(&'a self, reference: &'a Reference) -> Pending<'a, RegisteredVersion> {
        self.answer(|shelf| {
            let wanted = match &reference.selector {
                Selector::Version(version) => Some(version.clone()),
                Selector::Alias(alias) => shelf.aliases.get(alias).cloned(),
            };
            let mut versions = shelf.versions.iter();
            let found = versions.find(|version| Some(&version.version) == wanted.as_ref());
            found.cloned().ok_or_else(|| {
                RegistryError::new(RegistryErrorKind::Missing, "there is no such version")
            })
        })
    }

    fn aliased<'a>(&'a self, _: &'a str, alias: &'a str) -> Pending<'a, Option<String>> {
        self.answer(|shelf| Ok(shelf.aliases.get(alias).cloned()))
    }

    fn set_alias<'a>(&'a self, _: &'a str, alias: &'a str, version: &'a str) -> Pending<'a, ()> {
        self.answer(|shelf| {
            shelf.aliases.insert(alias.to_owned(), version.to_owned());
            Ok(())
        })
    }

    fn set_trace<'a>(
        &'a self,
        _: &'a str,
        version: &'a str,
        _: &'a str,
        trace: &'a ReleaseTag<'a>,
    ) -> Pending<'a, ()> {
        self.answer(|shelf| {
            let outcome = (version.to_owned(), trace.outcome.to_owned());
            shelf.outcomes.push(outcome);
            Ok(())
        })
    }
}

impl Registries for FakeCloud {
    async fn connect(&self, _: Option<&schema::Registry>) -> Answer<Box<dyn Registry>> {
        match &*self.registry.borrow() {
            Some(registry) => Ok(Box::new(registry.clone())),
            None => Err(RegistryError::new(
                RegistryErrorKind::Refused,
                "no model registry",
            )),
        }
    }
}
