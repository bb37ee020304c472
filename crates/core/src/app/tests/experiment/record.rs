use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{EXPERIMENT, Lab, RecordedEvents, ending, winner};
use crate::app::experiment::{
    Comparison, Conclusion, Details, Ending, LedgerNotice, Outcome, StatusOptions, Stop,
};
use crate::app::testing::{manifest, manifest_of};
use crate::app::{Context, Interrupts};
use crate::cloud::fake::{FakeLedger, Fault};
use crate::experiment::start::StartRequest;
use crate::experiment::testing::rule_arn;
use crate::experiment::{Record, Recorded, State};
use crate::ledger::LedgerPlace;
use mlship_manifest::RecordPlace;

fn place(address: &str) -> RecordPlace {
    RecordPlace::parse(address).unwrap()
}

/// One that has run for two days and is recorded in a ledger.
async fn recorded() -> (Lab, FakeLedger) {
    let ledger = FakeLedger::default();
    let mut lab = Lab::running().await;
    *lab.stand.cloud.ledger.borrow_mut() = Some(ledger.clone());
    lab.comparison.definition.ledger = Some(place("s3://ml-ledger/tests"));
    (lab, ledger)
}

fn notice(outcome: &Outcome) -> Option<&LedgerNotice> {
    match outcome.details.as_deref() {
        Some(Details::Stopped { ledger, .. } | Details::Over { ledger, .. }) => ledger.as_ref(),
        other => panic!("{other:?}"),
    }
}

fn on_the_rule(lab: &Lab) -> Option<Recorded> {
    let rule = lab.stand.cloud.balancer.rule(&rule_arn());
    Record::read(&rule.tags)?.recorded
}

fn forget_that_it_is_recorded(tags: &mut BTreeMap<String, String>) {
    let end = tags.get_mut("mlship:experiment-end").unwrap();
    *end = end.replace(" whole ", " . ");
}

