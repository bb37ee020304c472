//! What people install mlship by, run as they run it: the install script and the action's steps.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mlship");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A folder of a test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("mlship-{:x}", fastrand::u64(..)));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_default()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// A release as the repository would have it, in a folder, and its version.
fn release(folder: &Folder) -> String {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let files = folder.path(&format!("releases/download/v{version}"));
    // As good as the program, and packed at once.
    let program = folder.path("program");
    fs::write(&program, format!("#!/bin/sh\nexec '{PROGRAM}' \"$@\"\n")).unwrap();
    let targets = [
        "x86_64-unknown-linux-musl",
        "aarch64-unknown-linux-musl",
        "x86_64-apple-darwin",
        "aarch64-apple-darwin",
    ];
    for target in targets {
        let archive = run(
            &format!("{ROOT}/release/archive"),
            &[target, &program, &files],
        );
        assert!(archive.status.success(), "{}", text(&archive));
    }
    let sums = Command::new("sh")
        .args(["-c", "sha256sum -- *.tar.gz > SHA256SUMS"])
        .current_dir(&files)
        .status();
    assert!(sums.unwrap().success());
    version
}

fn install(folder: &Folder, version: &str, more: &[&str]) -> Output {
    let from = format!("file://{}", folder.0.display());
    let to = folder.path("bin");
    let fixed = ["--version", version, "--from", &from, "--to", &to];
    run(&format!("{ROOT}/install.sh"), &[&fixed[..], more].concat())
}

#[test]
fn the_install_script_takes_what_the_release_says_and_nothing_else() {
    let folder = Folder::new();
    let version = release(&folder);
    let wrong = "0".repeat(64);
    let refused = install(&folder, &version, &["--sha256", &wrong]);
    assert!(!refused.status.success());
    assert!(
        text(&refused).contains("is another file"),
        "{}",
        text(&refused)
    );
    assert!(!Path::new(&folder.path("bin/mlship")).exists());
    let done = install(&folder, &version, &[]);
    assert!(done.status.success(), "{}", text(&done));
    assert!(
        text(&done).contains(&format!("mlship {version} in ")),
        "{}",
        text(&done)
    );
    let own = run(&folder.path("bin/mlship"), &["--version"]);
    assert_eq!(text(&own), format!("mlship {version}\n"));
    let missing = install(&folder, "9.9.9", &[]);
    assert!(!missing.status.success());
    assert!(
        text(&missing).contains("could not be downloaded"),
        "{}",
        text(&missing)
    );
}

/// Returns what stands in quotes behind a name, in a section of the package's manifest.
fn said(manifest: &str, section: &str, name: &str) -> Option<String> {
    let (_, rest) = manifest.split_once(&format!("\n[{section}]\n"))?;
    let own = rest.split("\n[").next()?;
    let start = format!("{name} = \"");
    let line = own.lines().find_map(|line| line.strip_prefix(&*start))?;
    Some(line.trim_end_matches('"').to_owned())
}

#[test]
fn cargo_binstall_finds_the_program_in_the_archive_of_each_target() {
    let folder = Folder::new();
    let version = release(&folder);
    let manifest = fs::read_to_string(format!("{ROOT}/Cargo.toml")).unwrap();
    let all = "package.metadata.binstall";
    let pack = |target: &str| {
        let own = format!("{all}.overrides.{target}");
        let fill = |name: &str| {
            let said = said(&manifest, &own, name).or_else(|| said(&manifest, all, name));
            said.unwrap()
                .replace("{ repo }", folder.0.to_str().unwrap())
                .replace("{ version }", &version)
                .replace("{ name }", "mlship")
                .replace("{ bin }", "mlship")
                .replace("{ binary-ext }", "")
                .replace("{ target }", target)
        };
        (fill("pkg-url"), fill("bin-dir"))
    };
    for target in [
        "x86_64-unknown-linux-musl",
        "aarch64-unknown-linux-musl",
        "x86_64-unknown-linux-gnu",
        "aarch64-unknown-linux-gnu",
        "x86_64-apple-darwin",
        "aarch64-apple-darwin",
    ] {
        let (archive, program) = pack(target);
        let listed = text(&run("tar", &["-tzf", &archive]));
        let has = listed.lines().any(|line| line == program);
        assert!(has, "{target}: {archive} has no {program}: {listed}");
    }
    let others = r#"disabled-strategies = ["quick-install", "compile"]"#;
    assert!(manifest.contains(others), "no archive but the release's");
    let repository = said(&manifest, "package", "repository").unwrap();
    assert!(repository.starts_with("https://"), "{repository}");
}

