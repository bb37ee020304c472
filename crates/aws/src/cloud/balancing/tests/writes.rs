//! What is written, and how often.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use super::super::super::testing::Recorded;
use super::{RULE, group, models, read_rule, rule_arn, written};
use mlship_core::cloud::{Answer, Balancing, ErrorKind};
use mlship_core::release::ids::RuleArn;
use mlship_core::release::{Forward, HeaderCondition, ListenerRule, Opaque};

fn to(weights: &[(&str, u32)], stickiness: Option<u32>) -> Forward {
    let weights = weights.iter().map(|(name, weight)| (group(name), *weight));
    let weights = weights.collect();
    Forward {
        weights,
        stickiness,
    }
}

async fn forwarded(recorded: &Recorded) -> Answer<()> {
    let to = to(&[("control", 1)], None);
    let rule = read_rule(&[], &[]).await;
    recorded.cloud().forward(&rule, &to).await
}

async fn created(recorded: &Recorded, conditions: &[Value], before: &[Value]) -> Answer<RuleArn> {
    let tags = [("mlship:experiment".to_owned(), "fraud".to_owned())].into();
    let rule = read_rule(conditions, before).await;
    let header = HeaderCondition {
        name: "x-mlship-variant".to_owned(),
        value: "challenger".to_owned(),
    };
    let to = to(&[("control", 1)], None);
    let cloud = recorded.cloud();
    cloud.create_rule(&rule, 11, &header, &to, &tags).await
}

