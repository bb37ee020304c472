//! Exchanges in the shapes of the service's model.

mod carried;
mod models;
mod reads;
mod shared_rules;
mod wire;
mod writes;

use serde_json::{Value, json};

use super::super::testing::Recorded;
use mlship_core::cloud::Balancing;
use mlship_core::release::ListenerRule;
use mlship_core::release::ids::{ListenerArn, RuleArn, TargetGroupArn};

const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/5\
                    0dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee";

fn rule_arn() -> RuleArn {
    RuleArn::new(RULE)
}

fn listener_arn() -> ListenerArn {
    rule_arn().listener()
}

fn group(name: &str) -> TargetGroupArn {
    TargetGroupArn::new(format!(
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/{name}/73e2d6bc24d8a067"
    ))
}

fn answered(operation: &str, result: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\">\
         <{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>8c6b1d1e</RequestId></ResponseMetadata>\
         </{operation}Response>"
    )
}

fn refused(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\">\
         <Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>8c6b1d1e</RequestId></ErrorResponse>"
    )
}

/// Reads a rule that has these conditions, and these actions before it redirects.
async fn read_rule(conditions: &[Value], preceding_actions: &[Value]) -> ListenerRule {
    let redirect = json!({"Type": "redirect", "Order": 9});
    let mut actions = preceding_actions.to_vec();
    actions.push(redirect);
    read(json!({"Conditions": conditions, "Actions": actions})).await
}

/// Reads a rule that has these members.
async fn read(mut rule: Value) -> ListenerRule {
    rule["RuleArn"] = json!(RULE);
    rule["Priority"] = json!("10");
    let recorded = Recorded::default()
        .says("DescribeRules", &wire::xml(&json!({"Rules": [rule]})))
        .tags(&[RULE.to_owned()]);
    let found = recorded.cloud().listener_rule(&rule_arn()).await;
    found.unwrap().unwrap()
}

/// What AWS shows of a rule that was made or changed.
fn written() -> String {
    wire::xml(&json!({"Rules": [{"RuleArn": RULE}]}))
}

impl Recorded {
    fn says(self, operation: &str, result: &str) -> Self {
        self.answer(operation, 200, &answered(operation, result))
    }

    fn refuses(self, when: &str, code: &str) -> Self {
        self.answer(when, 400, &refused(code, "no"))
    }

    /// Answers a question for tags that names these rules, each with the tag `of` and its own ARN.
    fn tags(self, arns: &[String]) -> Self {
        let last = arns.len();
        let when = format!("ResourceArns.member.{last}={}", arns[last - 1]);
        let described = arns.iter().map(|arn| {
            format!(
                "<member><ResourceArn>{arn}</ResourceArn><Tags><member><Key>of</Key>\
                 <Value>{arn}</Value></member></Tags></member>"
            )
        });
        let described: String = described.collect();
        let result = format!("<TagDescriptions>{described}</TagDescriptions>");
        self.answer(&when, 200, &answered("DescribeTags", &result))
    }
}
