use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::cloud::counter::Counter;
use mlship_core::cloud::preconditions::Platform;

/// What answers a request that begins like this: a status line with headers, and a body.
type Page = (&'static str, &'static str, String);

/// Asks a registry on this machine for an image.
async fn ask(pages: impl FnOnce(&str) -> Vec<Page>) -> HostAnswer {
    ask_as(None, pages).await
}

async fn ask_as(login: Option<Login>, pages: impl FnOnce(&str) -> Vec<Page>) -> HostAnswer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let pages = Arc::new(pages(&host));
    let server = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut read = vec![0; 8192];
            let length = stream.read(&mut read).await.unwrap();
            let request = String::from_utf8_lossy(&read[..length]).into_owned();
            let fits = |(begins, _, _): &&Page| {
                let mut parts = begins.split(" with ");
                request.starts_with(parts.next().unwrap())
                    && parts.all(|part| request.contains(part))
            };
            let Some((_, head, body)) = pages.iter().find(fits) else {
                panic!("nothing answers {request}");
            };
            let body = if request.starts_with("HEAD") {
                ""
            } else {
                body
            };
            let answer = format!(
                "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let http = crate::cloud::transport::http_client(&|_| None, None).unwrap();
    let config = aws_config::SdkConfig::builder().http_client(http).build();
    let plain = PlainHttp::new(&config, &Counter::default());
    let image = RegistryImage::parse(&format!("{host}/team/model:7"));
    let answer = look_as(&plain, &image, async || login).await.unwrap();
    server.abort();
    answer
}

fn linux(architecture: &str) -> Platform {
    Platform {
        system: "linux".to_owned(),
        architecture: architecture.to_owned(),
    }
}

const UNKNOWN: &str = r#"{"errors": [{"code": "MANIFEST_UNKNOWN"}]}"#;

#[tokio::test]
async fn an_image_of_one_platform_names_it_in_a_blob_that_may_lie_elsewhere() {
    let found = ask(|host| {
        let there = format!("307 Temporary\r\nlocation: http://{host}/blob");
        vec![
            ("HEAD /v2/team/model/manifests/7", "200 OK", String::new()),
            (
                "GET /v2/team/model/manifests/7",
                "200 OK",
                r#"{"config": {"digest": "sha256:ab"}}"#.to_owned(),
            ),
            (
                "GET /v2/team/model/blobs/sha256:ab",
                there.leak(),
                String::new(),
            ),
            (
                "GET /blob",
                "200 OK",
                r#"{"os": "linux", "architecture": "arm64"}"#.to_owned(),
            ),
        ]
    })
    .await;
    assert_eq!(found, HostAnswer::There(vec![linux("arm64")]));
}

#[tokio::test]
async fn whoever_asks_gets_a_token_first() {
    let found = ask(|host| {
        let wanted = format!(
            "401 Who\r\nwww-authenticate: Bearer realm=\"http://{host}/token\",service=\"r\""
        );
        vec![
            (
                "HEAD /v2/team/model with Bearer t0",
                "200 OK",
                String::new(),
            ),
            ("HEAD /v2/team/model", wanted.leak(), String::new()),
            (
                "GET /token?service=r&scope=repository%3Ateam%2Fmodel%3Apull",
                "200 OK",
                r#"{"token": "t0"}"#.to_owned(),
            ),
            (
                "GET /v2/team/model/manifests/7 with Bearer t0",
                "200 OK",
                r#"{"manifests": [{"platform": {"os": "linux", "architecture": "amd64"}}]}"#
                    .to_owned(),
            ),
        ]
    })
    .await;
    assert_eq!(found, HostAnswer::There(vec![linux("amd64")]));
}

/// Asks a registry that wants a token, which it gives for one request.
async fn with_token(login: Login, request: &'static str, answer: &'static str) -> HostAnswer {
    let manifest = r#"{"manifests": [{"platform": {"os": "linux", "architecture": "amd64"}}]}"#;
    ask_as(Some(login), |host| {
        let wanted = format!(
            "401 Who\r\nwww-authenticate: Bearer realm=\"http://{host}/token\",service=\"r\""
        );
        vec![
            ("HEAD /v2/ with Bearer t1", "200 OK", String::new()),
            ("HEAD /v2/", wanted.leak(), String::new()),
            ("GET /v2/ with Bearer t1", "200 OK", manifest.to_owned()),
            (request, "200 OK", answer.to_owned()),
            ("GET /token", "401 Who", String::new()),
            ("POST /token", "401 Who", String::new()),
        ]
    })
    .await
}

#[tokio::test]
async fn a_name_is_proven_in_a_header_and_an_identity_token_in_a_form() {
    let there = HostAnswer::There(vec![linux("amd64")]);
    let named = Login::Basic("ada".to_owned(), "p".to_owned());
    let request = "GET /token?service=r with Basic YWRhOnA=";
    assert_eq!(
        with_token(named, request, r#"{"token": "t1"}"#).await,
        there
    );
    let token = || Login::Token("refresh&me".to_owned());
    let request = "POST /token with application/x-www-form-urlencoded with grant_type=refresh%5Ftoken \
         with service=r with scope=repository%3Ateam%2Fmodel%3Apull with refresh_token=refresh%26me";
    let given = r#"{"access_token": "t1"}"#;
    assert_eq!(with_token(token(), request, given).await, there);
    let refused = with_token(token(), "POST /elsewhere", given).await;
    assert!(matches!(refused, HostAnswer::NotTold(_)), "{refused:?}");
}

#[tokio::test]
async fn only_a_registry_says_that_an_image_is_not_there() {
    let check = async |head: &'static str, body: &str| {
        let body = body.to_owned();
        ask(|_| vec![("HEAD /v2/", head, String::new()), ("GET /v2/", head, body)]).await
    };
    assert_eq!(check("404 Not Found", UNKNOWN).await, HostAnswer::Absent);
    for (head, body) in [
        ("404 Not Found", "<html>no such page</html>"),
        ("403 Forbidden", UNKNOWN),
        ("429 Too Many Requests", ""),
        ("503 Busy", ""),
    ] {
        let found = check(head, body).await;
        assert!(matches!(found, HostAnswer::NotTold(_)), "{head}: {found:?}");
    }
}
