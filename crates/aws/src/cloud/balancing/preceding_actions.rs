//! Actions that come before the routing of a rule, such as authentication.

use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum};

use super::carried::{leave_out_empty, unmodelled};

/// Returns an action for a rule that has it already: the client secret of an `authenticate-oidc` is
/// never told, and the rule's own is kept.
///
/// # Errors
/// What would be lost of an action whose settings this SDK does not model.
pub(super) fn sent_again(action: &Action) -> Result<Action, String> {
    if !is_modelled(action) {
        let kind = action.r#type().map_or("", ActionTypeEnum::as_str);
        return Err(unmodelled("action", kind));
    }
    let mut action = action.clone();
    if let Some(config) = &mut action.authenticate_oidc_config {
        config.client_secret = None;
        config.use_existing_client_secret = Some(true);
    }
    if let Some(config) = &mut action.jwt_validation_config {
        leave_out_empty(&mut config.additional_claims);
        for claim in config.additional_claims.iter_mut().flatten() {
            leave_out_empty(&mut claim.values);
        }
    }
    if let Some(config) = &mut action.forward_config {
        leave_out_empty(&mut config.target_groups);
    }
    Ok(action)
}

fn is_modelled(action: &Action) -> bool {
    match action.r#type() {
        Some(ActionTypeEnum::AuthenticateOidc) => action.authenticate_oidc_config.is_some(),
        Some(ActionTypeEnum::AuthenticateCognito) => action.authenticate_cognito_config.is_some(),
        Some(ActionTypeEnum::JwtValidation) => action.jwt_validation_config.is_some(),
        Some(ActionTypeEnum::Redirect) => action.redirect_config.is_some(),
        Some(ActionTypeEnum::FixedResponse) => action.fixed_response_config.is_some(),
        Some(ActionTypeEnum::Forward) => {
            action.forward_config.is_some() || action.target_group_arn.is_some()
        }
        _ => false,
    }
}
