//! Actions that come before the routing of a rule, between SDK type and document.

use std::collections::HashMap;

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AuthenticateCognitoActionConditionalBehaviorEnum,
    AuthenticateCognitoActionConfig, AuthenticateOidcActionConditionalBehaviorEnum,
    AuthenticateOidcActionConfig, JwtValidationActionAdditionalClaim,
    JwtValidationActionAdditionalClaimFormatEnum, JwtValidationActionConfig,
};
use serde_json::Value;

use super::fields::{document, list, object, object_in, objects_in, text, text_in, texts_in};
use mlship_core::release::Document;

/// Returns an action as Elastic Load Balancing describes it.
pub(super) fn described(action: &Action) -> Document {
    document([
        ("Type", text(action.r#type().map(ActionTypeEnum::as_str))),
        ("Order", action.order().map(Value::from)),
        (
            "AuthenticateOidcConfig",
            action.authenticate_oidc_config().map(described_oidc),
        ),
        (
            "AuthenticateCognitoConfig",
            action.authenticate_cognito_config().map(described_cognito),
        ),
        (
            "JwtValidationConfig",
            action.jwt_validation_config().map(described_jwt),
        ),
    ])
}

fn described_oidc(config: &AuthenticateOidcActionConfig) -> Value {
    let otherwise = config.on_unauthenticated_request();
    let otherwise = otherwise.map(AuthenticateOidcActionConditionalBehaviorEnum::as_str);
    object([
        ("Issuer", text(config.issuer())),
        (
            "AuthorizationEndpoint",
            text(config.authorization_endpoint()),
        ),
        ("TokenEndpoint", text(config.token_endpoint())),
        ("UserInfoEndpoint", text(config.user_info_endpoint())),
        ("ClientId", text(config.client_id())),
        ("SessionCookieName", text(config.session_cookie_name())),
        ("Scope", text(config.scope())),
        ("SessionTimeout", config.session_timeout().map(Value::from)),
        (
            EXTRA_PARAMS,
            config.authentication_request_extra_params().map(map),
        ),
        ("OnUnauthenticatedRequest", text(otherwise)),
    ])
}

fn described_cognito(config: &AuthenticateCognitoActionConfig) -> Value {
    let otherwise = config.on_unauthenticated_request();
    let otherwise = otherwise.map(AuthenticateCognitoActionConditionalBehaviorEnum::as_str);
    object([
        ("UserPoolArn", text(config.user_pool_arn())),
        ("UserPoolClientId", text(config.user_pool_client_id())),
        ("UserPoolDomain", text(config.user_pool_domain())),
        ("SessionCookieName", text(config.session_cookie_name())),
        ("Scope", text(config.scope())),
        ("SessionTimeout", config.session_timeout().map(Value::from)),
        (
            EXTRA_PARAMS,
            config.authentication_request_extra_params().map(map),
        ),
        ("OnUnauthenticatedRequest", text(otherwise)),
    ])
}

fn described_jwt(config: &JwtValidationActionConfig) -> Value {
    let claims = config.additional_claims().iter().map(|claim| {
        let format = claim.format();
        let format = format.map(JwtValidationActionAdditionalClaimFormatEnum::as_str);
        object([
            ("Format", text(format)),
            ("Name", text(claim.name())),
            ("Values", list(claim.values())),
        ])
    });
    object([
        ("JwksEndpoint", text(config.jwks_endpoint())),
        ("Issuer", text(config.issuer())),
        ("AdditionalClaims", list(&claims.collect::<Vec<_>>())),
    ])
}

const EXTRA_PARAMS: &str = "AuthenticationRequestExtraParams";

fn map(map: &HashMap<String, String>) -> Value {
    let pairs = map.iter();
    pairs
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Returns the action that a document describes, for a rule that has it already: the client secret
/// of an `authenticate-oidc` is never described, and the rule's own is kept.
///
/// # Errors
/// The type of an action whose settings this SDK doesn't know: they would be lost.
pub(super) fn of(action: &Document) -> Result<Action, String> {
    let kind = text_in(action, "Type").unwrap_or_default();
    let config = |name| object_in(action, name);
    let known = Action::builder()
        .set_authenticate_oidc_config(config("AuthenticateOidcConfig").map(oidc))
        .set_authenticate_cognito_config(config("AuthenticateCognitoConfig").map(cognito))
        .set_jwt_validation_config(config("JwtValidationConfig").map(jwt))
        .r#type(ActionTypeEnum::from(&*kind))
        .build();
    let whole = match known.r#type {
        Some(ActionTypeEnum::AuthenticateOidc) => known.authenticate_oidc_config.is_some(),
        Some(ActionTypeEnum::AuthenticateCognito) => known.authenticate_cognito_config.is_some(),
        Some(ActionTypeEnum::JwtValidation) => known.jwt_validation_config.is_some(),
        _ => false,
    };
    if whole { Ok(known) } else { Err(kind) }
}

fn oidc(config: &Document) -> AuthenticateOidcActionConfig {
    let otherwise = text_in(config, "OnUnauthenticatedRequest");
    let otherwise =
        otherwise.map(|text| AuthenticateOidcActionConditionalBehaviorEnum::from(&*text));
    AuthenticateOidcActionConfig::builder()
        .set_issuer(text_in(config, "Issuer"))
        .set_authorization_endpoint(text_in(config, "AuthorizationEndpoint"))
        .set_token_endpoint(text_in(config, "TokenEndpoint"))
        .set_user_info_endpoint(text_in(config, "UserInfoEndpoint"))
        .set_client_id(text_in(config, "ClientId"))
        .set_session_cookie_name(text_in(config, "SessionCookieName"))
        .set_scope(text_in(config, "Scope"))
        .set_session_timeout(config.get("SessionTimeout").and_then(Value::as_i64))
        .set_authentication_request_extra_params(map_in(config))
        .set_on_unauthenticated_request(otherwise)
        .use_existing_client_secret(true)
        .build()
}

fn cognito(config: &Document) -> AuthenticateCognitoActionConfig {
    let otherwise = text_in(config, "OnUnauthenticatedRequest");
    let otherwise =
        otherwise.map(|text| AuthenticateCognitoActionConditionalBehaviorEnum::from(&*text));
    AuthenticateCognitoActionConfig::builder()
        .set_user_pool_arn(text_in(config, "UserPoolArn"))
        .set_user_pool_client_id(text_in(config, "UserPoolClientId"))
        .set_user_pool_domain(text_in(config, "UserPoolDomain"))
        .set_session_cookie_name(text_in(config, "SessionCookieName"))
        .set_scope(text_in(config, "Scope"))
        .set_session_timeout(config.get("SessionTimeout").and_then(Value::as_i64))
        .set_authentication_request_extra_params(map_in(config))
        .set_on_unauthenticated_request(otherwise)
        .build()
}

fn jwt(config: &Document) -> JwtValidationActionConfig {
    let claims = objects_in(config, "AdditionalClaims");
    JwtValidationActionConfig::builder()
        .set_jwks_endpoint(text_in(config, "JwksEndpoint"))
        .set_issuer(text_in(config, "Issuer"))
        .set_additional_claims(claims.map(|claims| claims.map(claim).collect()))
        .build()
}

fn claim(claim: &Document) -> JwtValidationActionAdditionalClaim {
    let format = text_in(claim, "Format");
    JwtValidationActionAdditionalClaim::builder()
        .set_format(format.map(|text| JwtValidationActionAdditionalClaimFormatEnum::from(&*text)))
        .set_name(text_in(claim, "Name"))
        .set_values(texts_in(claim, "Values"))
        .build()
}

fn map_in(config: &Document) -> Option<HashMap<String, String>> {
    let pairs = object_in(config, EXTRA_PARAMS)?.iter();
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    Some(pairs.filter_map(text).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_of_an_action_is_lost_on_the_way_there_and_back() {
        let session = json!({
            "SessionCookieName": "AWSELBAuthSessionCookie",
            "Scope": "openid",
            "SessionTimeout": 604_800,
            "AuthenticationRequestExtraParams": {"display": "page", "prompt": "login"},
            "OnUnauthenticatedRequest": "authenticate",
        });
        let with_session = |mut config: Value| {
            let both = config.as_object_mut().unwrap();
            both.extend(session.as_object().unwrap().clone());
            config
        };
        let oidc = with_session(json!({
            "Issuer": "https://idp.example",
            "AuthorizationEndpoint": "https://idp.example/authorize",
            "TokenEndpoint": "https://idp.example/token",
            "UserInfoEndpoint": "https://idp.example/userinfo",
            "ClientId": "mlship",
        }));
        let cognito = with_session(json!({
            "UserPoolArn": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_x",
            "UserPoolClientId": "client",
            "UserPoolDomain": "domain",
        }));
        let jwt = json!({
            "JwksEndpoint": "https://idp.example/jwks",
            "Issuer": "https://idp.example",
            "AdditionalClaims": [
                {"Format": "string-array", "Name": "aud", "Values": ["a", "b"]},
            ],
        });
        for document in [
            json!({"Type": "authenticate-oidc", "AuthenticateOidcConfig": oidc}),
            json!({"Type": "authenticate-cognito", "AuthenticateCognitoConfig": cognito}),
            json!({"Type": "jwt-validation", "JwtValidationConfig": jwt}),
        ] {
            let action = of(document.as_object().unwrap()).unwrap();
            assert_eq!(Value::Object(described(&action)), document);
        }
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        let check = |document: Value, kind: &str| {
            assert_eq!(of(document.as_object().unwrap()), Err(kind.to_owned()));
        };
        check(
            json!({"Type": "ask-a-colleague", "Order": 1}),
            "ask-a-colleague",
        );
        check(
            json!({"Type": "jwt-validation", "Order": 1}),
            "jwt-validation",
        );
    }
}
