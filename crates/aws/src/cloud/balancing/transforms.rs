//! Rewrites of hosts and paths, on the way to a target.

use aws_sdk_elasticloadbalancingv2::types::{RuleTransform, TransformTypeEnum};

use super::carried::{leave_out_empty, unmodelled};

/// Returns a transform as a rule is made with it.
///
/// # Errors
/// What would be lost of a transform that this SDK does not model.
pub(super) fn sent_again(transform: &RuleTransform) -> Result<RuleTransform, String> {
    let mut transform = transform.clone();
    let rewrites = match transform.r#type {
        Some(TransformTypeEnum::HostHeaderRewrite) => {
            let config = transform.host_header_rewrite_config.as_mut();
            config.map(|config| &mut config.rewrites)
        }
        Some(TransformTypeEnum::UrlRewrite) => {
            let config = transform.url_rewrite_config.as_mut();
            config.map(|config| &mut config.rewrites)
        }
        _ => None,
    };
    let Some(rewrites) = rewrites else {
        let kind = transform.r#type().map_or("", TransformTypeEnum::as_str);
        return Err(unmodelled("transform", kind));
    };
    leave_out_empty(rewrites);
    Ok(transform)
}
