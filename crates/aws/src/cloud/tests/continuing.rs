//! What ECS is asked, and what it says, when a deployment that waits at a hook is to go on.

use serde_json::{Value, json};

use super::super::testing::Recorded;
use mlship_core::cloud::{Answer, Ecs, ErrorKind};
use mlship_core::release::HookAction;
use mlship_core::release::ids::ServiceDeploymentArn;

const ARN: &str = "arn:aws:ecs:eu-west-1:111122223333:service-deployment/ml/fraud/1";
const HOOK: &str = "ecs-pause-pmvIyqpZn0BpErWGsVDk7zYwxPAxMT2GXGnY3rmp5Bk";
const GONE: &str = "Provided hookId is either completed, unavailable, or not associated with the \
                    given Resource ARN";

async fn send(aws: &Recorded, action: HookAction) -> Answer<()> {
    let arn = ServiceDeploymentArn::new(ARN);
    let sent = aws.cloud();
    sent.continue_service_deployment(&arn, HOOK, action).await
}

#[tokio::test]
async fn the_deployment_the_hook_and_what_becomes_of_it_are_all_said() {
    for action in [HookAction::Continue, HookAction::Rollback] {
        let body = json!({"serviceDeploymentArn": ARN}).to_string();
        let aws = Recorded::default().answer("hookId", 200, &body);
        send(&aws, action).await.unwrap();
        let asked: Value = serde_json::from_str(&aws.asked()[0]).unwrap();
        let expected = json!({"serviceDeploymentArn": ARN, "hookId": HOOK,
            "action": action.name()});
        assert_eq!(asked, expected);
    }
}

/// Nothing distinguishes the words for a hook that another has answered from those for one that
/// never was: who asks has to look.
#[tokio::test]
async fn a_hook_that_is_over_is_a_refusal_and_is_asked_once() {
    for (code, message) in [
        ("ClientException", GONE),
        ("InvalidParameterException", GONE),
    ] {
        let body = json!({"__type": code, "message": message}).to_string();
        let aws = Recorded::default().answer("hookId", 400, &body);
        let refused = send(&aws, HookAction::Continue).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Rejected);
        assert_eq!(aws.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_lost_answer_is_told_and_nothing_is_sent_again() {
    let aws = Recorded::default().lose("hookId");
    let lost = send(&aws, HookAction::Continue).await.unwrap_err();
    assert!(lost.may_have_happened());
    assert_eq!(aws.asked().len(), 1);
}
