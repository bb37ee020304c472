use super::*;
use crate::registry::testing::signature::{check, credentials};
use crate::registry::testing::{
    Raw, ReceivedRequest, Server, hurried, json as answer, raw, system_trust,
};

const ARN: &str = "arn:aws:sagemaker:eu-west-1:111122223333:model-package/fraud-scorer";

/// A package as `DescribeModelPackage` answers.
fn package() -> Value {
    json!({
        "ModelPackageGroupName": "fraud-scorer",
        "ModelPackageVersion": 8,
        "ModelPackageArn": format!("{ARN}/8"),
        "CreationTime": 1_795_580_173.5,
        "InferenceSpecification": {"Containers": [{
            "Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8",
            "ModelDataUrl": "s3://models/fraud/8/model.tar.gz",
        }]},
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        "ModelApprovalStatus": "Approved",
        "MetadataProperties": {
            "CommitId": "3f2c1a9d5b7e4860a1b2c3d4e5f60718293a4b5c",
            "GeneratedBy": "arn:aws:sagemaker:eu-west-1:111122223333:training-job/fraud-42",
        },
        "CustomerMetadataProperties": {"auc": "0.931", "loss": "nan", "bias": "checked"},
    })
}

fn listed(versions: &[u64]) -> Value {
    let packages = versions.iter().map(|version| {
        json!({
            "ModelPackageGroupName": "fraud-scorer",
            "ModelPackageVersion": version,
            "ModelPackageArn": format!("{ARN}/{version}"),
            "CreationTime": 1_795_580_173.5,
            "ModelPackageStatus": "Completed",
        })
    });
    json!({"ModelPackageSummaryList": packages.collect::<Vec<_>>()})
}

fn target(asked: &ReceivedRequest) -> &str {
    let target = asked.header("x-amz-target").unwrap();
    target.strip_prefix("SageMaker.").unwrap()
}

fn body(asked: &ReceivedRequest) -> Value {
    serde_json::from_str(&asked.body).unwrap()
}

/// A registry that lists these versions and has that package.
fn serve(versions: &[u64], package: Value) -> Server {
    let listed = listed(versions);
    Server::start(move |asked, _| match target(asked) {
        "ListModelPackages" => answer(200, &listed),
        "DescribeModelPackage" => answer(200, &package),
        "UpdateModelPackage" => answer(200, &json!({"ModelPackageArn": ARN})),
        other => raw(418, "", other),
    })
}

fn refuse(status: u16, code: &str, message: &str) -> Raw {
    answer(status, &json!({"__type": code, "message": message}))
}

fn sagemaker(url: &str) -> Sagemaker {
    let credentials = credentials(Some("t0ken"));
    Sagemaker::connect(url, "eu-west-1", credentials, &system_trust(), hurried()).unwrap()
}

async fn find(server: &Server, reference: &str) -> Answer<RegisteredVersion> {
    let reference = Reference::parse(reference).unwrap();
    sagemaker(&server.url).find(&reference).await
}

async fn with(member: &str, value: Value) -> RegisteredVersion {
    let mut package = package();
    package[member] = value;
    let server = serve(&[8], package);
    find(&server, "models:/fraud-scorer@approved")
        .await
        .unwrap()
}

#[test]
fn a_region_leads_to_an_address() {
    for (region, url) in [
        ("eu-west-1", "https://api.sagemaker.eu-west-1.amazonaws.com"),
        (
            "us-gov-west-1",
            "https://api.sagemaker.us-gov-west-1.amazonaws.com",
        ),
        (
            "cn-north-1",
            "https://api.sagemaker.cn-north-1.amazonaws.com.cn",
        ),
        (
            "eusc-de-east-1",
            "https://api.sagemaker.eusc-de-east-1.amazonaws.eu",
        ),
    ] {
        assert_eq!(endpoint(region), url);
    }
}

