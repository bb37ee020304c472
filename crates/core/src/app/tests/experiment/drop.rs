//! A variant that is taken out of an experiment of three.

use super::super::super::testing::manifest;
use super::{EXPERIMENT, Lab, RecordedEvents, ending};
use crate::app::experiment::{Conclusion, Drop, Ending, Outcome, StatusOptions};
use crate::app::{Context, Interrupts};
use crate::cloud::Identity;
use crate::cloud::fake::{FakeCloud, Fault, Moment};
use crate::experiment::start::StartRequest;
use crate::experiment::testing::{definition, rule_arn};
use crate::experiment::{Record, State};
use crate::progress::{ExitCode, Refusal};
use crate::release::Routing;
use mlship_manifest::Code;

fn with_header(stickiness: Option<u32>, header: Option<&str>) -> Lab {
    let text = EXPERIMENT.replace(
        "release: b.yaml, weight: 50 }",
        "release: b.yaml, weight: 25 }\n  - { name: third, release: c.yaml, weight: 25 }",
    );
    let mut lab = Lab::with(&text, [manifest("2"), manifest("2")]);
    lab.comparison.definition = crate::experiment::Definition {
        stickiness,
        header: header.map(str::to_owned),
        ..definition(&[50, 25, 25])
    };
    lab.release_more(manifest("2"));
    lab
}

async fn running(stickiness: Option<u32>) -> Lab {
    let lab = with_header(stickiness, None);
    lab.stand.succeed_after(20);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert!(outcome.conclusion.is_done(), "{outcome:?}");
    lab.errors(0, 1000.0);
    lab.errors(1, 1000.0);
    lab.errors(2, 1000.0);
    lab
}

impl Lab {
    fn release_more(&mut self, release: mlship_manifest::Manifest) {
        match &mut self.comparison.origin {
            crate::app::experiment::Origin::Manifest(written) => written.releases.push(release),
            crate::app::experiment::Origin::Service(_) => panic!("it has a manifest"),
        }
    }

    async fn drop_in(&self, context: &Context<'_, FakeCloud>, variant: &str) -> Outcome {
        let caller = self.stand.cloud.caller().await.unwrap();
        let drop = Drop {
            context,
            comparison: self.cleared().await,
            caller: &caller,
            variant,
        };
        drop.run(&mut RecordedEvents::default()).await
    }

    async fn drop_variant(&self, variant: &str) -> Outcome {
        let interrupts = Interrupts::never();
        self.drop_in(&self.later(&interrupts), variant).await
    }

    fn shares(&self) -> Vec<(String, u32)> {
        let weights = self.forward().weights.into_iter();
        weights
            .map(|(group, weight)| (group.name().to_owned(), weight))
            .collect()
    }

