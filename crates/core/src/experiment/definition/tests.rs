use super::super::start::{StartPlan, StartRequest, plan};
use super::super::testing::{definition, situation};
use super::*;

fn weights(definition: &Definition) -> Vec<Vec<u32>> {
    let steps = definition.steps().into_iter();
    steps.map(|step| step.weights).collect()
}

#[test]
fn without_a_ramp_there_is_one_step() {
    assert_eq!(weights(&definition(&[50, 50])), [[50, 50]]);
}

#[test]
fn a_ramp_gives_the_challengers_their_share_together() {
    let ramped = |own: &[u32], ramp: &[u32]| {
        let ramp = ramp.to_vec();
        weights(&Definition {
            ramp,
            ..definition(own)
        })
    };
    assert_eq!(ramped(&[50, 50], &[5, 25]), [[19, 1], [3, 1], [50, 50]]);
    assert_eq!(ramped(&[50, 50], &[5, 50]), [[19, 1], [50, 50]]);
    assert_eq!(ramped(&[40, 40, 20], &[30]), [[7, 2, 1], [40, 40, 20]]);
    assert_eq!(ramped(&[1, 998, 1], &[1]), [[999, 10, 1], [1, 998, 1]]);
}

#[test]
fn callers_that_assign_themselves_find_the_control_without_a_header() {
    let definition = Definition {
        header: Some("x-mlship-variant".to_owned()),
        ..definition(&[50, 50])
    };
    let forward = definition.forward(&definition.steps()[0]);
    let weights: Vec<u32> = forward.weights.into_values().collect();
    assert_eq!(weights, [1, 0]);
}

#[test]
fn a_rule_tells_whose_traffic_it_shares() {
    let wanted = Definition {
        stickiness: Some(60),
        hypothesis: Some("more convert".to_owned()),
        ..definition(&[70, 30])
    };
    assert_eq!(
        Definition::of_record(&wanted.rule, &record(&wanted)),
        Some(wanted)
    );
}

#[test]
fn what_was_put_down_for_another_phase_is_not_taken_for_this_one() {
    let wanted = definition(&[70, 30]);
    let of_more = record(&definition(&[70, 20, 10]));
    let by_an_older_start = Record {
        weights: of_more.weights.clone(),
        ..record(&wanted)
    };
    for record in [
        by_an_older_start,
        Record {
            variants: None,
            phases: Vec::new(),
            dropped: Vec::new(),
            ledger: None,
            recorded: None,
            ..of_more
        },
    ] {
        assert_eq!(Definition::of_record(&wanted.rule, &record), None);
    }
}

/// What the rule says once the experiment was started.
fn record(definition: &Definition) -> Record {
    let seen = situation(definition);
    match plan(definition, &seen, StartRequest::default()) {
        Ok(StartPlan::Open(opening)) => opening.record,
        other => panic!("{other:?}"),
    }
}
