//! Tests of what a stop plans, when it is refused, and what may be cleaned up.

use super::*;
use crate::experiment::testing::{definition, rule, situation};
use crate::experiment::{start, weights};
use mlship_manifest::Code;

fn sticky() -> Definition {
    Definition {
        stickiness: Some(3600),
        ..definition(&[50, 50])
    }
}

/// A rule on which an experiment runs.
fn running(definition: &Definition) -> ListenerRule {
    let seen = situation(definition);
    let Ok(start::StartPlan::Open(opening)) =
        start::plan(definition, &seen, start::StartRequest::default())
    else {
        panic!("it can be started");
    };
    let mut rule = opening.rule;
    rule.routing = Routing::Forward(opening.forward);
    rule.tags = Record {
        state: State::Running,
        since: Some(Timestamp::UNIX_EPOCH),
        started: Some(Timestamp::UNIX_EPOCH),
        ..opening.record
    }
    .tags();
    rule
}

fn stop(
    definition: &Definition,
    known: &VariantCondition,
    asked: &StopRequest,
) -> Result<StopPlan, Vec<Refusal>> {
    plan(definition, Some(&running(definition)), &[], known, asked)
}

fn closing(definition: &Definition, known: &VariantCondition, asked: &StopRequest) -> Closing {
    match stop(definition, known, asked) {
        Ok(StopPlan::Close(closing)) => *closing,
        other => panic!("{other:?}"),
    }
}

fn named(winner: &str) -> StopRequest {
    StopRequest {
        winner: Some(winner.to_owned()),
        ..StopRequest::default()
    }
}

#[test]
fn losers_keep_their_clients_as_long_as_cookies_live() {
    let end = closing(
        &sticky(),
        &VariantCondition::default(),
        &named("challenger"),
    );
    assert_eq!(weights(&end.forward), "0-control=0 1-challenger=100");
    assert_eq!(
        (end.forward.stickiness, &end.immediate_switch),
        (Some(3600), &None)
    );
    let record = end.ended(Timestamp::UNIX_EPOCH, "ana");
    let found = record.end.clone().unwrap();
    assert_eq!(found.cookies_end.as_second(), 3600);
    let definition = sticky();
    let losers = |at| {
        losers(
            &definition,
            Some(&record),
            Timestamp::from_second(at).unwrap(),
        )
    };
    assert_eq!(losers(3599).unwrap_err().code, Code::CLIENTS_REMAIN);
    let gone = losers(3600).unwrap();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].name, "control");
}

#[test]
fn clients_leave_a_variant_that_does_harm_in_the_same_write() {
    for known in [
        VariantCondition {
            breached: vec!["challenger".to_owned()],
            ..VariantCondition::default()
        },
        VariantCondition {
            dead: vec!["challenger".to_owned()],
            ..VariantCondition::default()
        },
    ] {
        let end = closing(&sticky(), &known, &StopRequest::default());
        assert_eq!(weights(&end.forward), "0-control=100 1-challenger=0");
        assert_eq!(
            (end.forward.stickiness, end.cookies),
            (None, Duration::ZERO)
        );
        assert_eq!(
            end.immediate_switch,
            Some(ImmediateSwitch::UnfitLosers(vec!["challenger".to_owned()]))
        );
        let refused = stop(&sticky(), &known, &named("challenger")).unwrap_err();
        assert_eq!(refused[0].code, Code::UNFIT_WINNER);
        let forced = StopRequest {
            force: true,
            ..named("challenger")
        };
        assert_eq!(closing(&sticky(), &known, &forced).immediate_switch, None);
        // Interrupted after the write, and the numbers are gone.
        let mut moved = running(&sticky());
        moved.routing = Routing::Forward(end.forward.clone());
        let again = plan(
            &sticky(),
            Some(&moved),
            &[],
            &VariantCondition::default(),
            &StopRequest::default(),
        );
        let Ok(StopPlan::Close(again)) = again else {
            panic!("{again:?}");
        };
        assert_eq!(again.forward, end.forward);
    }
    let now = StopRequest {
        now: true,
        ..StopRequest::default()
    };
    assert_eq!(
        closing(&sticky(), &VariantCondition::default(), &now).immediate_switch,
        Some(ImmediateSwitch::Requested)
    );
}

#[test]
fn stopping_twice_is_stopping_once() {
    let definition = sticky();
    let end = closing(
        &definition,
        &VariantCondition::default(),
        &named("challenger"),
    );
    let mut rule = running(&definition);
    rule.tags = Record {
        state: State::Stopped,
        ..end.ended(Timestamp::UNIX_EPOCH, "ana")
    }
    .tags();
    let again = |rule, asked| {
        plan(
            &definition,
            Some(rule),
            &[],
            &VariantCondition::default(),
            &asked,
        )
    };
    // Somebody shared the traffic again, or another experiment's rollback did.
    let changed = again(&rule, named("challenger"));
    assert_eq!(changed.unwrap_err()[0].code, Code::CHANGED_SINCE);
    let mut kept = rule.clone();
    kept.routing = Routing::Forward(end.forward);
    assert!(matches!(
        again(&kept, named("challenger")),
        Ok(StopPlan::AlreadyStopped(_))
    ));
    assert_eq!(
        again(&kept, named("control")).unwrap_err()[0].code,
        Code::STOPPED_ALREADY
    );
}

