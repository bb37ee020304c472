use std::io;
use std::time::Duration;

use serde_json::json;

use super::super::testing::Stand;
use super::*;
use crate::cloud::fake::{FakeCloud, Fault, World, object};
use crate::logs::{Death, Kept, Line, LogSource};
use crate::release::ids::TaskDefinitionArn;

/// What was told, in words.
#[derive(Default)]
struct RecordingListener {
    lines: Vec<String>,
    notes: Vec<String>,
    /// Whether nobody reads.
    is_deaf: bool,
}

impl Listener for RecordingListener {
    fn expect(&mut self, _: &LogSource) {}

    fn line(&mut self, line: &Line) -> io::Result<()> {
        if self.is_deaf {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let task = line.source.task.id();
        self.lines.push(format!("{task} {}", line.message));
        Ok(())
    }

    fn death(&mut self, death: &Death) -> io::Result<()> {
        self.lines.push(format!("{} died", death.task.id()));
        Ok(())
    }

    fn note(&mut self, text: &str) {
        self.notes.push(text.to_owned());
    }
}

/// A service with one running task named a.
fn world() -> World {
    let mut world = World::serving();
    let logs = json!({"logDriver": "awslogs",
        "options": {"awslogs-group": "/ml/m", "awslogs-stream-prefix": "p"}});
    let definition = json!({"family": "m",
        "containerDefinitions": [{"name": "m", "logConfiguration": logs}]});
    world.register(&object(definition));
    world.logs.run("a", "m:2");
    world
}

/// What the clock here shows, all the time.
const NOW: i64 = 100_000;

fn later() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn subject() -> Subject {
    Subject::of_service(FakeCloud::id(), None)
}

fn of(which: TaskSelection) -> LogOptions {
    LogOptions {
        which,
        follow: false,
        container: None,
        since: None,
        lines: None,
        dead: DeadTasks::Newest,
    }
}

async fn read(
    world: World,
    options: &LogOptions,
    told: &mut RecordingListener,
) -> Result<(), LogsEnd> {
    let stand = Stand::new(world);
    let context = Context {
        clock: later,
        examined: |examined| examined,
        ..stand.context()
    };
    read_logs(&context, &subject(), options, told).await
}

async fn check(world: World, options: &LogOptions, lines: &[&str], notes: &[&str]) {
    let mut told = RecordingListener::default();
    read(world, options, &mut told).await.unwrap();
    assert_eq!(told.lines, lines);
    assert_eq!(told.notes, notes);
}

async fn refused(world: World, options: &LogOptions) -> Mistake {
    let mut told = RecordingListener::default();
    match read(world, options, &mut told).await {
        Err(LogsEnd::Mistaken(mistake)) => mistake,
        other => panic!("{other:?}, {:?}", told.lines),
    }
}

#[tokio::test(start_paused = true)]
async fn of_running_tasks_ten_minutes_are_read() {
    let mut world = world();
    world.logs.write("a", NOW - 60, "new");
    world.logs.write("a", NOW - 3600, "old");
    let mut longer = of(TaskSelection::Running);
    check(world.clone(), &longer, &["a new"], &[]).await;
    longer.since = Some(Moment::Ago(SignedDuration::from_hours(2)));
    check(world.clone(), &longer, &["a old", "a new"], &[]).await;
    let last = LogOptions {
        lines: Some(1),
        ..of(TaskSelection::Running)
    };
    check(world, &last, &["a new"], &[]).await;
}

#[tokio::test(start_paused = true)]
async fn silence_is_told_from_nobody_there() {
    let within = "the tasks that run logged nothing in that time; --since reads further back";
    let mut silent = world();
    silent.logs.write("a", NOW - 3600, "old");
    check(silent, &of(TaskSelection::Running), &[], &[within]).await;
    let mut dead = world();
    dead.logs.run("b", "m:2");
    dead.logs.stop("b", "Essential container in task exited");
    let read =
        "1 task has died: mlship logs --service ml/m --failed reads why, and their last words";
    let both = format!("{within}; {read}");
    check(dead.clone(), &of(TaskSelection::Running), &[], &[&both]).await;
    dead.logs.stop("a", "Essential container in task exited");
    let nobody = format!(
        "no task runs; {}",
        read.replace("1 task has", "2 tasks have")
    );
    check(dead, &of(TaskSelection::Running), &[], &[&nobody]).await;
    let mut empty = world();
    empty.logs.tasks.clear();
    empty.service.as_mut().unwrap().task_definition = TaskDefinitionArn::new("m:2");
    let older = "as far back as ECS remembers, which is about an hour; \
                 what older ones logged: aws logs tail /ml/m --since 1d";
    let nobody = format!("no task runs, and none died {older}");
    check(empty.clone(), &of(TaskSelection::Running), &[], &[&nobody]).await;
    let alive = format!("no task died {older}");
    check(empty, &of(TaskSelection::Failed), &[], &[&alive]).await;
}

#[tokio::test(start_paused = true)]
async fn each_dead_task_stands_behind_its_death_however_old_its_lines() {
    let mut world = world();
    world.logs.write("a", NOW - 9999, "last word");
    world.logs.stop("a", "Essential container in task exited");
    let lines = ["a died", "a last word"];
    check(world, &of(TaskSelection::Failed), &lines, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn of_many_dead_tasks_ten_are_read_and_the_rest_is_counted() {
    let mut world = world();
    world.logs.tasks.clear();
    for number in 0..13 {
        let id = format!("t{number}");
        world.logs.run(&id, "m:2");
        world.logs.stop(&id, "Essential container in task exited");
    }
    let mut told = RecordingListener::default();
    read(world, &of(TaskSelection::Failed), &mut told)
        .await
        .unwrap();
    assert_eq!(told.lines.len(), 10);
    let more = "3 more died before; --task ID reads one of them, --all each";
    assert_eq!(told.notes.last().unwrap(), more);
}

#[tokio::test(start_paused = true)]
async fn one_task_is_read_for_each_cause_and_the_others_are_counted() {
    let mut world = world();
    world.logs.tasks.clear();
    for number in 0..30 {
        let id = format!("t{number}");
        world.logs.run(&id, "m:2");
        world.logs.write(&id, NOW - 60, "Traceback");
        let reason = match number {
            5 => "OutOfMemoryError: Container killed due to memory usage",
            _ => "Essential container in task exited",
        };
        world.logs.stop(&id, reason);
    }
    let options = |dead| LogOptions {
        dead,
        ..of(TaskSelection::Failed)
    };
    let mut told = RecordingListener::default();
    let one = options(DeadTasks::OneACause);
    read(world.clone(), &one, &mut told).await.unwrap();
    let tracebacks = |told: &RecordingListener| {
        let lines = told.lines.iter();
        lines.filter(|line| line.ends_with("Traceback")).count()
    };
    assert_eq!(tracebacks(&told), 2, "{:?}", told.lines);
    let note = "each cause is shown once; --all shows each task";
    assert_eq!(told.notes.last().unwrap(), note);
    let mut told = RecordingListener::default();
    let all = options(DeadTasks::All);
    read(world, &all, &mut told).await.unwrap();
    assert_eq!(tracebacks(&told), 30);
}

#[tokio::test(start_paused = true)]
async fn a_task_or_container_that_is_not_there_is_a_mistake() {
    let options = of(TaskSelection::Task("zz".to_owned()));
    let mistake = refused(world(), &options).await;
    assert_eq!(
        mistake.to_string(),
        "no task zz: neither running nor among those that ECS remembers"
    );
    for follow in [false, true] {
        let options = LogOptions {
            container: Some("sidecar".to_owned()),
            follow,
            ..of(TaskSelection::Running)
        };
        let words = refused(world(), &options).await.to_string();
        assert_eq!(words, "no container sidecar; there are: m");
    }
}

#[tokio::test(start_paused = true)]
async fn one_task_is_read_by_the_beginning_of_its_id() {
    let mut world = world();
    world.logs.run("bcd", "m:2");
    world.logs.write("a", NOW - 5, "of a");
    world.logs.write("bcd", NOW - 5, "of b");
    let options = of(TaskSelection::Task("b".to_owned()));
    check(world, &options, &["bcd of b"], &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_there_and_one_that_nobody_could_look_at_are_errors() {
    let end = read(
        World::default(),
        &of(TaskSelection::Running),
        &mut RecordingListener::default(),
    )
    .await;
    assert!(matches!(end, Err(LogsEnd::Cloud(_))), "{end:?}");
    let stand = Stand::new(world());
    stand
        .cloud
        .fail_always("DescribeServices", Some(Fault::Denied));
    let options = of(TaskSelection::Running);
    let (context, id) = (stand.context(), subject());
    let end = read_logs(&context, &id, &options, &mut RecordingListener::default()).await;
    assert!(matches!(end, Err(LogsEnd::Cloud(_))), "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn following_ends_by_a_signal_or_when_nobody_reads() {
    let mut world = world();
    world.logs.write("a", NOW - 1, "ready");
    let follow = LogOptions {
        follow: true,
        ..of(TaskSelection::Running)
    };
    let mut deaf = RecordingListener {
        is_deaf: true,
        ..RecordingListener::default()
    };
    let end = read(world.clone(), &follow, &mut deaf).await;
    assert!(matches!(end, Err(LogsEnd::BrokenPipe)), "{end:?}");
    let stand = Stand::new(world);
    let (context, id) = (stand.context(), subject());
    let mut told = RecordingListener::default();
    let reading = read_logs(&context, &id, &follow, &mut told);
    let reading = tokio::time::timeout(Duration::from_mins(10), reading);
    let end = stand.interrupting(60, reading).await.unwrap();
    let signal = Interrupt::Terminate;
    assert!(
        matches!(end, Err(LogsEnd::Interrupted(came)) if came == signal),
        "{end:?}"
    );
    assert_eq!(told.lines, ["a ready"]);
}

/// A container knows the value of its variable without its name.
#[tokio::test(start_paused = true)]
async fn what_a_variable_with_a_secret_name_holds_is_in_no_line() {
    let mut world = world();
    world.task_definitions[1].document["containerDefinitions"][0]["environment"] =
        json!([{"name": "DB_PASSWORD", "value": "hunter2secret"}]);
    world
        .logs
        .write("a", NOW - 5, "connecting with hunter2secret");
    let stand = Stand::new(world);
    let (mut heard, context) = (RecordingListener::default(), stand.context());
    let options = of(TaskSelection::Running);
    read_logs(&context, &subject(), &options, &mut heard)
        .await
        .unwrap();
    assert_eq!(heard.lines, ["a connecting with ***"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_kept_is_told_later_as_it_would_have_been_at_once() {
    let mut world = world();
    world.logs.write("a", NOW - 60, "one");
    world.logs.write("a", NOW - 50, "two");
    let options = of(TaskSelection::Running);
    let stand = Stand::new(world);
    let context = Context {
        clock: later,
        examined: |examined| examined,
        ..stand.context()
    };
    let mut kept = Kept::default();
    let read = read_logs(&context, &subject(), &options, &mut kept).await;
    read.unwrap();
    kept.note("three");
    let mut told = RecordingListener::default();
    kept.tell(&FakeCloud::id(), &mut told).unwrap();
    assert_eq!(told.lines, ["a one", "a two"]);
    assert_eq!(told.notes, ["ml/m: three"]);
}
