//! Tests of what a start plans, and when it is refused.

mod refused;
mod tag_room;

use super::super::testing::{definition, group, rule, situation};
use super::*;
use crate::release::HeaderCondition;
use crate::release::ids::RuleArn;

fn opening(definition: &Definition, seen: &Situation, asked: StartRequest) -> PhaseOpening {
    match plan(definition, seen, asked) {
        Ok(StartPlan::Open(opening)) => *opening,
        other => panic!("{other:?}"),
    }
}

fn codes(definition: &Definition, seen: &Situation, asked: StartRequest) -> Vec<&'static str> {
    let refusals = plan(definition, seen, asked).unwrap_err();
    refusals
        .into_iter()
        .map(|refusal| refusal.code.as_str())
        .collect()
}

fn shares(forward: &Forward) -> Vec<(&str, u32)> {
    let pairs = forward.weights.iter();
    pairs
        .map(|(group, weight)| (group.name(), *weight))
        .collect()
}

/// The situation once a phase was opened.
fn opened(definition: &Definition, opening: &PhaseOpening) -> Situation {
    let record = Record {
        state: State::Running,
        since: Some("2026-05-01T10:00:00Z".parse().unwrap()),
        started: Some("2026-05-01T10:00:00Z".parse().unwrap()),
        by: "ana".to_owned(),
        ..opening.record.clone()
    };
    let mut rule = opening.rule.clone();
    rule.routing = Routing::Forward(opening.forward.clone());
    rule.tags = record.tags();
    Situation {
        siblings: vec![rule.clone()],
        rule: Some(rule),
        ..situation(definition)
    }
}

#[test]
fn groups_are_attached_without_a_share_before_traffic_is_shared() {
    let definition = definition(&[50, 50]);
    let opening = opening(
        &definition,
        &situation(&definition),
        StartRequest::default(),
    );
    assert_eq!(
        (opening.why, opening.phase, opening.step),
        (StartReason::Start, 1, (1, 1))
    );
    assert_eq!(
        shares(opening.attach.as_ref().unwrap()),
        [("0-control", 1), ("1-challenger", 0)]
    );
    assert_eq!(
        shares(&opening.forward),
        [("0-control", 50), ("1-challenger", 50)]
    );
    assert_eq!(opening.record.weights, "0-control=50 1-challenger=50");
}

#[test]
fn a_challenger_that_has_traffic_already_is_told_of() {
    let definition = definition(&[80, 20]);
    let arms = &definition.arms;
    let mut seen = situation(&definition);
    seen.rule = Some(rule(&[(&arms[0].group, 0), (&arms[1].group, 100)]));
    let first = opening(&definition, &seen, StartRequest::default());
    assert_eq!(
        first.warnings,
        [
            "challenger has 100 % of the traffic already, and a release that is deployed to it \
             gets that until the traffic is shared: what serves now should be the control"
        ]
    );
    let later = opened(&definition, &first);
    assert!(matches!(
        plan(&definition, &later, StartRequest::default()),
        Ok(StartPlan::AlreadyRunning(_))
    ));
}

#[test]
fn a_second_start_changes_nothing() {
    let definition = definition(&[50, 50]);
    let first = opening(
        &definition,
        &situation(&definition),
        StartRequest::default(),
    );
    let again = plan(
        &definition,
        &opened(&definition, &first),
        StartRequest::default(),
    );
    let Ok(StartPlan::AlreadyRunning(runs)) = again else {
        panic!("{again:?}");
    };
    assert_eq!(runs.next, None);
}

#[test]
fn other_weights_open_a_phase() {
    let before = definition(&[50, 50]);
    let first = opening(&before, &situation(&before), StartRequest::default());
    let after = definition(&[80, 20]);
    let second = opening(&after, &opened(&before, &first), StartRequest::default());
    assert_eq!((second.why, second.phase), (StartReason::Changed, 2));
    assert!(!second.raises(&after) && !first.raises(&before));
    let up = definition(&[20, 80]);
    assert!(opening(&up, &opened(&before, &first), StartRequest::default()).raises(&up));
    assert_eq!(second.attach, None);
    assert_eq!(
        second.record.started,
        Some("2026-05-01T10:00:00Z".parse().unwrap())
    );
    let sticky = Definition {
        stickiness: Some(60),
        ..before.clone()
    };
    let second = opening(&sticky, &opened(&before, &first), StartRequest::default());
    assert_eq!((second.why, second.phase), (StartReason::Drifted, 2));
}

#[test]
fn what_somebody_moved_by_hand_is_moved_back_only_by_force() {
    let definition = definition(&[50, 50]);
    let first = opening(
        &definition,
        &situation(&definition),
        StartRequest::default(),
    );
    let mut seen = opened(&definition, &first);
    let arms = &definition.arms;
    let by_hand = rule(&[(&arms[0].group, 90), (&arms[1].group, 10)]);
    seen.rule.as_mut().unwrap().routing = by_hand.routing;
    // It may have been moved for a reason.
    assert_eq!(
        codes(&definition, &seen, StartRequest::default()),
        ["changed-by-hand"]
    );
    let force = StartRequest {
        force: true,
        ..StartRequest::default()
    };
    let again = opening(&definition, &seen, force);
    assert_eq!((again.why, again.phase), (StartReason::Drifted, 2));
}

