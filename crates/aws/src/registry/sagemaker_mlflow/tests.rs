use serde_json::json;

use super::*;
use crate::registry::testing::signature::{check, credentials};
use crate::registry::testing::{Server, hurried, json as answer, system_trust};
use mlship_core::registry::Registry;
use mlship_manifest::{MlflowArn, Reference};

const SERVER: &str = "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/ml";
const APP: &str = "arn:aws-us-gov:sagemaker:us-gov-west-1:111122223333:mlflow-app/app-ABC123";

fn serve() -> Server {
    Server::start(|asked, _| {
        if asked.line.contains("/get-download-uri?") {
            return answer(200, &json!({"artifact_uri": "s3://models/fraud/8"}));
        }
        let version = json!({"name": "fraud", "version": "8", "status": "READY"});
        answer(200, &json!({"model_version": version}))
    })
}

#[test]
fn an_arn_leads_to_an_address() {
    let endpoint = |arn: &str| super::endpoint(&MlflowArn::parse(arn).unwrap());
    assert_eq!(
        endpoint(SERVER),
        "https://eu-west-1.experiments.sagemaker.aws"
    );
    assert_eq!(
        endpoint(APP),
        "https://mlflow.sagemaker.us-gov-west-1.app.aws"
    );
}

#[tokio::test]
async fn requests_are_signed_for_the_region_of_the_arn_and_name_it() {
    for (arn, region, service, header) in [
        (
            SERVER,
            "eu-west-1",
            "sagemaker-mlflow",
            "x-mlflow-sm-tracking-server-arn",
        ),
        (APP, "us-gov-west-1", "sagemaker", "x-sm-mlflow-app-arn"),
    ] {
        let server = serve();
        let read = MlflowArn::parse(arn).unwrap();
        let credentials = credentials(Some("t0ken"));
        let mlflow = connect(&read, &server.url, credentials, &system_trust(), hurried());
        let mlflow = mlflow.unwrap();
        let reference = Reference::parse("models:/fraud@champion").unwrap();
        let found = mlflow.find(&reference).await.unwrap();
        assert_eq!((&*found.version, found.page), ("8", None));
        mlflow.set_alias("fraud", "production", "8").await.unwrap();
        let asked = server.asked();
        let paths = ["GET /api/2.0/mlflow/", "POST /api/2.0/mlflow/"];
        assert!(asked.first().unwrap().line.starts_with(paths[0]));
        assert!(asked.last().unwrap().line.starts_with(paths[1]));
        for asked in asked {
            let signed = check(&asked);
            assert_eq!((&*signed.region, &*signed.service), (region, service));
            assert!(signed.headers.iter().any(|name| name == header));
            assert_eq!(asked.header(header), Some(arn));
        }
    }
}
