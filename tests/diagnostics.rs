//! What is said of manifests that are wrong: a fixture each, with its snapshot beside it.
//!
//! `tests/fixtures/diagnostics/NAME.yaml` is the manifest, `NAME.txt` what `mlship validate` says,
//! with the exit code. A first line `# -e NAME` asks for an environment. `SNAPSHOTS=overwrite`
//! writes the snapshots anew. Everything here has a second of processor time and, where the system
//! limits it, 100 MB of memory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::sample::Index;
use snapbox::{Data, assert_data_eq};

const FIXTURES: &str = "tests/fixtures/diagnostics";

fn fixtures() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(FIXTURES).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    paths
}

const LIMITED: &str = r#"ulimit -t 1; ulimit -v 102400 2>/dev/null; exec "$0" "$@""#;

fn validate(paths: &[&Path], more: &[&str]) -> String {
    let output = Command::new("/bin/sh")
        .env_clear()
        .args(["-c", LIMITED, env!("CARGO_BIN_EXE_mlship"), "validate"])
        .args(paths)
        .args(more)
        .output()
        .unwrap();
    let said =
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    let code = output.status.code().unwrap_or(-1);
    format!("{said}exit code {code}\n")
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
        let said = validate(&[&path], &more);
        assert!(!said.contains("hunter2"), "{}", path.display());
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
    let said = validate(&paths, &[]);
    for part in [
        "yaml-empty.yaml\n",
        "shape-unknown-field.yaml:13:3\n",
        "ecs-timeout.yaml:20:",
        "4 problems",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn two_manifests_for_one_service_are_refused() {
    let first = Path::new(FIXTURES).join("variable-number.yaml");
    let other = Path::new(FIXTURES).join("autoscaling-and-desired.yaml");
    let said = validate(&[&first, &other], &[]);
    assert!(said.contains("error[service-twice]"), "{said}");
    assert!(
        said.contains("variable-number.yaml is for service"),
        "{said}"
    );
    assert!(said.contains("exit code 10"), "{said}");
}

#[test]
fn a_file_of_100_mb_ends_in_an_error() {
    let path = std::env::temp_dir().join(format!("mlship-big-{}.yaml", fastrand::u64(..)));
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(100 * 1024 * 1024).unwrap();
    let said = validate(&[&path], &[]);
    std::fs::remove_file(&path).unwrap();
    assert!(said.contains("error[manifest-too-big]"), "{said}");
    assert!(said.contains("exit code 10"), "{said}");
}

#[test]
fn many_manifests_are_examined_side_by_side_and_told_in_order() {
    let folder = std::env::temp_dir().join(format!("mlship-many-{}", fastrand::u64(..)));
    std::fs::create_dir(&folder).unwrap();
    let text = std::fs::read_to_string(format!("{FIXTURES}/misspelt-memory.yaml")).unwrap();
    let files: Vec<PathBuf> = (100..240)
        .map(|number| folder.join(format!("{number}.yaml")))
        .collect();
    for path in &files {
        std::fs::write(path, &text).unwrap();
    }
    // The limits are those of one manifest: a thread's own heap alone is reserved beyond them.
    let output = Command::new(env!("CARGO_BIN_EXE_mlship"))
        .arg("validate")
        .arg(&folder)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let places = said.lines().filter_map(|line| line.split_once("--> "));
    let told: Vec<&str> = places.map(|(_, place)| place).collect();
    let expected: Vec<String> = files
        .iter()
        .map(|path| format!("{}:13:3", path.display()))
        .collect();
    assert_eq!(told, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_two_fixtures_run_together_end_in_a_verdict(
        (first, second) in (any::<Index>(), any::<Index>()),
        (cut, from, to) in (any::<Index>(), any::<Index>(), any::<Index>()),
    ) {
        let paths = fixtures();
        let read = |index: Index| std::fs::read(index.get(&paths)).unwrap();
        let (mut bytes, piece) = (read(first), read(second));
        let (from, to) = (from.index(piece.len() + 1), to.index(piece.len() + 1));
        let at = cut.index(bytes.len() + 1);
        bytes.splice(at..at, piece[from.min(to)..from.max(to)].iter().copied());
        let path = std::env::temp_dir().join(format!("mlship-{:x}.yaml", fastrand::u64(..)));
        std::fs::write(&path, &bytes).unwrap();
        let said = validate(&[&path], &[]);
        std::fs::remove_file(&path).unwrap();
        let is_verdict = said.ends_with("exit code 0\n") || said.ends_with("exit code 10\n");
        prop_assert!(is_verdict, "{said}");
        prop_assert!(!said.contains("error[internal]"), "{said}");
    }
}

/// Codes of what a JSON Schema can tell too.
const OF_SHAPE: [&str; 11] = [
    "bad-account",
    "empty-manifest",
    "empty-value",
    "missing-field",
    "needs-quotes",
    "not-a-manifest",
    "out-of-range",
    "unknown-field",
    "unknown-value",
    "wrong-length",
    "wrong-type",
];

/// Where an editor's schema and mlship differ, and why.
const APART: [&str; 12] = [
    // A pattern has no code of its own.
    "experiment-name",
    // The fault is in another file.
    "experiment-release-broken",
    "name-with-space",
    // Words that other readers of YAML take for something else; the schema sees what they made.
    "scalar-norway-as-name",
    "scalar-norway",
    "scalar-tag-sexagesimal",
    "scalar-version-octal",
    "scalar-version-on",
    // Another kind of manifest is told from a kind that does not exist.
    "shape-unknown-kind",
    // That no number comes out of the variable is known once it has a value.
    "variable-no-number",
    // Merge keys and tags are resolved before mlship looks at the shape.
    "yaml-merge-and-alias",
    "yaml-tag",
];

#[test]
fn editors_and_mlship_find_fault_with_the_same_fixtures() {
    let schema = Command::new(env!("CARGO_BIN_EXE_mlship"))
        .arg("schema")
        .output()
        .unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&schema.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut apart = Vec::new();
    for path in fixtures() {
        let bytes = std::fs::read(&path).unwrap();
        // What no reader of YAML takes, no schema sees.
        let Ok(value) = serde_yaml::from_slice::<serde_json::Value>(&bytes) else {
            continue;
        };
        let said = std::fs::read_to_string(path.with_extension("txt")).unwrap();
        let has = |code: &&str| said.contains(&format!("error[{code}]"));
        if OF_SHAPE.iter().any(has) == validator.is_valid(&value) {
            let name = path.file_stem().unwrap().to_string_lossy();
            apart.push(name.into_owned());
        }
    }
    assert_eq!(apart, APART);
}
