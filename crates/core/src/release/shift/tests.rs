use serde_json::{Value, json};

use super::*;
use crate::cloud::fake::object;
use crate::release::strategy;

fn shift(configuration: Value) -> Shift {
    Shift::of_configuration(&object(configuration)).unwrap()
}

fn linear() -> Shift {
    shift(json!({"strategy": "LINEAR", "bakeTimeInMinutes": 5,
        "linearConfiguration": {"stepPercent": 30.0, "stepBakeTimeInMinutes": 7}}))
}

fn at(stage: &str, percent: Option<f64>) -> ServiceDeployment {
    let mut arrives = json!({"arn": "arn:new", "requestedTaskCount": 2});
    if let Some(percent) = percent {
        arrives["requestedProductionTrafficWeight"] = json!(percent);
    }
    serde_json::from_value(json!({
        "serviceDeploymentArn": "arn:deployment",
        "status": "IN_PROGRESS",
        "lifecycleStage": stage,
        "targetServiceRevision": arrives,
    }))
    .unwrap()
}

/// The manifest's settings are written and read again, so that both know the same steps.
#[test]
fn what_a_manifest_sends_is_read_as_the_same_steps_bakes_and_waits() {
    let pause = |stage, minutes, on_timeout| Pause {
        stage,
        timeout_minutes: Some(minutes),
        on_timeout,
    };
    for strategy in [Strategy::Canary, Strategy::Linear, Strategy::BlueGreen] {
        let written = Rollout {
            strategy: Some(strategy),
            canary_percent: Some(12.5),
            canary_bake_minutes: Some(9),
            step_percent: Some(20.0),
            step_bake_minutes: Some(11),
            bake_minutes: Some(13),
            pause: vec![
                pause(Stage::PostScaleUp, 30, None),
                pause(
                    Stage::PreProductionTrafficShift,
                    60,
                    Some(OnTimeout::Continue),
                ),
            ],
            hooks: vec![Hook {
                stages: vec![Stage::PostScaleUp, Stage::PostTestTrafficShift],
                lambda: "arn:lambda".to_owned(),
                role: "arn:role".to_owned(),
                details: None,
                timeout_minutes: Some(45),
                on_timeout: None,
            }],
            ..Rollout::default()
        };
        let sent = strategy::settings(&written)
            .into_iter()
            .map(|(path, value)| {
                let name = path.strip_prefix("deploymentConfiguration.").unwrap();
                (name.to_owned(), value)
            });
        let read = Shift::of_configuration(&sent.collect()).unwrap();
        let expected = Steps::of(&written).unwrap();
        assert_eq!(read.steps, expected);
        assert_eq!(
            read.longest_minutes(None),
            expected.longest_minutes(&written)
        );
    }
}

#[test]
fn what_is_left_out_is_ecs_s_default_and_a_rolling_deployment_has_no_steps() {
    let canary = shift(json!({"strategy": "CANARY"}));
    assert_eq!((canary.steps(), canary.percent_after(1)), (2, 5.0));
    assert_eq!((canary.step_bake_minutes(), canary.bake_minutes()), (10, 0));
    for other in [
        json!({}),
        json!({"strategy": "ROLLING"}),
        json!({"strategy": "NEW"}),
    ] {
        assert_eq!(Shift::of_configuration(&object(other)), None);
    }
}

#[test]
fn a_step_is_known_by_stage_and_percentage_and_none_is_before_the_first() {
    let shift = linear();
    let before = [
        "RECONCILE_SERVICE",
        "PRE_SCALE_UP",
        "SCALE_UP",
        "POST_SCALE_UP",
    ];
    for stage in before
        .into_iter()
        .chain(["TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT", "NEW"])
    {
        assert_eq!(shift.step(&at(stage, Some(0.0))), None, "{stage}");
    }
    let pre = "PRE_PRODUCTION_TRAFFIC_SHIFT";
    let during = "PRODUCTION_TRAFFIC_SHIFT";
    for (stage, percent, step) in [
        (pre, None, 1),
        (pre, Some(0.0), 1),
        (during, Some(0.0), 1),
        (during, Some(30.0), 1),
        (pre, Some(30.0), 2),
        (during, Some(60.0), 2),
        (pre, Some(90.0), 4),
        (during, Some(100.0), 4),
        ("POST_PRODUCTION_TRAFFIC_SHIFT", Some(100.0), 4),
        ("BAKE_TIME", Some(100.0), 4),
        ("CLEAN_UP", None, 4),
    ] {
        assert_eq!(shift.step(&at(stage, percent)), Some((step, 4)), "{stage}");
    }
}

