//! Loads whom manifests are about, for commands that read or rescue.

use std::collections::HashSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use super::{ManifestReader, is_broken};
use crate::app::Subject;
use crate::release::ids::ServiceId;
use crate::release::{NamedPlace, Place};
use mlship_manifest::{
    Code, Diagnostic, Identified, Identity, Manifest, ManifestContent, identify,
};

/// What reading came to.
#[derive(Debug, Default)]
pub struct Subjects {
    /// Each service once, in the order of the paths.
    pub subjects: Vec<Subject>,
    /// Why of others nobody knows which they are, or whose: errors alone.
    pub findings: Vec<Diagnostic>,
    /// What is wrong with the rest of the manifests: no obstacle, but to what needs all of them.
    pub elsewhere: Vec<Diagnostic>,
    /// Services that manifests place in several accounts, of which none is the right one.
    disputed: HashSet<ServiceId>,
}

impl ManifestReader<'_> {
    /// Reads whom the manifests are about that the paths name. What else is wrong with them is no
    /// obstacle.
    pub fn subjects(&self, paths: &[String], stdin: &mut dyn Read) -> Subjects {
        let places: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let found = mlship_manifest::find(&places, stdin);
        let mut read = Subjects {
            findings: found.problems,
            ..Subjects::default()
        };
        let is_only = found.sources.len() == 1;
        let settings = self.options();
        let all = self.examine(&found.sources);
        for (source, examined) in found.sources.into_iter().zip(all) {
            let name = source.name().to_owned();
            match (identify(source, &settings), examined.subject) {
                (Identified::Release(identity), ManifestContent::Release(draft)) => {
                    let is_broken = is_broken(&examined.findings);
                    let whole = draft.filter(|_| !is_broken);
                    read.add(&identity, whole, self.has_several_accounts);
                    read.elsewhere.extend(examined.findings);
                }
                (Identified::Unknown(findings), _) => read.findings.extend(findings),
                // Among the releases of a directory, an experiment is none of the command's
                // business.
                (_, ManifestContent::Experiment(draft)) => {
                    let is_named = name == "<stdin>" || paths.contains(&name);
                    if is_named || is_only {
                        match draft {
                            Some(draft) => read.findings.push(draft.is_no_release()),
                            None => read.findings.extend(examined.findings),
                        }
                    }
                }
                (Identified::Experiment, ManifestContent::Release(_)) => {}
            }
        }
        // Of those that say whom they are about without it, it is no obstacle.
        let of_files = self.files.findings().iter().cloned();
        if read.findings.is_empty() {
            read.elsewhere.extend(of_files);
        } else {
            read.findings = of_files.chain(read.findings).collect();
        }
        let disputed = &read.disputed;
        let subjects = &mut read.subjects;
        subjects.retain(|subject| !disputed.contains(subject.service()));
        read.place_as_said();
        read.findings.retain(Diagnostic::is_error);
        read.elsewhere.retain(Diagnostic::is_error);
        read
    }
}

impl Subjects {
    /// Takes subjects that need no manifest.
    #[must_use]
    pub fn named(subjects: Vec<Subject>) -> Self {
        let mut read = Self {
            subjects,
            ..Self::default()
        };
        read.place_as_said();
        read
    }

    /// Says where services are, once that is known, and takes each once: whoever finds out that two
    /// manifests are for one service is asked about it once. Returns which of them were kept.
    pub fn place(&mut self, places: Vec<Place>) -> Vec<usize> {
        let named = NamedPlace::among(places);
        let mut kept: Vec<usize> = Vec::new();
        let mut subjects: Vec<Subject> = Vec::new();
        for (at, mut subject) in std::mem::take(&mut self.subjects).into_iter().enumerate() {
            subject.place(Arc::clone(&named[at]));
            let mut others = subjects.iter_mut();
            let is_same = |other: &&mut Subject| other.is_same_service(&subject);
            let is_known = others
                .find(is_same)
                .is_some_and(|other| other.joins(&subject));
            if !is_known {
                kept.push(at);
                subjects.push(subject);
            }
        }
        self.subjects = subjects;
        kept
    }

    fn place_as_said(&mut self) {
        let subjects = self.subjects.iter();
        let said = subjects.map(|subject| subject.destination().clone().into());
        let named = NamedPlace::among(said.collect());
        for (subject, place) in self.subjects.iter_mut().zip(named) {
            subject.place(place);
        }
    }

    /// Takes a service once: twice in one run nobody means to go back.
    /// In several regions it is several, and in several accounts where a run can be in them.
    fn add(&mut self, identity: &Identity, whole: Option<Box<Manifest>>, in_accounts: bool) {
        let subject = Subject::of_manifest(identity, whole);
        let own = Place::from(subject.destination().clone());
        let mut others = self.subjects.iter_mut();
        let is_same = |other: &&mut Subject| {
            let place = Place::from(other.destination().clone());
            let is_there = place.region == own.region && (!in_accounts || place.may_be(&own));
            is_there && other.service() == subject.service()
        };
        let Some(other) = others.find(is_same) else {
            self.subjects.push(subject);
            return;
        };
        if !other.joins(&subject) {
            self.disputed.insert(subject.service().clone());
            let message = format!(
                "another manifest is for service {} in another account",
                subject.service()
            );
            let problem = identity.problem("account", Code::SERVICE_TWICE, message);
            self.findings
                .push(problem.help("name one of the manifests"));
        }
    }
}
