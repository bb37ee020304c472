//! Classifies SDK errors by what they mean, in words without the SDK's debug dumps.

use std::error::Error;
use std::time::SystemTime;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::connection::NoCredentials;
use super::operation::Operation;
use super::reception::Foreign;
use super::{clock, denial};
use mlship_core::cloud::{CloudError, ErrorKind};

/// Returns what an SDK error means.
pub(super) fn classify<E>(operation: Operation, error: &SdkError<E, HttpResponse>) -> CloudError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ServiceError(answer) => said_no(operation, answer.err(), answer.raw()),
        SdkError::TimeoutError(_) => CloudError {
            operation: operation.name(),
            kind: ErrorKind::Lost,
            code: None,
            message: "no answer in time".to_owned(),
            hint: None,
        },
        SdkError::ResponseError(answer) => unreadable(operation, answer.raw()),
        _ => not_sent_or_lost(operation, error),
    }
}

/// Something came back in which the SDK finds neither an answer nor an error.
fn unreadable(operation: Operation, raw: &HttpResponse) -> CloudError {
    let status = raw.status().as_u16();
    let kind = raw.headers().get("content-type").unwrap_or("no type");
    of_status(operation, status, &format!("HTTP {status}, {kind}"))
}

/// A status may tell what became of the request, though nothing else does.
fn of_status(operation: Operation, status: u16, what: &str) -> CloudError {
    CloudError {
        kind: match status {
            429 => ErrorKind::Throttled,
            500.. => ErrorKind::Lost,
            _ => ErrorKind::Unreadable,
        },
        ..CloudError::unreadable(operation.name(), what)
    }
}

