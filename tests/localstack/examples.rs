//! Every manifest of `manifests/`, in each of its environments.

use std::path::{Path, PathBuf};

use serde_json::Value;
use snapbox::{Data, assert_data_eq};

use crate::offline;
use crate::stage::Stage;

/// A manifest and what it is called. Those of a model registry are deployed where there is one.
struct Example {
    path: String,
    name: String,
    /// Its environments, each with the cluster that the release goes to then.
    environments: Vec<(String, String)>,
}

fn examples() -> Vec<Example> {
    let entries = std::fs::read_dir("manifests").unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    paths.iter().filter_map(|path| example(path)).collect()
}

fn example(path: &Path) -> Option<Example> {
    let text = std::fs::read_to_string(path).unwrap();
    let manifest: Value = serde_yaml::from_str(&text).unwrap();
    if manifest["model"].get("ref").is_some() {
        return None;
    }
    let overlays = manifest["environments"].as_object().unwrap().iter();
    let cluster = |overlay: &Value| {
        let base = &manifest["service"]["cluster"];
        let cluster = overlay["service"]["cluster"].as_str().or(base.as_str());
        cluster.unwrap().to_owned()
    };
    Some(Example {
        path: path.to_str().unwrap().to_owned(),
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        environments: overlays
            .map(|(name, overlay)| (name.clone(), cluster(overlay)))
            .collect(),
    })
}

#[test]
fn every_example_deploys_and_then_shows_no_difference() {
    let examples = examples();
    // Each has an account of its own, so they run side by side.
    let failed: Vec<&str> = std::thread::scope(|scope| {
        let spawn = |example| (example, scope.spawn(move || check(example)));
        let running: Vec<(&Example, _)> = examples.iter().map(spawn).collect();
        let failed = running.into_iter().filter_map(|(example, thread)| {
            let ended = thread.join();
            ended.is_err().then_some(example.path.as_str())
        });
        failed.collect()
    });
    assert!(failed.is_empty(), "{failed:?}");
}

fn check(example: &Example) {
    let path = &example.path;
    let mut stage = Stage::new();
    let mut taken = Vec::new();
    for (environment, cluster) in &example.environments {
        // A second release to one service would be an update, and may ask for what takes a new one.
        if taken.contains(&cluster) {
            stage = Stage::new();
            taken.clear();
        }
        taken.push(cluster);
        let run = stage.mlship(&["deploy", path, "-e", environment, "-o", "json"], "7");
        let said = format!("{path} {environment}: {}{}", run.stderr, run.stdout);
        assert_eq!(run.code, 0, "{said}");
        assert_eq!(run.result()["verdict"], "succeeded", "{said}");
        let run = stage.mlship(&["diff", path, "-e", environment, "--exit-code"], "7");
        assert_eq!(
            run.code, 0,
            "{path} {environment}: {}{}",
            run.stderr, run.stdout
        );
    }
}

/// What reaches ECS of an example only changes by intention: `SNAPSHOTS=overwrite` writes it anew.
/// The tutorials are compared with AWS's own task definitions besides.
#[test]
fn what_ecs_gets_of_every_example_is_its_snapshot() {
    for Example {
        path,
        name,
        environments,
    } in examples()
    {
        for (environment, _) in environments {
            let arguments = ["render", &path, "--task-definition", "-e", &environment];
            let (code, stdout, stderr) = offline::mlship(&arguments, &offline::KEYS);
            assert_eq!(code, 0, "{path} {environment}: {stderr}");
            let mut registered: Value = serde_json::from_str(&stdout).unwrap();
            registered.as_object_mut().unwrap().remove("tags");
            let file = format!("tests/fixtures/examples/{name}-{environment}.json");
            let snapshot = Data::read_from(Path::new(&file), None);
            assert_data_eq!(format!("{registered:#}\n"), snapshot.raw());
        }
    }
}
