//! Readouts of metrics that are in rows of clients.

use std::fmt::Write as _;
use std::io::Read;

use jiff::Timestamp;

use super::{EXPERIMENT, Lab, RecordedEvents};
use crate::app::experiment::{LookEnd, ReadRequest, RowsInput, StatusOptions};
use crate::app::testing::manifest;
use crate::experiment::start::StartRequest;
use crate::progress::ExitCode;
use mlship_stats::{Reason, TestVerdict};

const METRIC: &str = "{ namespace: Fraud, successes: Converted, trials: Clients, unit: client }\n";

async fn lab(metric: &str) -> Lab {
    assert!(EXPERIMENT.contains(METRIC));
    lab_with(&EXPERIMENT.replace(METRIC, metric)).await
}

async fn lab_of_means() -> Lab {
    let rows = "{ rows: true }\noutcomeWithin: 1h\n";
    let text = EXPERIMENT.replace(METRIC, rows);
    let kind = "metric: conversion, type: proportion";
    lab_with(&text.replace(kind, "metric: conversion, type: mean")).await
}

async fn lab_with(text: &str) -> Lab {
    let lab = Lab::with(text, [manifest("2"), manifest("2")]);
    lab.stand.succeed_after(20);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert!(outcome.conclusion.is_done(), "{outcome:?}");
    lab.errors(0, 1000.0);
    lab.errors(1, 1000.0);
    lab
}

/// As many clients of each variant, an hour and more before the look, with these conversions in a
/// hundred.
fn clients(each: u32, control: u32, challenger: u32) -> String {
    let mut text = String::from("client,variant,first_seen,conversion\n");
    for client in 0..each {
        for (variant, rate) in [("control", control), ("challenger", challenger)] {
            let hour = 24 + client / 100 % 20;
            let seen = Timestamp::from_second(i64::from(hour) * 3600).unwrap();
            let converted = u8::from(client % 100 < rate);
            let _ = writeln!(text, "{variant}-{client},{variant},{seen},{converted}");
        }
    }
    text
}

impl Lab {
    async fn rows(&self, text: &str, request: ReadRequest) -> (LookEnd, RecordedEvents) {
        self.rows_written(text, request, None).await
    }

    async fn rows_written(
        &self,
        text: &str,
        request: ReadRequest,
        written: Option<Timestamp>,
    ) -> (LookEnd, RecordedEvents) {
        let text = text.to_owned();
        let open = || {
            let file = std::io::Cursor::new(text.clone().into_bytes());
            Ok(Box::new(file) as Box<dyn Read + Send>)
        };
        let options = StatusOptions {
            request,
            watch: false,
        };
        let rows = RowsInput {
            name: "clients.csv",
            written,
            open: &open,
        };
        self.look_at(options, None, Some(rows)).await
    }
}

#[tokio::test(start_paused = true)]
async fn rows_come_to_a_verdict_beside_the_guardrails_of_cloudwatch() {
    let lab = lab("{ rows: true }\noutcomeWithin: 1h\n").await;
    let text = clients(10_000, 5, 8);
    let (end, told) = lab.rows(&text, ReadRequest::default()).await;
    let reading = told.1.unwrap().reading;
    assert!(
        matches!(end, LookEnd::Verdict(TestVerdict::ChallengerBetter)),
        "{end:?} {reading:#?}"
    );
    let primary = &reading.metrics[0];
    assert_eq!((primary.control, primary.rate), (Some(0.05), Some(0.08)));
    assert!(primary.is_proportion);
    assert_eq!(reading.metrics[1].state, "passed");
    assert_eq!(reading.sample.unwrap().seen, 20_000);
    assert_eq!(reading.course[0].looks.len(), 20);
    let totals = reading.rows.unwrap();
    assert_eq!((totals.rows, totals.clients), (20_000, 20_000));
    // Also where the load balancer counted nothing at all.
    for arm in &lab.comparison.definition.arms {
        for metric in ["RequestCount", "HTTPCode_Target_5XX_Count"] {
            lab.stand
                .cloud
                .metrics
                .put(arm.group.dimension(), metric, 0.0);
        }
    }
    let (_, told) = lab.rows(&text, ReadRequest::default()).await;
    assert_eq!(told.1.unwrap().reading.metrics[0].rate, Some(0.08));
}