    fn recorded(&self) -> Record {
        Record::read(&self.stand.cloud.balancer.rule(&rule_arn()).tags).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_gets_no_traffic_and_is_compared_no_more() {
    let lab = running(Some(3600)).await;
    let before = lab.recorded();
    let outcome = lab.drop_variant("third").await;
    assert_eq!(outcome.conclusion, Conclusion::Dropped, "{outcome:?}");
    // In the rule a cookie would keep clients with it, whatever its weight.
    let left = [
        ("0-control".to_owned(), 50),
        ("1-challenger".to_owned(), 25),
    ];
    assert_eq!(lab.shares(), left);
    assert_eq!(lab.forward().stickiness, Some(3600));
    let record = lab.recorded();
    assert_eq!(
        (record.state, record.phase),
        (State::Running, before.phase + 1)
    );
    assert_eq!(record.weights, "0-control=50 1-challenger=25 2-third=0");
    let (_, told) = lab.status(StatusOptions::default()).await;
    let readout = told.1.unwrap();
    assert!(
        readout
            .notes
            .iter()
            .all(|note| !note.contains("not as the phase left it")),
        "{:?}",
        readout.notes
    );
    let compared = readout
        .reading
        .metrics
        .iter()
        .map(|metric| &*metric.variant);
    assert!(
        compared.clone().all(|variant| variant != "third"),
        "{:?}",
        readout.reading.metrics
    );
    assert!(compared.clone().any(|variant| variant == "challenger"));
    // A second time, and a start by the manifest, which still has it, change nothing.
    let writes = lab.writes();
    let again = lab.drop_variant("third").await;
    assert_eq!(again.conclusion, Conclusion::Unchanged, "{again:?}");
    let (again, _) = lab.start(StartRequest::default()).await;
    assert_eq!(again.conclusion, Conclusion::Unchanged, "{again:?}");
    assert_eq!((lab.writes(), lab.shares()), (writes, left.to_vec()));
}

#[tokio::test(start_paused = true)]
async fn corrections_stay_those_of_as_many_challengers_as_there_were() {
    let p = async |lab: &Lab| {
        let (_, told) = lab.status(StatusOptions::default()).await;
        let readout = told.1.unwrap();
        let mut metrics = readout.reading.metrics.into_iter();
        let primary = metrics
            .find(|metric| metric.variant == "challenger")
            .unwrap();
        let difference = primary.difference.unwrap();
        (
            primary.p.unwrap(),
            difference.interval.upper - difference.interval.lower,
        )
    };
    let lab = running(None).await;
    lab.stand
        .cloud
        .metrics
        .put("challenger", "Converted", 560.0);
    lab.drop_variant("third").await;
    let balancer = &lab.stand.cloud.balancer;
    let mut rule = balancer.rule(&rule_arn());
    // Long ago by now.
    let since = rule.tags.get_mut("mlship:experiment-since").unwrap();
    "1970-01-01T00:00:00Z".clone_into(since);
    balancer.put(rule);
    let (kept, wide) = p(&lab).await;
    assert_eq!(lab.recorded().spending.unwrap().challengers(), 2);
    // The same counts in an experiment that had one challenger from the start.
    let mut rule = balancer.rule(&rule_arn());
    let spending = rule.tags.get_mut("mlship:experiment-spending").unwrap();
    *spending = spending.replace(" undeclared 2", " undeclared 1");
    balancer.put(rule);
    let mut one = lab;
    one.comparison.definition.arms.pop();
    let (alone, narrow) = p(&one).await;
    assert!(kept > alone * 1.9, "{kept} {alone}");
    assert!(wide > narrow, "{wide} {narrow}");
}

#[tokio::test(start_paused = true)]
async fn without_a_cookie_a_weight_of_nothing_is_enough() {
    let lab = running(None).await;
    lab.drop_variant("third").await;
    let shares = lab.shares();
    assert_eq!(shares[2], ("2-third".to_owned(), 0));
}

#[tokio::test(start_paused = true)]
async fn callers_who_name_what_is_dropped_get_the_control() {
    let lab = with_header(None, Some("x-mlship-variant"));
    lab.stand.succeed_after(20);
    lab.start(StartRequest::default()).await;
    assert_eq!(lab.stand.cloud.balancer.rules().len(), 3);
    let outcome = lab.drop_variant("third").await;
    assert_eq!(outcome.conclusion, Conclusion::Dropped, "{outcome:?}");
    let left = lab.stand.cloud.balancer.rules();
    assert_eq!(left.len(), 2);
    let leads_to_third = left.iter().any(|rule| match &rule.routing {
        Routing::Forward(forward) => forward.serving().any(|group| group.name() == "2-third"),
        Routing::Other(_) => false,
    });
    assert!(!leads_to_third);
}

#[tokio::test(start_paused = true)]
async fn the_control_and_the_last_challenger_stay() {
    let lab = running(None).await;
    let before = lab.writes();
    let code = async |variant: &str| {
        let outcome = lab.drop_variant(variant).await;
        assert_eq!(
            outcome.conclusion,
            Conclusion::Refused(Refusal::Check),
            "{outcome:?}"
        );
        outcome.findings().unwrap()[0].code
    };
    assert_eq!(code("control").await, Code::CONTROL_DROPPED);
    assert_eq!(code("fourth").await, Code::NO_VARIANT);
    assert_eq!(lab.writes(), before);
    lab.drop_variant("third").await;
    assert_eq!(code("challenger").await, Code::LAST_CHALLENGER);
}

#[tokio::test(start_paused = true)]
async fn what_does_harm_is_dropped_and_gives_its_share_to_no_other_that_does() {
    let lab = running(Some(3600)).await;
    lab.errors(1, 400_000.0);
    lab.errors(2, 400_000.0);
    let before = lab.writes();
    let outcome = lab.drop_variant("third").await;
    assert_eq!(outcome.conclusion, Conclusion::Harms, "{outcome:?}");
    assert_eq!(lab.writes(), before);
    lab.errors(1, 1000.0);
    let outcome = lab.drop_variant("third").await;
    assert_eq!(outcome.conclusion, Conclusion::Dropped, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_bring_clients_back_to_what_was_dropped() {
    let lab = running(Some(3600)).await;
    lab.drop_variant("third").await;
    let (outcome, _) = lab.stop(&ending(Ending::Winner("third".to_owned()))).await;
    assert_eq!(
        outcome.conclusion,
        Conclusion::Refused(Refusal::Check),
        "{outcome:?}"
    );
    let (outcome, _) = lab.stop(&ending(Ending::NoWinner)).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    assert_eq!(lab.alone(), Some("control"));
    assert!(lab.shares().iter().all(|(group, _)| group != "2-third"));
    assert_eq!(lab.forward().stickiness, Some(3600));
}

#[tokio::test(start_paused = true)]
async fn a_drop_that_was_killed_at_any_write_is_gone_on_with() {
    for moment in [Moment::Before, Moment::After] {
        let mut writes = 0;
        loop {
            let lab = running(Some(3600)).await;
            let kill = &lab.stand.cloud.balancer.kill;
            kill.at(writes, moment);
            let is_killed = tokio::select! {
                biased;
                () = kill.happens() => true,
                _ = lab.drop_variant("third") => false,
            };
            kill.nobody();
            if !is_killed {
                break;
            }
            let said = format!("killed {moment:?} write {writes}");
            let outcome = lab.drop_variant("third").await;
            assert!(outcome.conclusion.is_done(), "{said}: {outcome:?}");
            let record = lab.recorded();
            assert_eq!((record.state, record.phase), (State::Running, 2), "{said}");
            assert_eq!(lab.shares().len(), 2, "{said}");
            writes += 1;
        }
        assert!(writes >= 3, "{writes}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_no_of_aws_is_no_drop() {
    let lab = running(None).await;
    lab.stand
        .cloud
        .balancer
        .fail("ModifyRule", &[Fault::Denied]);
    let outcome = lab.drop_variant("third").await;
    assert_eq!(
        outcome.conclusion.exit_code(),
        ExitCode::SaidNo,
        "{outcome:?}"
    );
    // Whoever goes on with it, by whatever command, does not bring it back.
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
    assert_eq!(lab.shares()[2].1, 0);
}

async fn recorded_after_a_drop(lab: &mut Lab) -> crate::ledger::ExperimentRecord {
    let ledger = crate::cloud::fake::FakeLedger::default();
    *lab.stand.cloud.ledger.borrow_mut() = Some(ledger.clone());
    lab.comparison.definition.ledger =
        Some(mlship_manifest::RecordPlace::parse("s3://ml-ledger/tests").unwrap());
    let (outcome, _) = lab.stop(&ending(Ending::NoWinner)).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    ledger.records()[0].clone()
}

#[tokio::test(start_paused = true)]
async fn why_a_variant_was_dropped_and_what_was_counted_of_it_is_in_the_record() {
    let mut lab = running(None).await;
    lab.errors(2, 400_000.0);
    let metrics = &lab.stand.cloud.metrics;
    metrics.put("control", "Clients", 20_000.0);
    metrics.put("control", "Converted", 1000.0);
    metrics.put("third", "Converted", 450.0);
    let outcome = lab.drop_variant("third").await;
    assert_eq!(outcome.message[1], "it breached error_rate", "{outcome:?}");
    let record = recorded_after_a_drop(&mut lab).await;
    let [dropped] = &record.dropped[..] else {
        panic!("{record:?}");
    };
    assert_eq!(
        (&*dropped.variant, dropped.phase, &*dropped.state),
        ("third", 1, "guardrail_breached")
    );
    assert_eq!(dropped.breached, ["error_rate"]);
    // Two periods of the stand-in's metrics.
    assert_eq!(dropped.requests, Some(2_000_000));
    let primary = dropped.primary.as_ref().unwrap();
    assert_eq!(
        (&*primary.metric, primary.trials),
        ("conversion", Some(20_000))
    );
    assert_eq!(
        (primary.control_rate, primary.rate),
        (Some(0.05), Some(0.045))
    );
    assert!(primary.lower < primary.effect && primary.effect < primary.upper);
    assert_eq!(
        record.remarks(),
        ["third was dropped at the end of phase 1, 1970-01-03 00:00 UTC: it breached error_rate"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_variant_without_targets_is_known_to_be_dropped_for_that_without_numbers_too() {
    let mut lab = running(None).await;
    lab.stand
        .cloud
        .fail_always("GetMetricData", Some(Fault::Denied));
    let group = lab.comparison.definition.arms[2].group.clone();
    lab.stand.cloud.balancer.is_healthy(&group, false);
    let outcome = lab.drop_variant("third").await;
    assert_eq!(outcome.conclusion, Conclusion::Dropped, "{outcome:?}");
    lab.stand.cloud.fail_always("GetMetricData", None);
    let record = recorded_after_a_drop(&mut lab).await;
    assert_eq!(record.dropped[0].breached, ["healthy_targets"]);
    assert_eq!(record.dropped[0].primary, None);
}

#[tokio::test(start_paused = true)]
async fn a_drop_is_planned_as_one_and_not_as_a_manifest_that_changed() {
    let lab = running(None).await;
    let record = lab.recorded();
    let mut definition = lab.comparison.definition.clone();
    definition.arms[2].is_dropped = true;
    let seen = crate::experiment::start::Situation {
        rule: Some(lab.stand.cloud.balancer.rule(&rule_arn())),
        ..crate::experiment::testing::situation(&definition)
    };
    let plan = crate::experiment::start::plan(&definition, &seen, StartRequest::default());
    let Ok(crate::experiment::start::StartPlan::Open(opening)) = plan else {
        panic!("{record:?}: {plan:?}");
    };
    assert_eq!(opening.why, crate::experiment::start::StartReason::Dropped);
}
