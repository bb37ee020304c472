//! A local HTTP server for tests: gives prepared answers and records the requests.

pub(super) mod signature;
pub(super) mod tls;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::http::{RetryPolicy, Trust};
use mlship_core::cloud::retry::{Pace, Policy, REGISTRY};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(super) struct ReceivedRequest {
    /// `GET /path?query`.
    pub(super) line: String,
    /// Header lines, their names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl ReceivedRequest {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A whole HTTP answer.
pub(super) type Raw = Vec<u8>;

pub(super) struct Server {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl Server {
    /// Answers every request by a function, which also gets the number of the request.
    pub(super) fn start(answer: impl Fn(&ReceivedRequest, usize) -> Raw + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = receive(&stream) else {
                    continue;
                };
                let number = {
                    let mut kept = kept.lock().unwrap();
                    kept.push(request.clone());
                    kept.len()
                };
                let _ = stream.write_all(&answer(&request, number));
            }
        });
        Self { url, asked }
    }

    /// Answers every request alike.
    pub(super) fn always(raw: Raw) -> Self {
        Self::start(move |_, _| raw.clone())
    }

    pub(super) fn asked(&self) -> Vec<ReceivedRequest> {
        self.asked.lock().unwrap().clone()
    }
}

fn receive(stream: &TcpStream) -> Option<ReceivedRequest> {
    let mut reader = BufReader::new(stream);
    let mut next = || {
        let mut line = String::new();
        let length = reader.read_line(&mut line).ok()?;
        (length > 0).then(|| line.trim_end().to_owned())
    };
    let line = next()?;
    let line = line.strip_suffix(" HTTP/1.1").unwrap_or(&line).to_owned();
    let mut headers = Vec::new();
    while let Some((name, value)) = next()?.split_once(": ") {
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(ReceivedRequest {
        line,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

/// Returns an answer with a body, after which the connection is closed.
pub(super) fn raw(status: u16, headers: &str, body: &str) -> Raw {
    let length = body.len();
    format!("HTTP/1.1 {status} Words\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .into_bytes()
}

pub(super) fn json(status: u16, body: &Value) -> Raw {
    raw(
        status,
        "content-type: application/json\r\n",
        &body.to_string(),
    )
}

/// Trusts whom the system trusts.
pub(super) fn system_trust() -> Trust {
    Trust::from_variables(["CA_BUNDLE"], &|_| None)
}

/// Tries as often as ever, in no time.
pub(super) fn hurried() -> RetryPolicy {
    RetryPolicy {
        retries: Policy {
            pace: Pace::Doubling {
                first: Duration::from_millis(1),
                longest: Duration::from_millis(5),
                spread: 0.5,
            },
            ..REGISTRY
        },
        ..RetryPolicy::default()
    }
}
