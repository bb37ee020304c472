//! Finds and reads manifests: the only place where this module touches the file system.
//!
//! A path is a manifest, a directory of them, or `-` for standard input, which is handed in.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Severity};
use super::parse::{MOST_BYTES, too_big};
use super::source::{Source, Span};
use super::variables::VariableFiles;
use crate::manifest::Code;

/// How deep directories are searched.
const DEEPEST: usize = 32;

/// What was found at the paths.
#[derive(Debug, Default)]
pub struct FoundFiles {
    /// The manifests, in the order of the paths and, within a directory, of their names.
    pub sources: Vec<Arc<Source>>,
    /// What could not be read, and what was skipped.
    pub problems: Vec<Diagnostic>,
}

/// Reads the manifests at some paths.
pub fn find(paths: &[PathBuf], stdin: &mut dyn Read) -> FoundFiles {
    let mut found = FoundFiles::default();
    for path in paths {
        if path.as_os_str() == "-" {
            found.add(read("<stdin>", stdin));
        } else if path.is_dir() {
            directory(path, &mut found);
        } else {
            found.add(file(path));
        }
    }
    found
}

/// Reads files of variables, of which each is a file.
pub fn variable_files(paths: &[String], stdin: &mut dyn Read) -> VariableFiles {
    let mut found = FoundFiles::default();
    for path in paths {
        found.add(match &**path {
            "-" => read("<stdin>", stdin),
            path => file(Path::new(path)),
        });
    }
    VariableFiles::of(&found.sources, found.problems)
}

impl FoundFiles {
    fn add(&mut self, read: Result<Arc<Source>, Diagnostic>) {
        match read {
            Ok(source) => self.sources.push(source),
            Err(problem) => self.problems.push(problem),
        }
    }
}

fn directory(path: &Path, found: &mut FoundFiles) {
    let before = found.sources.len() + found.problems.len();
    let mut files = Vec::new();
    list(path, DEEPEST, &mut files, &mut found.problems);
    for path in files {
        match file(&path) {
            Ok(source) if is_manifest(source.text()) => found.sources.push(source),
            Ok(source) => found.problems.push(
                Diagnostic::warning(
                    Code::SKIPPED_FILE,
                    "skipped: the file is no manifest of mlship",
                )
                .at(Span::new(&source, 0..0))
                .help("a manifest has `apiVersion: mlship/v1`"),
            ),
            Err(problem) => found.problems.push(doubtful(problem)),
        }
    }
    if found.sources.len() + found.problems.len() == before {
        found.problems.push(
            without_text(path, Code::NO_MANIFESTS, "the directory holds no manifests")
                .help("a manifest's name ends in `.yaml` or `.yml`"),
        );
    }
}

/// Makes a warning of a file that was met by chance, and is hardly a manifest.
fn doubtful(mut problem: Diagnostic) -> Diagnostic {
    let text = problem
        .span
        .as_ref()
        .map_or("", |span| span.source().text());
    if matches!(problem.code, Code::MANIFEST_TOO_BIG | Code::NOT_UTF_8) && !is_manifest(text) {
        problem.severity = Severity::Warning;
        problem.message = format!("skipped: {}", problem.message);
    }
    problem
}

/// Collects the YAML files below a directory, sorted, without hidden ones.
fn list(path: &Path, depth: usize, files: &mut Vec<PathBuf>, problems: &mut Vec<Diagnostic>) {
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return problems.push(unreadable(path, &error)),
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let yaml = path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml");
        if name.starts_with('.') {
            continue;
        }
        // A link to a directory may lead back up.
        if path.is_dir() && !path.is_symlink() && depth > 0 {
            list(&path, depth - 1, files, problems);
        } else if yaml && (path.is_file() || leads_nowhere(&path)) {
            files.push(path);
        }
    }
}

/// Says whether it is a link to what is gone, which was to be a manifest.
fn leads_nowhere(path: &Path) -> bool {
    path.is_symlink() && !path.exists()
}

/// Says whether a text claims to be one of ours, however broken it is otherwise.
fn is_manifest(text: &str) -> bool {
    text.lines().any(|line| {
        line.trim_start_matches(['\u{feff}', '{', ' '])
            .trim_start_matches(['"', '\''])
            .strip_prefix("apiVersion")
            .is_some_and(|rest| rest.contains("mlship/"))
    })
}

/// Reads one file.
///
/// # Errors
///
/// Returns why it can't be read.
pub fn file(path: &Path) -> Result<Arc<Source>, Diagnostic> {
    let mut file = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    read(&path.display().to_string(), &mut file)
}

/// Reads at most as much as a manifest may have.
fn read(name: &str, input: &mut dyn Read) -> Result<Arc<Source>, Diagnostic> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MOST_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    input
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(Path::new(name), &error))?;
    if bytes.len() > MOST_BYTES {
        return Err(too_big().at(Span::new(&Source::new(name, ""), 0..0)));
    }
    decode(name, bytes)
}

fn decode(name: &str, bytes: Vec<u8>) -> Result<Arc<Source>, Diagnostic> {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Source::new(name, text)),
        Err(error) => error,
    };
    let good = error.utf8_error().valid_up_to();
    let bytes = error.into_bytes();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let span = Span::new(&Source::new(name, ""), 0..0);
        return Err(Diagnostic::error(Code::NOT_UTF_8, "the file is in UTF-16")
            .at(span)
            .help("save it as UTF-8"));
    }
    let source = Source::new(name, String::from_utf8_lossy(&bytes));
    Err(
        Diagnostic::error(Code::NOT_UTF_8, "the file is not in UTF-8")
            .at(Span::new(&source, good..good + '\u{fffd}'.len_utf8()))
            .help("save it as UTF-8; if it is not text at all, check that this is the right file"),
    )
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    match error.kind() {
        io::ErrorKind::NotFound => {
            without_text(path, Code::FILE_NOT_FOUND, "there is no such file").help(
                "check the path; a directory of manifests or `-` for standard input works, too",
            )
        }
        io::ErrorKind::PermissionDenied => {
            without_text(path, Code::FILE_UNREADABLE, "the file may not be read")
                .help("check its permissions")
        }
        _ => without_text(
            path,
            Code::FILE_UNREADABLE,
            &format!("the file can't be read: {error}"),
        ),
    }
}

fn without_text(path: &Path, code: Code, message: &str) -> Diagnostic {
    let source = Source::new(path.display().to_string(), "");
    Diagnostic::error(code, message).at(Span::new(&source, 0..0))
}

#[cfg(test)]
mod tests;