fn not_sent_or_lost(operation: Operation, error: &(dyn Error + 'static)) -> CloudError {
    let chain = chain(error);
    // First, since others may have answered whoever asked for credentials.
    let told = chain.iter().find_map(|error| error.downcast_ref());
    if let Some(told) = told {
        return NoCredentials::of(told, operation.name());
    }
    if let Some(foreign) = foreign(error) {
        return of_status(operation, foreign.status, &foreign.to_string());
    }
    let operation = operation.name();
    let root = chain.last().map_or_else(String::new, ToString::to_string);
    if chain.iter().any(|error| error.is::<CredentialsError>()) {
        return no_credentials(operation, &root);
    }
    let says = |words: &str| chain.iter().any(|error| error.to_string().contains(words));
    // Nothing was sent where the way to whom it was for was never open.
    let (kind, message, hint) = if says("tunnel error") {
        let hint = "check HTTPS_PROXY, what it lets through, and NO_PROXY";
        (
            ErrorKind::Unreachable,
            "the proxy gives no way to AWS",
            hint,
        )
    } else if says("invalid peer certificate") {
        let hint = "name the PEM file of whoever signs certificates here in AWS_CA_BUNDLE";
        (ErrorKind::Unreachable, "who answers is not trusted", hint)
    } else if is_refused(&chain) || says("dns error") {
        let hint = "check the network, HTTPS_PROXY, --endpoint-url and the region";
        (ErrorKind::Unreachable, "cannot reach AWS", hint)
    } else {
        let hint = "check the network, HTTPS_PROXY, --endpoint-url and the region";
        (ErrorKind::Lost, "cannot reach AWS", hint)
    };
    CloudError {
        operation,
        kind,
        code: None,
        message: format!("{message}: {root}"),
        hint: Some(hint.to_owned()),
    }
}

fn is_refused(chain: &[&(dyn Error + 'static)]) -> bool {
    let io = chain.iter().filter_map(|error| error.downcast_ref());
    io.map(std::io::Error::kind)
        .any(|kind| kind == std::io::ErrorKind::ConnectionRefused)
}

/// Says that there are no credentials, and why.
pub(super) fn no_credentials(operation: &'static str, why: &str) -> CloudError {
    CloudError {
        operation,
        kind: ErrorKind::Credentials,
        code: None,
        message: format!("no usable credentials: {why}"),
        hint: Some(super::connection::CREDENTIALS_HINT.to_owned()),
    }
}

/// Returns the answer of somebody else that is at the root of an error.
pub(super) fn foreign<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Foreign> {
    chain(error)
        .into_iter()
        .find_map(|error| error.downcast_ref())
}

/// Returns an error and what caused it, down to the root.
pub(super) fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut chain = vec![error];
    let mut at = error;
    while let Some(source) = at.source() {
        chain.push(source);
        at = source;
    }
    chain
}

fn said_no<E: ProvideErrorMetadata>(
    operation: Operation,
    error: &E,
    raw: &HttpResponse,
) -> CloudError {
    // Without a code it is not AWS that speaks.
    let Some(code) = error.code().filter(|code| !code.is_empty()) else {
        return unreadable(operation, raw);
    };
    let message = error.message().unwrap_or("no message").to_owned();
    let kind = kind_of(code, &message, raw.status().as_u16());
    if clock::is_about_time(code, &message) {
        let told = clock::told(raw.headers().get("date"), SystemTime::now());
        return CloudError {
            operation: operation.name(),
            kind,
            code: Some(code.to_owned()),
            message: format!("{}: {message}", told.words),
            hint: Some(told.hint.to_owned()),
        };
    }
    let hint = match kind {
        ErrorKind::Credentials => Some(super::connection::CREDENTIALS_HINT.to_owned()),
        ErrorKind::Denied => Some(denial::hint(&message, operation.permission())),
        ErrorKind::Missing if code == "ClusterNotFoundException" => {
            Some("check service.cluster, the region and the account".to_owned())
        }
        ErrorKind::Setting
        | ErrorKind::Missing
        | ErrorKind::Rejected
        | ErrorKind::Foreign
        | ErrorKind::Elsewhere
        | ErrorKind::Throttled
        | ErrorKind::Unreachable
        | ErrorKind::Lost
        | ErrorKind::Unreadable => None,
    };
    CloudError {
        operation: operation.name(),
        kind,
        code: Some(code.to_owned()),
        message,
        hint,
    }
}

/// Returns what an AWS error code means.
#[must_use]
pub fn kind_of(code: &str, message: &str, status: u16) -> ErrorKind {
    match code {
        "ThrottlingException"
        | "Throttling"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "ThrottledException"
        | "EC2ThrottledException"
        | "ProvisionedThroughputExceededException"
        | "BandwidthLimitExceeded"
        | "PriorRequestNotComplete"
        | "SlowDown" => ErrorKind::Throttled,
        // Two registrations into one family at once: nothing was registered, and no code says so.
        "ClientException" if message.starts_with("Too many concurrent attempts") => {
            ErrorKind::Throttled
        }
        "ExpiredToken"
        | "ExpiredTokenException"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignature"
        | "RequestExpired"
        | "RequestInTheFuture"
        | "RequestTimeTooSkewed" => ErrorKind::Credentials,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => ErrorKind::Denied,
        "ClusterNotFoundException" | "ServiceNotFoundException" | "ServiceNotActiveException" => {
            ErrorKind::Missing
        }
        _ if status == 429 => ErrorKind::Throttled,
        // An emulator without this operation: it was not carried out, and never will be.
        _ if status == 501 => ErrorKind::Rejected,
        _ if status >= 500 => ErrorKind::Lost,
        _ => ErrorKind::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_the_caller_can_do_about_them() {
        let check = |code, message, status, kind| assert_eq!(kind_of(code, message, status), kind);
        check(
            "ThrottlingException",
            "Rate exceeded",
            400,
            ErrorKind::Throttled,
        );
        check(
            "ClientException",
            "Too many concurrent attempts to create a new revision of the specified family.",
            400,
            ErrorKind::Throttled,
        );
        check(
            "ClientException",
            "No cluster with ACTIVE status.",
            400,
            ErrorKind::Rejected,
        );
        check(
            "ExpiredTokenException",
            "expired",
            403,
            ErrorKind::Credentials,
        );
        check(
            "AccessDeniedException",
            "not authorized",
            400,
            ErrorKind::Denied,
        );
        check(
            "ClusterNotFoundException",
            "Cluster not found.",
            400,
            ErrorKind::Missing,
        );
        check(
            "ServerException",
            "Service Unavailable.",
            500,
            ErrorKind::Lost,
        );
        check("Unheard", "of", 503, ErrorKind::Lost);
        check(
            "InternalFailure",
            "not implemented",
            501,
            ErrorKind::Rejected,
        );
        check("InvalidParameterException", "bad", 400, ErrorKind::Rejected);
    }
}
