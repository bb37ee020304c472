//! Loads the manifests that a command line names, or prints findings and gives the exit code.

use std::io::stdin;

use super::selection::Selection;
use super::{Format, Global, output};
use crate::report::conceal;
use mlship_aws::ecs_document_checks::check;
use mlship_core::app::Subject;
pub(super) use mlship_core::app::manifests::{
    Loaded, LoadedExperiment, LoadedManifests, LoadedTerms, Need,
};
use mlship_core::app::manifests::{ManifestReader, Subjects};
use mlship_core::app::plan_file::{OtherVariables, SavedPlans};
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::{Code, Diagnostic, Examined, VariableFiles, variable_files};

/// Reads whom manifests are about, and reports of which that is not known; where it is known of
/// none, that is the end.
pub(super) fn load_subjects(paths: &[String], global: &Global) -> Result<Subjects, ExitCode> {
    let read = reader(paths, global)?.subjects(paths, &mut stdin().lock());
    global.read(read.subjects.iter().filter_map(Subject::whole));
    output::findings(&read.findings, global);
    if read.findings.is_empty() || !read.subjects.is_empty() {
        return Ok(read);
    }
    Err(invalid(&read.findings, None, global))
}

/// Reads the manifests of releases, or reports what is wrong with them and returns the exit code.
pub(super) fn load(paths: &[String], global: &Global) -> Result<Vec<Loaded>, ExitCode> {
    load_selected(paths, &Selection::default(), None, global)
}

/// Reads those of the releases that are selected, which may be held to plans.
pub(super) fn load_selected(
    paths: &[String],
    selection: &Selection,
    saved: Option<&SavedPlans>,
    global: &Global,
) -> Result<Vec<Loaded>, ExitCode> {
    let reader = selecting(paths, selection, global)?;
    let reading = reader.releases(paths, &mut stdin().lock());
    if let Some(other) = saved.and_then(SavedPlans::other_variables)
        && reading.is_broken()
    {
        return Err(stale(reading, &other, global));
    }
    let manifests = report_findings(reading, global)?.manifests;
    selection.check(manifests.len(), global)?;
    Ok(manifests)
}

/// Reads all manifests, or those of the releases that are selected.
pub(super) fn load_all_selected(
    paths: &[String],
    selection: &Selection,
    global: &Global,
) -> Result<LoadedManifests, ExitCode> {
    let reading = selecting(paths, selection, global)?.all(paths, &mut stdin().lock());
    let reading = report_findings(reading, global)?;
    selection.check(reading.manifests.len(), global)?;
    Ok(reading)
}

/// Reads all manifests, or reports what is wrong with them and returns the exit code.
pub(super) fn load_all(paths: &[String], global: &Global) -> Result<LoadedManifests, ExitCode> {
    report_findings(read(paths, global)?, global)
}

/// Reads experiments for a command that deploys nothing, and reports what is wrong with others, with
/// the exit code of that; where there are only others, that is the end.
pub(super) fn load_experiments(
    paths: &[String],
    need: Need,
    global: &Global,
) -> Result<(Vec<LoadedExperiment>, ExitCode), ExitCode> {
    let reading = reader(paths, global)?.experiments(paths, need, &mut stdin().lock());
    if reading.experiments.is_empty() || !reading.is_broken() {
        return Ok((
            report_findings(reading, global)?.experiments,
            ExitCode::Done,
        ));
    }
    let code = broken(&reading.findings, global);
    Ok((reading.experiments, code))
}

/// Reads what experiments test and by which numbers, or reports what is wrong with that and returns
/// the exit code.
pub(super) fn load_terms(paths: &[String], global: &Global) -> Result<Vec<LoadedTerms>, ExitCode> {
    let read = reader(paths, global)?.terms(paths, &mut stdin().lock());
    read.map_err(|findings| broken(&findings, global))
}

