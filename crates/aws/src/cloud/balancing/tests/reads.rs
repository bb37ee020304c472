//! What answers say of rules and target groups.

use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AuthenticateOidcActionConfig, PathPatternConditionConfig, RuleCondition,
};

use super::super::super::testing::Recorded;
use super::super::carried::Carried;
use super::{RULE, answered, group, rule_arn};
use mlship_core::cloud::{Balancing, ErrorKind};
use mlship_core::release::ids::{RuleArn, TargetGroupArn};
use mlship_core::release::{
    Forward, ListenerRule, Opaque, Routing, Target, TargetGroup, TargetHealth,
};

const REDIRECT: &str = "<Actions><member><Type>redirect</Type><Order>1</Order></member></Actions>";

fn no_tags() -> String {
    let described = format!("<member><ResourceArn>{RULE}</ResourceArn><Tags/></member>");
    format!("<TagDescriptions>{described}</TagDescriptions>")
}

fn described(inner: &str) -> String {
    format!("<Rules><member><RuleArn>{RULE}</RuleArn>{inner}</member></Rules>")
}

/// Reads a rule out of an answer.
async fn rule(inner: &str) -> ListenerRule {
    let recorded = Recorded::default()
        .says("DescribeRules", &described(inner))
        .says("DescribeTags", &no_tags());
    let found = recorded.cloud().listener_rule(&rule_arn()).await;
    found.unwrap().unwrap()
}

async fn routing(actions: &str) -> Routing {
    rule(&format!(
        "<Priority>1</Priority><Actions>{actions}</Actions>"
    ))
    .await
    .routing
}

fn forward(weights: &[(&str, u32)], stickiness: Option<u32>) -> Routing {
    let weights = weights.iter().map(|(name, weight)| (group(name), *weight));
    let weights = weights.collect();
    Routing::Forward(Forward {
        weights,
        stickiness,
    })
}

#[tokio::test]
async fn a_rule_comes_with_all_that_is_in_it() {
    let inner = format!(
        "<Priority>10</Priority><IsDefault>false</IsDefault>\
         <Conditions><member><Field>path-pattern</Field><Values><member>/score*</member></Values>\
         <PathPatternConfig><Values><member>/score*</member></Values></PathPatternConfig></member>\
         </Conditions>\
         <Actions>\
         <member><Type>forward</Type><Order>2</Order><ForwardConfig><TargetGroups>\
         <member><TargetGroupArn>{}</TargetGroupArn><Weight>90</Weight></member>\
         <member><TargetGroupArn>{}</TargetGroupArn><Weight>0</Weight></member>\
         </TargetGroups><TargetGroupStickinessConfig><Enabled>true</Enabled>\
         <DurationSeconds>604800</DurationSeconds></TargetGroupStickinessConfig></ForwardConfig>\
         </member>\
         <member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig>\
         <Issuer>https://idp.example</Issuer>\
         <AuthorizationEndpoint>https://idp.example/authorize</AuthorizationEndpoint>\
         <TokenEndpoint>https://idp.example/token</TokenEndpoint>\
         <UserInfoEndpoint>https://idp.example/userinfo</UserInfoEndpoint>\
         <ClientId>mlship</ClientId><SessionTimeout>604800</SessionTimeout>\
         <AuthenticationRequestExtraParams><entry><key>prompt</key><value>login</value></entry>\
         </AuthenticationRequestExtraParams></AuthenticateOidcConfig></member>\
         </Actions>",
        group("control"),
        group("challenger"),
    );
    let recorded = Recorded::default()
        .says("DescribeRules", &described(&inner))
        .tags(&[RULE.to_owned()]);
    let found = recorded
        .cloud()
        .listener_rule(&rule_arn())
        .await
        .unwrap()
        .unwrap();
    let path = PathPatternConditionConfig::builder().values("/score*");
    let condition = RuleCondition::builder()
        .field("path-pattern")
        .values("/score*")
        .path_pattern_config(path.build());
    let oidc = AuthenticateOidcActionConfig::builder()
        .issuer("https://idp.example")
        .authorization_endpoint("https://idp.example/authorize")
        .token_endpoint("https://idp.example/token")
        .user_info_endpoint("https://idp.example/userinfo")
        .client_id("mlship")
        .session_timeout(604_800)
        .authentication_request_extra_params("prompt", "login");
    let action = Action::builder()
        .r#type(ActionTypeEnum::AuthenticateOidc)
        .order(1)
        .authenticate_oidc_config(oidc.build());
    let wanted = ListenerRule {
        arn: rule_arn(),
        priority: Some(10),
        carried: Opaque::new(Carried {
            conditions: vec![condition.build()],
            preceding_actions: vec![action.build()],
            transforms: Vec::new(),
        }),
        before: vec!["authenticate-oidc".to_owned()],
        routing: forward(&[("control", 90), ("challenger", 0)], Some(604_800)),
        tags: [("of".to_owned(), RULE.to_owned())].into(),
    };
    assert_eq!(found, wanted);
    let mut asked = recorded.asked();
    asked.sort();
    let version = "Version=2015-12-01";
    assert_eq!(
        asked,
        [
            format!("Action=DescribeRules\n{version}\nRuleArns.member.1={RULE}"),
            format!("Action=DescribeTags\n{version}\nResourceArns.member.1={RULE}"),
        ]
    );
}

