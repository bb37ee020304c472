use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::*;
use crate::release::resolve;
use mlship_manifest::{ReadOptions, Source, read};

fn task_definition(artifact: &str) -> Value {
    let text = format!(
        r#"
apiVersion: mlship/v1
kind: ModelRelease
model: {{ name: m, version: "8", artifact: {{ {artifact} }} }}
image: registry.example.com/m:8
service: {{ cluster: ml, name: m }}
runtime:
  {{ cpu: 512, memory: 1024, logs: {{ group: /ml/m }}, roles: {{ execution: "arn:aws:iam::111122223333:role/e", task: "arn:aws:iam::111122223333:role/t" }} }}
network: {{ subnets: [subnet-a] }}
"#
    );
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let manifest = read(Source::new("test.yaml", text), &settings).unwrap();
    Value::Object(
        resolve(&manifest.release, "eu-west-1", &manifest.secrets)
            .desired
            .task_definition,
    )
}

#[test]
fn an_init_container_fills_the_volume_before_the_model_starts() {
    let sum = "AB".repeat(32);
    let found = task_definition(&format!(
        "uri: 's3://models/m/8/model.tar.gz', delivery: s3-init, mountPath: /opt/model, sha256: '{sum}'"
    ));
    assert_eq!(found["volumes"], json!([{"name": CONTAINER}]));
    let [model, init] = found["containerDefinitions"].as_array().unwrap().as_slice() else {
        panic!("{found}");
    };
    let mount = json!([{"sourceVolume": CONTAINER, "containerPath": "/opt/model"}]);
    assert_eq!(model["name"], "m");
    assert_eq!(model["mountPoints"], mount);
    assert_eq!(
        model["dependsOn"],
        json!([{"containerName": CONTAINER, "condition": "SUCCESS"}])
    );
    assert_eq!(init["mountPoints"], mount);
    assert_eq!(init["essential"], false);
    assert_eq!(init["image"], DEFAULT_IMAGE);
    assert_eq!(init["logConfiguration"], model["logConfiguration"]);
    assert_eq!(init["environment"][1]["value"], sum.to_lowercase());
    assert_eq!(
        init.get("startTimeout"),
        None,
        "large weights take their time"
    );
}

#[test]
fn efs_is_encrypted_on_the_way_and_an_access_point_needs_iam() {
    let found = task_definition(
        "delivery: efs, fileSystem: fs-1, accessPoint: fsap-1, mountPath: /opt/model",
    );
    let configuration = json!({"fileSystemId": "fs-1", "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"}});
    assert_eq!(
        found["volumes"],
        json!([{"name": CONTAINER, "efsVolumeConfiguration": configuration}])
    );
    let containers = found["containerDefinitions"].as_array().unwrap();
    assert_eq!(containers.len(), 1);
    assert_eq!(containers[0]["mountPoints"][0]["readOnly"], true);
    let without = task_definition("delivery: efs, fileSystem: fs-1, mountPath: /opt/model");
    let configuration = &without["volumes"][0]["efsVolumeConfiguration"];
    assert_eq!(configuration.get("authorizationConfig"), None);
}

/// A directory with a stand-in for the AWS CLI, which copies from `bucket`, and for `sleep`.
struct Place(PathBuf);

impl Place {
    fn new(fails: u32) -> Self {
        let place = std::env::temp_dir().join(format!("mlship-weights-{:x}", fastrand::u64(..)));
        for directory in ["bin", "bucket", "mount"] {
            std::fs::create_dir_all(place.join(directory)).unwrap();
        }
        let aws = format!(
            r#"#!/bin/sh
count=$(cat {0}/count 2>/dev/null || echo 0)
echo $((count + 1)) > {0}/count
[ "$count" -ge {fails} ] || exit 1
printf '%s\n' "$@" > {0}/arguments
[ "$4" = --recursive ] && exit 0
cp {0}/bucket/weights "$5"
"#,
            place.display()
        );
        let place = Self(place);
        place.program("aws", &aws);
        place.program("sleep", "#!/bin/sh\n");
        std::fs::write(place.0.join("bucket/weights"), "abc").unwrap();
        place
    }

    fn program(&self, name: &str, text: &str) {
        let path = self.0.join("bin").join(name);
        std::fs::write(&path, text).unwrap();
        let made = Command::new("chmod").arg("+x").arg(&path).status().unwrap();
        assert!(made.success());
    }

    fn run(&self, uri: &str, sha256: &str) -> Option<i32> {
        let status = Command::new("sh")
            .args(["-c", SCRIPT])
            .env_clear()
            .env("PATH", format!("{}/bin:/usr/bin:/bin", self.0.display()))
            .env("MLSHIP_URI", uri)
            .env("MLSHIP_PATH", self.0.join("mount"))
            .env("MLSHIP_SHA256", sha256)
            .current_dir(&self.0)
            .stderr(std::process::Stdio::null())
            .status();
        status.unwrap().code()
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.0).join(name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn the_script_downloads_retries_and_checks() {
    let place = Place::new(0);
    assert_eq!(place.run("s3://models/m/weights", ABC), Some(0));
    assert_eq!(
        std::fs::read_to_string(place.path("mount/weights")).unwrap(),
        "abc"
    );
    assert_eq!(place.run("s3://models/m/weights", ""), Some(0));
    let other = ABC.replace('b', "c");
    assert_eq!(place.run("s3://models/m/weights", &other), Some(CORRUPT));
    assert_eq!(Place::new(4).run("s3://models/m/weights", ABC), Some(0));
    let place = Place::new(99);
    assert_eq!(place.run("s3://models/m/weights", ABC), Some(MISSING));
    assert_eq!(std::fs::read_to_string(place.path("count")).unwrap(), "5\n");
}

#[test]
fn a_directory_is_copied_as_one() {
    let place = Place::new(0);
    assert_eq!(place.run("s3://models/m/8/", ""), Some(0));
    let arguments = std::fs::read_to_string(place.path("arguments")).unwrap();
    assert!(
        arguments.contains("--recursive\ns3://models/m/8/\n"),
        "{arguments}"
    );
}

#[test]
fn nothing_that_a_manifest_says_is_run() {
    let place = Place::new(0);
    let evil = r#"s3://models/a"; touch pwned; $(touch pwned) `touch pwned` '; touch pwned #"#;
    assert_eq!(place.run(evil, ABC), Some(0));
    assert!(!place.path("pwned").exists());
    let arguments = std::fs::read_to_string(place.path("arguments")).unwrap();
    assert!(arguments.contains(evil), "one argument: {arguments}");
    let found = task_definition(
        "uri: 's3://models/$(touch pwned)', delivery: s3-init, mountPath: '/opt/$(x)'",
    );
    assert_eq!(found["containerDefinitions"][1]["command"], json!([SCRIPT]));
}
