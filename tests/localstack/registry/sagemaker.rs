//! A stand-in for SageMaker's Model Registry with one group, since LocalStack has none: it answers
//! in the shapes of the service model.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{ReceivedRequest, check, check_refused, serve, tags_of};
use crate::registry::mlflow::Release;
use crate::stage::{Run, Stage};

const GROUP: &str = "fraud-scorer";

/// The versions of the group, the oldest first.
struct Group {
    url: String,
    packages: Arc<Mutex<Vec<Value>>>,
}

impl Group {
    fn start() -> Self {
        let packages = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&packages);
        let url = serve(move |asked| answer(asked, &mut kept.lock().unwrap()));
        Self { url, packages }
    }

    /// Registers a version.
    fn register(&self, auc: &str, approval: &str) {
        let mut packages = self.packages.lock().unwrap();
        let number = packages.len() + 1;
        let weights = format!("s3://models/fraud/{number}/model.tar.gz");
        packages.push(json!({
            "ModelPackageGroupName": GROUP,
            "ModelPackageVersion": number,
            "ModelPackageArn": format!("arn:aws:sagemaker:us-east-1:1:model-package/{GROUP}/{number}"),
            "CreationTime": 1_795_580_173.5,
            "InferenceSpecification": {"Containers": [{"ModelDataUrl": weights}]},
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": approval,
            "MetadataProperties": {"CommitId": "9ab1c2d3e4f5a6b7"},
            "CustomerMetadataProperties": {"auc": auc},
        }));
    }

    fn approve(&self, number: usize) {
        self.packages.lock().unwrap()[number - 1]["ModelApprovalStatus"] = json!("Approved");
    }

    fn property(&self, number: usize, name: &str) -> String {
        let properties = &self.packages.lock().unwrap()[number - 1]["CustomerMetadataProperties"];
        properties[name].as_str().unwrap_or_default().to_owned()
    }
}

fn answer(asked: &ReceivedRequest, packages: &mut [Value]) -> String {
    let request: Value = serde_json::from_slice(&asked.body).unwrap();
    let scope = "/us-east-1/sagemaker/aws4_request";
    assert!(asked.header("authorization").unwrap().contains(scope));
    let body = match asked.header("x-amz-target") {
        Some("sagemaker.listmodelpackages") => {
            assert_eq!(request["ModelPackageGroupName"], GROUP);
            assert_eq!(request["SortOrder"], "Descending");
            let wanted = &request["ModelApprovalStatus"];
            let is_wanted =
                |package: &&Value| wanted.is_null() || package["ModelApprovalStatus"] == *wanted;
            let found: Vec<_> = packages.iter().rev().filter(is_wanted).collect();
            json!({"ModelPackageSummaryList": found})
        }
        Some("sagemaker.describemodelpackage") => {
            let mut found = packages.iter();
            let is_it =
                |package: &&Value| package["ModelPackageArn"] == request["ModelPackageName"];
            found.find(is_it).unwrap().clone()
        }
        Some("sagemaker.updatemodelpackage") => {
            let mut found = packages.iter_mut();
            let is_it =
                |package: &&mut Value| package["ModelPackageArn"] == request["ModelPackageArn"];
            let properties = request["CustomerMetadataProperties"].clone();
            found.find(is_it).unwrap()["CustomerMetadataProperties"] = properties;
            json!({"ModelPackageArn": request["ModelPackageArn"]})
        }
        other => panic!("{other:?}"),
    };
    let body = body.to_string();
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

#[test]
fn the_newest_approved_version_is_released_and_told_how_it_ended() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let group = Group::start();
    let model = format!(
        "  ref: models:/{GROUP}@approved
  artifact: {{ delivery: s3-init, mountPath: /opt/model }}
  require: {{ approved: true, metrics: {{ auc: {{ notWorseThan: current, better: higher }} }} }}"
    );
    let release = Release::with_registry(&stage, "{ type: sagemaker }", &model);
    let run = |name: &str, image: &str| {
        let mut command = release.command(name, &[], image);
        command.env("AWS_ENDPOINT_URL_SAGEMAKER", &group.url);
        Run::of(command.output().unwrap())
    };

    let nothing = run("deploy", "1");
    check_refused(
        &nothing,
        &stage,
        &["no-such-version", "no approved version"],
    );
    group.register("0.9", "Approved");
    let result = check(&run("deploy", "1"), 0, "succeeded");
    assert_eq!(result["release"]["version"], "1");
    assert_eq!(result["registry"]["error"], Value::Null);
    let tags = tags_of(&stage, result["task_definition"].as_str().unwrap());
    assert_eq!(tags["mlship:model-git-sha"], "9ab1c2d3e4f5a6b7");
    let body = json!({"taskDefinition": result["task_definition"]});
    let found = stage.ask("DescribeTaskDefinition", &body);
    let init = &found["taskDefinition"]["containerDefinitions"][1]["environment"];
    let uri = json!({"name": "MLSHIP_URI", "value": "s3://models/fraud/1/model.tar.gz"});
    assert!(init.as_array().unwrap().contains(&uri), "{init}");

    group.register("0.8", "Approved");
    let worse = run("deploy", "2");
    check(&worse, 11, "refused");
    assert!(worse.stderr.contains("worse than 0.9"), "{}", worse.stderr);
    group.register("0.95", "PendingManualApproval");
    check(&run("deploy", "2"), 11, "refused");
    group.approve(3);
    let result = check(&run("deploy", "2"), 0, "succeeded");
    assert_eq!(result["release"]["version"], "3");
    check(&run("rollback", "0"), 0, "rolled_back");

    let caller = stage.export("AWS_ACCESS_KEY_ID");
    let key = format!("mlship/{caller}/us-east-1/ml-staging/fraud-scorer");
    assert!(group.property(3, &key).starts_with("rolled_back 20"));
    let told = group.property(1, &key);
    assert!(told.starts_with("succeeded 20"), "{told}");
    assert!(told.contains(" fraud-scorer:1 by "), "{told}");
    assert_eq!(group.property(1, "auc"), "0.9");
}
