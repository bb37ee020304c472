//! Deployments that move traffic, of every strategy, in whatever order they are seen, under either
//! reading of what ECS does: one verdict each, and success only where ECS's deployment was
//! SUCCESSFUL and the rule forwards to the revision that should serve.

mod model;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::progress::Event;
use crate::rollout::{TrafficObservation, TrafficRequest};
use model::{End, Hook, Numbers, Play, Trouble};

/// A stage with hooks, ECS's names.
const STAGES: [&str; 8] = [
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
];

fn strategies() -> impl Strategy<Value = (Value, Vec<f64>)> {
    let canary = |percent: f64| {
        let its = json!({"canaryPercent": percent, "canaryBakeTimeInMinutes": 10});
        let all = json!({"strategy": "CANARY", "bakeTimeInMinutes": 5, "canaryConfiguration": its});
        (all, vec![percent, 100.0])
    };
    let linear = |(percent, joins): (f64, bool)| {
        let its = json!({"stepPercent": percent, "stepBakeTimeInMinutes": 6});
        let all = json!({"strategy": "LINEAR", "bakeTimeInMinutes": 5, "linearConfiguration": its});
        let mut shares: Vec<f64> = (1..100)
            .map(|step| f64::from(step) * percent)
            .take_while(|share| *share < 100.0)
            .collect();
        // What remains below a whole step may belong to the last one.
        if joins && shares.len() > 1 {
            shares.pop();
        }
        shares.push(100.0);
        (all, shares)
    };
    prop_oneof![
        select(&[0.1, 5.0, 12.5, 50.0, 100.0][..]).prop_map(canary),
        (select(&[15.0, 30.0, 40.0, 50.0][..]), any::<bool>()).prop_map(linear),
        Just((
            json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5}),
            vec![100.0]
        )),
    ]
}

fn numbers() -> impl Strategy<Value = Numbers> {
    let numbers = (
        select(&[100, 1000][..]),
        select(&[1, 100, 999][..]),
        any::<bool>(),
    );
    numbers.prop_map(|(split, whole, scalar)| Numbers {
        split,
        whole,
        scalar,
    })
}

fn hooks() -> impl Strategy<Value = Vec<Hook>> {
    let hook = (select(&STAGES[..]), any::<bool>());
    let hook = hook.prop_map(|(stage, is_pause)| Hook { stage, is_pause });
    prop::collection::vec(hook, 0..4)
}

fn troubles() -> impl Strategy<Value = Trouble> {
    use Trouble::{Empty, Foreign, Gone, None, Nowhere, OtherGroup, Redirects, Split};
    let some = select(vec![
        Split, OtherGroup, Nowhere, Foreign, Empty, Gone, Redirects,
    ]);
    prop_oneof![Just(None), some]
}

fn plays() -> impl Strategy<Value = Play> {
    let end = select(vec![
        End::Good,
        End::Good,
        End::Back,
        End::Back,
        End::Stuck,
        End::Superseded,
    ]);
    let ways = (
        strategies(),
        numbers(),
        hooks(),
        end,
        any::<usize>(),
        troubles(),
    );
    let unknown = prop::option::of(any::<usize>());
    (ways, unknown, any::<[bool; 6]>()).prop_map(|(ways, unknown_at, readings)| {
        let ((configuration, shares), numbers, hooks, end, turns_at, trouble) = ways;
        let [reconciles, lists, swaps, requests, moves, calls] = readings;
        Play {
            configuration,
            shares,
            numbers,
            hooks,
            end,
            turns_at,
            unknown_at,
            trouble,
            reconciles,
            lists_finished_hooks: lists,
            swaps_groups: swaps,
            requests_rollback: requests,
            moves_stage_back: moves,
            calls_failed_in_progress: calls,
        }
    })
}

/// What a look does not get, or gets late.
#[derive(Debug, Clone)]
struct Haze {
    /// How many states the record and the service are behind.
    behind: usize,
    hides_service: bool,
    record: Option<Observation>,
    hides_rule: bool,
}

fn haze() -> impl Strategy<Value = Haze> {
    let record = select(vec![
        None,
        None,
        Some(Observation::Unanswered),
        Some(Observation::NotListed),
        Some(Observation::Refused),
    ]);
    let haze = (0..3_usize, any::<bool>(), record, any::<bool>());
    haze.prop_map(|(behind, hides_service, record, hides_rule)| Haze {
        behind,
        hides_service,
        record,
        hides_rule,
    })
}

