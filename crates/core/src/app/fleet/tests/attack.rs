//! The promises of a run over everything that goes wrong at once: answers that are lost, services
//! that fail, are deleted or deployed by somebody else, signals and time that is up.

pub(super) mod drawn;
pub(super) mod truth;

use proptest::prelude::*;

pub(super) use drawn::{Drawn, Wrong, drawn};
use truth::Truth;

use super::taken_back::Heard;
use crate::app::fleet::OnFailure;
use crate::app::fleet::simulated::VirtualRun;
use crate::app::manifests::Loaded;

pub(super) fn on_paused_clock<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(work)
}

async fn check(drawn: &Drawn) {
    let cloud = drawn.cloud();
    let manifests: Vec<Loaded> = drawn.manifests();
    let run = VirtualRun {
        cloud: &cloud,
        manifests: &manifests,
        run: drawn.options(),
        deploy: drawn.deploy_options(),
        interrupted: drawn.interrupted,
    };
    let heard = Heard::default();
    let (results, record) = Box::pin(run.run(&heard)).await;
    let truth = Truth {
        drawn,
        cloud: &cloud,
        results: &results,
    };
    truth.check(&heard, &record);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_goes_wrong_each_service_gets_one_truthful_verdict_and_the_sum_is_right(
        drawn in drawn()
    ) {
        on_paused_clock(check(&drawn));
    }
}
