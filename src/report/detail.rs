//! The output of `-v`: requests and decisions, as faint lines on standard error.

use super::{Color, Event, Report, ResultRecord, RunRecord, Writer};
use mlship_core::cloud::request::{Outcome, Request, Stage};
use mlship_core::progress::Observer;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::Diagnostic;
use mlship_text::words::counted;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// What everybody reads.
    Usual,
    /// Requests that came to an end, and decisions.
    Requests,
    /// Requests that are sent, and where to, as well.
    Everything,
}

impl Verbosity {
    /// Returns what so many `-v` ask for.
    #[must_use]
    pub fn of_flags(count: u8) -> Self {
        match count {
            0 => Self::Usual,
            1 => Self::Requests,
            2.. => Self::Everything,
        }
    }
}

/// Writes one detail.
pub fn detail(text: &str, color: &Color) {
    let faint = color.faint;
    // Nobody waits for it; the stream remembers.
    let _ = Writer::stderr().line(&format!("{faint}{text}{faint:#}"));
}

/// Returns the line that tells of a request, where so much is told.
#[must_use]
pub fn request_line(request: &Request<'_>, verbosity: Verbosity) -> Option<String> {
    let name = format!("{} {}", request.service, request.operation);
    let attempt = match request.attempt {
        1 => String::new(),
        number => format!(", attempt {number}"),
    };
    match request.stage {
        Stage::Sent if verbosity < Verbosity::Everything => None,
        Stage::Sent => {
            let host = request.host.unwrap_or("an unknown host");
            Some(format!("{name}: sent to {host}{attempt}"))
        }
        Stage::Ended { .. } if verbosity < Verbosity::Requests => None,
        Stage::Ended {
            took,
            outcome,
            request_id,
        } => {
            let outcome = match outcome {
                Outcome::Answered(status) => format!("HTTP {status}"),
                Outcome::Foreign(what) => format!("{what}, which is no answer of AWS,"),
                Outcome::TimedOut => "no answer in time".to_owned(),
                Outcome::Unanswered => "no answer".to_owned(),
            };
            let id = request_id.map_or_else(String::new, |id| format!(", request {id}"));
            let took = took.as_millis();
            Some(format!("{name}: {outcome} in {took} ms{attempt}{id}"))
        }
    }
}

/// Tells details beside what another reader tells.
pub struct Detailed {
    inner: Box<dyn Report>,
    color: Color,
}

impl Detailed {
    /// Adds details to what a reader tells.
    #[must_use]
    pub fn new(inner: Box<dyn Report>, color: Color) -> Self {
        Self { inner, color }
    }
}

impl Observer for Detailed {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        self.inner.event(service, event);
    }

    fn idle(&mut self, service: &ServiceId) {
        self.inner.idle(service);
    }

    fn decision(&mut self, service: &ServiceId, text: &str) {
        detail(&format!("{service}: {text}"), &self.color);
    }
}

impl Report for Detailed {
    fn result(&mut self, result: &ResultRecord) {
        self.inner.result(result);
        let calls = usize::try_from(result.api_calls).unwrap_or(usize::MAX);
        let requests = counted(calls, "request");
        let (verdict, code) = (result.conclusion().word(), result.exit_code().number());
        let service = result.service_id();
        let text =
            format!("{service}: verdict {verdict}, exit code {code}, after {requests} to AWS");
        detail(&text, &self.color);
    }

    fn warning(&mut self, text: &str) {
        self.inner.warning(text);
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        self.inner.findings(findings);
    }

    fn run(&mut self, run: &RunRecord) {
        self.inner.run(run);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[track_caller]
    fn check(attempt: u32, stage: Stage<'_>, verbosity: Verbosity, expected: Option<&str>) {
        let request = Request {
            service: "ECS",
            operation: "DescribeServices",
            attempt,
            host: Some("ecs.eu-west-1.amazonaws.com"),
            stage,
        };
        assert_eq!(request_line(&request, verbosity).as_deref(), expected);
    }

    #[test]
    fn a_request_is_told_with_its_outcome_and_its_id() {
        let ended = |outcome, request_id| Stage::Ended {
            took: Duration::from_millis(48),
            outcome,
            request_id,
        };
        let told = ended(Outcome::Answered(200), Some("0a1b"));
        let line = "ECS DescribeServices: HTTP 200 in 48 ms, request 0a1b";
        check(1, told, Verbosity::Usual, None);
        check(1, told, Verbosity::Requests, Some(line));
        check(1, told, Verbosity::Everything, Some(line));
        let line = "ECS DescribeServices: HTTP 200, text/html, which is no answer of AWS, in 48 ms";
        let told = ended(Outcome::Foreign("HTTP 200, text/html"), None);
        check(1, told, Verbosity::Requests, Some(line));
        let line = "ECS DescribeServices: no answer in time in 48 ms, attempt 2";
        let told = ended(Outcome::TimedOut, None);
        check(2, told, Verbosity::Requests, Some(line));
    }

    #[test]
    fn what_is_under_way_is_told_where_everything_is() {
        let line = "ECS DescribeServices: sent to ecs.eu-west-1.amazonaws.com, attempt 3";
        check(3, Stage::Sent, Verbosity::Requests, None);
        check(3, Stage::Sent, Verbosity::Everything, Some(line));
    }
}
