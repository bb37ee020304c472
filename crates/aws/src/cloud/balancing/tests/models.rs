//! Actions, conditions and transforms with every member that the SDK models, and values like them.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{ActionTypeEnum, TransformTypeEnum};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::carried::Carried;
use super::read;

/// Those without which the SDK reads no value: it takes an empty one where an answer lacks them.
const REQUIRED: [&str; 12] = [
    "Issuer",
    "AuthorizationEndpoint",
    "TokenEndpoint",
    "UserInfoEndpoint",
    "ClientId",
    "UserPoolArn",
    "UserPoolClientId",
    "UserPoolDomain",
    "JwksEndpoint",
    "StatusCode",
    "Regex",
    "Replace",
];

/// A claim of a JWT has all of its members.
const OF_CLAIM: &str = "Format";

/// Returns the action of a type.
pub(super) fn action(kind: &str) -> Value {
    let mut actions = actions().into_iter();
    actions.find(|action| action["Type"] == kind).unwrap()
}

/// Each type of action, with the member that has its settings.
pub(super) fn actions() -> Vec<Value> {
    let session = json!({
        "SessionCookieName": "AWSELBAuthSessionCookie",
        "Scope": "openid",
        "SessionTimeout": 604_800,
        "AuthenticationRequestExtraParams": {"prompt": "login"},
        "OnUnauthenticatedRequest": "authenticate",
    });
    let oidc = json!({
        "Issuer": "https://idp.example",
        "AuthorizationEndpoint": "https://idp.example/authorize",
        "TokenEndpoint": "https://idp.example/token",
        "UserInfoEndpoint": "https://idp.example/userinfo",
        "ClientId": "mlship",
    });
    let cognito = json!({
        "UserPoolArn": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_x",
        "UserPoolClientId": "client",
        "UserPoolDomain": "domain",
    });
    let jwt = json!({
        "JwksEndpoint": "https://idp.example/jwks",
        "Issuer": "https://idp.example",
        "AdditionalClaims": [{"Format": "string-array", "Name": "aud", "Values": ["a", "b"]}],
    });
    let redirect = json!({
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    });
    let fixed = json!({"MessageBody": "no", "StatusCode": "503", "ContentType": "text/plain"});
    let forward = json!({
        "TargetGroups": [{"TargetGroupArn": "a", "Weight": 1}, {"TargetGroupArn": "b", "Weight": 9}],
        "TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 3600},
    });
    let [oidc, cognito] = [oidc, cognito].map(|config| both(&config, &session));
    vec![
        json!({"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": oidc}),
        json!({"Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": cognito}),
        json!({"Type": "jwt-validation", "Order": 1, "JwtValidationConfig": jwt}),
        json!({"Type": "redirect", "Order": 1, "RedirectConfig": redirect}),
        json!({"Type": "fixed-response", "Order": 1, "FixedResponseConfig": fixed}),
        json!({"Type": "forward", "Order": 1, "TargetGroupArn": "a", "ForwardConfig": forward}),
    ]
}

/// Each field that a condition may be about, with the member that has its values.
pub(super) fn conditions() -> Vec<Value> {
    let patterns = json!({"Values": ["/score*", "/rank?"], "RegexValues": ["^/v[12]/"]});
    let header = both(&json!({"HttpHeaderName": "x-tenant"}), &patterns);
    let pairs =
        json!({"Values": [{"Key": "version", "Value": "2"}, {"Key": "beta", "Value": "*"}]});
    let source = json!({"Values": ["10.0.0.0/8"], "IpAddressType": "ipv4"});
    let methods = json!({"Values": ["GET", "POST"]});
    vec![
        json!({"Field": "host-header", "HostHeaderConfig": patterns}),
        json!({"Field": "path-pattern", "PathPatternConfig": patterns}),
        json!({"Field": "http-header", "HttpHeaderConfig": header}),
        json!({"Field": "query-string", "QueryStringConfig": pairs}),
        json!({"Field": "http-request-method", "HttpRequestMethodConfig": methods}),
        json!({"Field": "source-ip", "SourceIpConfig": source}),
        json!({"Field": "path-pattern", "Values": ["/score*"], "RegexValues": ["^/v1/"]}),
    ]
}