/// A rollback keeps the stage that it left, and weights that are no longer a step's.
#[test]
fn a_deployment_that_goes_back_is_at_no_step() {
    for status in [
        Status::RollbackRequested,
        Status::RollbackInProgress,
        Status::Stopped,
    ] {
        let mut going_back = at("PRODUCTION_TRAFFIC_SHIFT", Some(0.0));
        going_back.status = status;
        assert_eq!(linear().step(&going_back), None);
    }
}

#[test]
fn the_length_of_a_pause_is_known_where_the_configured_ones_leave_one_answer() {
    let hook = |stages: Value, minutes: u32, action: &str| {
        json!({"targetType": "PAUSE", "lifecycleStages": stages,
            "timeoutConfiguration": {"timeoutInMinutes": minutes, "action": action}})
    };
    let configured = shift(json!({"strategy": "BLUE_GREEN", "lifecycleHooks": [
        hook(json!(["POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"]), 30, "ROLLBACK"),
        hook(json!(["POST_SCALE_UP"]), 60, "ROLLBACK"),
        hook(json!(["POST_SCALE_UP"]), 90, "CONTINUE"),
        json!({"targetType": "AWS_LAMBDA", "lifecycleStages": ["PRE_SCALE_UP"]}),
        json!({"targetType": "PAUSE", "lifecycleStages": ["POST_PRODUCTION_TRAFFIC_SHIFT"]}),
    ]}));
    let met = |action: &str| HookState {
        hook_id: "ecs-pause-1".to_owned(),
        target_type: Some("PAUSE".to_owned()),
        target_arn: None,
        status: Some("AWAITING_ACTION".to_owned()),
        expires_at: None,
        timeout_action: Some(action.to_owned()),
    };
    let minutes = |stage, action| configured.pause_minutes(&stage, &met(action));
    assert_eq!(
        minutes(LifecycleStage::At(Stage::PostTestTrafficShift), "ROLLBACK"),
        Some(30)
    );
    assert_eq!(
        minutes(LifecycleStage::At(Stage::PostScaleUp), "ROLLBACK"),
        None
    );
    assert_eq!(
        minutes(LifecycleStage::At(Stage::PostScaleUp), "CONTINUE"),
        Some(90)
    );
    assert_eq!(
        minutes(LifecycleStage::At(Stage::PreScaleUp), "ROLLBACK"),
        None
    );
    // Without a timeout of its own it is ECS's default.
    assert_eq!(
        minutes(
            LifecycleStage::At(Stage::PostProductionTrafficShift),
            "ROLLBACK"
        ),
        Some(1440)
    );
}

#[test]
fn a_network_load_balancer_takes_longer_each_time_that_traffic_moves() {
    let wired = |kind: &str, test: bool| {
        let listener = format!("arn:aws:elasticloadbalancing:eu-west-1:1:{kind}/edge/1");
        let mut advanced = json!({"alternateTargetGroupArn": "b",
            "productionListenerRule": listener});
        if test {
            advanced["testListenerRule"] = json!("t");
        }
        let service = json!({"loadBalancers": [
            {"targetGroupArn": "a", "advancedConfiguration": advanced}]});
        Wiring::of(&object(service)).unwrap()
    };
    let shift = linear();
    assert_eq!(shift.longest_minutes(None), 3 * 7 + 5);
    let application = wired("listener-rule/app", true);
    assert_eq!(shift.longest_minutes(Some(&application)), 26);
    let network = wired("listener/net", false);
    assert_eq!(shift.longest_minutes(Some(&network)), 26 + 40);
    let network = wired("listener/net", true);
    assert_eq!(shift.longest_minutes(Some(&network)), 26 + 50);
}
