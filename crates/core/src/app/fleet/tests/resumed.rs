//! Runs that are killed at any write, and gone on with.

use proptest::prelude::*;

use super::attack::truth::{ours, registered};
use super::attack::{Drawn, Wrong, drawn, on_paused_clock};
use super::taken_back::Heard;
use crate::app::deploy::{DeployOptions, Repeat};
use crate::app::fleet::simulated::VirtualRun;
use crate::app::fleet::{RunOptions, RunRecord, RunResults};
use crate::cloud::fake::FakeFleet;
use crate::progress::Conclusion;
use crate::release::ServiceDeploymentStatus as Status;

/// Begins a run over the fleet, or goes on with one, and kills it after so many writes, the last of
/// which is not answered.
async fn run(
    drawn: &Drawn,
    cloud: &FakeFleet,
    repeat: Repeat,
    writes: usize,
) -> Option<(RunResults, RunRecord)> {
    let manifests = drawn.manifests();
    let run = VirtualRun {
        cloud,
        manifests: &manifests,
        run: RunOptions::default(),
        deploy: DeployOptions {
            repeat,
            ..drawn.deploy_options()
        },
        interrupted: None,
    };
    let heard = Heard::default();
    tokio::select! {
        biased;
        () = cloud.written(cloud.writes().saturating_add(writes)) => None,
        ended = Box::pin(run.run(&heard)) => Some(ended),
    }
}

async fn check(drawn: &Drawn, kills: &[usize]) {
    let cloud = drawn.cloud();
    let mut repeat = Repeat::Always;
    for writes in kills {
        if run(drawn, &cloud, repeat, *writes).await.is_some() {
            break;
        }
        repeat = Repeat::UnlessFailed;
    }
    let again = run(drawn, &cloud, Repeat::UnlessFailed, usize::MAX).await;
    let (results, _) = again.unwrap();
    for (at, member) in drawn.members.iter().enumerate() {
        let world = cloud.world(&format!("s{at}"));
        let all = results.forth.iter();
        let mut of_it = all.filter(|result| result.service == format!("s{at}"));
        let result = of_it.next().unwrap();
        let because = format!("{at}: {result:?}");
        let ours = ours(&world);
        let is_foreign = matches!(member.wrong, Wrong::Foreign(_));
        // Once somebody else's release has taken its place it is to be deployed once more.
        assert!(registered(&world) <= 1 || is_foreign, "{because}");
        assert!(ours.len() <= 1 || is_foreign, "{because}: {ours:?}");
        match result.conclusion() {
            Conclusion::Succeeded | Conclusion::Unchanged => {
                assert_eq!(ours.first(), Some(&Status::Successful), "{because}");
            }
            Conclusion::RolledBack => {
                assert_eq!(ours.first(), Some(&Status::RollbackSuccessful), "{because}");
            }
            // It was planned: what only waits for such content was not.
            Conclusion::NotBegun if result.has_failed_before() && result.release.is_some() => {
                assert_eq!(ours.first(), Some(&Status::RollbackSuccessful), "{because}");
            }
            Conclusion::NotBegun => assert!(!member.on.is_empty(), "{because}"),
            Conclusion::Superseded | Conclusion::Refused(_) => assert!(is_foreign, "{because}"),
            Conclusion::Failed | Conclusion::Misrouted => {
                assert_eq!(member.wrong, Wrong::Fails, "{because}");
            }
            Conclusion::Error(_) => assert!(!drawn.is_made_up_for(at), "{because}"),
            Conclusion::Started
            | Conclusion::Returned
            | Conclusion::TimedOut
            | Conclusion::Paused
            | Conclusion::Interrupted(_) => panic!("{because}"),
        }
        let is_met = |on: &usize| {
            let mut all = results.forth.iter();
            let on = all.find(|result| result.service == format!("s{on}"));
            matches!(
                on.unwrap().conclusion(),
                Conclusion::Succeeded | Conclusion::Unchanged
            )
        };
        if member.on.iter().all(is_met) && drawn.is_made_up_for(at) {
            match member.wrong {
                Wrong::Nothing | Wrong::Absent | Wrong::Lost(..) => {
                    let ended = result.conclusion();
                    let is_well = matches!(ended, Conclusion::Succeeded | Conclusion::Unchanged);
                    assert!(is_well, "{because}");
                }
                Wrong::Fails | Wrong::Foreign(_) | Wrong::Deleted(_) => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn killed_at_any_write_and_gone_on_with_a_run_registers_and_deploys_nothing_twice(
        drawn in drawn(),
        kills in prop::collection::vec(1_usize..30, 0..4),
    ) {
        let mut drawn = drawn;
        for member in &mut drawn.members {
            if matches!(member.wrong, Wrong::Deleted(_)) {
                member.wrong = Wrong::Nothing;
            }
        }
        drawn.run_timeout = None;
        on_paused_clock(check(&drawn, &kills));
    }
}
