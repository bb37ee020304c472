//! Property tests over snapshots in any order.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::release::ServiceDeploymentStatus;
use crate::rollout::TrafficObservation;

const STATUSES: [&str; 10] = [
    "PENDING",
    "IN_PROGRESS",
    "STOP_REQUESTED",
    "STOPPED",
    "ROLLBACK_REQUESTED",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_SUCCESSFUL",
    "ROLLBACK_FAILED",
    "SUCCESSFUL",
    "ASCENDING",
];

fn observations() -> impl Strategy<Value = Observation> {
    prop_oneof![
        6 => select(&STATUSES[..]).prop_map(|name| status(name).deployment),
        1 => Just(Observation::NotListed),
        1 => Just(Observation::Refused),
        1 => Just(Observation::Unanswered),
    ]
}

fn services() -> impl Strategy<Value = ServiceObservation> {
    let entry = (
        select(&["old", OURS, "new", "back"][..]),
        select(&["PRIMARY", "ACTIVE", "INACTIVE"][..]),
        select(&["IN_PROGRESS", "COMPLETED", "FAILED", "ASCENDING"][..]),
    );
    let list = prop::collection::vec(entry.prop_map(|(a, b, c)| [a, b, c]), 0..4);
    prop_oneof![
        6 => list.prop_map(|list| entries(&list)),
        1 => Just(ServiceObservation::Missing),
        1 => Just(ServiceObservation::Unanswered),
    ]
}

fn looks() -> impl Strategy<Value = Snapshot> {
    let newer = prop_oneof![Just(None), Just(Some(false)), Just(Some(true))];
    (services(), observations(), newer).prop_map(|(service, deployment, newer)| Snapshot {
        traffic: TrafficObservation::NotAsked,
        service,
        deployment,
        newer,
        stopped: Vec::new(),
        alive: None,
    })
}

/// Goes through looks until the end, the last of them for ever; returns the outcome and the looks
/// it took.
fn run(looks: &[Snapshot], every: Duration) -> (Outcome, Vec<Snapshot>) {
    let mut machine = Machine::new(follow());
    let mut taken = Vec::new();
    let mut elapsed = Duration::ZERO;
    let for_ever = looks.last().unwrap();
    for look in looks.iter().chain(std::iter::repeat(for_ever)) {
        taken.push(look.clone());
        assert!(elapsed < Duration::from_secs(TIMEOUT + 120), "never ends");
        match machine.step(look, elapsed).next {
            Next::Done(outcome) => return (*outcome, taken),
            Next::Poll { after, .. } => elapsed += after.max(every),
            Next::Abort { .. } => panic!("nothing failed"),
            Next::Promote { .. } => panic!("nobody asked for that"),
        }
    }
    unreachable!()
}

fn is_successful(look: &Snapshot) -> bool {
    matches!(&look.deployment, Observation::Seen(seen)
        if seen.status == ServiceDeploymentStatus::Successful)
}

fn is_completed(look: &Snapshot) -> bool {
    let ours = look
        .service()
        .into_iter()
        .flat_map(|service| &service.deployments);
    let mut ours = ours.filter(|deployment| deployment.id.as_str() == OURS);
    ours.any(|deployment| {
        deployment.rollout_state.as_deref() == Some("COMPLETED") && deployment.status != "INACTIVE"
    })
}

/// A true history: what ECS went through, and how it ended.
fn histories() -> impl Strategy<Value = (Vec<Snapshot>, Verdict)> {
    let running = [
        [OURS, "PRIMARY", "IN_PROGRESS"],
        ["old", "ACTIVE", "COMPLETED"],
    ];
    let rolling = [
        ["old", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "FAILED"],
    ];
    let at = |name: &str, list: &[[&str; 3]]| status(name).with(entries(list)).newer(false);
    let begin = vec![at("PENDING", &running), at("IN_PROGRESS", &running)];
    let with = move |more: Vec<Snapshot>| [begin.clone(), more].concat();
    let good = with(vec![at("SUCCESSFUL", &[[OURS, "PRIMARY", "COMPLETED"]])]);
    let back = with(vec![
        at("ROLLBACK_IN_PROGRESS", &rolling),
        at("ROLLBACK_SUCCESSFUL", &[["old", "PRIMARY", "COMPLETED"]]),
    ]);
    let failed = with(vec![at("STOPPED", &[[OURS, "PRIMARY", "FAILED"]])]);
    let replaced = [
        ["new", "PRIMARY", "IN_PROGRESS"],
        [OURS, "ACTIVE", "IN_PROGRESS"],
    ];
    let superseded = with(vec![at("STOPPED", &replaced).newer(true)]);
    select(vec![
        (good, Verdict::Succeeded),
        (back, Verdict::RolledBack),
        (failed, Verdict::Failed),
        (superseded, Verdict::Superseded),
    ])
}

/// What can hide or delay a look at a true history.
#[derive(Debug, Clone)]
struct Distortion {
    /// How many states a look is behind.
    behind: usize,
    hides_service: bool,
    deployment: Option<Observation>,
}

fn distortions() -> impl Strategy<Value = Distortion> {
    let hidden = select(vec![
        None,
        None,
        Some(Observation::Unanswered),
        Some(Observation::NotListed),
        Some(Observation::Refused),
    ]);
    (0..3_usize, any::<bool>(), hidden).prop_map(|(behind, hides_service, deployment)| Distortion {
        behind,
        hides_service,
        deployment,
    })
}

/// Looks at a history through distortions, each state for three looks; the last look is clear.
fn distorted(distortion: &[Distortion], history: &[Snapshot]) -> Vec<Snapshot> {
    let look = |(n, distortion): (usize, &Distortion)| {
        let state = (n / 3)
            .min(history.len() - 1)
            .saturating_sub(distortion.behind);
        let mut look = history[state].clone();
        if distortion.hides_service {
            look.service = ServiceObservation::Unanswered;
        }
        look.deployment = distortion.deployment.clone().unwrap_or(look.deployment);
        look
    };
    let mut looks: Vec<_> = distortion.iter().enumerate().map(look).collect();
    looks.extend(history.last().cloned());
    looks
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_looks_end_in_one_verdict_and_success_has_its_reason(
        looks in prop::collection::vec(looks(), 1..40), every in 0_u64..60,
    ) {
        let (outcome, taken) = run(&looks, Duration::from_secs(every));
        if outcome.verdict == Verdict::Succeeded {
            let was_seen = taken.iter().any(|look| matches!(look.deployment, Observation::Seen(_)));
            let has_reason = if was_seen {
                taken.iter().any(is_successful)
            } else {
                taken.iter().any(is_completed)
            };
            prop_assert!(has_reason, "{taken:#?}");
        }
    }

    #[test]
    fn a_true_history_is_told_as_it_was_however_hazy_the_looks(
        (history, verdict) in histories(), distortion in prop::collection::vec(distortions(), 0..30),
    ) {
        let looks = distorted(&distortion, &history);
        let (outcome, _) = run(&looks, Duration::from_secs(10));
        prop_assert_eq!(outcome.verdict, verdict, "{:#?}", looks);
    }
}