/// How a play is watched.
#[derive(Debug, Clone)]
struct Watcher {
    is_own: bool,
    haze: Vec<Haze>,
    /// How many looks each state lasts, and how long a look takes at least.
    looks: usize,
    every: u64,
    /// What is refused all the time.
    rule_is_denied: bool,
    record_is_denied: bool,
}

fn watchers() -> impl Strategy<Value = Watcher> {
    let haze = prop::collection::vec(haze(), 0..40);
    let denied = select(vec![
        (false, false),
        (false, false),
        (true, false),
        (false, true),
    ]);
    (any::<bool>(), haze, 1..4_usize, 0..10_u64, denied).prop_map(
        |(is_own, haze, looks, every, (rule_is_denied, record_is_denied))| Watcher {
            // Who may not see the record of somebody else's deployment is told so, and leaves.
            is_own: is_own || record_is_denied,
            haze,
            looks,
            every,
            rule_is_denied,
            record_is_denied,
        },
    )
}

/// Watches a play to its verdict; returns all events, too.
fn watch(play: &Play, watcher: &Watcher) -> (Outcome, Vec<Event>) {
    let states = play.states();
    let day = Duration::from_hours(24);
    let mut machine = Machine::new(Follow {
        is_own: watcher.is_own,
        timeout: day,
        ..follow()
    });
    let mut look = PollRequest::FIRST;
    let (mut elapsed, mut events) = (Duration::ZERO, Vec::new());
    for turn in 0..1000 {
        let now = (turn / watcher.looks).min(states.len() - 1);
        let haze = watcher.haze.get(turn);
        let state = &states[now.saturating_sub(haze.map_or(0, |haze| haze.behind))];
        let mut snapshot = Snapshot::unanswered();
        if look.service && !haze.is_some_and(|haze| haze.hides_service) {
            snapshot.service = state.service();
        }
        if look.deployment {
            let hidden = haze.and_then(|haze| haze.record.clone());
            let denied = watcher.record_is_denied.then_some(Observation::Refused);
            snapshot.deployment = denied.or(hidden).unwrap_or_else(|| state.record());
        }
        if look.newer {
            let is_hidden = haze.is_some_and(|haze| haze.hides_service);
            snapshot.newer = (!is_hidden).then_some(states[now].is_newer_there);
        }
        if look.traffic != TrafficRequest::None {
            snapshot.traffic = if watcher.rule_is_denied {
                TrafficObservation::Refused("denied".to_owned())
            } else if haze.is_some_and(|haze| haze.hides_rule) {
                TrafficObservation::Unanswered
            } else {
                states[now].traffic()
            };
        }
        let step = machine.step(&snapshot, elapsed);
        events.extend(step.events);
        match step.next {
            Next::Done(outcome) => return (*outcome, events),
            Next::Poll { after, look: next } => {
                elapsed += after.max(Duration::from_secs(watcher.every));
                look = next;
            }
            Next::Abort { .. } | Next::Promote { .. } => panic!("nobody asked for that"),
        }
    }
    panic!("never ends");
}

/// Where the rule may not be read, what ended and moves traffic has no good word.
fn expected(play: &Play, watcher: &Watcher) -> Verdict {
    match play.end {
        End::Good | End::Back | End::Stuck if watcher.rule_is_denied => Verdict::TrafficUnseen,
        End::Good | End::Back | End::Stuck | End::Superseded => play.verdict(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_deployment_that_moves_traffic_is_told_as_it_ended(play in plays(), watcher in watchers()) {
        let (outcome, events) = watch(&play, &watcher);
        if watcher.record_is_denied {
            // Our entry alone tells less, and never more.
            let is_good = play.end == End::Good && play.trouble == Trouble::None;
            prop_assert!(is_good || outcome.verdict != Verdict::Succeeded, "{:?}", outcome.verdict);
        } else {
            prop_assert_eq!(outcome.verdict, expected(&play, &watcher));
        }
        let mut told = BTreeMap::new();
        for event in &events {
            if let Event::Paused { pause, .. } = event {
                *told.entry(pause.hook.clone()).or_insert(0) += 1;
            }
        }
        for (hook, times) in told {
            prop_assert!(times == 1 && hook.starts_with("ecs-pause-"), "{hook}: {times}");
        }
    }
}