#[tokio::test(start_paused = true)]
async fn without_rows_it_is_said_that_they_are_missing() {
    let lab = lab("{ rows: true }\n").await;
    let (end, told) = lab.status(StatusOptions::default()).await;
    assert_eq!(end.exit_code(), ExitCode::Inconclusive, "{end:?}");
    let readout = told.1.unwrap();
    assert_eq!(readout.reading.readout.reason, Some(Reason::RowsMissing));
    assert!(readout.notes.iter().any(|note| note.contains("--rows")));
}

#[tokio::test(start_paused = true)]
async fn too_many_rows_that_should_not_be_there_are_no_verdict() {
    let lab = lab("{ rows: true }\noutcomeWithin: 1h\n").await;
    let mut text = clients(10_000, 5, 8);
    for client in 0..21 {
        let _ = writeln!(text, "x{client},other,1970-01-02T00:00:00Z,1");
    }
    let (end, told) = lab.rows(&text, ReadRequest::default()).await;
    assert_eq!(end.exit_code(), ExitCode::Inconclusive, "{end:?}");
    let reading = told.1.unwrap().reading;
    assert_eq!(reading.readout.reason, Some(Reason::RowsUnfit));
    assert_eq!(reading.metrics[0].difference, None);
    // A breach that CloudWatch shows is one all the same.
    lab.harm();
    let (end, _) = lab.rows(&text, ReadRequest::default()).await;
    assert_eq!(end.exit_code(), ExitCode::Harm, "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn a_bad_row_ends_the_look_with_its_place() {
    let lab = lab("{ rows: true }\n").await;
    let text = format!("{}z,control,today,1\n", clients(10, 5, 8));
    let (end, told) = lab.rows(&text, ReadRequest::default()).await;
    assert_eq!(end.exit_code(), ExitCode::Invalid);
    let LookEnd::BadRows(error) = end else {
        panic!("{end:?}");
    };
    assert!(error.to_string().starts_with("clients.csv:22: "), "{error}");
    assert!(told.0.is_empty(), "nothing half: {:?}", told.0);
}

#[tokio::test(start_paused = true)]
async fn rows_for_an_experiment_without_such_a_metric_are_refused() {
    let lab = lab(METRIC).await;
    let (end, _) = lab.rows(&clients(10, 5, 8), ReadRequest::default()).await;
    assert!(matches!(end, LookEnd::BadRows(_)), "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn the_window_goes_by_when_clients_were_first_seen() {
    let lab = lab("{ rows: true }\noutcomeWithin: 6h\n").await;
    let hour = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
    // 100 clients an hour and variant, from the 24th to the 43rd.
    let text = clients(2000, 5, 8);
    for (from, until, clients, outside, waiting) in [
        (None, None, 3800, 0, 200),
        (Some(hour(30)), None, 2600, 1200, 200),
        (None, Some(hour(40)), 2200, 600, 1200),
    ] {
        let request = ReadRequest {
            from,
            until,
            fixed: false,
        };
        let (_, told) = lab.rows(&text, request).await;
        let totals = told.1.unwrap().reading.rows.unwrap();
        let found = (totals.clients, totals.outside, totals.waiting);
        assert_eq!(found, (clients, outside, waiting), "{from:?} {until:?}");
        assert_eq!(totals.strays, 0);
    }
    // Nothing of what came after the file was written is in it.
    let request = ReadRequest::default();
    let (_, told) = lab.rows_written(&text, request, Some(hour(36))).await;
    let readout = told.1.unwrap();
    let totals = readout.reading.rows.unwrap();
    assert_eq!((totals.clients, totals.waiting), (1400, 2600));
    assert!(
        readout
            .notes
            .iter()
            .any(|note| note.contains("last written"))
    );
}

#[tokio::test(start_paused = true)]
async fn who_is_interrupted_waits_for_no_file() {
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            let line = match self.0 {
                1 => "client,variant,first_seen,conversion\n".to_owned(),
                row => format!("c{row},control,1970-01-02T00:00:00Z,0\n"),
            };
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }
    let lab = lab("{ rows: true }\n").await;
    let open = || Ok(Box::new(Endless(0)) as Box<dyn Read + Send>);
    let rows = RowsInput {
        name: "<stdin>",
        written: None,
        open: &open,
    };
    let look = lab.look_at(StatusOptions::default(), None, Some(rows));
    let second = std::time::Duration::from_secs(1);
    // In real time: the clock stands still as long as a file is read.
    let patience = tokio::task::spawn_blocking(move || std::thread::sleep(second / 5));
    tokio::select! {
        (end, _) = look => panic!("{end:?}"),
        waited = patience => waited.unwrap(),
    }
}

/// Clients of each variant in an hour and more before the look, with these values and covariates, of
/// whom the last of the challenger has others.
fn valued(each: u32, odd: &str) -> String {
    let mut text = String::from("client,variant,first_seen,conversion,before_conversion\n");
    for client in 0..each {
        for variant in ["control", "challenger"] {
            let hour = 24 + client / 100 % 20;
            let seen = Timestamp::from_second(i64::from(hour) * 3600).unwrap();
            let (spent, before) = (client % 7, client % 5);
            let values = format!("{spent},{before}");
            let is_odd = variant == "challenger" && client + 1 == each;
            let values = if is_odd { odd } else { &values };
            let _ = writeln!(text, "{variant}-{client},{variant},{seen},{values}");
        }
    }
    text
}

#[tokio::test(start_paused = true)]
async fn what_is_shown_of_one_look_holds_together_whatever_one_client_has() {
    let lab = lab_of_means().await;
    for odd in ["1e15,1e15", "1e9,1", "-1e12,1e12", "1e-308,1e-308"] {
        let (_, told) = lab.rows(&valued(4000, odd), ReadRequest::default()).await;
        let metric = &told.1.unwrap().reading.metrics[0];
        let (control, rate) = (metric.control.unwrap(), metric.rate.unwrap());
        let difference = metric.difference.unwrap();
        let shown = rate - control;
        assert!(
            (difference.value - shown).abs() <= 1e-3 * shown.abs().max(1.0),
            "{odd}: {metric:?}"
        );
        assert!(
            difference.interval.contains(difference.value),
            "{odd}: {metric:?}"
        );
        assert!(metric.narrowed.unwrap() < 0.01, "{odd}: {metric:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn more_clients_than_requests_and_none_are_named_and_come_to_no_verdict() {
    let lab = lab("{ rows: true }\noutcomeWithin: 1h\n").await;
    let text = clients(10_000, 5, 8);
    let requests = |count: f64| {
        for arm in &lab.comparison.definition.arms {
            let group = arm.group.dimension();
            lab.stand.cloud.metrics.put(group, "RequestCount", count);
        }
    };
    for (count, reason, said) in [
        (
            1000.0,
            Reason::MoreTrialsThanRequests,
            "10000 clients in rows, of 2000 requests",
        ),
        (
            0.0,
            Reason::RequestsMissing,
            "the load balancer's data are missing",
        ),
    ] {
        requests(count);
        let (end, told) = lab.rows(&text, ReadRequest::default()).await;
        assert_eq!(end.exit_code(), ExitCode::Inconclusive, "{end:?}");
        let readout = told.1.unwrap();
        assert_eq!(readout.reading.readout.reason, Some(reason));
        let notes = readout.notes.join("\n");
        assert!(notes.contains(said), "{notes}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_with_a_header_alone_has_no_rows() {
    let lab = lab("{ rows: true }\noutcomeWithin: 1h\n").await;
    let (_, told) = lab.rows(&clients(0, 0, 0), ReadRequest::default()).await;
    let reading = told.1.unwrap().reading;
    assert_eq!(reading.readout.reason, Some(Reason::RowsMissing));
    assert!(reading.rows.is_some());
}
