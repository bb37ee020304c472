//! A server on this machine: AWS, STS, single sign-on or a proxy, as a test needs it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Answers requests, and keeps them.
pub(crate) struct Server {
    pub(crate) address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

/// Returns the answer to a request: its status, more headers, and its body.
pub(crate) type Answer = fn(&str) -> (u16, String, String);

impl Server {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        // Ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else {
                    continue;
                };
                let (status, headers, body) = answer(&request);
                kept.lock().unwrap().push(request);
                let length = body.len();
                let head = format!("HTTP/1.1 {status} X\r\n{headers}");
                let rest = format!("content-length: {length}\r\nconnection: close\r\n\r\n{body}");
                let _ = (&stream).write_all(format!("{head}{rest}").as_bytes());
            }
        });
        Self { address, requests }
    }

    /// Returns the requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Reads a request, head and body.
fn read(mut stream: &TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let is_it = name.eq_ignore_ascii_case("content-length");
                is_it.then(|| value.trim().parse().unwrap_or(0))
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
    }
}

const JSON: &str = "content-type: application/x-amz-json-1.1\r\nx-amzn-requestid: 1\r\n";
const XML: &str = "content-type: text/xml\r\nx-amzn-requestid: 1\r\n";

/// AWS as far as a question without a service goes: nothing is deployed anywhere, and every role
/// may be taken on.
pub(crate) fn aws(request: &str) -> (u16, String, String) {
    for action in ["AssumeRoleWithWebIdentity", "AssumeRole"] {
        if request.contains(&format!("Action={action}&")) {
            let body = format!(
                "<{action}Response><{action}Result><Credentials>\
                 <AccessKeyId>AKIDOFROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                 <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
                 </Credentials></{action}Result></{action}Response>"
            );
            return (200, XML.to_owned(), body);
        }
    }
    if request.starts_with("CONNECT ") {
        return (403, String::new(), String::new());
    }
    if let Some(none) = load_balancers(request) {
        return none;
    }
    (200, JSON.to_owned(), r#"{"clusterArns": []}"#.to_owned())
}

/// A region without load balancers, for whoever looks for experiments.
fn load_balancers(request: &str) -> Option<(u16, String, String)> {
    let body = "<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers/>\
                </DescribeLoadBalancersResult></DescribeLoadBalancersResponse>";
    let is_asked = request.contains("Action=DescribeLoadBalancers");
    is_asked.then(|| (200, XML.to_owned(), body.to_owned()))
}

/// ECS without any service.
pub(crate) fn ecs(request: &str) -> (u16, String, String) {
    let body = if request.contains("DescribeServices") {
        r#"{"services": [], "failures": [{"arn": "arn:aws:ecs:eu-west-1:1:service/ml/m", "reason": "MISSING"}]}"#
    } else if request.contains("DescribeScalableTargets") {
        r#"{"ScalableTargets": []}"#
    } else {
        r#"{"ScalingPolicies": []}"#
    };
    (200, JSON.to_owned(), body.to_owned())
}

/// STS in trouble.
pub(crate) fn busy(_: &str) -> (u16, String, String) {
    let body = "<ErrorResponse><Error><Code>ServiceUnavailable</Code></Error></ErrorResponse>";
    (503, XML.to_owned(), body.to_owned())
}

/// Who lets nobody in.
pub(crate) fn denies(request: &str) -> (u16, String, String) {
    if request.contains("Action=") {
        let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized to \
                    perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>";
        return (403, XML.to_owned(), body.to_owned());
    }
    let body = r#"{"__type": "UnrecognizedClientException", "message": "The security token included in the request is invalid."}"#;
    (400, JSON.to_owned(), body.to_owned())
}

/// AWS whose clock is years ahead of this machine's.
pub(crate) fn later(_: &str) -> (u16, String, String) {
    let body = r#"{"__type": "InvalidSignatureException", "message": "Signature expired: 20260501T114000Z is now earlier than 20260501T115500Z (20260501T120000Z - 5 min.)"}"#;
    let date = format!("{JSON}date: Fri, 01 May 2099 12:00:00 GMT\r\n");
    (400, date, body.to_owned())
}

/// AWS whose clock shows what this machine's does, and that got a request late.
pub(crate) fn late(_: &str) -> (u16, String, String) {
    let body = r#"{"__type": "RequestExpired", "message": "Request has expired."}"#;
    let date = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
    (400, format!("{JSON}date: {date}\r\n"), body.to_owned())
}

/// AWS that refuses by a policy of the organization.
pub(crate) fn organization(_: &str) -> (u16, String, String) {
    let body = r#"{"__type": "AccessDeniedException", "message": "User: arn:aws:sts::111122223333:assumed-role/ci/1 is not authorized to perform: ecs:ListClusters on resource: * with an explicit deny in a service control policy"}"#;
    (400, JSON.to_owned(), body.to_owned())
}

/// Single sign-on that knows the token no more.
pub(crate) fn signed_out(_: &str) -> (u16, String, String) {
    let body =
        r#"{"message": "Session token not found or invalid", "__type": "UnauthorizedException"}"#;
    let headers = "content-type: application/json\r\nx-amzn-errortype: UnauthorizedException\r\n";
    (401, headers.to_owned(), body.to_owned())
}

/// A page of somebody on the way.
pub(crate) fn page(_: &str) -> (u16, String, String) {
    (
        200,
        "content-type: text/html\r\n".to_owned(),
        "<html>".to_owned(),
    )
}