#[tokio::test]
async fn the_newest_approved_version_is_found_by_signed_requests() {
    let server = serve(&[8, 7], package());
    let found = find(&server, "models:/fraud-scorer@approved")
        .await
        .unwrap();
    let asked = server.asked();
    let operations: Vec<_> = asked.iter().map(target).collect();
    assert_eq!(operations, ["ListModelPackages", "DescribeModelPackage"]);
    let list = json!({
        "ModelPackageGroupName": "fraud-scorer",
        "ModelApprovalStatus": "Approved",
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
        "MaxResults": 100,
    });
    assert_eq!(body(&asked[0]), list);
    let describe = json!({"ModelPackageName": format!("{ARN}/8"), "IncludedData": "MetadataOnly"});
    assert_eq!(body(&asked[1]), describe);
    for asked in &asked {
        assert_eq!(asked.line, "POST /");
        assert_eq!(
            asked.header("content-type"),
            Some("application/x-amz-json-1.1")
        );
        let signed = check(asked);
        assert_eq!(
            (&*signed.region, &*signed.service),
            ("eu-west-1", "sagemaker")
        );
        for name in ["content-type", "x-amz-target", "x-amz-security-token"] {
            assert!(signed.headers.iter().any(|header| header == name), "{name}");
        }
    }

    assert_eq!((&*found.name, &*found.version), ("fraud-scorer", "8"));
    let commit = "3f2c1a9d5b7e4860a1b2c3d4e5f60718293a4b5c";
    assert_eq!(found.git_sha.as_deref(), Some(commit));
    assert!(found.run_id.unwrap().ends_with("training-job/fraud-42"));
    assert_eq!(found.metrics.len(), 2);
    assert_eq!(found.metrics["auc"].to_string(), "0.931");
    assert!(found.metrics["loss"].is_nan());
    assert_eq!(found.tags["bias"], "checked");
    assert_eq!(found.tags["auc"], "0.931");
    let archive = "s3://models/fraud/8/model.tar.gz";
    assert_eq!(found.artifact_uri.as_deref(), Some(archive));
    assert_eq!(found.created.unwrap().as_millisecond(), 1_795_580_173_500);
    assert!(found.approved);
    assert_eq!((found.unusable, found.page), (None, None));
}

#[tokio::test]
async fn a_version_is_looked_for_on_every_page() {
    let server = Server::start(|asked, _| {
        if target(asked) == "DescribeModelPackage" {
            return answer(200, &package());
        }
        let token = body(asked)["NextToken"].take();
        let (mut page, next) = match token.as_str() {
            None => (listed(&[10, 9]), "second"),
            Some("second") => (listed(&[]), "third"),
            _ => (listed(&[8, 7]), "fourth"),
        };
        page["NextToken"] = json!(next);
        answer(200, &page)
    });
    find(&server, "models:/fraud-scorer/8").await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(body(&asked[0])["ModelApprovalStatus"], Value::Null);
    assert_eq!(body(&asked[3])["ModelPackageName"], format!("{ARN}/8"));
}

#[tokio::test]
async fn what_is_not_there_is_missing() {
    let empty = serve(&[], package());
    let some = serve(&[9], package());
    let message = format!("ModelPackageGroup {ARN} does not exist.");
    let no_group = Server::always(refuse(400, "ValidationException", &message));
    for (server, reference, words) in [
        (
            &empty,
            "models:/fraud-scorer@approved",
            "model package group fraud-scorer has no approved version",
        ),
        (
            &some,
            "models:/fraud-scorer/8",
            "model package group fraud-scorer has no version 8",
        ),
        (
            &some,
            "models:/fraud-scorer@champion",
            "models:/fraud-scorer@champion names an alias, and SageMaker's Model Registry has \
             none but `approved`",
        ),
        (
            &no_group,
            "models:/fraud-scorer/8",
            "ListModelPackages: ValidationException: ModelPackageGroup arn:",
        ),
    ] {
        let error = find(server, reference).await.unwrap_err();
        assert_eq!(error.kind, RegistryErrorKind::Missing, "{error}");
        assert!(error.message.starts_with(words), "{error}");
        assert!(error.hint.is_some());
    }
}

#[tokio::test]
async fn what_sagemaker_refuses_is_told_by_its_code() {
    let refused = RegistryErrorKind::Refused;
    let unreachable = RegistryErrorKind::Unreachable;
    for (status, code, kind, hint, attempts) in [
        (400, "ExpiredTokenException", refused, "log in", 1),
        (400, "UnrecognizedClientException", refused, "log in", 1),
        (400, "InvalidSignatureException", refused, "log in", 1),
        (
            400,
            "AccessDeniedException",
            refused,
            "allow sagemaker:ListModelPackages",
            1,
        ),
        (403, "AccessDeniedException", refused, "AWS credentials", 1),
        (400, "ValidationException", refused, "", 1),
        (400, "ResourceNotFound", RegistryErrorKind::Missing, "", 1),
        (400, "ThrottlingException", unreachable, "", 4),
        (
            400,
            "com.amazon.coral#ThrottlingException",
            unreachable,
            "",
            4,
        ),
        (500, "InternalFailure", unreachable, "", 4),
    ] {
        let server = Server::always(refuse(status, code, "in these words"));
        let error = find(&server, "models:/fraud-scorer/8").await.unwrap_err();
        assert_eq!(error.kind, kind, "{code}: {error}");
        assert!(error.message.ends_with("in these words"), "{error}");
        let told = error.hint.unwrap_or_default();
        assert!(told.contains(hint), "{code}: {told}");
        assert_eq!(server.asked().len(), attempts, "{code}");
    }
    let server = Server::always(answer(404, &json!({"path": "/"})));
    let error = find(&server, "models:/fraud-scorer/8").await.unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::NotARegistry);
    let server = serve(&[8], json!({}));
    let error = find(&server, "models:/fraud-scorer/8").await.unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::NotARegistry);
}

