//! Servers that answer for a registry, or not, for as long as a test runs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

/// A request as it arrived.
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) target: String,
    /// Header lines, in lower case.
    pub(super) headers: Vec<String>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.headers.iter();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Serves on the loopback interface for as long as the test runs.
pub(super) fn serve(answer: impl Fn(&Asked) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(&stream);
            let mut first = String::new();
            if reader.read_line(&mut first).is_err() {
                continue;
            }
            let mut words = first.split(' ').map(str::to_owned);
            let mut asked = Asked {
                method: words.next().unwrap_or_default(),
                target: words.next().unwrap_or_default(),
                headers: Vec::new(),
                body: Vec::new(),
            };
            loop {
                let mut line = String::new();
                let read = reader.read_line(&mut line).unwrap_or(0);
                if read == 0 || line.trim().is_empty() {
                    break;
                }
                asked.headers.push(line.trim().to_lowercase());
            }
            let length = asked.header("content-length");
            asked.body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
            let _ = reader.read_exact(&mut asked.body);
            let _ = stream.write_all(answer(&asked).as_bytes());
        }
    });
    url
}

/// Serves what another server does, and fails every write.
pub(super) fn read_only(other: String) -> String {
    serve(move |asked| {
        if asked.method == "GET" {
            passed_on(&other, &asked.target)
        } else {
            "HTTP/1.1 503 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
        }
    })
}

pub(super) fn passed_on(other: &str, target: &str) -> String {
    let answer = ureq::get(format!("{other}{target}"))
        .config()
        .http_status_as_error(false)
        .build()
        .call()
        .unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().read_to_string().unwrap();
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

/// A server that does not answer some requests.
pub(super) struct Silent {
    pub(super) url: String,
    pub(super) asked: Receiver<()>,
}

impl Silent {
    pub(super) fn wait_until_asked(&self) {
        self.asked.recv().unwrap();
    }
}

/// Serves what another server does, but for one method.
pub(super) fn silent_on(method: &'static str, other: &str) -> Silent {
    let (tell, asked) = channel();
    let other = other.to_owned();
    let url = serve(move |asks| {
        if asks.method == method {
            let _ = tell.send(());
            loop {
                std::thread::park();
            }
        }
        passed_on(&other, &asks.target)
    });
    Silent { url, asked }
}
