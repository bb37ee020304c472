//! Property tests of diagnoses, over any messages in any order.

use proptest::prelude::*;

use super::*;

fn text() -> impl Strategy<Value = String> {
    let known = STOPPED.iter().chain(EVENTS).chain(RECORDS);
    let known: Vec<String> = known.map(|(text, ..)| (*text).to_owned()).collect();
    prop_oneof![4 => prop::sample::select(known), 1 => any::<String>(),
        1 => Just("at postgres://me:pw@db/x with --token=abc".to_owned())]
}

fn stopped() -> impl Strategy<Value = StoppedTask> {
    let code = prop_oneof![
        Just("TaskFailedToStart"),
        Just("EssentialContainerExited"),
        Just("UserInitiated"),
        Just("ServiceSchedulerInitiated"),
        Just("SpotInterruption")
    ];
    let exit = prop::option::of(prop_oneof![
        Just(0),
        Just(1),
        Just(127),
        Just(137),
        any::<i32>()
    ]);
    let health = prop::option::of(prop_oneof![
        Just("HEALTHY"),
        Just("UNHEALTHY"),
        Just("UNKNOWN")
    ]);
    let times = prop::option::of((any::<u32>(), any::<u32>()));
    (
        prop::option::of(code),
        text(),
        exit,
        prop::option::of(text()),
        health,
        times,
    )
        .prop_map(|(code, reason, exit, of_container, health, times)| {
            task(json!({"stopCode": code, "stoppedReason": reason,
                "startedAt": times.map(|(start, _)| start), "stoppingAt": times.map(|(_, end)| end),
                "containers": [{"name": "m", "exitCode": exit, "reason": of_container,
                    "healthStatus": health}]}))
        })
}

proptest! {
    #[test]
    fn the_order_of_tasks_changes_nothing(
        (tasks, shuffled) in prop::collection::vec(stopped(), 0..12)
            .prop_flat_map(|tasks| (Just(tasks.clone()), Just(tasks).prop_shuffle())),
        messages in prop::collection::vec(text(), 0..6),
    ) {
        prop_assert_eq!(diagnose(&tasks, &messages), diagnose(&shuffled, &messages));
    }

    #[test]
    fn every_failure_is_explained_and_counts_each_task_once(
        tasks in prop::collection::vec(stopped(), 0..12),
        messages in prop::collection::vec(text(), 0..6),
        log in prop::collection::vec(text(), 0..6),
    ) {
        let failed = tasks.iter().filter(|task| of_task(task).is_some()).count();
        let complains = messages.iter().any(|text| of_message(text).is_some());
        let Some(mut failure) = diagnose(&tasks, &messages) else {
            prop_assert!(failed == 0 && !complains);
            return Ok(());
        };
        let others: usize = failure.others.iter().map(|other| other.evidence.tasks).sum();
        prop_assert_eq!(failure.evidence.tasks + others, failed);
        failure.explain(&Circumstances::default(), &log);
        prop_assert!(!failure.summary.is_empty() && !failure.help.is_empty());
        let document = serde_json::to_string(&failure).unwrap();
        prop_assert!(!document.contains("me:pw") && !document.contains("token=abc"));
    }
}