#[tokio::test]
async fn who_was_throttled_asks_again() {
    let server = Server::start(|asked, number| match (number, target(asked)) {
        (1 | 2, _) => refuse(400, "ThrottlingException", "Rate exceeded"),
        (_, "ListModelPackages") => answer(200, &listed(&[8])),
        _ => answer(200, &package()),
    });
    find(&server, "models:/fraud-scorer/8").await.unwrap();
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn only_what_is_complete_can_be_used_and_only_what_is_approved_is() {
    for status in ["Pending", "InProgress", "Failed", "Deleting"] {
        let found = with("ModelPackageStatus", json!(status)).await;
        assert_eq!(found.unusable, Some(format!("its status is {status}")));
    }
    for status in ["Rejected", "PendingManualApproval"] {
        assert!(!with("ModelApprovalStatus", json!(status)).await.approved);
    }
}

#[tokio::test]
async fn an_answer_for_another_version_is_none() {
    for (member, value) in [
        ("ModelPackageVersion", json!(9)),
        ("ModelPackageVersion", Value::Null),
        ("ModelPackageGroupName", json!("other\n")),
    ] {
        let mut package = package();
        package[member] = value;
        let error = find(&serve(&[8], package), "models:/fraud-scorer/8").await;
        let error = error.unwrap_err();
        assert_eq!(error.kind, RegistryErrorKind::NotARegistry, "{error}");
        assert!(!error.message.contains(char::is_control), "{error}");
    }
}

#[tokio::test]
async fn a_model_is_an_archive_an_object_or_all_below_a_prefix() {
    let source = |uri: &str| json!({"ModelDataSource": {"S3DataSource": {"S3Uri": uri}}});
    let archive = json!({"ModelDataUrl": "s3://models/8.tar.gz"});
    let none = json!({"Image": "pre-processing"});
    for (containers, uri) in [
        (json!([archive]), Some("s3://models/8.tar.gz")),
        (json!([source("s3://models/8/")]), Some("s3://models/8/")),
        (json!([source("s3://models/8")]), Some("s3://models/8")),
        (json!([none, archive]), Some("s3://models/8.tar.gz")),
        (json!([archive, source("s3://models/8/")]), None),
        (json!([none]), None),
    ] {
        let specification = json!({"Containers": containers});
        let found = with("InferenceSpecification", specification).await;
        assert_eq!(found.artifact_uri.as_deref(), uri);
    }
    let found = with("InferenceSpecification", Value::Null).await;
    assert_eq!(found.artifact_uri, None);
}

#[tokio::test]
async fn a_trace_is_a_property_beside_the_others() {
    let server = serve(&[8], package());
    let trace = ReleaseTag {
        outcome: "rolled_back",
        at: "2026-11-25T03:00:00Z".parse().unwrap(),
        by: "arn:aws:sts::111122223333:assumed-role/ci/ada",
        task_definition: "fraud:12",
        overridden: Some("metrics.auc: \"incident 42\""),
    };
    let key = "mlship/111122223333/eu-west-1/ml-prod/fraud";
    sagemaker(&server.url)
        .set_trace("fraud-scorer", "8", key, &trace)
        .await
        .unwrap();
    let asked = server.asked();
    let last = asked.last().unwrap();
    assert_eq!(target(last), "UpdateModelPackage");
    let told = "rolled_back 2026-11-25T03:00:00Z fraud:12 by \
                arn:aws:sts::111122223333:assumed-role/ci/ada - overridden metrics.auc: _incident 42_";
    let expected = json!({
        "ModelPackageArn": format!("{ARN}/8"),
        "CustomerMetadataProperties": {
            "auc": "0.931", "bias": "checked", "loss": "nan", key: told,
        },
    });
    assert_eq!(body(last), expected);
}

#[test]
fn names_that_are_too_long_stay_apart() {
    let key = |end: &str| shortened(&format!("mlship/{}{end}", "x".repeat(200)));
    assert_eq!(key("1").len(), LONGEST_KEY);
    assert_ne!(key("1"), key("2"));
    assert_eq!(shortened("mlship/a"), "mlship/a");
}

#[tokio::test]
async fn approved_is_an_alias_that_nobody_sets() {
    let server = serve(&[8], package());
    let sagemaker = sagemaker(&server.url);
    let approved = sagemaker.aliased("fraud-scorer", "approved").await;
    assert_eq!(approved, Ok(Some("8".to_owned())));
    let champion = sagemaker.aliased("fraud-scorer", "champion").await;
    assert_eq!(champion, Ok(None));
    let error = sagemaker.set_alias("fraud-scorer", "approved", "8").await;
    assert_eq!(error.unwrap_err().kind, RegistryErrorKind::Refused);
}