#[tokio::test]
async fn a_default_rule_has_no_priority() {
    let found = rule(&format!("<Priority>default</Priority>{REDIRECT}")).await;
    assert_eq!(found.priority, None);
    assert_eq!(found.tags, [].into());
}

#[tokio::test]
async fn weights_and_stickiness_that_are_absent_have_their_usual_meaning() {
    let arn = group("a");
    let short = format!("<TargetGroupArn>{arn}</TargetGroupArn>");
    let in_config = |more: &str, stickiness: &str| {
        format!(
            "<ForwardConfig><TargetGroups><member>{short}{more}</member></TargetGroups>\
             {stickiness}</ForwardConfig>"
        )
    };
    let both = |config: String| format!("{short}{config}");
    let off = "<TargetGroupStickinessConfig><Enabled>false</Enabled></TargetGroupStickinessConfig>";
    for (inner, weight) in [
        (short.clone(), 1),
        (in_config("", ""), 1),
        (in_config("<Weight>7</Weight>", off), 7),
        (both(in_config("<Weight>0</Weight>", off)), 0),
    ] {
        let action = format!("<member><Type>forward</Type>{inner}</member>");
        assert_eq!(
            routing(&action).await,
            forward(&[("a", weight)], None),
            "{inner}"
        );
    }
}

#[tokio::test]
async fn what_does_not_forward_is_told_by_its_type() {
    for kind in ["redirect", "fixed-response", "something-new"] {
        let action = format!("<member><Type>{kind}</Type><Order>1</Order></member>");
        assert_eq!(routing(&action).await, Routing::Other(kind.to_owned()));
    }
}

#[tokio::test]
async fn a_rule_that_is_gone_is_nothing() {
    let recorded = Recorded::default()
        .refuses("DescribeRules", "RuleNotFound")
        .refuses("DescribeTags", "RuleNotFound");
    assert_eq!(recorded.cloud().listener_rule(&rule_arn()).await, Ok(None));
    // It may also be deleted between the two.
    let recorded = Recorded::default()
        .says(
            "DescribeRules",
            &described(&format!("<Priority>1</Priority>{REDIRECT}")),
        )
        .refuses("DescribeTags", "RuleNotFound");
    assert_eq!(recorded.cloud().listener_rule(&rule_arn()).await, Ok(None));
}

#[tokio::test]
async fn what_is_not_allowed_names_the_permission() {
    let recorded = Recorded::default().answer(
        "DescribeTargetHealth",
        403,
        &super::refused("AccessDenied", "not authorized"),
    );
    let error = recorded
        .cloud()
        .target_health(&group("a"))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    let hint = "allow elasticloadbalancing:DescribeTargetHealth to the caller";
    assert_eq!(error.hint.as_deref(), Some(hint));
}

#[tokio::test(start_paused = true)]
async fn a_read_is_sent_again() {
    let recorded = Recorded::default()
        .refuses("DescribeTargetHealth", "Throttling")
        .lose("DescribeTargetHealth")
        .says("DescribeTargetHealth", "<TargetHealthDescriptions/>");
    let health = recorded.cloud().target_health(&group("a")).await;
    assert_eq!(health, Ok(TargetHealth::default()));
}

