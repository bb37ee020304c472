//! What a look at the plan and a deploy say of a first step that alarms would not see.

use super::super::deploy::DeployOptions;
use super::super::planning::preview;
use super::super::testing::{Stand, options};
use super::super::traffic::tests::first::{canary, facts_of};
use crate::cloud::Identity;
use crate::cloud::fake::Fault;
use crate::cloud::preconditions::{Alarm, Fact, Question};
use crate::plan::Redeploy;
use crate::preflight::Memory;

const ROLLOUT: &str = "  canaryPercent: 5\n  alarms: [errorRate: { above: 2% }]\n";
const BLIND: &str = "warning: a first step of 5 % gets 15 of the 300 requests a minute of the last \
                     hour, and errorRate says nothing of a minute with fewer than 20: it takes 400 \
                     a minute, or 6.7 %";

/// A service whose groups get so many requests a minute, with alarms in a state.
fn stand(requests: f64, state: &str) -> Stand {
    let (rule, names, question) = facts_of(ROLLOUT);
    let stand = Stand::serving();
    stand.cloud.balancer.put(rule);
    let alarms = names.iter().map(|name| Alarm {
        name: name.clone(),
        state: state.to_owned(),
        definition: None,
    });
    let alarms = Fact::Alarms(alarms.collect());
    stand.cloud.after_now(0, move |world| {
        world.facts.insert(question, Fact::Requests(requests));
        world.facts.insert(Question::Alarms(names), alarms);
    });
    stand
}

async fn looked_at(stand: &Stand) -> Vec<String> {
    let caller = stand.cloud.caller().await.unwrap();
    let (context, overrides, manifest) = (stand.context(), options().overrides, canary(ROLLOUT));
    let redeploy = Redeploy::WhenChanged;
    let plan = preview(&context, &caller, &manifest, redeploy, &overrides);
    let notes = Box::pin(plan).await.unwrap().notes;
    let of_shift = |note: &String| note.contains("first step") || note.contains("alarm");
    notes.into_iter().filter(of_shift).collect()
}

#[tokio::test(start_paused = true)]
async fn a_look_at_the_plan_warns_of_blind_and_of_firing_alarms_and_refuses_nothing() {
    assert_eq!(looked_at(&stand(300.0, "OK")).await, [BLIND]);
    assert_eq!(looked_at(&stand(4000.0, "OK")).await, [""; 0]);
    let fires = looked_at(&stand(4000.0, "ALARM")).await;
    assert_eq!(fires.len(), 2, "{fires:?}");
    assert!(
        fires
            .iter()
            .all(|note| note.contains("is in alarm already"))
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_may_not_ask_is_told_what_was_not_checked() {
    let stand = stand(300.0, "OK");
    stand
        .cloud
        .fail_always("GetMetricData", Some(Fault::Denied));
    assert_eq!(
        looked_at(&stand).await,
        ["not checked: first step (for want of cloudwatch:GetMetricData)"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_deploy_warns_before_it_writes_and_goes_on() {
    let stand = stand(300.0, "OK");
    let verifying = DeployOptions {
        verify: Some(Memory::default()),
        detach: true,
        ..options()
    };
    let (result, heard) = stand.deploy_with(&canary(ROLLOUT), &verifying).await;
    let notes: Vec<&str> = heard.notes().collect();
    assert!(notes.contains(&BLIND), "{notes:?} {result:#?}");
}
