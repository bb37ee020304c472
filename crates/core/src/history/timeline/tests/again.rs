//! What failed, was undone, was registered anew or succeeds at last, and a rollback after it.

use super::super::{Extent, Timeline};
use super::{GOOD, TAKEN_BACK, history, way};
use crate::release::ServiceDeploymentStatus as Status;

#[test]
fn what_ecs_took_back_by_itself_says_nothing_of_what_serves() {
    assert_eq!(
        way(&[("a", GOOD), ("b", GOOD), ("c", TAKEN_BACK)]),
        "deploy a@0"
    );
    assert_eq!(way(&[("a", GOOD), ("b", TAKEN_BACK)]), "nowhere");
    // Also after a stop that was about another release.
    let course = [
        ("a", GOOD),
        ("b", GOOD),
        ("!c", TAKEN_BACK),
        ("d", TAKEN_BACK),
    ];
    assert_eq!(way(&course), "deploy a@0");
}

#[test]
fn a_way_back_that_failed_is_tried_again_and_never_passes_for_done() {
    for failed in [TAKEN_BACK, Status::RollbackFailed, Status::Stopped] {
        for name in ["a", "!a"] {
            let course = [("a", GOOD), ("b", GOOD), (name, failed)];
            assert_eq!(way(&course), "deploy a@0", "{failed:?}");
            let course = [("a", GOOD), ("b", GOOD), (name, failed), ("a", GOOD)];
            assert_eq!(way(&course), "back at a@3 from b@1", "{failed:?}");
        }
    }
    // Further back than the one that serves by a rollback, too.
    let course = [
        ("a", GOOD),
        ("b", GOOD),
        ("c", GOOD),
        ("b", GOOD),
        ("a", TAKEN_BACK),
    ];
    assert_eq!(way(&course), "deploy a@0");
}

#[test]
fn a_way_back_that_ecs_is_undoing_is_no_way_back_to_follow() {
    for undoing in [Status::RollbackRequested, Status::RollbackInProgress] {
        let course = [("a", GOOD), ("b", GOOD), ("a", undoing)];
        assert_eq!(way(&course), "attach to a@2");
    }
}

#[test]
fn a_copy_of_a_release_is_that_release() {
    // Six at once can make several.
    let course = [("a", GOOD), ("b", GOOD), ("c", GOOD), ("d=b", GOOD)];
    assert_eq!(way(&course), "back at d@3 from c@2");
    let course = [
        ("a", GOOD),
        ("b", GOOD),
        ("c", GOOD),
        ("d=b", GOOD),
        ("e=b", GOOD),
    ];
    assert_eq!(way(&course), "back at e@4 from c@2");
    let running = Status::InProgress;
    let course = [("a", GOOD), ("b", GOOD), ("c", GOOD), ("d=b", running)];
    assert_eq!(way(&course), "attach to d@3");
    let course = [("a", GOOD), ("b", GOOD), ("c=a", GOOD), ("d", GOOD)];
    assert_eq!(way(&course), "deploy c@2");
    // Where what it is a copy of is on record no more.
    assert_eq!(way(&[("c", GOOD), ("d=b", GOOD)]), "back at d@1 from c@0");
}

#[test]
fn a_success_clears_what_failed_before() {
    let course = [("a", GOOD), ("b", TAKEN_BACK), ("b", GOOD), ("c", GOOD)];
    assert_eq!(way(&course), "deploy b@2");
    let course = [("b", Status::RollbackFailed), ("b", GOOD), ("c", GOOD)];
    assert_eq!(way(&course), "deploy b@1");
    let attempts = history(&[("a", GOOD), ("b", TAKEN_BACK), ("b", GOOD), ("c", GOOD)]);
    let timeline = Timeline::of(&attempts, Extent::Whole);
    assert!(!timeline.was_gone_back_from(&attempts[1].task_definition));
    let attempts = history(&[("a", GOOD), ("b", GOOD), ("c=a", GOOD)]);
    let timeline = Timeline::of(&attempts, Extent::Whole);
    assert!(timeline.was_gone_back_from(&attempts[1].task_definition));
    assert!(!timeline.was_gone_back_from(&attempts[0].task_definition));
}
