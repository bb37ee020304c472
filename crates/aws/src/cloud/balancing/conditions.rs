//! When a rule applies: the conditions of another rule, and a header of its own.

use aws_sdk_elasticloadbalancingv2::types::{HttpHeaderConditionConfig, RuleCondition};

use super::carried::{leave_out_empty, unmodelled};
use mlship_core::release::HeaderCondition;

/// Returns a condition in one form. It is told in two, the short one and that of its kind, of which
/// only one is taken (<https://github.com/aws/aws-sdk/issues/439>).
///
/// # Errors
/// What would be lost of a condition whose values this SDK does not model: the rule would apply to
/// other requests.
pub(super) fn sent_again(condition: &RuleCondition) -> Result<RuleCondition, String> {
    let mut condition = condition.clone();
    leave_out_empty_lists(&mut condition);
    if has_config(&condition) {
        condition.values = None;
        condition.regex_values = None;
    } else if condition.values.is_none() && condition.regex_values.is_none() {
        let field = condition.field().unwrap_or_default();
        return Err(unmodelled("condition", field));
    }
    Ok(condition)
}

fn leave_out_empty_lists(condition: &mut RuleCondition) {
    leave_out_empty(&mut condition.values);
    leave_out_empty(&mut condition.regex_values);
    if let Some(config) = &mut condition.host_header_config {
        leave_out_empty(&mut config.values);
        leave_out_empty(&mut config.regex_values);
    }
    if let Some(config) = &mut condition.path_pattern_config {
        leave_out_empty(&mut config.values);
        leave_out_empty(&mut config.regex_values);
    }
    if let Some(config) = &mut condition.http_header_config {
        leave_out_empty(&mut config.values);
        leave_out_empty(&mut config.regex_values);
    }
    if let Some(config) = &mut condition.query_string_config {
        leave_out_empty(&mut config.values);
    }
    if let Some(config) = &mut condition.http_request_method_config {
        leave_out_empty(&mut config.values);
    }
    if let Some(config) = &mut condition.source_ip_config {
        leave_out_empty(&mut config.values);
    }
}

fn has_config(condition: &RuleCondition) -> bool {
    condition.host_header_config.is_some()
        || condition.path_pattern_config.is_some()
        || condition.http_header_config.is_some()
        || condition.query_string_config.is_some()
        || condition.http_request_method_config.is_some()
        || condition.source_ip_config.is_some()
}

pub(super) fn of_header(header: &HeaderCondition) -> RuleCondition {
    let config = HttpHeaderConditionConfig::builder()
        .http_header_name(&header.name)
        .values(&header.value)
        .build();
    RuleCondition::builder()
        .field("http-header")
        .http_header_config(config)
        .build()
}
