//! The house: which module may know which. The compiler keeps the arrows between crates; inside a
//! crate this test does, by every path in the code that is not for tests.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what can't be read fails the test"
)]

mod cfg;
mod claims;
mod graph;
mod names;
mod search;
mod source;
mod walk;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use source::Crate;

#[test]
fn no_modules_know_each_other_in_a_circle() {
    let mut lines = String::new();
    for root in roots() {
        let graph = walk::ties(&read(&root));
        for circle in graph.circles() {
            let root = root.display();
            let _ = writeln!(lines, "{root}: {circle:?}\n{}", graph.lines(&circle));
        }
    }
    assert!(
        lines.is_empty(),
        "modules know each other in a circle:\n{lines}"
    );
}

#[test]
fn every_file_is_seen() {
    let (mut seen, mut there) = (BTreeSet::new(), BTreeSet::new());
    for root in roots() {
        seen.extend(read(&root).files);
        files(root.parent().unwrap_or(Path::new("")), &mut there);
    }
    let unseen: Vec<_> = there.difference(&seen).collect();
    assert!(unseen.is_empty(), "no `mod` leads there: {unseen:?}");
}

#[test]
fn columns_are_measured_by_what_is_written_in_them() {
    let mut found = BTreeSet::new();
    files(Path::new("src"), &mut found);
    let measures = |path: &PathBuf| {
        let text = fs::read_to_string(workspace().join(path)).unwrap();
        text.contains("mlship_text::columns")
    };
    let found: Vec<_> = found.into_iter().filter(measures).collect();
    assert_eq!(found, [PathBuf::from("src/report/columns.rs")]);
}

/// Returns the roots of the workspace's crates, relative to the workspace.
fn roots() -> Vec<PathBuf> {
    let mut packages = vec![PathBuf::new()];
    let crates = fs::read_dir(workspace().join("crates"))
        .into_iter()
        .flatten();
    packages.extend(crates.map(|package| Path::new("crates").join(package.unwrap().file_name())));
    packages.sort();
    let roots =
        |package: &PathBuf| ["lib.rs", "main.rs"].map(|root| package.join("src").join(root));
    let roots = packages.iter().flat_map(roots);
    roots
        .filter(|root| workspace().join(root).is_file())
        .collect()
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(root: &Path) -> Crate {
    Crate::read(root, &|file| {
        fs::read_to_string(workspace().join(file)).ok()
    })
}

fn files(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(workspace().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = folder.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.insert(path);
        }
    }
}