#[test]
fn a_start_that_was_interrupted_goes_on_with_its_phase() {
    let definition = definition(&[50, 50]);
    let mut seen = situation(&definition);
    let first = opening(&definition, &seen, StartRequest::default());
    seen.rule.as_mut().unwrap().tags = first.record.tags();
    let asked = StartRequest {
        next: true,
        ..StartRequest::default()
    };
    let again = opening(&definition, &seen, asked);
    assert_eq!(
        (again.why, again.phase, again.step.0),
        (StartReason::Continue, 1, 1)
    );
}

#[test]
fn a_ramp_goes_up_when_asked() {
    let definition = Definition {
        ramp: vec![5, 25],
        ..definition(&[50, 50])
    };
    let next = StartRequest {
        next: true,
        ..StartRequest::default()
    };
    let first = opening(
        &definition,
        &situation(&definition),
        StartRequest::default(),
    );
    assert_eq!((first.step, shares(&first.forward)[1].1), ((1, 3), 1));
    let seen = opened(&definition, &first);
    let stays = plan(&definition, &seen, StartRequest::default());
    let Ok(StartPlan::AlreadyRunning(runs)) = stays else {
        panic!("{stays:?}");
    };
    assert_eq!(runs.next.unwrap().percent, Some(25));
    let second = opening(&definition, &seen, next);
    assert_eq!(
        (second.why, second.phase, second.step.0),
        (StartReason::NextStep, 2, 2)
    );
    let third = opening(&definition, &opened(&definition, &second), next);
    assert_eq!((third.phase, shares(&third.forward)[0].1), (3, 50));
    let seen = opened(&definition, &third);
    assert_eq!(codes(&definition, &seen, next), ["no-next-step"]);
}

#[test]
fn an_experiment_that_ended_can_begin_anew() {
    let definition = definition(&[50, 50]);
    let first = opening(
        &definition,
        &situation(&definition),
        StartRequest::default(),
    );
    let mut seen = opened(&definition, &first);
    let rule = seen.rule.as_mut().unwrap();
    let ended = Record {
        state: State::Stopped,
        ..first.record
    };
    rule.tags = ended.tags();
    let again = opening(&definition, &seen, StartRequest::default());
    assert_eq!(
        (again.why, again.phase, again.record.started),
        (StartReason::Start, 1, None)
    );
}

#[test]
fn callers_that_assign_themselves_get_rules_of_their_own() {
    let definition = Definition {
        header: Some("x-mlship-variant".to_owned()),
        ..definition(&[50, 30, 20])
    };
    let mut seen = situation(&definition);
    let mut other = rule(&[(&group("other"), 1)]);
    other.priority = Some(9);
    seen.siblings.push(other);
    let first = opening(&definition, &seen, StartRequest::default());
    let made = first.headers.iter();
    let made: Vec<_> = made
        .map(|header| (&*header.variant, header.priority))
        .collect();
    assert_eq!(made, [("challenger", 8), ("third", 7)]);
    assert_eq!(
        first.headers[0].header,
        HeaderCondition {
            name: "x-mlship-variant".to_owned(),
            value: "challenger".to_owned(),
        }
    );
    assert_eq!(
        shares(&first.forward),
        [("0-control", 1), ("1-challenger", 0), ("2-third", 0)]
    );
    // By these the split is judged, also once the manifest has others.
    assert_eq!(
        first.record.weights,
        "0-control=50 1-challenger=30 2-third=20"
    );
    // One was made before the start was interrupted.
    let mut existing = rule(&[(&definition.arms[1].group, 1)]);
    existing.tags = first.headers[0].tags.clone();
    seen.siblings.push(existing);
    let again = opening(&definition, &seen, StartRequest::default());
    assert_eq!(again.headers.len(), 1);
    assert_eq!(header_rules(&definition.rule, &seen.siblings).len(), 1);
    // One of the same name on another rule of the listener, as of another environment.
    let other = Definition {
        rule: RuleArn::new(format!("{}4", definition.rule)),
        ..definition.clone()
    };
    assert_eq!(
        missing_headers(&other, seen.rule.as_ref().unwrap(), &seen.siblings)
            .unwrap()
            .len(),
        2
    );
    assert!(header_rules(&other.rule, &seen.siblings).is_empty());
    seen.rule.as_mut().unwrap().priority = Some(1);
    assert_eq!(
        codes(&definition, &seen, StartRequest::default()),
        ["no-free-priority"]
    );
}

#[test]
fn what_blurs_the_numbers_is_said() {
    let definition = definition(&[50, 50]);
    let mut seen = situation(&definition);
    let mut other = rule(&[(&definition.arms[1].group, 1)]);
    other.arn = RuleArn::new("arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/ml/1/2/4");
    other.priority = Some(20);
    seen.siblings.push(other);
    let first = opening(&definition, &seen, StartRequest::default());
    assert_eq!(
        first.warnings,
        [
            "1-challenger gets requests by the rule of priority 20 too, and the load balancer \
          counts them together"
        ]
    );
    let changed = Definition {
        analysis_digest: "ffff".to_owned(),
        ..definition.clone()
    };
    let mut seen = opened(&definition, &first);
    seen.rule.as_mut().unwrap().routing = Routing::Other("fixed-response".to_owned());
    let force = StartRequest {
        force: true,
        ..StartRequest::default()
    };
    let second = opening(&changed, &seen, force);
    assert!(
        second.warnings[0].contains("2026-05-01T10:00:00Z"),
        "{:?}",
        second.warnings
    );
}
