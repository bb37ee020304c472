use super::super::{Order, OrderProblem};
use super::{one, order};
use crate::release::ids::ClusterName;

#[test]
fn earlier_waves_and_then_names_come_first() {
    let order = order(&[one("c", 1, &[]), one("a", 2, &[]), one("b", 1, &[])]);
    assert_eq!(order.sequence, [2, 0, 1]);
    assert_eq!(order.waves, [0, 1, 0]);
}

#[test]
fn whom_one_waits_for_comes_before_it() {
    let order = order(&[one("a", 1, &["b"]), one("b", 1, &["c"]), one("c", 1, &[])]);
    assert_eq!(order.sequence, [2, 1, 0]);
}

#[test]
fn waves_of_the_command_line_cut_the_same_sequence() {
    let order = order(&[one("a", 1, &["c"]), one("b", 2, &[]), one("c", 1, &[])]);
    let cut = order.in_waves(&"1,2".parse().unwrap());
    assert_eq!(cut.waves, [1, 2, 0]);
}

#[test]
fn a_cycle_is_named_whole_and_no_order() {
    let found = Order::of(&[
        one("d", 1, &["a"]),
        one("a", 1, &["x", "b"]),
        one("b", 1, &["c"]),
        one("c", 1, &["a"]),
    ]);
    let cycle = OrderProblem::Cycle {
        members: vec![1, 2, 3],
        at: 1,
    };
    assert_eq!(found.unwrap_err(), [cycle]);
}

#[test]
fn a_cycle_is_one_however_its_clusters_are_written() {
    let by_arn = ClusterName::new("arn:aws:ecs:eu-west-1:111122223333:cluster/ml");
    let mut members = [one("a", 1, &[]), one("x", 1, &["z"]), one("z", 1, &["x"])];
    members[1].service.cluster = by_arn.clone();
    members[1].depends_on[0].cluster = by_arn;
    let cycle = OrderProblem::Cycle {
        members: vec![1, 2],
        at: 0,
    };
    assert_eq!(Order::of(&members).unwrap_err(), [cycle]);
}

#[test]
fn nothing_waits_for_itself_or_for_a_later_wave() {
    let itself = Order::of(&[one("a", 1, &["a"])]).unwrap_err();
    assert_eq!(itself, [OrderProblem::Itself { member: 0, at: 0 }]);
    let later = Order::of(&[one("a", 1, &["b"]), one("b", 2, &[])]).unwrap_err();
    let expected = OrderProblem::Later {
        member: 0,
        at: 0,
        on: 1,
    };
    assert_eq!(later, [expected]);
}

#[test]
fn what_is_no_member_is_not_waited_for() {
    let order = order(&[one("a", 1, &["elsewhere"])]);
    assert_eq!(order.unknown(), [(0, 0)]);
    assert!(!order.waits());
}

#[test]
fn the_way_back_begins_with_the_last_and_with_who_depends_on_others() {
    let order = order(&[one("a", 1, &[]), one("b", 1, &["a"]), one("c", 2, &[])]);
    let (back, members) = order.way_back(&[0, 2, 1]);
    assert_eq!(members, [1, 2, 0]);
    assert_eq!(back.depends_on, [vec![], vec![], vec![0]]);
}