/// Reports what is wrong, without what only warns, and returns the exit code.
pub(super) fn broken(findings: &[Diagnostic], global: &Global) -> ExitCode {
    let errors = findings.iter().filter(|finding| finding.is_error());
    let errors: Vec<Diagnostic> = errors.cloned().collect();
    output::findings(&errors, global);
    invalid(&errors, None, global)
}

/// Reads all manifests that the paths name, of experiments too.
pub(super) fn read(paths: &[String], global: &Global) -> Result<LoadedManifests, ExitCode> {
    Ok(reader(paths, global)?.all(paths, &mut stdin().lock()))
}

/// Returns what reads manifests, the files of variables read.
fn reader<'a>(paths: &[String], global: &'a Global) -> Result<ManifestReader<'a>, ExitCode> {
    Ok(ManifestReader {
        environment: global.environment.as_deref(),
        select: &[],
        has_several_accounts: global.profiles.len() > 1,
        files: read_files(paths, global)?,
        environment_variables: &|name| std::env::var(name).ok(),
        check: &checked,
    })
}

/// Reads the files of variables, beside manifests at some paths.
pub(super) fn read_files<'a>(
    paths: &[String],
    global: &'a Global,
) -> Result<&'a VariableFiles, ExitCode> {
    let reads_input = |path: &&String| *path == "-";
    if paths.iter().chain(&global.vars).filter(reads_input).count() > 1 {
        let message = "standard input can be read once: as a manifest or as a file of --vars";
        let hint = Some("write one of them into a file");
        return Err(output::usage_with_hint(message, hint, global));
    }
    Ok(global.variable_files())
}

fn selecting<'a>(
    paths: &[String],
    selection: &'a Selection,
    global: &'a Global,
) -> Result<ManifestReader<'a>, ExitCode> {
    Ok(ManifestReader {
        select: &selection.selectors,
        ..reader(paths, global)?
    })
}

/// Adds what only shows in ECS's own documents, and keeps what is secret out of all output.
pub(super) fn checked(examined: Examined) -> Examined {
    conceal(examined.secrets.clone());
    check(examined)
}

/// Reports what was found; with errors in it that is the end.
fn report_findings(reading: LoadedManifests, global: &Global) -> Result<LoadedManifests, ExitCode> {
    global.read(reading.manifests.iter().map(|loaded| &loaded.manifest));
    if !reading.is_broken() {
        output::warnings(&reading.findings, global);
        return Ok(reading);
    }
    // What stands in the way comes last, where it is read: of many manifests most only warn.
    let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) = reading
        .findings
        .iter()
        .cloned()
        .partition(Diagnostic::is_error);
    output::warnings(&warnings, global);
    output::findings(&errors, global);
    Err(invalid(&reading.findings, reading.only.as_ref(), global))
}

/// Ends a command that is held to plans of other variables: what is wrong with its manifests comes
/// of that, or has to wait for it.
fn stale(mut reading: LoadedManifests, other: &OtherVariables, global: &Global) -> ExitCode {
    let unset = |finding: &Diagnostic| finding.code == Code::UNKNOWN_VARIABLE;
    reading.findings.retain(|finding| !unset(finding));
    output::findings(&reading.findings, global);
    output::stale(reading.only.as_ref(), &other.error, &other.hint, global)
}

/// Ends a command that can't go by its manifests, whose findings were shown.
pub(super) fn invalid(
    findings: &[Diagnostic],
    service: Option<&ServiceId>,
    global: &Global,
) -> ExitCode {
    if global.format() == Format::Json {
        output::invalid(findings, service);
    }
    ExitCode::Invalid
}

impl Global {
    /// Returns what the files of variables say; what of it is secret stays out of all output.
    pub(super) fn variable_files(&self) -> &VariableFiles {
        self.variable_files.get_or_init(|| {
            let files = variable_files(&self.vars, &mut stdin().lock());
            conceal(files.secrets().clone());
            files
        })
    }
}
