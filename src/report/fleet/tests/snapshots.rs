//! What people see of runs.

use snapbox::{IntoData, assert_data_eq, str};

use super::stage::{Run, Step, result, service};
use mlship_core::progress::{Conclusion, Interrupt};

pub(super) const NO_IMAGE: &str = "CannotPullContainerError: model:2: not found";
pub(super) const CRASH: &str = "Essential container in task exited";

/// All succeed, one a second.
pub(super) fn good(services: usize) -> Run {
    let mut run = Run::new(services);
    for number in 0..services {
        run.succeeds(1 + i64::try_from(number).unwrap(), &service(number));
    }
    run
}

/// Of each ten one has no image and two crash.
pub(super) fn with_failures(services: usize) -> Run {
    let mut run = Run::new(services);
    for number in 0..services {
        let begins = 1 + i64::try_from(number).unwrap();
        match number % 10 {
            3 => run.fails(begins, &service(number), NO_IMAGE, None),
            4 | 7 => run.fails(begins, &service(number), CRASH, Some(1)),
            _ => run.succeeds(begins, &service(number)),
        }
    }
    run
}

/// A signal at the 20th second.
pub(super) fn interrupted(services: usize) -> Run {
    let mut run = good(services);
    run.steps.retain(|(second, ..)| *second < 20);
    for number in 0..services {
        let service = service(number);
        let interrupt = Interrupt::Interrupt;
        let mut ended = result(&service, Conclusion::Interrupted(interrupt));
        ended.hint = Some(format!("watch on with mlship watch {}.yaml", service.name));
        if number >= 19 {
            ended = result(&service, Conclusion::NotBegun);
            ended.error = Some("not begun: interrupted".to_owned());
            ended.hint = Some("go on with mlship deploy models --resume".to_owned());
        }
        run.step(20, &service, Step::Result(Box::new(ended)));
    }
    run
}

/// Two fail; what succeeded goes back, and the rest was not begun.
pub(super) fn taken_back() -> Run {
    let mut run = Run::new(10);
    for number in 0..4 {
        run.succeeds(1, &service(number));
    }
    run.fails(2, &service(4), NO_IMAGE, None);
    run.fails(2, &service(5), NO_IMAGE, None);
    for number in 6..10 {
        let mut ended = result(&service(number), Conclusion::NotBegun);
        ended.error = Some("not begun: the failure budget of 1 is used up".to_owned());
        ended.hint = Some("go on with mlship deploy models --resume".to_owned());
        run.step(97, &service(number), Step::Result(Box::new(ended)));
    }
    for number in (0..4).rev() {
        let service = service(number);
        run.begins(100, &service);
        let mut back = result(&service, Conclusion::Returned);
        back.duration_seconds = Some(60.0);
        if let (Some(previous), Some(release)) = (&mut back.previous, &mut back.release) {
            previous.version = Some("2".to_owned());
            "1".clone_into(&mut release.version);
        }
        run.step(170, &service, Step::Result(Box::new(back)));
    }
    run
}

#[track_caller]
fn check(run: Run, has_bar: bool, expected: impl IntoData) {
    assert_data_eq!(run.seen(has_bar).text(), expected);
}