#[tokio::test(start_paused = true)]
async fn an_experiment_that_ends_is_recorded_once() {
    let (lab, ledger) = recorded().await;
    lab.errors(0, 1000.0);
    lab.errors(1, 1000.0);
    let (outcome, _) = lab.stop(&winner()).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    let told = notice(&outcome).unwrap();
    assert_eq!(told.line(), "recorded in the ledger, v9");
    assert_eq!(outcome.message.last(), Some(&told.line()));
    let [record] = &ledger.records()[..] else {
        panic!("{:?}", ledger.records());
    };
    assert_eq!(record.winner, "challenger");
    assert_eq!(record.outcome, "inconclusive");
    assert_eq!(record.design.as_ref().unwrap().planned_sample, 40_000);
    let names = record
        .variants
        .iter()
        .map(|part| (&*part.name, part.control));
    let names: Vec<_> = names.collect();
    assert_eq!(names, [("control", true), ("challenger", false)]);
    let [phase] = &record.phases[..] else {
        panic!("{:?}", record.phases);
    };
    assert_eq!((phase.phase, &phase.weights[..]), (1, &[50, 50][..]));
    assert_eq!((phase.since, phase.until), (record.started, record.ended));
    let readout = record.readout.as_ref().unwrap();
    let finding = readout.primary("challenger").unwrap();
    assert_eq!(
        (finding.control_rate, finding.rate),
        (Some(0.05), Some(0.05))
    );
    assert!(finding.lower < Some(0.0) && finding.upper > Some(0.0));
    let roles = readout.metrics.iter().map(|metric| &*metric.role);
    assert_eq!(roles.collect::<Vec<_>>(), ["primary", "guardrail"]);
    assert_eq!(ledger.pages(), ["<title>v9</title>"]);
    let there = LedgerPlace::At(place("s3://ml-ledger/tests"));
    assert_eq!(ledger.asked_for(), [there]);

    let (outcome, _) = lab.stop(&winner()).await;
    assert_eq!(notice(&outcome), None);
    lab.status(StatusOptions::default()).await;
    assert_eq!(ledger.writes(), 1);
    assert_eq!(on_the_rule(&lab), Some(Recorded::Whole));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_written_keeps_no_stop_from_being_made_and_is_written_by_the_next_command() {
    for fault in [
        Fault::Denied,
        Fault::LostBefore,
        Fault::LostAfter,
        Fault::Unreachable,
    ] {
        let (lab, ledger) = recorded().await;
        ledger.fail(&[fault]);
        let (outcome, _) = lab.stop(&winner()).await;
        assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
        assert_eq!(lab.alone(), Some("challenger"));
        let told = notice(&outcome).unwrap();
        assert!(told.error.is_some(), "{fault:?}");
        assert_eq!(
            told.retry.as_deref(),
            Some("mlship experiment status e.yaml --record s3://ml-ledger/tests/")
        );
        assert_eq!(on_the_rule(&lab), None);
        let (_, told) = lab.status(StatusOptions::default()).await;
        assert_eq!(told.0, ["Looked", "Recorded", "LookEnded"]);
        assert_eq!(ledger.records().len(), 1, "{fault:?}");
        assert_eq!(on_the_rule(&lab), Some(Recorded::Whole));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_whose_tags_take_no_more_has_it_written_again_to_the_same_place() {
    let (lab, ledger) = recorded().await;
    lab.stop(&winner()).await;
    let mut rule = lab.stand.cloud.balancer.rule(&rule_arn());
    forget_that_it_is_recorded(&mut rule.tags);
    lab.stand.cloud.balancer.put(rule);
    let (outcome, _) = lab.stop(&winner()).await;
    assert_eq!(outcome.conclusion, Conclusion::Unchanged);
    assert!(notice(&outcome).unwrap().is_whole());
    assert_eq!((ledger.writes(), ledger.records().len()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_start_records_what_ended_before_on_its_rule_and_leaves_its_own_end_to_be_recorded() {
    let (lab, ledger) = recorded().await;
    ledger.fail(&[Fault::Unreachable]);
    lab.stop(&winner()).await;
    let mut rule = lab.stand.cloud.balancer.rule(&rule_arn());
    // It began at the same moment, by this clock.
    let started = "mlship:experiment-started".to_owned();
    let before: Timestamp = "1969-12-31T00:00:00Z".parse().unwrap();
    let now = rule.tags.insert(started, before.to_string()).unwrap();
    let now: Timestamp = now.parse().unwrap();
    let end = rule.tags.get_mut("mlship:experiment-end").unwrap();
    let own = end.strip_suffix(&now.as_second().to_string()).unwrap();
    *end = format!("{own}{}", before.as_second());
    lab.stand.cloud.balancer.put(rule);
    let (outcome, told) = lab.start(StartRequest::default()).await;
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
    assert_eq!(told.0, ["StartPlanned", "Recorded"]);
    assert_eq!(ledger.records().len(), 1);
    let (outcome, _) = lab.stop(&ending(Ending::NoWinner)).await;
    assert!(notice(&outcome).unwrap().is_whole(), "{outcome:?}");
    assert_eq!(ledger.records().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_the_manifest_it_is_recorded_in_part_and_with_it_in_whole() {
    let (mut lab, ledger) = recorded().await;
    lab.errors(0, 1000.0);
    lab.errors(1, 1000.0);
    let by_rule = |lab: &Lab| {
        let rule = lab.stand.cloud.balancer.rule(&rule_arn());
        let record = Record::read(&rule.tags).unwrap();
        let place = lab.comparison.definition.ledger.clone();
        Comparison::of_rule(&rule.arn, &record)
            .unwrap()
            .recorded_in(place)
    };
    let found = by_rule(&lab);
    let written = std::mem::replace(&mut lab.comparison, found);
    let (outcome, _) = lab.stop(&winner()).await;
    let told = notice(&outcome).unwrap();
    let lacks = told.lacks.as_deref();
    assert_eq!(lacks, Some("without what only the manifest says"));
    assert_eq!(on_the_rule(&lab), Some(Recorded::Partly));
    assert_eq!(ledger.records()[0].design, None);
    // It knows no more than it did.
    lab.status(StatusOptions::default()).await;
    assert_eq!(ledger.writes(), 1);

    lab.comparison = written;
    lab.status(StatusOptions::default()).await;
    assert_eq!(on_the_rule(&lab), Some(Recorded::Whole));
    let [record] = &ledger.records()[..] else {
        panic!("it is there once");
    };
    assert!(record.design.is_some() && record.readout.is_some());
}

#[tokio::test(start_paused = true)]
async fn numbers_that_cannot_be_read_are_written_later() {
    let (lab, ledger) = recorded().await;
    let cloud = &lab.stand.cloud;
    cloud.fail_always("GetMetricData", Some(Fault::Denied));
    let (outcome, _) = lab.stop(&winner()).await;
    let lacks = notice(&outcome).unwrap().lacks.clone().unwrap();
    assert!(lacks.starts_with("without the numbers: "), "{lacks}");
    cloud.fail_always("GetMetricData", None);
    lab.status(StatusOptions::default()).await;
    assert!(ledger.records()[0].readout.is_some());
    assert_eq!(on_the_rule(&lab), Some(Recorded::Whole));
}

/// Stops one by a clock that goes with ECS's.
async fn stop_by_ecs_clock(lab: &Lab) -> Outcome {
    let interrupts = Interrupts::never();
    let context = Context {
        interrupts: &interrupts,
        clock: || Timestamp::from_second(1_790_000_600).unwrap(),
        examined: |examined| examined,
        ..lab.stand.context()
    };
    let stop = Stop {
        context: &context,
        comparison: lab.cleared().await,
    };
    let mut told = RecordedEvents::default();
    Box::pin(stop.run(&winner(), &mut told)).await
}

#[tokio::test(start_paused = true)]
async fn a_record_says_what_served_when_it_ended_whatever_was_released_since() {
    let (lab, ledger) = recorded().await;
    ledger.fail(&[Fault::Unreachable]);
    stop_by_ecs_clock(&lab).await;
    // The next release comes a quarter of an hour later, and the record after that.
    tokio::time::sleep(std::time::Duration::from_mins(15)).await;
    lab.stand.released("3").await;
    let outcome = stop_by_ecs_clock(&lab).await;
    assert_eq!(outcome.conclusion, Conclusion::Unchanged, "{outcome:?}");
    let records = ledger.records();
    for part in &records[0].variants {
        let release = part.release.as_ref().unwrap();
        assert_eq!(release.version.as_deref(), Some("2"));
        assert_eq!(release.image.as_deref(), Some("m:2"));
        let revision = release.task_definition.as_ref().unwrap();
        assert_eq!(revision.short(), "m:2");
    }
}

#[tokio::test(start_paused = true)]
async fn the_flag_goes_before_the_manifest_and_that_before_the_rule_and_the_registry() {
    async fn asked(written: Option<&str>, flag: Option<&str>, on_rule: Option<&str>) -> String {
        let model = "{ name: m, ref: \"models:/m@champion\" }";
        let text = written.map_or_else(
            || EXPERIMENT.to_owned(),
            |written| format!("{EXPERIMENT}record: \"{written}\"\n"),
        );
        let releases = [manifest("2"), manifest_of(model, "2")];
        let (mut lab, ledger) = recorded().await;
        let mut rule = lab.stand.cloud.balancer.rule(&rule_arn());
        let tag = "mlship:experiment-record".to_owned();
        rule.tags
            .extend(on_rule.map(|address| (tag, address.to_owned())));
        lab.stand.cloud.balancer.put(rule);
        let mut comparison = Lab::with(&text, releases).comparison;
        comparison.definition.ledger = written.and_then(|text| RecordPlace::parse(text).ok());
        lab.comparison = comparison.recorded_in(flag.map(place));
        let (outcome, _) = lab.stop(&winner()).await;
        match ledger.asked_for().first() {
            Some(LedgerPlace::At(place)) => place.to_string(),
            Some(LedgerPlace::OfRegistry(_)) => "registry".to_owned(),
            None => notice(&outcome).unwrap().error.clone().unwrap(),
        }
    }
    let (manifest, flag, rule) = ("s3://manifest/", "s3://flag/", "s3://rule/");
    let all = asked(Some(manifest), Some(flag), Some(rule)).await;
    assert_eq!(all, flag);
    assert_eq!(asked(Some(manifest), None, Some(rule)).await, manifest);
    assert_eq!(asked(None, None, Some(rule)).await, rule);
    assert_eq!(asked(None, None, None).await, "registry");
}

#[tokio::test(start_paused = true)]
async fn where_nobody_says_and_no_registry_has_to_do_with_it_nothing_is_written() {
    let (mut lab, ledger) = recorded().await;
    lab.comparison.definition.ledger = None;
    let (outcome, _) = lab.stop(&winner()).await;
    assert_eq!(notice(&outcome), None);
    assert_eq!((ledger.writes(), lab.state()), (0, Some(State::Stopped)));
}

#[tokio::test(start_paused = true)]
async fn a_poorer_record_takes_the_place_of_no_whole_one() {
    let (mut lab, ledger) = recorded().await;
    lab.stop(&winner()).await;
    let mut rule = lab.stand.cloud.balancer.rule(&rule_arn());
    forget_that_it_is_recorded(&mut rule.tags);
    let record = Record::read(&rule.tags).unwrap();
    let place = lab.comparison.definition.ledger.clone();
    let by_rule = Comparison::of_rule(&rule.arn, &record).unwrap();
    lab.stand.cloud.balancer.put(rule);
    lab.comparison = by_rule.recorded_in(place);
    lab.status(StatusOptions::default()).await;
    assert_eq!(ledger.writes(), 1);
    assert!(ledger.records()[0].design.is_some());
}
