//! Any events in any order.

use std::collections::BTreeSet;

use mlship_text::sanitize::Colors;
use proptest::prelude::*;

use super::super::super::{Json, Writer};
use super::*;

const STATES: [Status; 9] = [
    Status::Pending,
    Status::InProgress,
    Status::StopRequested,
    Status::Stopped,
    Status::RollbackRequested,
    Status::RollbackInProgress,
    Status::RollbackSuccessful,
    Status::RollbackFailed,
    Status::Successful,
];

/// A step, and the words that must be read of it.
fn step() -> impl Strategy<Value = (Step, Option<String>)> {
    let times = 0_i64..600;
    let at = |second| Timestamp::from_second(1_700_000_000 + second).unwrap();
    prop_oneof![
        3 => Just((None, None)),
        6 => (0_usize..99, 0_u8..5, times.clone()).prop_map(move |(task, code, time)| {
            let reason = format!("container m exited with code {code}");
            (Some(failed(task, &reason, at(time))), Some(reason))
        }),
        4 => (0_usize..99, 0_u8..4, times.clone()).prop_map(move |(task, thing, time)| {
            let words = format!("is unhealthy for reason {thing}");
            (Some(says(&format!("(task {}) {words}.", id(task)), at(time))), Some(words))
        }),
        2 => (0_u32..9, times).prop_map(move |(tasks, time)| {
            (Some(says(&format!("has started {tasks} tasks: (task {}).", id(1)), at(time))), None)
        }),
        2 => (0_u8..3).prop_map(|note| {
            let message = format!("note {note}");
            (Some(Event::Note { message: message.clone() }), Some(message))
        }),
        2 => (0_usize..9, 0_u8..3).prop_map(|(state, reason)| {
            let reason = format!("because of {reason}");
            (Some(status(STATES[state], Some(&reason))), Some(reason))
        }),
        2 => (0_u32..9, 0_u32..9).prop_map(|(running, pending)| {
            let event = Event::Progress { desired: 9, running, pending, failed: 0, others: 9 };
            (Some(event), None)
        }),
        1 => (0_u32..9, 0_u8..5).prop_map(|(tasks, code)| {
            let reason = format!("container m exited with code {code}");
            let event = Event::Aborting {
                tasks, cause: Cause::ContainerExited, reason: reason.clone(), after: 3, deployment: mlship_core::release::ids::ServiceDeploymentArn::default() };
            (Some(event), Some(reason))
        }),
        1 => (0_u32..3).prop_map(|revision| {
            let arn = TaskDefinitionArn::new(format!("arn:aws:ecs:x:1:task-definition/m:{revision}"));
            let words = format!("m:{revision}");
            (Some(Event::Registered { task_definition: arn }), Some(words))
        }),
        1 => (0_u32..3).prop_map(|revision| {
            let arn = TaskDefinitionArn::new(format!("arn:aws:ecs:x:1:task-definition/m:{revision}"));
            let words = format!("deployment of m:{revision}");
            let deployment = DeploymentId::new("ecs-svc/1");
            (Some(Event::Started { deployment, task_definition: arn, at: None }), Some(words))
        }),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_each_thing_is_read_and_the_verdict_last(
        steps in prop::collection::vec(step(), 0..120),
        has_bar in any::<bool>(),
        fails in any::<bool>(),
    ) {
        let mut result = ResultRecord::new(&service(), Conclusion::Superseded);
        if fails {
            result = ended(3, 1, "Essential container in task exited");
        }
        let events: Vec<Step> = steps.iter().map(|(step, _)| step.clone()).collect();
        let kept = tell(&events, &result, has_bar);
        let text = kept.text();
        let things: BTreeSet<&str> = steps.iter().filter_map(|(_, words)| words.as_deref()).collect();
        for words in &things {
            // The deployment of a revision that was registered for it is its.
            let short = words.strip_prefix("deployment of ").unwrap_or(words);
            prop_assert!(text.contains(short), "{words}:\n{text}");
        }
        // A line of its own, and one more for how often it came; a status has one a state.
        let counts = 3 + 2;
        let closing = 4 + 6 + 1;
        prop_assert!(
            text.lines().count() <= 2 * things.len() + 9 * 3 + counts + closing,
            "{text}"
        );
        let lines = kept.lines.borrow();
        let times: Vec<Timestamp> = lines.iter().filter_map(|(at, _)| *at).collect();
        prop_assert!(times.is_sorted(), "{text}");
        let verdict = lines.iter().position(|(_, text)| text.contains("fraud-scorer 8 ") || text.contains("was superseded"));
        let after = &lines[verdict.unwrap()..];
        prop_assert!(after.iter().all(|(at, _)| at.is_none()), "{text}");
    }

    #[test]
    fn programs_read_every_event(steps in prop::collection::vec(step(), 0..60)) {
        let mut out = Vec::new();
        let mut json = Json::new(Writer::new(&mut out, Colors::Drop));
        for (step, _) in &steps {
            match step {
                Some(event) => json.event(&service(), event),
                None => json.idle(&service()),
            }
        }
        json.result(&ResultRecord::new(&service(), Conclusion::Superseded));
        drop(json);
        let told = String::from_utf8(out).unwrap().lines().count();
        prop_assert_eq!(told, 1 + steps.iter().filter(|(step, _)| step.is_some()).count());
    }
}