#[test]
fn what_was_stopped_can_still_be_turned() {
    let definition = sticky();
    let known = VariantCondition {
        outcome: "challenger_better".to_owned(),
        ..VariantCondition::default()
    };
    let end = closing(&definition, &known, &named("challenger"));
    let mut rule = running(&definition);
    rule.tags = end.ended(Timestamp::UNIX_EPOCH, "ana").tags();
    rule.routing = Routing::Forward(end.forward);
    let unknown = VariantCondition {
        outcome: "unknown".to_owned(),
        ..VariantCondition::default()
    };
    let again = |asked| match plan(&definition, Some(&rule), &[], &unknown, &asked) {
        Ok(StopPlan::Close(closing)) => *closing,
        other => panic!("{other:?}"),
    };
    // Its help says so: clients needn't wait for their cookies.
    let now = again(StopRequest {
        now: true,
        ..named("challenger")
    });
    assert_eq!(weights(&now.forward), "0-control=0 1-challenger=100");
    assert_eq!(
        (now.forward.stickiness, now.cookies),
        (None, Duration::ZERO)
    );
    assert_eq!(now.outcome, "challenger_better");
    // The winner turns out to do harm.
    let back = again(StopRequest {
        force: true,
        now: true,
        ..StopRequest::default()
    });
    assert_eq!(weights(&back.forward), "0-control=100 1-challenger=0");
}

#[test]
fn what_serves_is_no_loser() {
    let definition = sticky();
    let control = &definition.arms[0];
    let rule = running(&definition);
    let refused = serving(&[control], std::slice::from_ref(&rule));
    assert_eq!(refused[0].code, Code::LOSER_SERVES);
    let mut ended = rule.clone();
    let end = closing(
        &definition,
        &VariantCondition::default(),
        &named("challenger"),
    );
    ended.routing = Routing::Forward(end.forward);
    assert_eq!(serving(&[control], std::slice::from_ref(&ended)), []);
    let mut other = ended.clone();
    // A single group gets all, whatever its weight.
    other.routing = self::rule(&[(&control.group, 0)]).routing;
    assert_eq!(serving(&[control], &[ended.clone(), other]).len(), 1);
    let last = without_cookie(&[control], &ended).unwrap();
    assert_eq!(
        (weights(&last).as_str(), last.stickiness),
        ("0-control=0 1-challenger=100", None)
    );
    ended.routing = Routing::Forward(last);
    assert_eq!(without_cookie(&[control], &ended), None);
}

#[test]
fn what_is_not_under_way_is_not_stopped() {
    let definition = sticky();
    let idle = rule(&[(&definition.arms[0].group, 1)]);
    let stop = |rule| {
        plan(
            &definition,
            rule,
            &[],
            &VariantCondition::default(),
            &StopRequest::default(),
        )
    };
    assert_eq!(stop(Some(&idle)).unwrap_err()[0].code, Code::NOT_UNDER_WAY);
    assert_eq!(stop(None).unwrap_err()[0].code, Code::NO_LISTENER_RULE);
    let unknown = self::stop(&definition, &VariantCondition::default(), &named("v10"));
    assert_eq!(
        unknown.unwrap_err()[0].help,
        "there are control, challenger"
    );
    let misspelt = self::stop(
        &definition,
        &VariantCondition::default(),
        &named("chalenger"),
    );
    assert_eq!(
        misspelt.unwrap_err()[0].help,
        "did you mean challenger? there are control, challenger"
    );
    let early = losers(&definition, None, Timestamp::UNIX_EPOCH).unwrap_err();
    assert_eq!(early.code, Code::NOT_UNDER_WAY);
    let record = Record::read(&running(&definition).tags);
    let early = losers(&definition, record.as_ref(), Timestamp::UNIX_EPOCH).unwrap_err();
    assert_eq!(early.code, Code::NOT_STOPPED);
    let stopping = Record {
        state: State::Stopping,
        ..closing(&definition, &VariantCondition::default(), &named("control"))
            .ended(Timestamp::UNIX_EPOCH, "ana")
    };
    let early = losers(&definition, Some(&stopping), Timestamp::now()).unwrap_err();
    assert_eq!(early.code, Code::NOT_STOPPED);
}

/// All traffic would go to a service whose tasks are being replaced.
#[test]
fn nobody_stops_a_test_whose_winner_is_being_deployed_to_the_control() {
    let definition = sticky();
    let mut rule = running(&definition);
    let mut record = Record::read(&rule.tags).unwrap();
    record.promotion = Some(Promotion {
        winner: "challenger".to_owned(),
        since: Timestamp::UNIX_EPOCH,
        state: PromotionState::Deploying,
        ran: Vec::new(),
    });
    rule.tags = record.tags();
    let known = VariantCondition::default();
    let stop = |by, force| {
        let asked = StopRequest {
            force,
            by,
            ..named("control")
        };
        plan(&definition, Some(&rule), &[], &known, &asked)
    };
    let refused = stop(StopBy::Hand, false).unwrap_err();
    assert_eq!(refused[0].code, Code::PROMOTION_UNDER_WAY);
    assert!(stop(StopBy::Hand, true).is_ok());
    assert!(stop(StopBy::Reading, false).is_ok());
}