#[tokio::test]
async fn a_rule_keeps_what_comes_before_and_gets_new_weights() {
    let recorded = Recorded::default().says("ModifyRule", &written());
    let to = to(&[("control", 50), ("challenger", 0)], Some(604_800));
    let rule = read_rule(&[], &[models::action("authenticate-oidc")]).await;
    let changed = recorded.cloud().forward(&rule, &to).await;
    assert_eq!(changed, Ok(()));
    assert_data_eq!(
        recorded.asked().concat(),
        str![[r#"
Action=ModifyRule
Version=2015-12-01
RuleArn=arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee
Actions.member.1.Type=authenticate-oidc
Actions.member.1.AuthenticateOidcConfig.Issuer=https://idp.example
Actions.member.1.AuthenticateOidcConfig.AuthorizationEndpoint=https://idp.example/authorize
Actions.member.1.AuthenticateOidcConfig.TokenEndpoint=https://idp.example/token
Actions.member.1.AuthenticateOidcConfig.UserInfoEndpoint=https://idp.example/userinfo
Actions.member.1.AuthenticateOidcConfig.ClientId=mlship
Actions.member.1.AuthenticateOidcConfig.SessionCookieName=AWSELBAuthSessionCookie
Actions.member.1.AuthenticateOidcConfig.Scope=openid
Actions.member.1.AuthenticateOidcConfig.SessionTimeout=604800
Actions.member.1.AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.key=prompt
Actions.member.1.AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.value=login
Actions.member.1.AuthenticateOidcConfig.OnUnauthenticatedRequest=authenticate
Actions.member.1.AuthenticateOidcConfig.UseExistingClientSecret=true
Actions.member.1.Order=1
Actions.member.2.Type=forward
Actions.member.2.Order=2
Actions.member.2.ForwardConfig.TargetGroups.member.1.TargetGroupArn=arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/challenger/73e2d6bc24d8a067
Actions.member.2.ForwardConfig.TargetGroups.member.1.Weight=0
Actions.member.2.ForwardConfig.TargetGroups.member.2.TargetGroupArn=arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/control/73e2d6bc24d8a067
Actions.member.2.ForwardConfig.TargetGroups.member.2.Weight=50
Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.Enabled=true
Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds=604800
"#]]
    );
}

#[tokio::test]
async fn no_stickiness_is_said_so() {
    let recorded = Recorded::default().says("ModifyRule", &written());
    assert_eq!(forwarded(&recorded).await, Ok(()));
    assert_data_eq!(
        recorded.asked().concat(),
        str![[r#"
Action=ModifyRule
Version=2015-12-01
RuleArn=arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee
Actions.member.1.Type=forward
Actions.member.1.Order=1
Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/control/73e2d6bc24d8a067
Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=1
Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled=false
"#]]
    );
}

#[tokio::test]
async fn what_is_not_known_whole_is_not_sent_in_part() {
    let recorded = Recorded::default();
    let to = to(&[("control", 1)], None);
    let check = |result: Answer<()>, part: &str| {
        let error = result.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Rejected);
        assert!(error.message.contains(part), "{error}");
    };
    for kind in ["ask-a-colleague", "jwt-validation"] {
        let action = [json!({"Type": kind, "Order": 1})];
        let rule = read_rule(&[], &action).await;
        check(recorded.cloud().forward(&rule, &to).await, kind);
        check(created(&recorded, &[], &action).await.map(drop), kind);
    }
    let condition = json!({"Field": "weather", "WeatherConfig": {"Values": ["rain"]}});
    let made = created(&recorded, &[condition], &[]).await;
    check(made.map(drop), "weather");
    // A new rule would need the secret of the other one.
    let made = created(&recorded, &[], &[models::action("authenticate-oidc")]).await;
    check(made.map(drop), "authenticate-oidc");
    let rule = ListenerRule {
        carried: Opaque::new(()),
        before: Vec::new(),
        ..read_rule(&[], &[]).await
    };
    check(
        recorded.cloud().forward(&rule, &to).await,
        "nothing is known",
    );
}

#[tokio::test]
async fn a_rule_is_made_with_its_tags_and_conditions_in_one_form() {
    let recorded = Recorded::default().says("CreateRule", &written());
    let conditions = [
        json!({
            "Field": "path-pattern",
            "Values": ["/score*"],
            "PathPatternConfig": {"Values": ["/score*"]},
        }),
        json!({"Field": "host-header", "Values": ["example.com"]}),
    ];
    let made = created(
        &recorded,
        &conditions,
        &[models::action("authenticate-cognito")],
    )
    .await;
    assert_eq!(made, Ok(rule_arn()));
    assert_data_eq!(
        recorded.asked().concat(),
        str![[r#"
Action=CreateRule
Version=2015-12-01
ListenerArn=arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2
Conditions.member.1.Field=path-pattern
Conditions.member.1.PathPatternConfig.Values.member.1=/score*
Conditions.member.2.Field=host-header
Conditions.member.2.Values.member.1=example.com
Conditions.member.3.Field=http-header
Conditions.member.3.HttpHeaderConfig.HttpHeaderName=x-mlship-variant
Conditions.member.3.HttpHeaderConfig.Values.member.1=challenger
Priority=11
Actions.member.1.Type=authenticate-cognito
Actions.member.1.AuthenticateCognitoConfig.UserPoolArn=arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_x
Actions.member.1.AuthenticateCognitoConfig.UserPoolClientId=client
Actions.member.1.AuthenticateCognitoConfig.UserPoolDomain=domain
Actions.member.1.AuthenticateCognitoConfig.SessionCookieName=AWSELBAuthSessionCookie
Actions.member.1.AuthenticateCognitoConfig.Scope=openid
Actions.member.1.AuthenticateCognitoConfig.SessionTimeout=604800
Actions.member.1.AuthenticateCognitoConfig.AuthenticationRequestExtraParams.entry.1.key=prompt
Actions.member.1.AuthenticateCognitoConfig.AuthenticationRequestExtraParams.entry.1.value=login
Actions.member.1.AuthenticateCognitoConfig.OnUnauthenticatedRequest=authenticate
Actions.member.1.Order=1
Actions.member.2.Type=forward
Actions.member.2.Order=2
Actions.member.2.ForwardConfig.TargetGroups.member.1.TargetGroupArn=arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/control/73e2d6bc24d8a067
Actions.member.2.ForwardConfig.TargetGroups.member.1.Weight=1
Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.Enabled=false
Tags.member.1.Key=mlship:experiment
Tags.member.1.Value=fraud
"#]]
    );
}

#[tokio::test]
async fn a_priority_that_is_taken_is_refused_by_its_code() {
    let recorded = Recorded::default().refuses("CreateRule", "PriorityInUse");
    let error = created(&recorded, &[], &[]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
    assert_eq!(error.code.as_deref(), Some("PriorityInUse"));
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_answer_is_lost_is_not_sent_again() {
    let broken = Recorded::default().lose("ModifyRule");
    let failed = super::refused("InternalFailure", "try later");
    let failed = Recorded::default().answer("ModifyRule", 500, &failed);
    for recorded in [broken, failed] {
        let error = forwarded(&recorded).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Lost);
        assert_eq!(recorded.asked().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_throttled_is_sent_again() {
    let recorded = Recorded::default()
        .refuses("ModifyRule", "Throttling")
        .says("ModifyRule", &written());
    assert_eq!(forwarded(&recorded).await, Ok(()));
    assert_eq!(recorded.asked().len(), 2);
}

#[tokio::test]
async fn a_rule_that_is_gone_needs_no_deleting() {
    let recorded = Recorded::default()
        .says("DeleteRule", "")
        .refuses("DeleteRule", "RuleNotFound")
        .refuses("DeleteRule", "OperationNotPermitted");
    let cloud = recorded.cloud();
    assert_eq!(cloud.delete_rule(&rule_arn()).await, Ok(()));
    assert_eq!(cloud.delete_rule(&rule_arn()).await, Ok(()));
    let error = cloud.delete_rule(&rule_arn()).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("OperationNotPermitted"));
    assert!(recorded.asked()[0].contains(&format!("RuleArn={RULE}")));
}

#[tokio::test]
async fn tags_come_and_go() {
    let recorded = Recorded::default()
        .says("AddTags", "")
        .says("RemoveTags", "");
    let cloud = recorded.cloud();
    let tags = [("mlship:phase".to_owned(), "50/50".to_owned())].into();
    assert_eq!(cloud.tag_rule(&rule_arn(), &tags).await, Ok(()));
    let names = ["mlship:phase", "mlship:experiment"];
    assert_eq!(cloud.untag_rule(&rule_arn(), &names).await, Ok(()));
    assert_data_eq!(
        recorded.asked().join("\n\n"),
        str![[r#"
Action=AddTags
Version=2015-12-01
ResourceArns.member.1=arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee
Tags.member.1.Key=mlship:phase
Tags.member.1.Value=50/50

Action=RemoveTags
Version=2015-12-01
ResourceArns.member.1=arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee
TagKeys.member.1=mlship:phase
TagKeys.member.2=mlship:experiment
"#]]
    );
}
