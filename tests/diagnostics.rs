//! What is said of manifests that are wrong: a fixture each, with its snapshot beside it.
//!
//! `tests/fixtures/diagnostics/NAME.yaml` is the manifest, `NAME.txt` what `mlship validate` says,
//! with the exit code. A first line `# -e NAME` asks for an environment. `SNAPSHOTS=overwrite`
//! writes the snapshots anew.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::{Data, assert_data_eq};

const FIXTURES: &str = "tests/fixtures/diagnostics";

fn fixtures() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(FIXTURES).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    paths
}

fn validate(paths: &[&Path], more: &[&str]) -> (String, std::time::Duration) {
    let begun = std::time::Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_mlship"))
        .env_clear()
        .arg("validate")
        .args(paths)
        .args(more)
        .output()
        .unwrap();
    let took = begun.elapsed();
    let said =
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    let code = output.status.code().unwrap_or(-1);
    (format!("{said}exit code {code}\n"), took)
}

#[test]
fn what_is_said_of_every_fixture_is_its_snapshot() {
    let paths = fixtures();
    assert!(paths.len() >= 60, "{}", paths.len());
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let first = text.lines().next().unwrap_or_default();
        let more: Vec<&str> = match first.strip_prefix("# -e ") {
            Some(environment) => vec!["-e", environment],
            None => Vec::new(),
        };
        let (said, took) = validate(&[&path], &more);
        assert!(!said.contains("hunter2"), "{}", path.display());
        assert!(took.as_secs() < 5, "{}: {took:?}", path.display());
        let snapshot = Data::read_from(&path.with_extension("txt"), None);
        assert_data_eq!(said, snapshot.raw());
    }
}

#[test]
fn problems_of_several_files_are_said_in_one_go() {
    let paths = [
        "yaml-empty.yaml",
        "shape-unknown-field.yaml",
        "ecs-timeout.yaml",
    ];
    let paths: Vec<PathBuf> = paths
        .iter()
        .map(|path| Path::new(FIXTURES).join(path))
        .collect();
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let (said, _) = validate(&paths, &[]);
    for part in [
        "yaml-empty.yaml\n",
        "shape-unknown-field.yaml:13:3\n",
        "ecs-timeout.yaml:20:",
        "5 problems",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_file_of_100_mb_ends_in_an_error() {
    let path = std::env::temp_dir().join(format!("mlship-big-{}.yaml", std::process::id()));
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(100 * 1024 * 1024).unwrap();
    let (said, _) = validate(&[&path], &[]);
    std::fs::remove_file(&path).unwrap();
    assert!(said.contains("error[manifest-too-big]"), "{said}");
    assert!(said.contains("exit code 10"), "{said}");
}
