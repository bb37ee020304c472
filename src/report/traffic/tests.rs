use jiff::tz::Offset;
use mlship_core::progress::PausePermission;
use mlship_core::release::HookAction;
use mlship_core::release::ids::ServiceDeploymentArn;
use mlship_manifest::schema::Stage;

use super::*;

fn shares(new: f64) -> TrafficShares {
    TrafficShares {
        new,
        live: 100.0 - new,
    }
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn a_stage_names_its_step_and_the_end_of_its_bake_with_how_that_is_known() {
    let stage = LifecycleStage::At(Stage::ProductionTrafficShift);
    let ends = second(600);
    assert_eq!(
        stage_line(&stage, Some(1), 2, Some((ends, EndsIs::AtTheLatest)), None),
        "stage PRODUCTION_TRAFFIC_SHIFT, step 1 of 2; bakes until 1970-01-01T00:10:00Z at the \
         latest"
    );
    assert_eq!(
        stage_line(&LifecycleStage::At(Stage::PostScaleUp), None, 2, None, None),
        "stage POST_SCALE_UP"
    );
}

#[test]
fn that_going_back_takes_seconds_is_said_only_where_there_is_something_to_go_back_to() {
    let says = |until| {
        let ends = Some((second(600), EndsIs::Observed));
        stage_line(&LifecycleStage::BakeTime, None, 2, ends, until).contains("going back")
    };
    assert!(says(Some(second(600))));
    assert!(!says(None));
}

#[test]
fn a_share_shows_as_a_bar_of_the_sum_and_what_ecs_asks_for_beside_it_where_that_differs() {
    let color = Color::default();
    assert_eq!(
        weights_line(shares(2.5), Some(shares(2.5)), false, &color),
        "traffic: new █░░░░░░░░░░░░░░░░░░░ 2.5 %, live ████████████████████ 97.5 %"
    );
    assert_eq!(
        weights_line(shares(10.0), Some(shares(0.0)), false, &color),
        "traffic: new ░░░░░░░░░░░░░░░░░░░░ 0 %, live ████████████████████ 100 % \
         (ECS asks for 10 % and 90 %)"
    );
    assert!(
        weights_line(shares(10.0), None, false, &color)
            .ends_with("(asked for; the rule was not seen)")
    );
    // Where a first release landed in the group that has all requests, no step shows.
    assert_eq!(
        weights_line(shares(10.0), Some(shares(100.0)), true, &color),
        "traffic: new ████████████████████ 100 %, the group without tasks ░░░░░░░░░░░░░░░░░░░░ 0 %"
    );
    assert_eq!(
        forwards_nothing_line(shares(10.0), "fixed-response", &color),
        "traffic: the rule forwards nothing: its action is fixed-response (ECS asks for 10 % to \
         the new release)"
    );
}

#[test]
fn a_moment_has_the_time_here_where_that_differs_and_how_long_it_is_until_then() {
    let berlin = TimeZone::fixed(Offset::constant(1));
    let at = second(3 * 3600);
    let said = |zone: &TimeZone, before: i64| moment_in(zone, at, second(3 * 3600 - before));
    let utc = "1970-01-01T03:00:00Z";
    assert_eq!(said(&TimeZone::UTC, 0), utc);
    assert_eq!(said(&TimeZone::UTC, -5), utc);
    assert_eq!(said(&TimeZone::UTC, 45), format!("{utc} (in 45 s)"));
    assert_eq!(
        said(&berlin, 3540),
        format!("{utc} (04:00 here, in 59 min)")
    );
    assert_eq!(
        said(&berlin, 5400),
        format!("{utc} (04:00 here, in 1 h 30 min)")
    );
    let hawaii = TimeZone::fixed(Offset::constant(-10));
    assert_eq!(said(&hawaii, 0), format!("{utc} (1969-12-31 17:00 here)"));
}

fn pause() -> Pause {
    Pause {
        deployment: ServiceDeploymentArn::new("arn:d"),
        hook: "ecs-pause-1".to_owned(),
        stage: Some(LifecycleStage::At(Stage::PostScaleUp)),
        step: None,
        steps: None,
        since: Some(second(0)),
        until: Some(second(3600)),
        on_timeout: HookAction::Rollback,
        promote: "P".to_owned(),
        abort: "A".to_owned(),
        permission: PausePermission {
            action: "ecs:ContinueServiceDeployment",
            resource: ServiceDeploymentArn::new("arn:d"),
        },
    }
}

#[test]
fn a_pause_says_how_long_it_lasts_and_at_the_latest_to_who_attached() {
    let now = second(60);
    let said = pause_line(&pause(), false, now);
    let until = "until 1970-01-01T01:00:00Z (in 59 min)";
    assert!(
        said.contains(&format!("{until}, and then goes back; P lets")),
        "{said}"
    );
    let said = pause_line(&pause(), true, now);
    assert!(
        said.contains(&format!("{until} at the latest, and then")),
        "{said}"
    );
}

#[test]
fn a_function_is_named_with_until_when_it_is_waited_for_and_what_then() {
    let call = HookCall {
        hook: "ecs-lambda-1".to_owned(),
        lambda: Some("arn:aws:lambda:r:1:function:check".to_owned()),
        stage: Some(LifecycleStage::At(Stage::PreScaleUp)),
        step: None,
        steps: None,
        until: Some(second(86_400)),
        on_timeout: HookAction::Rollback,
    };
    assert_eq!(
        hook_line(&call, second(0)),
        "asks function check at PRE_SCALE_UP, and waits for its answer until \
         1970-01-02T00:00:00Z (in 24 h) at the latest, and then goes back"
    );
}

#[test]
fn what_ecs_makes_of_the_alarms_is_said_by_their_names() {
    let names = ["a".to_owned(), "b".to_owned()];
    let said = |status, fired: &[String]| alarms_line(status, &names, fired, &Color::default());
    assert_eq!(said("MONITORING", &[]), "ECS watches 2 alarms: a, b");
    let none = "ECS watches no alarm of this deployment, none of a, b";
    assert_eq!(said("DISABLED", &[]), none);
    assert_eq!(said("TRIGGERED", &names[..1]), "a went off");
    assert_eq!(said("TRIGGERED", &[]), "one of the alarms went off: a, b");
}
