use aws_credential_types::provider::SharedCredentialsProvider;

use super::*;
use crate::registry::testing::signature::{check, credentials};
use crate::registry::testing::{Raw, ReceivedRequest, Server, hurried, raw, system_trust};

fn objects(server: &Server) -> Objects {
    let provider = SharedCredentialsProvider::new(credentials(Some("t0ken")));
    let signer = Signer::new(&provider);
    Objects::new(
        signer,
        "eu-west-1",
        Some(&server.url),
        system_trust(),
        hurried(),
    )
}

fn page(keys: &[&str], next: Option<&str>) -> Raw {
    let keys = keys.iter();
    let keys = keys.map(|key| format!("<Contents><Key>{key}</Key></Contents>"));
    let keys = keys.collect::<Vec<_>>().concat();
    let next = next.map_or_else(String::new, |next| {
        format!("<NextContinuationToken>{next}</NextContinuationToken>")
    });
    let body = format!("<ListBucketResult>{keys}{next}</ListBucketResult>");
    raw(200, "content-type: application/xml\r\n", &body)
}

#[tokio::test]
async fn an_object_is_put_where_it_belongs_and_signed_as_it_is_sent() {
    let server = Server::always(raw(200, "", ""));
    let objects = objects(&server);
    let key = "experiments/team=risk/v9/x y.json";
    let put = objects.put("ml-ledger", key, b"{}", "application/json");
    put.await.unwrap();
    let [asked] = &server.asked()[..] else {
        panic!("once");
    };
    assert_eq!(
        asked.line,
        "PUT /ml-ledger/experiments/team%3Drisk/v9/x%20y.json"
    );
    assert_eq!(asked.body, "{}");
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let signed = check(asked);
    assert_eq!((&*signed.service, &*signed.region), ("s3", "eu-west-1"));
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_which_puts_the_same_object() {
    let server = Server::start(|_, number| match number {
        1 => Vec::new(),
        2 => raw(503, "", "<Error><Code>SlowDown</Code></Error>"),
        _ => raw(200, "", ""),
    });
    let objects = objects(&server);
    let put = objects.put("ml-ledger", "a.json", b"{}", "application/json");
    assert_eq!(put.await, Ok(()));
    let lines: Vec<String> = server.asked().into_iter().map(|asked| asked.line).collect();
    assert_eq!(lines, ["PUT /ml-ledger/a.json"; 3]);
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let server = Server::start(|asked: &ReceivedRequest, _| {
        if asked.line.contains("continuation-token=x%3D%2B") {
            page(&["b.json"], None)
        } else {
            page(&["a.json"], Some("x=+"))
        }
    });
    let keys = objects(&server).keys("ml-ledger", "tests/").await.unwrap();
    assert_eq!(keys, ["a.json", "b.json"]);
    for asked in server.asked() {
        check(&asked);
    }
    let circle = Server::always(page(&[], Some("again")));
    let error = objects(&circle).keys("ml-ledger", "").await.unwrap_err();
    assert!(error.message.contains("circle"), "{error}");
}

#[tokio::test]
async fn a_bucket_elsewhere_is_asked_there() {
    let server = Server::start(|asked: &ReceivedRequest, _| {
        if check(asked).region == "eu-north-1" {
            raw(200, "", "{}")
        } else {
            let body = "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>";
            raw(301, "x-amz-bucket-region: eu-north-1\r\n", body)
        }
    });
    let text = objects(&server).get("ml-ledger", "a.json").await;
    assert_eq!(text.as_deref(), Ok("{}"));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn who_may_not_is_told_what_to_allow_and_what_is_not_there_is_said() {
    async fn check(status: u16, body: &str, kind: RegistryErrorKind, words: &str, hint: &str) {
        let server = Server::always(raw(status, "", body));
        let objects = objects(&server);
        let error = objects.put("ml-ledger", "a.json", b"", "text/plain").await;
        let error = error.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains(words), "{error}");
        assert!(
            error.hint.clone().unwrap_or_default().contains(hint),
            "{error:?}"
        );
    }
    let denied = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let (refused, missing) = (RegistryErrorKind::Refused, RegistryErrorKind::Missing);
    check(
        403,
        denied,
        refused,
        "s3://ml-ledger/a.json: AccessDenied",
        "s3:PutObject",
    )
    .await;
    let gone = "<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>";
    check(404, gone, missing, "NoSuchBucket", "make the bucket").await;
    let busy = "<Error><Code>SlowDown</Code></Error>";
    check(503, busy, RegistryErrorKind::Unreachable, "SlowDown", "").await;
    let page = "<html><body>Welcome</body></html>";
    check(
        404,
        page,
        RegistryErrorKind::NotARegistry,
        "HTTP 404",
        "address of S3",
    )
    .await;
    // A page that says nothing of having taken it.
    let server = Server::always(raw(200, "", "<html>Welcome</html>"));
    let error = objects(&server).keys("ml-ledger", "").await.unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::NotARegistry);
}

#[test]
fn a_bucket_has_an_address_of_its_own_unless_no_certificate_is_of_that_name() {
    let provider = SharedCredentialsProvider::new(credentials(None));
    let signer = Signer::new(&provider);
    let objects = Objects::new(signer, "eu-west-1", None, system_trust(), hurried());
    for (region, bucket, base) in [
        ("eu-west-1", "ml", "https://ml.s3.eu-west-1.amazonaws.com"),
        ("eu-west-1", "m.l", "https://s3.eu-west-1.amazonaws.com/m.l"),
        (
            "cn-north-1",
            "ml",
            "https://ml.s3.cn-north-1.amazonaws.com.cn",
        ),
    ] {
        assert_eq!(objects.base(region, bucket), base);
    }
}