/// Each type of transform, with the member that has its settings.
pub(super) fn transforms() -> Vec<Value> {
    let rewrites = json!({"Rewrites": [{"Regex": "^/v1/(.*)", "Replace": "/$1"}]});
    vec![
        json!({"Type": "host-header-rewrite", "HostHeaderRewriteConfig": rewrites}),
        json!({"Type": "url-rewrite", "UrlRewriteConfig": rewrites}),
    ]
}

fn both(first: &Value, second: &Value) -> Value {
    let members = [first, second].into_iter().filter_map(Value::as_object);
    let members: Map<String, Value> = members.flatten().map(owned).collect();
    Value::Object(members)
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

/// Any value with some members of its settings, whose texts may be of kinds that are yet to come.
pub(super) fn like(whole: &Value) -> BoxedStrategy<Value> {
    let members: Vec<_> = whole.as_object().unwrap().iter().map(owned).collect();
    let each = members.into_iter().map(|(name, value)| {
        let varied = match &*name {
            "Type" | "Field" | "Order" => Just(value).boxed(),
            _ => varied(&value),
        };
        varied.prop_map(move |value| (name.clone(), value))
    });
    let each: Vec<_> = each.collect();
    each.prop_map(|members| members.into_iter().collect())
        .boxed()
}

fn varied(value: &Value) -> BoxedStrategy<Value> {
    match value {
        Value::Object(members) => {
            let some = members.iter().map(|(name, value)| {
                let is_required = REQUIRED.contains(&&**name) || members.contains_key(OF_CLAIM);
                let given = match varied(value) {
                    value if is_required => value.prop_map(Some).boxed(),
                    value => prop::option::of(value).boxed(),
                };
                let name = name.clone();
                given.prop_map(move |value| value.map(|value| (name.clone(), value)))
            });
            let some: Vec<_> = some.collect();
            some.prop_map(|given| given.into_iter().flatten().collect())
                .boxed()
        }
        Value::Array(values) => prop::collection::vec(varied(&values[0]), 0..4)
            .prop_map(Value::from)
            .boxed(),
        Value::String(_) => "[ -~é]{0,8}".prop_map(Value::from).boxed(),
        Value::Number(_) => (0..1_000_000).prop_map(Value::from).boxed(),
        Value::Bool(_) => any::<bool>().prop_map(Value::from).boxed(),
        Value::Null => Just(Value::Null).boxed(),
    }
}

fn types(values: &[Value]) -> Vec<&str> {
    let types = values.iter().filter_map(|value| value["Type"].as_str());
    let mut types: Vec<_> = types.collect();
    types.sort_unstable();
    types
}

/// Returns the members that the SDK shows nowhere with a value.
fn never_set(shown: &str) -> BTreeSet<&str> {
    let members = |value: &'static str| {
        let members = shown.split([',', '{']).map(str::trim);
        members.filter_map(move |member| Some(member.split_once(value)?.0))
    };
    let set: BTreeSet<&str> = members(": Some").collect();
    let unset = members(": None");
    unset.filter(|member| !set.contains(member)).collect()
}

#[tokio::test]
async fn every_member_that_the_sdk_models_is_among_these() {
    assert_eq!(types(&actions()), ActionTypeEnum::values());
    assert_eq!(types(&transforms()), TransformTypeEnum::values());
    let mut actions = actions();
    actions.push(json!({"Type": "redirect", "Order": 9}));
    let rule = json!({
        "Conditions": conditions(), "Actions": actions, "Transforms": transforms(),
    });
    let rule = read(rule).await;
    let carried = rule.carried.get::<Carried>().unwrap();
    let shown = format!("{:?}", carried.preceding_actions);
    let secret = ["client_secret", "use_existing_client_secret"];
    assert_eq!(never_set(&shown), secret.into());
    let shown = format!("{:?} {:?}", carried.conditions, carried.transforms);
    assert_eq!(never_set(&shown), [].into());
}