/// The action, with a release pinned where one is given.
fn action(folder: &Folder, pins: bool) -> Value {
    let copy = folder.path("action");
    fs::create_dir_all(format!("{copy}/release")).unwrap();
    for name in ["action.yml", "install.sh", "release/pin"] {
        fs::copy(format!("{ROOT}/{name}"), format!("{copy}/{name}")).unwrap();
    }
    if pins {
        let version = release(folder);
        let sums = folder.path(&format!("releases/download/v{version}/SHA256SUMS"));
        let pinned = run(&format!("{copy}/release/pin"), &[&version, &sums]);
        assert!(pinned.status.success(), "{}", text(&pinned));
    }
    let text = fs::read_to_string(format!("{copy}/action.yml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

/// Runs the steps of the action one after the other, as a runner does, up to the first that fails.
fn steps(folder: &Folder, action: &Value, inputs: &[(&str, &str)]) -> (bool, String) {
    let mut told = String::new();
    let mut program = String::new();
    for step in action["runs"]["steps"].as_array().unwrap() {
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().unwrap();
        assert!(
            !script.contains("${{"),
            "foreign text in a script: {script}"
        );
        let output = folder.path("step-output");
        let _ = fs::remove_file(&output);
        let mut command = Command::new("bash");
        command
            .args(["-c", script])
            .current_dir(ROOT)
            .env("RUNNER_TEMP", folder.path("temp"))
            .env("GITHUB_PATH", folder.path("paths"))
            .env("GITHUB_OUTPUT", &output);
        for (name, value) in step["env"].as_object().unwrap() {
            let value = value.as_str().unwrap();
            command.env(name, filled_in(folder, action, value, inputs, &program));
        }
        let ended = command.output().unwrap();
        told += &text(&ended);
        if !ended.status.success() {
            return (false, told);
        }
        let outputs = fs::read_to_string(&output).unwrap_or_default();
        let found = outputs
            .lines()
            .find_map(|line| line.strip_prefix("program="));
        program = found.map_or(program, str::to_owned);
    }
    (true, told)
}

fn filled_in(
    folder: &Folder,
    action: &Value,
    value: &str,
    inputs: &[(&str, &str)],
    program: &str,
) -> String {
    let Some(expression) = value.strip_prefix("${{ ") else {
        return value.to_owned();
    };
    match expression.trim_end_matches(" }}") {
        "github.action_repository" => folder.0.display().to_string(),
        "github.action_path" => folder.path("action"),
        "steps.install.outputs.program" => program.to_owned(),
        "inputs.server" => "file://".to_owned(),
        input => {
            let name = input.strip_prefix("inputs.").unwrap();
            let given = inputs.iter().find(|(known, _)| *known == name);
            let usual = action["inputs"][name]["default"].as_str().unwrap();
            given.map_or(usual, |(_, value)| value).to_owned()
        }
    }
}

#[test]
fn the_action_runs_the_program_that_its_commit_pins() {
    let folder = Folder::new();
    let action = action(&folder, true);
    let inputs = [("command", "explain"), ("arguments", "31\n-o\njson")];
    let (done, told) = steps(&folder, &action, &inputs);
    assert!(done, "{told}");
    assert!(told.contains("\"kind\": \"exit_code\""), "{told}");
    assert!(folder.read("paths").contains("mlship-"), "{told}");
}

#[test]
fn the_action_takes_a_program_that_is_there_and_its_arguments_as_they_are() {
    let folder = Folder::new();
    let action = action(&folder, false);
    let hostile = "$(touch pwned); `id`";
    let inputs = [
        ("mlship-path", PROGRAM),
        ("command", "explain"),
        ("arguments", hostile),
    ];
    let (done, told) = steps(&folder, &action, &inputs);
    assert!(!done, "{told}");
    assert!(
        told.contains("nothing is called $(touch pwned); `id`"),
        "{told}"
    );
    let (done, told) = steps(&folder, &action, &[("command", "validate")]);
    assert!(
        !done && told.contains("::error::this commit of the action pins no release"),
        "{told}"
    );
}

#[test]
fn every_action_that_a_workflow_uses_is_pinned_by_its_commit() {
    for file in fs::read_dir(format!("{ROOT}/.github/workflows")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines().filter_map(|line| line.split_once("uses: ")) {
            let (_, commit) = line.1.split_once('@').unwrap();
            let commit = commit.split_whitespace().next().unwrap();
            let is_commit = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_commit, "{}", line.1);
        }
        assert!(text.contains("permissions:"), "{text}");
    }
}
