//! Which event comes at which place: a test for each cell, named by both.

macro_rules! grid {
    ($($claim:ident by $file:ident $event:ident: $($place:ident)+;)+) => {
        $(mod $claim {
            use crate::shifting::{$file, place};

            $(#[test]
            fn $place() {
                $file::$event(&place::$place());
            })+
        })+
    };
}

grid! {
    an_alarm_takes_it_back by back alarmed:
        while_tasks_start
        while_it_waits_for_the_first_step
        while_a_canary_bakes
        while_a_canary_waits_for_the_rest
        while_it_waits_with_all_traffic
        in_the_last_bake
        while_old_tasks_stop
        in_a_second_linear_step
        while_blue_green_waits
        in_a_blue_green_bake;
    answers_that_are_errors_take_it_back by back answering_errors:
        while_a_canary_bakes
        while_a_canary_waits_for_the_rest
        in_the_last_bake
        in_a_second_linear_step
        in_a_blue_green_bake;
    an_abort_takes_it_back by back aborted:
        while_tasks_start
        before_any_traffic_moves
        while_it_waits_for_the_first_step
        while_a_canary_bakes
        while_a_canary_waits_for_the_rest
        while_it_waits_with_all_traffic
        in_the_last_bake
        while_old_tasks_stop
        in_a_second_linear_step
        while_a_linear_release_waits_again
        while_blue_green_tasks_start
        while_blue_green_waits
        in_a_blue_green_bake
        while_old_blue_green_tasks_stop;
    a_pause_that_runs_out_goes_back_or_on_as_it_was_configured by back left_waiting:
        while_it_waits_for_the_first_step
        while_a_canary_waits_for_the_rest
        while_it_waits_with_all_traffic
        while_a_linear_release_waits_again
        while_blue_green_waits;
    tasks_that_fail_take_it_back by back failing:
        while_tasks_start
        while_it_waits_for_the_first_step
        while_a_canary_bakes
        while_a_canary_waits_for_the_rest
        in_the_last_bake
        in_a_second_linear_step
        while_blue_green_waits
        in_a_blue_green_bake;
    nothing_is_promoted_where_nothing_waits by on promoted_too_early:
        while_tasks_start
        while_a_canary_bakes
        in_the_last_bake
        while_old_tasks_stop
        in_a_second_linear_step
        in_a_blue_green_bake;
    a_promotion_lets_it_go_on by on promoted:
        while_it_waits_for_the_first_step
        while_a_canary_waits_for_the_rest
        while_it_waits_with_all_traffic
        while_a_linear_release_waits_again
        while_blue_green_waits;
    a_signal_leaves_it_alone by losing_sight interrupted:
        while_tasks_start
        while_it_waits_for_the_first_step
        while_a_canary_bakes
        in_the_last_bake
        while_old_tasks_stop
        in_a_second_linear_step
        while_blue_green_waits
        in_a_blue_green_bake;
    what_was_killed_is_attached_to by losing_sight killed:
        while_tasks_start
        while_a_canary_bakes
        while_a_canary_waits_for_the_rest
        in_the_last_bake
        while_old_tasks_stop
        in_a_second_linear_step
        while_blue_green_waits
        in_a_blue_green_bake;
    a_newer_release_takes_its_place by losing_sight superseded:
        while_tasks_start
        while_it_waits_for_the_first_step
        while_a_canary_bakes
        while_a_canary_waits_for_the_rest
        in_the_last_bake
        while_old_tasks_stop
        in_a_second_linear_step
        while_blue_green_waits
        in_a_blue_green_bake;
    without_a_look_at_the_rule_there_is_no_success by losing_sight without_rules:
        while_tasks_start
        while_a_canary_bakes
        while_a_canary_waits_for_the_rest
        in_the_last_bake
        while_old_tasks_stop
        in_a_second_linear_step
        in_a_blue_green_bake;
    without_a_look_at_its_targets_there_is_no_success by losing_sight without_targets:
        while_a_canary_bakes
        in_a_blue_green_bake;
    a_permission_that_comes_back_costs_nothing by losing_sight blinded_for_a_while:
        while_a_canary_bakes
        while_a_canary_waits_for_the_rest
        while_old_tasks_stop
        in_a_blue_green_bake;
    without_the_word_to_stop_it_nothing_is_taken_back by losing_sight without_a_stop:
        while_a_canary_bakes
        while_a_canary_waits_for_the_rest
        in_a_blue_green_bake;
}