#[tokio::test]
async fn targets_are_counted_and_sick_ones_described() {
    let target = |state: &str, why: &str| {
        format!("<member><TargetHealth><State>{state}</State>{why}</TargetHealth></member>")
    };
    let named = |id: &str, state: &str| {
        format!(
            "<member><Target><Id>{id}</Id><Port>80</Port></Target><TargetHealth><State>{state}\
             </State></TargetHealth></member>"
        )
    };
    let targets = [
        target("healthy", ""),
        target(
            "unhealthy",
            "<Reason>Target.ResponseCodeMismatch</Reason>\
             <Description>Health checks failed with these codes: [502]</Description>",
        ),
        target(
            "draining",
            "<Reason>Target.DeregistrationInProgress</Reason>",
        ),
        named("10.0.0.7", "healthy"),
        named("i-0123", "initial"),
    ];
    let result = format!(
        "<TargetHealthDescriptions>{}</TargetHealthDescriptions>",
        targets.concat()
    );
    let recorded = Recorded::default().says("DescribeTargetHealth", &result);
    let other = |state: &str, why: &str| (state.to_owned(), why.to_owned());
    let wanted = TargetHealth {
        healthy: 2,
        others: vec![
            other("unhealthy", "Health checks failed with these codes: [502]"),
            other("draining", "Target.DeregistrationInProgress"),
            other("initial", ""),
        ],
        targets: [("10.0.0.7", true), ("i-0123", false)]
            .map(|(id, is_healthy)| Target {
                id: id.to_owned(),
                is_healthy,
            })
            .into(),
    };
    let health = recorded.cloud().target_health(&group("a")).await;
    assert_eq!(health, Ok(wanted));
}

#[tokio::test]
async fn target_groups_that_are_gone_are_left_out() {
    let arns: Vec<TargetGroupArn> = ["a", "b", "c"].map(group).into();
    let one = |name: &str, balancers: &str| {
        format!(
            "<TargetGroups><member><TargetGroupArn>{}</TargetGroupArn><LoadBalancerArns>\
             {balancers}</LoadBalancerArns></member></TargetGroups>",
            group(name)
        )
    };
    let recorded = Recorded::default()
        .refuses(&format!("member.3={}", group("c")), "TargetGroupNotFound")
        .refuses(&format!("member.2={}", group("c")), "TargetGroupNotFound")
        .says(
            "DescribeTargetGroups",
            &one("a", "<member>balancer</member>"),
        )
        .refuses(&format!("member.1={}", group("b")), "TargetGroupNotFound")
        .says("DescribeTargetGroups", &one("c", ""));
    let found = recorded.cloud().target_groups(&arns).await;
    let known = |name: &str, balancers: &[&str]| TargetGroup {
        arn: group(name),
        load_balancers: balancers.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(found, Ok(vec![known("a", &["balancer"]), known("c", &[])]));
    assert_eq!(recorded.left(), 0);
}

#[tokio::test]
async fn a_load_balancer_says_how_long_it_waits() {
    let attribute =
        |key: &str, value: &str| format!("<member><Key>{key}</Key><Value>{value}</Value></member>");
    let check = async |attributes: String| {
        let result = format!("<Attributes>{attributes}</Attributes>");
        let asked = "111122223333:loadbalancer/app/web/50dc6c495c0c9188";
        let answer = answered("DescribeLoadBalancerAttributes", &result);
        let recorded = Recorded::default().answer(asked, 200, &answer);
        recorded.cloud().idle_timeout(&rule_arn()).await
    };
    let others = attribute("deletion_protection.enabled", "false");
    let timeout = attribute("idle_timeout.timeout_seconds", "300");
    let found = check(format!("{others}{timeout}")).await;
    assert_eq!(found, Ok(Duration::from_mins(5)));
    assert_eq!(check(others).await, Ok(Duration::from_mins(1)));
}

/// Network load balancers have listeners alone.
#[tokio::test]
async fn a_listener_is_read_as_the_rule_that_it_is() {
    let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/net/nlb/5/f";
    let listener = RuleArn::new(arn);
    let inner = format!(
        "<Listeners><member><ListenerArn>{arn}</ListenerArn><DefaultActions><member>\
         <Type>forward</Type><ForwardConfig><TargetGroups>\
         <member><TargetGroupArn>{}</TargetGroupArn><Weight>1</Weight></member>\
         <member><TargetGroupArn>{}</TargetGroupArn><Weight>0</Weight></member>\
         </TargetGroups></ForwardConfig></member></DefaultActions></member></Listeners>",
        group("blue"),
        group("green"),
    );
    let recorded = Recorded::default().says("DescribeListeners", &inner);
    let cloud = recorded.cloud();
    let found = cloud.listener_rule(&listener).await.unwrap().unwrap();
    assert_eq!(found.routing, forward(&[("blue", 1), ("green", 0)], None));
    // What it has besides was not read, and is not written over.
    let Routing::Forward(to) = &found.routing else {
        panic!("it forwards");
    };
    let refused = cloud.forward(&found, to).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Rejected);
    let gone = Recorded::default().refuses("DescribeListeners", "ListenerNotFound");
    assert_eq!(gone.cloud().listener_rule(&listener).await, Ok(None));
}
