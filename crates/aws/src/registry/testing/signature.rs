//! Verifies AWS signatures as a server does, by an implementation of its own.

use std::collections::BTreeMap;
use std::fmt::Write;

use aws_credential_types::Credentials;
use sha2::{Digest, Sha256};

use super::ReceivedRequest;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Returns the credentials whose secret the check knows.
pub(in crate::registry) fn credentials(session_token: Option<&str>) -> Credentials {
    let token = session_token.map(str::to_owned);
    Credentials::new("AKIDEXAMPLE", SECRET, token, None, "test")
}

/// What a signature covers.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::registry) struct Signed {
    pub(in crate::registry) region: String,
    pub(in crate::registry) service: String,
    pub(in crate::registry) headers: Vec<String>,
}

/// Checks the signature of a request.
#[track_caller]
pub(in crate::registry) fn check(asked: &ReceivedRequest) -> Signed {
    let authorization = asked.header("authorization").expect("no signature");
    let fields = authorization.strip_prefix("AWS4-HMAC-SHA256 ").unwrap();
    let fields: BTreeMap<_, _> = fields
        .split(", ")
        .map(|field| field.split_once('=').unwrap())
        .collect();
    let (key, scope) = fields["Credential"].split_once('/').unwrap();
    assert_eq!(key, "AKIDEXAMPLE");
    let scope: Vec<_> = scope.split('/').collect();
    let [day, region, service, "aws4_request"] = scope[..] else {
        panic!("{scope:?}");
    };
    let time = asked.header("x-amz-date").unwrap();
    assert!(time.starts_with(day), "{time} {day}");
    let request = hex(&sha256(
        canonical(asked, fields["SignedHeaders"]).as_bytes(),
    ));
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{}\n{request}", scope.join("/"));
    let start = format!("AWS4{SECRET}").into_bytes();
    let key = scope
        .iter()
        .fold(start, |key, part| hmac(&key, part.as_bytes()));
    assert_eq!(fields["Signature"], hex(&hmac(&key, text.as_bytes())));
    Signed {
        region: region.to_owned(),
        service: service.to_owned(),
        headers: fields["SignedHeaders"]
            .split(';')
            .map(str::to_owned)
            .collect(),
    }
}

fn canonical(asked: &ReceivedRequest, signed: &str) -> String {
    let (method, target) = asked.line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut query: Vec<_> = query.split('&').collect();
    query.sort_unstable();
    let mut text = format!("{method}\n{path}\n{}\n", query.join("&"));
    for name in signed.split(';') {
        let value = asked.header(name).unwrap_or_else(|| panic!("no {name}"));
        writeln!(text, "{name}:{}", value.trim()).unwrap();
    }
    let body = hex(&sha256(asked.body.as_bytes()));
    if let Some(told) = asked.header("x-amz-content-sha256") {
        assert_eq!(told, body);
    }
    write!(text, "\n{signed}\n{body}").unwrap();
    text
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// RFC 2104, for keys that fit into a block.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let padded = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(key).for_each(|(at, byte)| *at ^= byte);
        block
    };
    let inner = sha256(&[&padded(0x36)[..], message].concat());
    sha256(&[&padded(0x5c)[..], &inner].concat())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// AWS's own examples (`aws-sig-v4-test-suite`), which check the check.
#[test]
fn the_published_examples_are_signed() {
    let examples = [
        (
            "GET /",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "GET /?Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "POST /",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
    ];
    for (line, signature) in examples {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature={signature}"
        );
        let headers = [
            ("host", "example.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
            ("authorization", &authorization),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let signed = check(&ReceivedRequest {
            line: line.to_owned(),
            headers: headers.to_vec(),
            body: String::new(),
        });
        assert_eq!(
            (&*signed.region, &*signed.service),
            ("us-east-1", "service")
        );
    }
}
