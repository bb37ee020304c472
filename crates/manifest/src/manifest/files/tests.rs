//! Tests of finding manifests, in temporary directories.

use crate::manifest::Code;
use std::path::{Path, PathBuf};

use super::super::testing::GOOD;
use super::*;

/// A directory that is gone when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mlship-{name}-{}", fastrand::u64(..)));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Returns the names of what was found, and what was said with its code and place.
fn names(found: &FoundFiles, base: &Path) -> (Vec<String>, Vec<String>) {
    let short = |name: &str| {
        let base = base.display().to_string();
        name.trim_start_matches(&base)
            .trim_start_matches('/')
            .to_owned()
    };
    let sources = found
        .sources
        .iter()
        .map(|source| short(source.name()))
        .collect();
    let said = |problem: &Diagnostic| {
        let span = problem.span.as_ref().unwrap();
        format!(
            "{} {}:{}:{}",
            problem.code,
            short(span.source().name()),
            span.line(),
            span.column()
        )
    };
    (sources, found.problems.iter().map(said).collect())
}

#[track_caller]
fn check(paths: &[PathBuf], base: &Path, sources: &[&str], problems: &[&str]) {
    let found = find(paths, &mut io::empty());
    let (found, said) = names(&found, base);
    assert_eq!(
        (found, said),
        (
            sources.iter().map(|&source| source.to_owned()).collect(),
            problems.iter().map(|&problem| problem.to_owned()).collect(),
        )
    );
}

#[test]
fn a_directory_is_searched_in_the_order_of_names() {
    let scratch = Scratch::new("order");
    for name in [
        "b.yaml",
        "a.yml",
        "sub/c.yaml",
        ".hidden/d.yaml",
        ".e.yaml",
        "notes.txt",
    ] {
        scratch.write(name, GOOD);
    }
    scratch.write("compose.yaml", "services: {}\n");
    check(
        std::slice::from_ref(&scratch.0),
        &scratch.0,
        &["a.yml", "b.yaml", "sub/c.yaml"],
        &["skipped-file compose.yaml:1:1"],
    );
}

#[test]
fn a_broken_manifest_in_a_directory_is_not_skipped() {
    let scratch = Scratch::new("broken");
    scratch.write("a.yaml", "apiVersion: mlship/v1\nkind: [\n");
    scratch.write("b.yaml", b"apiVersion: mlship/v1\nname: caf\xe9\n");
    scratch.write("c.yaml", b"name: caf\xe9\n");
    let found = find(std::slice::from_ref(&scratch.0), &mut io::empty());
    assert_eq!(found.sources.len(), 1);
    let severities: Vec<Severity> = found
        .problems
        .iter()
        .map(|problem| problem.severity)
        .collect();
    assert_eq!(severities, [Severity::Error, Severity::Warning]);
}

#[test]
fn an_empty_directory_is_an_error() {
    let scratch = Scratch::new("empty");
    check(
        std::slice::from_ref(&scratch.0),
        &scratch.0,
        &[],
        &["no-manifests :1:1"],
    );
}

#[test]
fn a_named_file_is_read_whatever_it_holds() {
    let scratch = Scratch::new("named");
    let path = scratch.write("x.txt", "hello");
    check(&[path], &scratch.0, &["x.txt"], &[]);
}

#[test]
fn what_can_not_be_read_says_why() {
    let scratch = Scratch::new("unreadable");
    let latin = scratch.write("latin.yaml", b"a: b\nname: caf\xe9\n");
    let utf16 = scratch.write("utf16.yaml", b"\xff\xfea\0");
    let big = scratch.write("big.yaml", vec![b'#'; MOST_BYTES + 1]);
    let fits = scratch.write("fits.yaml", vec![b'#'; MOST_BYTES]);
    let gone = scratch.0.join("gone.yaml");
    check(
        &[latin, utf16, big, fits, gone],
        &scratch.0,
        &["fits.yaml"],
        &[
            "not-utf-8 latin.yaml:2:10",
            "not-utf-8 utf16.yaml:1:1",
            "manifest-too-big big.yaml:1:1",
            "file-not-found gone.yaml:1:1",
        ],
    );
}

#[test]
fn a_dash_is_standard_input() {
    let found = find(&[PathBuf::from("-")], &mut GOOD.as_bytes());
    assert_eq!(found.sources[0].name(), "<stdin>");
    assert_eq!(found.sources[0].text(), GOOD);
}

#[test]
fn endless_input_ends_in_an_error() {
    let found = find(&[PathBuf::from("-")], &mut io::repeat(b'a'));
    assert_eq!(found.problems[0].code, Code::MANIFEST_TOO_BIG);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_back_up_is_not_followed() {
    let scratch = Scratch::new("loop");
    scratch.write("a.yaml", GOOD);
    std::os::unix::fs::symlink(&scratch.0, scratch.0.join("loop")).unwrap();
    check(
        std::slice::from_ref(&scratch.0),
        &scratch.0,
        &["a.yaml"],
        &[],
    );
}

#[test]
fn a_link_that_leads_nowhere_is_no_manifest_to_leave_out() {
    let scratch = Scratch::new("dangling");
    scratch.write("a.yaml", GOOD);
    std::os::unix::fs::symlink("gone", scratch.0.join("b.yaml")).unwrap();
    std::os::unix::fs::symlink("gone", scratch.0.join("notes")).unwrap();
    let found = find(std::slice::from_ref(&scratch.0), &mut std::io::empty());
    assert_eq!(found.sources.len(), 1);
    let problems: Vec<_> = found.problems.iter().collect();
    assert!(problems[0].is_error(), "{problems:?}");
    assert_eq!(problems[0].code, Code::FILE_NOT_FOUND);
    assert_eq!(problems.len(), 1);
}

#[test]
fn a_pipe_is_a_manifest_and_one_without_an_end_is_not_read_to_it() {
    let scratch = Scratch::new("pipe");
    let pipe = scratch.0.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let write = |bytes: Vec<u8>| {
        let pipe = pipe.clone();
        std::thread::spawn(move || std::fs::write(pipe, bytes))
    };
    let writer = write(GOOD.as_bytes().to_vec());
    check(std::slice::from_ref(&pipe), &scratch.0, &["pipe"], &[]);
    writer.join().unwrap().unwrap();
    // Its writer is told that nobody reads on.
    let writer = write(vec![b'#'; MOST_BYTES * 4]);
    let found = find(std::slice::from_ref(&pipe), &mut io::empty());
    assert_eq!(found.problems[0].code.as_str(), "manifest-too-big");
    assert!(writer.join().unwrap().is_err());
    let found = find(&[PathBuf::from("-")], &mut io::repeat(b'#'));
    assert_eq!(found.problems[0].code.as_str(), "manifest-too-big");
    let found = find(&[PathBuf::from("/dev/zero")], &mut io::empty());
    assert_eq!(found.problems[0].code.as_str(), "manifest-too-big");
}
