//! From an SDK error to what it means, in words without the SDK's debug dumps.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::cloud::{CloudError, ErrorKind};

/// Returns what an SDK error means.
pub(super) fn classify<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> CloudError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let of = |kind, message: String| CloudError {
        operation,
        kind,
        code: None,
        message,
        hint: None,
    };
    match error {
        SdkError::ServiceError(answer) => said_no(operation, answer.err(), answer.raw()),
        SdkError::TimeoutError(_) => of(ErrorKind::Lost, "no answer in time".to_owned()),
        SdkError::ResponseError(answer) => of(
            ErrorKind::Lost,
            format!(
                "unreadable answer (HTTP {})",
                answer.raw().status().as_u16()
            ),
        ),
        _ => not_sent_or_lost(operation, error),
    }
}

fn not_sent_or_lost(operation: &'static str, error: &(dyn Error + 'static)) -> CloudError {
    let chain = chain(error);
    let root = chain.last().map_or_else(String::new, ToString::to_string);
    if chain.iter().any(|error| error.is::<CredentialsError>()) {
        return no_credentials(operation, &root);
    }
    let refused = chain.iter().any(|error| {
        error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused)
    });
    let unresolved = chain
        .iter()
        .any(|error| error.to_string().contains("dns error"));
    let kind = if refused || unresolved {
        ErrorKind::Unreachable
    } else {
        ErrorKind::Lost
    };
    CloudError {
        operation,
        kind,
        code: None,
        message: format!("cannot reach AWS: {root}"),
        hint: Some("check the network, --endpoint-url and the region".to_owned()),
    }
}

/// Says that there are no credentials, and why.
pub(super) fn no_credentials(operation: &'static str, why: &str) -> CloudError {
    CloudError {
        operation,
        kind: ErrorKind::Credentials,
        code: None,
        message: format!("no usable credentials: {why}"),
        hint: Some(super::connect::CREDENTIALS_HINT.to_owned()),
    }
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
    operation: &'static str,
    error: &E,
    raw: &HttpResponse,
) -> CloudError {
    let code = error.code().unwrap_or("unknown error");
    let message = error.message().unwrap_or("no message").to_owned();
    let kind = kind_of(code, &message, raw.status().as_u16());
    let hint = match kind {
        ErrorKind::Credentials => Some(super::connect::CREDENTIALS_HINT.to_owned()),
        ErrorKind::Denied => Some(format!("allow {} to the caller", permission(operation))),
        ErrorKind::Missing if code == "ClusterNotFoundException" => {
            Some("check service.cluster, the region and the account".to_owned())
        }
        ErrorKind::Missing
        | ErrorKind::Rejected
        | ErrorKind::Throttled
        | ErrorKind::Unreachable
        | ErrorKind::Lost => None,
    };
    CloudError {
        operation,
        kind,
        code: Some(code.to_owned()),
        message,
        hint,
    }
}

/// Returns the permission that an operation needs.
pub(super) fn permission(operation: &str) -> String {
    let service = match operation {
        "FilterLogEvents" | "GetLogEvents" => "logs",
        "DescribeScalableTargets"
        | "DescribeScalingPolicies"
        | "RegisterScalableTarget"
        | "DeregisterScalableTarget"
        | "PutScalingPolicy"
        | "DeleteScalingPolicy" => "application-autoscaling",
        "GetMetricData" => "cloudwatch",
        "GetCallerIdentity" => "sts",
        "DescribeLoadBalancers"
        | "DescribeListeners"
        | "DescribeRules"
        | "DescribeTags"
        | "DescribeTargetGroups"
        | "DescribeTargetHealth"
        | "CreateRule"
        | "ModifyRule"
        | "DeleteRule"
        | "AddTags"
        | "RemoveTags" => "elasticloadbalancing",
        _ => "ecs",
    };
    format!("{service}:{operation}")
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
        | "IncompleteSignature" => ErrorKind::Credentials,
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
    fn the_permission_is_that_of_the_service_asked() {
        assert_eq!(permission("FilterLogEvents"), "logs:FilterLogEvents");
        assert_eq!(permission("ListTasks"), "ecs:ListTasks");
        let modify = "elasticloadbalancing:ModifyRule";
        assert_eq!(permission("ModifyRule"), modify);
    }

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
        check("unknown error", "no message", 503, ErrorKind::Lost);
        check(
            "InternalFailure",
            "not implemented",
            501,
            ErrorKind::Rejected,
        );
        check("InvalidParameterException", "bad", 400, ErrorKind::Rejected);
    }
}
