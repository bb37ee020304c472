//! What is said of requests whose clients stay with their variant.

use jiff::SignedDuration;

use super::*;
use crate::experiment::rows::{ClientCount, lay_over};
use mlship_manifest::schema::{Breach, MetricType};
use mlship_stats::{OpenReason, Pairs, Proportion};

/// The errors of control and challenger in a piece of time, of so many requests each.
type Piece = (SignedDuration, [u64; 2], u64);

/// Reads one guardrail of pieces of time that follow each other.
fn read(pieces: &[Piece]) -> (&'static str, Option<OpenReason>) {
    let mut experiment = experiment();
    experiment.guardrails.truncate(1);
    guardrail(&experiment, &looks_of(pieces), None)
}

/// What was counted of a primary metric that doesn't change and of one guardrail.
fn looks_of(pieces: &[Piece]) -> Vec<CumulativeCounts> {
    let mut total = [VariantCounts::default(), VariantCounts::default()];
    let proportion = |successes, trials| MetricCount::Proportion(Proportion { successes, trials });
    let mut at = window().from;
    let mut all = [(0, 0); 2];
    let looks = pieces.iter().map(|(length, errors, requests)| {
        at += *length;
        for ((counts, (wrong, trials)), more) in total.iter_mut().zip(&mut all).zip(errors) {
            *wrong += more;
            *trials += requests;
            counts.requests = *trials;
            counts.healthy = Some(2.0);
            counts.metrics = vec![proportion(500, 10_000), proportion(*wrong, *trials)];
        }
        CumulativeCounts {
            at,
            arms: total.to_vec(),
        }
    });
    looks.collect()
}

fn guardrail(
    experiment: &Experiment,
    looks: &[CumulativeCounts],
    rows: Option<&RowCounts>,
) -> (&'static str, Option<OpenReason>) {
    let reading = Reading::of(&Material {
        experiment: Some(experiment),
        definition: &testing::definition(&[50, 50]),
        weights: &[50, 50],
        looks,
        dead: &[],
        window: window(),
        terms: Terms::default(),
        fixed: false,
        planned: None,
        rows,
    });
    (reading.metrics[1].state, reading.metrics[1].open)
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[test]
fn it_takes_twelve_hours_that_agree_to_call_it_a_breach() {
    let harm = (HOUR, [25, 50], 2_500);
    let open = |reason| ("inconclusive", Some(reason));
    assert_eq!(read(&[harm; 20]), ("breached", None));
    assert_eq!(read(&[harm; 11]), open(OpenReason::TooFewStretches));
    // Minutes of one hour are one stretch.
    let minute = (MINUTE, [25, 50], 2_500);
    assert_eq!(read(&[minute; 59]), open(OpenReason::TooFewStretches));
    // One client, in one hour.
    let mut once = [(HOUR, [25, 25], 2_500); 20];
    once[7] = (HOUR, [25, 525], 2_500);
    assert_eq!(read(&once), open(OpenReason::IntervalTooWide));
}

#[test]
fn a_few_clients_stop_a_test_at_once_or_not_at_all() {
    let mut experiment = experiment();
    experiment.guardrails.truncate(1);
    experiment.guardrails[0].breach = Some(Breach::AtOnce);
    let read = |pieces: &[Piece]| guardrail(&experiment, &looks_of(pieces), None);
    let harm = (HOUR, [25, 50], 2_500);
    let open = ("inconclusive", Some(OpenReason::FewClients));
    assert_eq!(read(&[harm; 20]), open);
    let bad = (MINUTE, [1, 65], 250);
    assert_eq!(read(&[harm, bad, bad, bad, bad, bad]).0, "breached");
}

#[test]
fn five_minutes_of_many_errors_are_a_breach_at_once() {
    let (fine, bad) = ((MINUTE, [1, 1], 250), (MINUTE, [1, 65], 250));
    let night = (HOUR, [10, 10], 9_000);
    assert_eq!(read(&[night, fine, bad, bad, bad, bad, bad]).0, "breached");
    assert_ne!(read(&[night, fine, bad, bad, bad, bad, fine]).0, "breached");
    // A minute that is missing says nothing.
    let gap = (SignedDuration::from_mins(2), [1, 65], 250);
    assert_ne!(read(&[night, fine, bad, bad, gap, bad, bad]).0, "breached");
    // In an hour alone nobody sees which minutes they were.
    assert_ne!(read(&[night, (HOUR, [5, 325], 1_250)]).0, "breached");
}

#[test]
fn a_primary_metric_in_rows_hides_no_hour_of_a_guardrail() {
    let mut experiment = experiment();
    experiment.guardrails.truncate(1);
    let metric = experiment.metrics.get_mut("conversion").unwrap();
    *metric = serde_yaml::from_str("{ rows: true }").unwrap();
    let clients = |count: u32| {
        let mut pairs = Pairs::default();
        (0..count).for_each(|client| pairs.add(f64::from(u8::from(client % 20 == 0)), 0.0));
        let clients = ClientCount {
            kind: MetricType::Proportion,
            is_adjusted: false,
            pairs,
        };
        vec![clients; 2]
    };
    let rows = RowCounts {
        totals: RowTotals::default(),
        unread: Vec::new(),
        metrics: vec![Some(clients(10_000)), None],
        course: (1..20)
            .map(|hours| (window().from + HOUR * hours, clients(2_500)))
            .collect(),
        segments: Vec::new(),
    };
    for (errors, wanted) in [([25, 50], "breached"), ([25, 25], "passed")] {
        let mut looks = looks_of(&[(HOUR, errors, 2_500); 20]);
        let none = looks[0].clone();
        lay_over(&rows, &mut looks, none);
        let found = guardrail(&experiment, &looks, Some(&rows));
        assert_eq!(found, (wanted, None), "{errors:?}");
    }
}