#[test]
fn three_services_in_a_build_log() {
    check(
        good(3),
        false,
        str![[r#"
ml/model-00: model-00 1 → 2: replaces 2 tasks
ml/model-00: registered model-00:2, and started its deployment
ml/model-01: model-01 1 → 2: replaces 2 tasks
ml/model-01: registered model-01:2, and started its deployment
ml/model-02: model-02 1 → 2: replaces 2 tasks
ml/model-02: registered model-02:2, and started its deployment
0 of 3 done, 3 roll out
ml/model-00: 2 of 2 running
ml/model-01: 2 of 2 running
ml/model-02: 2 of 2 running
ml/model-00: model-00 2 serves in service model-00 after 80 s
ml/model-01: model-01 2 serves in service model-01 after 80 s
ml/model-02: model-02 2 serves in service model-02 after 80 s
service      verdict    version  took  cause
ml/model-00  succeeded  1 → 2    80 s
ml/model-01  succeeded  1 → 2    80 s
ml/model-02  succeeded  1 → 2    80 s

3 services in 83 s: 3 succeeded

"#]],
    );
}

#[test]
fn one_service_of_a_fleet_at_a_terminal() {
    check(
        good(1),
        true,
        str![[r#"
ml/model-00: model-00 1 → 2: replaces 2 tasks
ml/model-00: registered model-00:2, and started its deployment
ml/model-00: 2 of 2 running
ml/model-00: model-00 2 serves in service model-00 after 80 s
service      verdict    version  took  cause
ml/model-00  succeeded  1 → 2    80 s

1 service in 81 s: 1 succeeded

"#]],
    );
}

#[test]
fn three_services_at_a_terminal() {
    check(
        with_failures(5),
        true,
        str![[r#"
ml/model-00: model-00 1 → 2: replaces 2 tasks
ml/model-00: registered model-00:2, and started its deployment
ml/model-01: model-01 1 → 2: replaces 2 tasks
ml/model-01: registered model-01:2, and started its deployment
ml/model-02: model-02 1 → 2: replaces 2 tasks
ml/model-02: registered model-02:2, and started its deployment
ml/model-03: model-03 1 → 2: replaces 2 tasks
ml/model-03: registered model-03:2, and started its deployment
ml/model-04: model-04 1 → 2: replaces 2 tasks
ml/model-04: registered model-04:2, and started its deployment
ml/model-03: task 00000000 failed: CannotPullContainerError: model:2: not found
ml/model-04: task 00000000 failed: Essential container in task exited
ml/model-00: 2 of 2 running
ml/model-01: 2 of 2 running
ml/model-02: 2 of 2 running
ml/model-00: model-00 2 serves in service model-00 after 80 s
ml/model-01: model-01 2 serves in service model-01 after 80 s
ml/model-02: model-02 2 serves in service model-02 after 80 s
ml/model-03: model-03 2 failed after 95 s; service model-03 is back on model-03 1: image not found
ml/model-04: model-04 2 failed after 95 s; service model-04 is back on model-04 1: container exited (1)
image not found: ml/model-03
  cause: the registry has no image that the task definition names (3 tasks)
  ecs:   CannotPullContainerError: model:2: not found
  next:  push the image, or correct image in the manifest
  log:   loading
  log:   no weights for model-03
  more:  mlship logs model-03.yaml --failed

container exited (1): ml/model-04
  cause: model-04 exited with code 1: the program failed (3 tasks)
  next:  read the container's log for its last words
  log:   loading
  log:   no weights for model-04
  more:  mlship logs model-04.yaml --failed

service      verdict      version  took  cause
ml/model-04  rolled back  1 → 2    95 s  container exited (1)
ml/model-03  rolled back  1 → 2    95 s  image not found
ml/model-00  succeeded    1 → 2    80 s
ml/model-01  succeeded    1 → 2    80 s
ml/model-02  succeeded    1 → 2    80 s

5 services in 100 s: 3 succeeded, 2 rolled back

"#]],
    );
}

#[test]
fn a_hundred_that_succeed_end_in_two_rows() {
    let text = good(100).seen(false).text();
    let end: Vec<&str> = text.lines().skip(400).collect();
    assert_data_eq!(
        end.join("\n"),
        str![[r#"
service       verdict    version  took  cause
100 services  succeeded  1 → 2    80 s

100 services in 180 s: 100 succeeded
"#]]
    );
}

#[test]
fn thirty_of_a_hundred_fail_for_two_causes() {
    let text = with_failures(100).seen(false).text();
    let begin = text.find("image not found: 10 services").unwrap_or(0);
    assert_data_eq!(
        &text[begin..],
        str![[r#"
image not found: 10 services: ml/model-03, ml/model-13, ml/model-23 and 7 more
  of ml/model-03:
  cause: the registry has no image that the task definition names (3 tasks)
  ecs:   CannotPullContainerError: model:2: not found
  next:  push the image, or correct image in the manifest
  log:   loading
  log:   no weights for model-03
  more:  mlship logs model-03.yaml --failed

service      verdict      version  took  cause
ml/model-04  rolled back  1 → 2    95 s  container exited (1)
ml/model-07  rolled back  1 → 2    95 s  container exited (1)
ml/model-14  rolled back  1 → 2    95 s  container exited (1)
ml/model-17  rolled back  1 → 2    95 s  container exited (1)
ml/model-24  rolled back  1 → 2    95 s  container exited (1)
ml/model-27  rolled back  1 → 2    95 s  container exited (1)
ml/model-34  rolled back  1 → 2    95 s  container exited (1)
ml/model-37  rolled back  1 → 2    95 s  container exited (1)
ml/model-44  rolled back  1 → 2    95 s  container exited (1)
ml/model-47  rolled back  1 → 2    95 s  container exited (1)
ml/model-54  rolled back  1 → 2    95 s  container exited (1)
ml/model-57  rolled back  1 → 2    95 s  container exited (1)
ml/model-64  rolled back  1 → 2    95 s  container exited (1)
ml/model-67  rolled back  1 → 2    95 s  container exited (1)
ml/model-74  rolled back  1 → 2    95 s  container exited (1)
ml/model-77  rolled back  1 → 2    95 s  container exited (1)
ml/model-84  rolled back  1 → 2    95 s  container exited (1)
ml/model-87  rolled back  1 → 2    95 s  container exited (1)
ml/model-94  rolled back  1 → 2    95 s  container exited (1)
ml/model-97  rolled back  1 → 2    95 s  container exited (1)
ml/model-03  rolled back  1 → 2    95 s  image not found
ml/model-13  rolled back  1 → 2    95 s  image not found
ml/model-23  rolled back  1 → 2    95 s  image not found
ml/model-33  rolled back  1 → 2    95 s  image not found
ml/model-43  rolled back  1 → 2    95 s  image not found
ml/model-53  rolled back  1 → 2    95 s  image not found
ml/model-63  rolled back  1 → 2    95 s  image not found
ml/model-73  rolled back  1 → 2    95 s  image not found
ml/model-83  rolled back  1 → 2    95 s  image not found
ml/model-93  rolled back  1 → 2    95 s  image not found
70 services  succeeded    1 → 2    80 s

100 services in 193 s: 70 succeeded, 30 rolled back

"#]]
    );
}

#[test]
fn thirty_of_a_hundred_fail_at_a_terminal() {
    let seen = with_failures(100).seen(true);
    let pinned: Vec<String> = seen.lines.borrow().iter().take(12).cloned().collect();
    assert_data_eq!(
        pinned.join("\n"),
        str![[r#"
ml/model-03: task 00000000 failed: CannotPullContainerError: model:2: not found
ml/model-04: task 00000000 failed: Essential container in task exited
ml/model-03: model-03 2 failed after 95 s; service model-03 is back on model-03 1: image not found
ml/model-04: model-04 2 failed after 95 s; service model-04 is back on model-04 1: container exited (1)
ml/model-07: model-07 2 failed after 95 s; service model-07 is back on model-07 1: container exited (1)
ml/model-13: model-13 2 failed after 95 s; service model-13 is back on model-13 1: image not found
ml/model-14: model-14 2 failed after 95 s; service model-14 is back on model-14 1: container exited (1)
ml/model-17: model-17 2 failed after 95 s; service model-17 is back on model-17 1: container exited (1)
ml/model-23: model-23 2 failed after 95 s; service model-23 is back on model-23 1: image not found
ml/model-24: model-24 2 failed after 95 s; service model-24 is back on model-24 1: container exited (1)
ml/model-27: model-27 2 failed after 95 s; service model-27 is back on model-27 1: container exited (1)
ml/model-33: model-33 2 failed after 95 s; service model-33 is back on model-33 1: image not found
"#]]
    );
    let frames = seen.frames.borrow();
    let frame = frames.iter().find(|frame| frame.starts_with("[10/100]"));
    assert_data_eq!(
        frame.cloned().unwrap_or_default(),
        str![[r#"
[10/100] 10 of 100, 82 roll out, 8 wait
  ml/model-03: 0 of 2 running, 1 starting, 3 failed; 2 old; CannotPullContaine…
  ml/model-04: 0 of 2 running, 1 starting, 3 failed; 2 old; Essential containe…
  ml/model-07: 0 of 2 running, 1 starting, 3 failed; 2 old; Essential containe…
  ml/model-13: 0 of 2 running, 1 starting, 3 failed; 2 old; CannotPullContaine…
  ml/model-14: 0 of 2 running, 1 starting, 3 failed; 2 old; Essential containe…
  ml/model-17: 0 of 2 running, 1 starting, 3 failed; 2 old; Essential containe…
  ml/model-23: 0 of 2 running, 1 starting, 3 failed; 2 old; CannotPullContaine…
  ml/model-24: 0 of 2 running, 1 starting, 3 failed; 2 old; Essential containe…
"#]]
    );
}

#[test]
fn what_a_signal_left_is_listed_with_how_to_go_on() {
    let text = interrupted(30).seen(true).text();
    assert_data_eq!(
        text,
        str![[r#"
service      verdict      version  took  cause
11 services  not begun    1 → 2          interrupted
19 services  interrupted  1 → 2

interrupted; the deployment goes on: 19 services
  ml/model-00, ml/model-01, ml/model-02, ml/model-03, ml/model-04, ml/model-05, ml/model-06,
  ml/model-07, ml/model-08, ml/model-09, ml/model-10, ml/model-11, ml/model-12, ml/model-13,
  ml/model-14, ml/model-15, ml/model-16, ml/model-17, ml/model-18
  hint: watch on with mlship watch model-00.yaml (and so for 18 others)

not begun: interrupted: 11 services
  ml/model-19, ml/model-20, ml/model-21, ml/model-22, ml/model-23, ml/model-24, ml/model-25,
  ml/model-26, ml/model-27, ml/model-28, ml/model-29
  hint: go on with mlship deploy models --resume

30 services in 20 s: 19 interrupted, 11 not begun

"#]]
    );
}

#[test]
fn what_was_taken_back_after_failures_is_no_success() {
    check(
        taken_back(),
        true,
        str![[r#"
ml/model-04: task 00000000 failed: CannotPullContainerError: model:2: not found
ml/model-04: model-04 2 failed after 95 s; service model-04 is back on model-04 1: image not found
ml/model-05: model-05 2 failed after 95 s; service model-05 is back on model-05 1: image not found
image not found: 2 services: ml/model-04, ml/model-05
  of ml/model-04:
  cause: the registry has no image that the task definition names (3 tasks)
  ecs:   CannotPullContainerError: model:2: not found
  next:  push the image, or correct image in the manifest
  log:   loading
  log:   no weights for model-04
  more:  mlship logs model-04.yaml --failed

service      verdict      version  took  cause
ml/model-04  rolled back  1 → 2    95 s  image not found
ml/model-05  rolled back  1 → 2    95 s  image not found
ml/model-06  not begun    1 → 2          the failure budget of 1 is used up
ml/model-07  not begun    1 → 2          the failure budget of 1 is used up
ml/model-08  not begun    1 → 2          the failure budget of 1 is used up
ml/model-09  not begun    1 → 2          the failure budget of 1 is used up
ml/model-00  back         2 → 1    60 s  taken back after it succeeded
ml/model-01  back         2 → 1    60 s  taken back after it succeeded
ml/model-02  back         2 → 1    60 s  taken back after it succeeded
ml/model-03  back         2 → 1    60 s  taken back after it succeeded

not begun: the failure budget of 1 is used up: 4 services
  ml/model-06, ml/model-07, ml/model-08, ml/model-09
  hint: go on with mlship deploy models --resume

10 services in 170 s: 4 back, 4 not begun, 2 rolled back

"#]],
    );
}
