//! Several runs deploy one service at the same moment, each in a process of its own.

use futures_util::future::join_all;

use super::*;
use crate::app::deploy::{Deploy, IfBusy};
use crate::app::recording_report::RecordingReport;
use crate::app::{Context, ResultRecord};
use crate::cloud::Identity;
use crate::release::Provenance;

/// How fast and how far behind AWS is.
#[derive(Debug, Clone, Copy)]
struct Pace {
    seed: u64,
    /// The longest that a request or an answer is on its way, in milliseconds.
    latency: u64,
    /// How far reads are behind, in seconds.
    lag: u64,
    /// Within how many milliseconds all of them start.
    within: u64,
}

fn paces() -> impl Iterator<Item = Pace> {
    (0_u8..36).map(|seed| {
        let number = usize::from(seed);
        Pace {
            seed: u64::from(seed),
            latency: [50, 400, 2_000][number % 3],
            lag: [0, 0, 2, 8][number % 4],
            within: [0, 300, 3_000][number / 3 % 3],
        }
    })
}

/// Lets each of these versions be deployed by a pipeline of its own, all at once.
async fn deploy_together(
    stand: &Stand,
    versions: &[&str],
    if_busy: IfBusy,
    pace: Pace,
) -> Vec<ResultRecord> {
    let mut chance = fastrand::Rng::with_seed(pace.seed);
    stand.cloud.latency.set(Duration::from_millis(pace.latency));
    stand.cloud.lag.set(Duration::from_secs(pace.lag));
    *stand.cloud.chance.borrow_mut() = Some(chance.fork());
    stand.succeed_after(120);
    let options = DeployOptions {
        if_busy,
        ..options()
    };
    let runs = versions.iter().enumerate().map(|(number, version)| {
        let starts_after = Duration::from_millis(chance.u64(0..=pace.within));
        let options = options.clone();
        async move {
            tokio::time::sleep(starts_after).await;
            let pipeline = Provenance {
                run: Some(format!("https://ci.example.com/runs/{number}")),
                who: Some(format!("developer {number}")),
                limit: None,
                git_sha: None,
            };
            let context = Context {
                pipeline: &pipeline,
                ..stand.context()
            };
            let deploy = Deploy {
                context: &context,
                caller: &stand.cloud.caller().await.unwrap(),
                options: &options,
                // Every other one is held to a plan that was saved before.
                review: (number % 2 == 1).then_some(&|_| None),
            };
            let mut heard = RecordingReport::default();
            Box::pin(deploy.run(&manifest(version), &mut heard)).await
        }
    });
    join_all(runs).await
}

fn codes(results: &[ResultRecord]) -> Vec<u8> {
    let codes = results.iter().map(|result| result.exit_code().number());
    codes.collect()
}

#[tokio::test(start_paused = true)]
async fn ten_starts_of_one_version_are_one_deployment_and_all_succeed() {
    for pace in paces() {
        let stand = Stand::serving();
        let results = deploy_together(&stand, &["2"; 10], IfBusy::Wait, pace).await;
        let world = stand.cloud.world();
        assert_eq!(codes(&results), [0; 10], "{pace:?}");
        assert_eq!(world.deployments.len(), 2, "{pace:?}");
        let serving = world.service.unwrap().task_definition;
        assert_eq!(serving.short(), "m:2", "{pace:?}");
        for result in &results {
            assert_eq!(result.task_definition.as_deref(), Some(serving.as_str()));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ten_first_deploys_make_one_service_and_all_succeed() {
    for pace in paces() {
        let stand = Stand::new(World::default());
        let results = deploy_together(&stand, &["2"; 10], IfBusy::Wait, pace).await;
        assert_eq!(codes(&results), [0; 10], "{pace:?}: {results:#?}");
        let world = stand.cloud.world();
        assert_eq!(world.deployments.len(), 1, "{pace:?}");
        let serving = world.service.unwrap().task_definition;
        assert_eq!(serving.short(), "m:1", "{pace:?}");
    }
}

/// ECS offers no lock: two can start before either is seen, and the later one takes over.
#[tokio::test(start_paused = true)]
async fn of_two_versions_at_once_none_succeeds_that_does_not_serve() {
    let versions = ["2", "3", "2", "3", "2", "3"];
    for pace in paces() {
        let stand = Stand::serving();
        let results = deploy_together(&stand, &versions, IfBusy::Fail, pace).await;
        let codes = codes(&results);
        let world = stand.cloud.world();
        let serving = world.service.unwrap().task_definition;
        let serving = world.task_definitions.iter().find(|one| one.arn == serving);
        let serves = &serving.unwrap().tags["mlship:version"];
        for (version, code) in versions.iter().zip(&codes) {
            assert!([0, 11, 33].contains(code), "{pace:?}: {codes:?}");
            assert!(
                *code != 0 || version == serves,
                "{pace:?}: {codes:?} {serves} serves"
            );
        }
        assert!(codes.contains(&0), "{pace:?}: {codes:?}");
    }
}

/// Nobody reviewed their plans: who comes too late waits, plans again and deploys after.
#[tokio::test(start_paused = true)]
async fn other_versions_at_once_come_one_after_the_other_where_they_wait() {
    for seed in 0..12 {
        let stand = Stand::serving();
        stand.cloud.latency.set(Duration::from_millis(400));
        *stand.cloud.chance.borrow_mut() = Some(fastrand::Rng::with_seed(seed));
        for minutes in 1..=6 {
            stand.succeed_after(60 * minutes);
        }
        let (second, third, options) = (manifest("2"), manifest("3"), options());
        let both = tokio::join!(
            stand.deploy_with(&second, &options),
            stand.deploy_with(&third, &options),
        );
        let codes = [both.0.0, both.1.0].map(|result| result.exit_code().number());
        // A supersede is what remains of the race: ECS offers no lock.
        assert!(
            codes.iter().all(|code| [0, 33].contains(code)) && codes.contains(&0),
            "{codes:?}"
        );
    }
}
