//! Loads what experiments test and by which numbers, for a command that may ask nobody: where they
//! run is then nothing to stumble over.

use std::io::Read;

use super::{LoadedExperiment, LoadedManifests, ManifestReader, Need, is_broken, variants};
use mlship_manifest::{Diagnostic, ExperimentManifest};

/// The fields that say what is tested, and by which numbers.
const TERMS: [&str; 2] = ["metadata.name", "variants"];

/// An experiment whose terms are known.
#[derive(Debug)]
pub struct LoadedTerms {
    /// The manifest.
    pub manifest: ExperimentManifest,
    /// The experiment with where it runs, or why nobody knows that.
    pub placed: Result<LoadedExperiment, Vec<Diagnostic>>,
}

impl ManifestReader<'_> {
    /// Reads the terms of the experiments that paths name, or says what is wrong with them.
    ///
    /// # Errors
    /// All that is wrong with the paths, the files of variables and the experiments' terms.
    pub fn terms(
        &self,
        paths: &[String],
        stdin: &mut dyn Read,
    ) -> Result<Vec<LoadedTerms>, Vec<Diagnostic>> {
        let (reading, drafts) = self.apart(paths, stdin);
        // What is wrong with releases beside it is told where it matters.
        let whole = reading.findings.into_iter();
        let mut findings: Vec<Diagnostic> = whole.filter(|one| one.span.is_none()).collect();
        let mut found = Vec::new();
        for draft in drafts {
            let Some(manifest) = draft.draft.as_deref().cloned() else {
                findings.extend(draft.findings);
                continue;
            };
            let fields = [&TERMS[..], &variants::MEASURED].concat();
            let errors = manifest.errors_in(&fields).into_iter().cloned();
            findings.extend(errors);
            let nothing = LoadedManifests::default();
            let LoadedManifests {
                mut experiments,
                findings: why,
                ..
            } = self.with_variants(nothing, vec![draft], Need::Numbers);
            let placed = experiments.pop().ok_or_else(|| self.explained(why));
            found.push(LoadedTerms { manifest, placed });
        }
        if is_broken(&findings) {
            return Err(self.explained(findings));
        }
        Ok(found)
    }

    /// Adds what is wrong with files of variables, which may be why.
    fn explained(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let files = self.files.findings().iter().cloned();
        let reading = LoadedManifests {
            findings: files.chain(findings).collect(),
            ..LoadedManifests::default()
        };
        self.without_consequences(reading).findings
    }
}
