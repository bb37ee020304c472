//! Calls that fail, and credentials that run out.

use super::judging::canary;
use super::*;

/// Lets an operation go wrong for ever after a while, and returns the error it ends with and
/// after how long.
async fn check_gives_up(operations: &[&'static str], fault: Fault) -> (ErrorKind, u64) {
    let cloud = FakeCloud::new(World::serving());
    let service = deploy(&cloud).await;
    let start = Instant::now();
    let cut = async {
        sleep(Duration::from_secs(30)).await;
        for operation in operations {
            cloud.fail_always(operation, Some(fault));
        }
        pending().await
    };
    let error = watch(&cloud, &service, cut).await.0.unwrap_err();
    (error.kind, start.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn out_of_reach_for_two_minutes_ends_the_watch() {
    for (fault, kind) in [
        (Fault::LostBefore, ErrorKind::Lost),
        (Fault::Unreachable, ErrorKind::Unreachable),
        (Fault::Garbled, ErrorKind::Unreadable),
        (Fault::Denied, ErrorKind::Denied),
    ] {
        let (found, seconds) = check_gives_up(&[SERVICE, DESCRIBE], fault).await;
        assert_eq!(found, kind);
        assert!((140..175).contains(&seconds), "{seconds}");
    }
}

/// Service and rule answer all the time, and tell nothing of how the deployment stands.
#[tokio::test(start_paused = true)]
async fn a_deployment_that_nobody_may_see_any_more_ends_the_watch_while_its_traffic_moves() {
    let cloud = canary();
    cloud.after(6, |world| {
        world.reach("PRODUCTION_TRAFFIC_SHIFT", 10.0);
    });
    let service = deploy(&cloud).await;
    let start = Instant::now();
    let hide = async {
        sleep(Duration::from_secs(30)).await;
        cloud.fail_always(DESCRIBE, Some(Fault::Denied));
        pending().await
    };
    let (watched, heard) = watch(&cloud, &service, hide).await;
    assert_eq!(watched.unwrap_err().kind, ErrorKind::Denied);
    let seconds = start.elapsed().as_secs();
    assert!((140..175).contains(&seconds), "{seconds}");
    let is_of_outage = |event: &&Event| matches!(event, Event::Note { message } if message.contains("looking again"));
    let told = heard.events.iter().filter(is_of_outage).count();
    assert_eq!(told, 1, "{:#?}", heard.events);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_run_out_end_the_watch_at_once() {
    let (kind, seconds) = check_gives_up(&[SERVICE, DESCRIBE], Fault::Expired).await;
    assert_eq!(kind, ErrorKind::Credentials);
    assert!(seconds < 60, "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn credentials_that_run_out_before_anything_is_located_are_no_missing_api() {
    let cloud = FakeCloud::new(World::serving());
    let service = deploy(&cloud).await;
    cloud.fail_always(DESCRIBE, Some(Fault::Expired));
    let (watched, heard) = watch(&cloud, &service, pending()).await;
    assert_eq!(watched.unwrap_err().kind, ErrorKind::Credentials);
    assert!(!heard.rests_on_entry());
}

/// Waits for the end of a deployment while AWS is out of reach for so many seconds; returns
/// whether it ended, and how often an outage was told.
async fn idle_through(seconds: u64, fault: Fault) -> (Result<Awaiting, ErrorKind>, usize) {
    let cloud = FakeCloud::new(World::serving());
    good(&cloud, 200);
    let service = deploy(&cloud).await;
    let ours = service.primary().unwrap();
    let started = Started {
        deployment: ours.id.clone(),
        shown: None,
        created_at: ours.created_at,
        task_definition: ours.task_definition.clone(),
    };
    let mut heard = RecordingReport::default();
    let (id, commands) = (FakeCloud::id(), PauseCommands::default());
    let within = (Duration::from_mins(30), &commands);
    let outage = async {
        sleep(Duration::from_secs(10)).await;
        cloud.fail_always(SERVICE, Some(fault));
        sleep(Duration::from_secs(seconds)).await;
        cloud.fail_always(SERVICE, None);
        pending::<()>().await;
    };
    let idle = tokio::select! {
        idle = wait_until_idle(&cloud, &id, &started, within, &mut heard) => idle,
        () = outage => unreachable!(),
    };
    let notes = heard.events.iter();
    let notes = notes.filter(|event| matches!(event, Event::Note { .. }));
    (idle.map_err(|error| error.kind), notes.count())
}

#[tokio::test(start_paused = true)]
async fn waiting_for_somebody_else_outlives_an_outage() {
    for fault in [
        Fault::Unreachable,
        Fault::Throttled,
        Fault::LostBefore,
        Fault::Garbled,
    ] {
        assert_eq!(idle_through(100, fault).await, (Ok(Awaiting::Idle), 1));
    }
    let (gave_up, _) = idle_through(150, Fault::Unreachable).await;
    assert_eq!(gave_up, Err(ErrorKind::Unreachable));
    let (refused, _) = idle_through(1, Fault::Denied).await;
    assert_eq!(
        refused,
        Ok(Awaiting::Idle),
        "it was over before the next look"
    );
    let (refused, _) = idle_through(30, Fault::Denied).await;
    assert_eq!(refused, Err(ErrorKind::Denied));
}
