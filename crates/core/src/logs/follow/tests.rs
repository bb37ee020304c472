use std::io;
use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use super::super::{Choice, Death, Listener, Reader};
use super::*;
use crate::cloud::fake::{FakeCloud, Fault, World, object};

/// What was told, in words.
#[derive(Default)]
struct RecordingListener {
    lines: Vec<String>,
    notes: Vec<String>,
    /// After so many lines nobody reads on.
    patience: Option<usize>,
}

impl Listener for RecordingListener {
    fn expect(&mut self, _: &LogSource) {}

    fn line(&mut self, line: &Line) -> io::Result<()> {
        if Some(self.lines.len()) == self.patience {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let task = line.source.task.id();
        self.lines.push(format!("{task} {}", line.message));
        Ok(())
    }

    fn death(&mut self, death: &Death) -> io::Result<()> {
        let (task, reason) = (death.task.id(), &death.failure.reason);
        self.lines.push(format!("{task} died: {reason}"));
        Ok(())
    }

    fn note(&mut self, text: &str) {
        self.notes.push(text.to_owned());
    }
}

/// A service with one running task named a.
fn cloud() -> FakeCloud {
    let mut world = World::serving();
    let logs = json!({"logDriver": "awslogs",
        "options": {"awslogs-group": "/ml/m", "awslogs-stream-prefix": "p"}});
    let definition = json!({"family": "m",
        "containerDefinitions": [{"name": "m", "logConfiguration": logs}]});
    world.register(&object(definition));
    world.logs.run("a", "m:2");
    world.logs.write("a", NOW - 1, "ready");
    FakeCloud::new(world)
}

/// What the clock here shows, all the time.
const NOW: i64 = 1_790_000_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

async fn followed(
    cloud: &FakeCloud,
    which: &TaskSelection,
    begin: &Begin,
    told: RecordingListener,
) -> RecordingListener {
    let mut told = told;
    let reader = Reader::new(cloud, &mut told);
    let id = FakeCloud::id();
    let finder = TaskFinder::new(&reader, &id, Choice::default());
    let tasks = finder.tasks(which).await.unwrap();
    let hour = Duration::from_mins(4);
    let end = timeout(hour, follow(&finder, which, tasks, begin, &now)).await;
    if let Ok(Err(ReadError::Cloud(error))) = end {
        reader.note(&format!("stopped: {error}"));
    }
    told
}

async fn check(cloud: &FakeCloud, lines: &[&str]) -> RecordingListener {
    let begin = Begin::At(Timestamp::from_second(NOW - 600).unwrap());
    let told = followed(
        cloud,
        &TaskSelection::Running,
        &begin,
        RecordingListener::default(),
    )
    .await;
    assert_eq!(told.lines, lines, "{:?}", told.notes);
    told
}

#[tokio::test(start_paused = true)]
async fn every_line_is_told_once_also_those_that_arrive_late() {
    let cloud = cloud();
    cloud.after(10, |world| world.logs.write("a", NOW + 10, "two"));
    cloud.after(11, |world| world.logs.write("a", NOW + 10, "two"));
    cloud.after(20, |world| world.logs.write("a", NOW + 1, "late"));
    cloud.after(60, |world| world.logs.write("a", NOW - 200, "very late"));
    let expected = ["a ready", "a two", "a two", "a late", "a very late"];
    check(&cloud, &expected).await;
}

#[tokio::test(start_paused = true)]
async fn a_rollout_is_followed_from_the_old_task_to_the_new_one() {
    let cloud = cloud();
    cloud.after(20, |world| {
        world.logs.run("b", "m:2");
        world.logs.write("b", NOW + 20, "hello");
    });
    cloud.after(30, |world| {
        world.logs.write("a", NOW + 30, "bye");
        world
            .logs
            .stop("a", "Scaling activity initiated by deployment x");
    });
    cloud.after(32, |world| world.logs.write("a", NOW + 31, "last word"));
    let expected = ["a ready", "b hello", "a bye", "a last word"];
    let told = check(&cloud, &expected).await;
    assert!(
        told.notes.contains(&"task a stopped".to_owned()),
        "{:?}",
        told.notes
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_lives_and_dies_between_two_looks_is_read_to_its_end() {
    let cloud = cloud();
    cloud.after(22, |world| {
        world.logs.run("b", "m:2");
        world.logs.write("b", NOW + 22, "ValueError");
        world.logs.stop("b", "Essential container in task exited");
    });
    let died = "b died: container m exited with code 1";
    check(&cloud, &["a ready", "b ValueError", died]).await;
}

#[tokio::test(start_paused = true)]
async fn tasks_that_were_dead_before_are_not_told() {
    let mut world = cloud().world();
    world.logs.run("old", "m:2");
    world.logs.write("old", NOW - 5, "crash");
    world.logs.stop("old", "Essential container in task exited");
    check(&FakeCloud::new(world), &["a ready"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_task_that_ends_its_work_is_still_followed() {
    let mut world = cloud().world();
    world.logs.drain("a");
    let cloud = FakeCloud::new(world);
    cloud.after(20, |world| world.logs.write("a", NOW + 20, "last request"));
    check(&cloud, &["a ready", "a last request"]).await;
}

#[tokio::test(start_paused = true)]
async fn one_stream_that_is_not_there_yet_keeps_no_other_from_being_read() {
    let mut world = cloud().world();
    for id in ["b", "c", "d"] {
        world.logs.run(id, "m:2");
    }
    world.logs.write("c", NOW, "c is up");
    let cloud = FakeCloud::new(world);
    cloud.after(30, |world| world.logs.write("b", NOW + 1, "b too"));
    check(&cloud, &["a ready", "c c is up", "b b too"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_group_that_is_not_there_yet_is_named_once_and_waited_for() {
    let mut world = cloud().world();
    world.logs.has_group = false;
    let cloud = FakeCloud::new(world);
    cloud.after(60, |world| world.logs.has_group = true);
    let told = check(&cloud, &["a ready"]).await;
    let named = told.notes.iter().filter(|note| note.contains("/ml/m"));
    assert_eq!(named.count(), 1, "{:?}", told.notes);
}

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out_however_long_it_takes() {
    let cloud = cloud();
    cloud.fail("FilterLogEvents", &[Fault::Throttled; 20]);
    cloud.after(150, |world| world.logs.write("a", NOW + 1, "on"));
    let told = check(&cloud, &["a ready", "a on"]).await;
    assert_eq!(told.notes.len(), 1, "{:?}", told.notes);
}

#[tokio::test(start_paused = true)]
async fn lost_answers_repeat_and_lose_nothing() {
    let cloud = cloud();
    for operation in ["FilterLogEvents", "ListTasks", "DescribeTasks"] {
        cloud.fail(operation, &[Fault::LostAfter, Fault::LostBefore]);
    }
    cloud.after(40, |world| world.logs.write("a", NOW + 1, "on"));
    check(&cloud, &["a ready", "a on"]).await;
}

#[tokio::test(start_paused = true)]
async fn being_denied_ends_it_and_so_does_silence() {
    let denied = cloud();
    denied.fail_always("FilterLogEvents", Some(Fault::Denied));
    let told = check(&denied, &[]).await;
    assert_eq!(told.notes, ["stopped: FilterLogEvents: Denied"]);
    let silent = cloud();
    silent.fail_always("FilterLogEvents", Some(Fault::Unreachable));
    let told = check(&silent, &[]).await;
    assert!(told.notes[1].starts_with("stopped: "), "{:?}", told.notes);
}

#[tokio::test(start_paused = true)]
async fn a_tail_is_followed_without_a_gap_and_without_older_lines() {
    let cloud = cloud();
    cloud.after(0, |world| {
        for second in 1..=5 {
            world.logs.write("a", NOW + second, &second.to_string());
        }
    });
    cloud.after(10, |world| world.logs.write("a", NOW + 5, "5"));
    let begin = Begin::Tail(2, None);
    let told = followed(
        &cloud,
        &TaskSelection::Running,
        &begin,
        RecordingListener::default(),
    )
    .await;
    assert_eq!(told.lines, ["a 4", "a 5", "a 5"]);
}

#[tokio::test(start_paused = true)]
async fn more_lines_than_a_page_come_in_order() {
    let mut world = cloud().world();
    world.logs.page = 3;
    for second in 0..20 {
        world.logs.write("a", NOW + second, &second.to_string());
    }
    let expected: Vec<String> = (0..20).map(|second| format!("a {second}")).collect();
    let mut lines = vec!["a ready"];
    lines.extend(expected.iter().map(String::as_str));
    check(&FakeCloud::new(world), &lines).await;
}

#[tokio::test(start_paused = true)]
async fn a_named_task_has_an_end() {
    let cloud = cloud();
    cloud.after(20, |world| {
        world.logs.write("a", NOW + 20, "bye");
        world.logs.stop("a", "Essential container in task exited");
    });
    cloud.after(200, |world| {
        world.logs.write("a", NOW + 20, "after the end");
    });
    let which = TaskSelection::Task("a".to_owned());
    let begin = Begin::At(now() - jiff::SignedDuration::from_mins(1));
    let told = followed(&cloud, &which, &begin, RecordingListener::default()).await;
    let died = "a died: container m exited with code 1";
    assert_eq!(told.lines, ["a ready", "a bye", died]);
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_nobody_reads_on() {
    let told = RecordingListener {
        patience: Some(0),
        ..RecordingListener::default()
    };
    let begin = Begin::At(now() - jiff::SignedDuration::from_mins(1));
    let told = followed(&cloud(), &TaskSelection::Running, &begin, told).await;
    assert_eq!(told.lines, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_look_at_a_quiet_service_costs_one_request() {
    let cloud = cloud();
    check(&cloud, &["a ready"]).await;
    // Four minutes at a look every four seconds, after half a minute of one every two.
    let looks = cloud.count("FilterLogEvents");
    assert!((60..75).contains(&looks), "{looks}");
    let listed = cloud.count("ListTasks");
    assert!(listed < 2 * 60, "{listed}");
}
