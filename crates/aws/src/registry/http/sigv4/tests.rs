use serde_json::json;

use super::super::Client;
use super::*;
use crate::registry::testing::signature::{check, credentials};
use crate::registry::testing::{Server, hurried, json as answer, raw, system_trust};

fn client(url: &str, session_token: Option<&str>) -> Client {
    let signature = SigV4 {
        credentials: credentials(session_token),
        region: "eu-west-1".to_owned(),
        service: "sagemaker-mlflow",
        headers: vec![("x-server", "arn:aws:x/y".to_owned())],
    };
    Client::new(&system_trust(), url, Box::new(signature), hurried()).unwrap()
}

#[tokio::test]
async fn the_server_finds_the_signature_right() {
    let server = Server::always(answer(200, &json!({})));
    let client = client(&format!("{}/base", server.url), Some("t0ken"));
    let query = [("name", "a b/ü&c~+"), ("alias", "x")];
    client.get("/p", &query).await.unwrap();
    client.post("/q", &json!({"key": "ü"})).await.unwrap();
    let always = [
        "host",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-security-token",
        "x-server",
    ];
    let asked = server.asked();
    let signed = check(&asked[0]);
    assert_eq!(signed.region, "eu-west-1");
    assert_eq!(signed.service, "sagemaker-mlflow");
    assert_eq!(signed.headers, always);
    assert_eq!(asked[0].header("x-amz-security-token"), Some("t0ken"));
    assert_eq!(asked[0].header("x-server"), Some("arn:aws:x/y"));
    let signed = check(&asked[1]);
    assert_eq!(signed.headers, [&["content-type"], &always[..]].concat());
}

#[tokio::test]
async fn without_a_session_no_token_is_sent_and_each_attempt_is_signed() {
    let server = Server::start(|_, number| match number {
        1 | 2 => raw(503, "", ""),
        _ => answer(200, &json!({})),
    });
    client(&server.url, None).get("/p", &[]).await.unwrap();
    assert_eq!(server.asked().len(), 3);
    for asked in server.asked() {
        check(&asked);
        assert_eq!(asked.header("x-amz-security-token"), None);
    }
}

#[tokio::test]
async fn who_is_not_let_in_learns_whose_credentials_count() {
    let refusal = json!({"Message": "User: arn:aws:iam::1:user/ada is not authorized"});
    let server = Server::always(answer(403, &refusal));
    let error = client(&server.url, Some("t0ken")).get("/p", &[]).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::Refused);
    assert!(error.message.contains("user/ada is not"), "{error}");
    assert!(error.hint.as_ref().unwrap().contains("AWS credentials"));
    let secrets = ["wJalrXUtnFEMI", "t0ken", "AKIDEXAMPLE"];
    assert!(
        !secrets
            .iter()
            .any(|secret| format!("{error:?}").contains(secret))
    );
}
