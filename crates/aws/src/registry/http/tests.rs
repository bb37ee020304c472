use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::registry::testing::{Server, hurried, json as answer, raw, system_trust, tls};
use mlship_core::cloud::retry::Policy;

struct NoCredentials;

impl Authorize for NoCredentials {
    fn authorize(&self, _: &mut HttpRequest, _: &[u8]) -> Answer<()> {
        Ok(())
    }

    fn secrets(&self) -> Vec<&str> {
        Vec::new()
    }

    fn hint(&self) -> &'static str {
        "log in"
    }
}

fn client(url: &str, patience: RetryPolicy) -> Client {
    Client::new(&system_trust(), url, Box::new(NoCredentials), patience).unwrap()
}

/// Trusts nobody but a file of authorities.
fn trust(path: &str) -> Trust {
    Trust::from_variables(["CA_BUNDLE"], &|_| Some(path.to_owned()))
}

async fn ask(server: &Server) -> Answer<Exchange> {
    client(&server.url, hurried()).get("/x", &[]).await
}

/// Returns the kind of an error and its words, the server's address left out.
async fn error(server: &Server) -> (RegistryErrorKind, String) {
    let error = ask(server).await.unwrap_err();
    (error.kind, error.message.replace(&server.url, "SERVER"))
}

#[tokio::test]
async fn json_comes_back_with_its_status() {
    let server = Server::always(answer(404, &json!({"error_code": "X"})));
    let exchange = ask(&server).await.unwrap();
    assert_eq!(
        (exchange.status, &exchange.body["error_code"]),
        (404, &json!("X"))
    );
}

#[tokio::test]
async fn a_query_is_encoded_and_a_body_is_sent() {
    let server = Server::always(answer(200, &json!({})));
    let client = client(&format!("{}/base/", server.url), hurried());
    let query = [("name", "a b/ü&c"), ("alias", "x")];
    client.get("/p", &query).await.unwrap();
    client.post("/q", &json!({"key": "value"})).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].line, "GET /base/p?name=a%20b%2F%C3%BC%26c&alias=x");
    assert_eq!(asked[1].line, "POST /base/q");
    assert_eq!(asked[1].body, r#"{"key":"value"}"#);
    assert_eq!(asked[1].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    for status in [429, 500, 502, 503, 504] {
        let server = Server::start(move |_, number| match number {
            1..=3 => raw(status, "retry-after: 0\r\n", "busy"),
            _ => answer(200, &json!({"ok": true})),
        });
        assert_eq!(ask(&server).await.unwrap().body["ok"], true);
        assert_eq!(server.asked().len(), 4);
    }
}

#[tokio::test]
async fn a_server_that_stays_busy_or_broken_is_out_of_reach() {
    for status in [429, 500, 503] {
        let server = Server::always(answer(status, &json!({"message": "no\nluck"})));
        let (kind, words) = error(&server).await;
        assert_eq!(kind, RegistryErrorKind::Unreachable);
        assert_eq!(words, format!("GET SERVER/x: HTTP {status}: no\nluck"));
        assert_eq!(server.asked().len(), 4);
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    let server = Server::start(|_, number| match number {
        1 => Vec::new(),
        2 => b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"cut".to_vec(),
        _ => answer(200, &json!({})),
    });
    ask(&server).await.unwrap();
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn who_is_not_let_in_is_told_at_once() {
    for status in [401, 403] {
        let server = Server::always(raw(status, "", "<html>Go away</html>"));
        let error = ask(&server).await.unwrap_err();
        assert_eq!(error.kind, RegistryErrorKind::Refused, "{error}");
        assert!(error.message.contains(&format!("HTTP {status}")), "{error}");
        assert_eq!(error.hint.as_deref(), Some("log in"));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_page_is_no_registry() {
    for (status, body) in [
        (200, "<html>Welcome</html>"),
        (404, "Not Found"),
        (200, "[]"),
    ] {
        let server = Server::always(raw(status, "content-type: text/html\r\n", body));
        let (kind, words) = error(&server).await;
        assert_eq!(kind, RegistryErrorKind::NotARegistry, "{words}");
        assert!(!words.contains("Welcome"), "{words}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_its_query_not_repeated() {
    let location = "location: https://me:secret@login.example.com/start?token=secret#secret\r\n";
    let server = Server::always(raw(302, location, ""));
    let (kind, words) = error(&server).await;
    assert_eq!(kind, RegistryErrorKind::NotARegistry);
    assert_eq!(
        words,
        "GET SERVER/x: it sends elsewhere (HTTP 302), to login.example.com/start"
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end() {
    let server = Server::always(answer(200, &json!({"x": "y".repeat(9 << 20)})));
    let (kind, words) = error(&server).await;
    assert_eq!(kind, RegistryErrorKind::NotARegistry);
    assert!(words.ends_with("the answer has more than 8 MiB"), "{words}");
}

#[tokio::test]
async fn a_slow_answer_is_given_up() {
    let server = Server::start(|_, _| {
        std::thread::sleep(Duration::from_secs(2));
        answer(200, &json!({}))
    });
    let patience = RetryPolicy {
        attempt: Duration::from_millis(50),
        retries: Policy {
            attempts: Some(2),
            ..hurried().retries
        },
    };
    let error = client(&server.url, patience)
        .get("/x", &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::Unreachable);
    assert!(error.message.ends_with("no answer in 0.05 s"), "{error}");
}

#[tokio::test]
async fn nobody_there_and_no_tls_are_out_of_reach() {
    let nobody = client("http://127.0.0.1:9", hurried())
        .get("/x", &[])
        .await
        .unwrap_err();
    assert_eq!(nobody.kind, RegistryErrorKind::Unreachable);
    assert!(nobody.message.contains("refused"), "{nobody}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = stream.unwrap().write_all(&raw(400, "", "no TLS"));
        }
    });
    let plain = client(&url, hurried()).get("/x", &[]).await.unwrap_err();
    assert_eq!(plain.kind, RegistryErrorKind::Unreachable);
    assert!(plain.message.contains("does not speak TLS"), "{plain}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_out_of_reach_until_its_file_is_named() {
    let url = tls::always(answer(200, &json!({"ok": true})));
    let error = client(&url, hurried()).get("/x", &[]).await.unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::Unreachable);
    assert!(
        error.message.contains("its certificate is not trusted"),
        "{error}"
    );
    let hint = "name the authority's PEM file in CA_BUNDLE";
    assert_eq!(error.hint.as_deref(), Some(hint));

    let trust = trust(&tls::certificate());
    let client = Client::new(&trust, &url, Box::new(NoCredentials), hurried()).unwrap();
    assert_eq!(client.get("/x", &[]).await.unwrap().body["ok"], true);
}

#[test]
fn a_bundle_that_is_none_is_named() {
    let error = connector(&trust("/nonexistent")).unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::Refused);
    assert!(error.message.starts_with("CA_BUNDLE /nonexistent"));
}
