//! Tests of what files of rows come to.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use mlship_stats::Arms;

mod extreme;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_777_600_000 + hour * 3600).unwrap()
}

fn metric(name: &str, kind: MetricType) -> RowMetric {
    RowMetric {
        name: name.to_owned(),
        kind,
        outcome: name.to_owned(),
        denominator: None,
    }
}

/// A proportion, a mean and a ratio, of clients of four days.
fn plan() -> RowsPlan {
    let ratio = RowMetric {
        outcome: "spent".to_owned(),
        denominator: Some("visits".to_owned()),
        ..metric("per_visit", MetricType::Ratio)
    };
    RowsPlan {
        file: "clients.csv".to_owned(),
        variants: vec!["control".to_owned(), "challenger".to_owned()],
        metrics: vec![
            Some(metric("converted", MetricType::Proportion)),
            None,
            Some(metric("basket", MetricType::Mean)),
            Some(ratio),
        ],
        window: RowWindow {
            started: Some(at(0)),
            from: at(0),
            is_from_asked: false,
            to: at(96),
            known_to: at(96),
            outcome_within: Duration::from_hours(48),
            now: at(96),
        },
    }
}

const HEADER: &str = "client,variant,first_seen,converted,basket,spent,visits";

/// The header and rows of a client, its variant, the hour in which it was first seen, and the rest.
fn file(header: &str, rows: &[(&str, &str, i64, &str)]) -> String {
    let mut text = format!("{header}\n");
    for (client, variant, hour, rest) in rows {
        let _ = writeln!(text, "{client},{variant},{},{rest}", at(*hour));
    }
    text
}

fn read(plan: &RowsPlan, text: &str) -> Result<RowCounts, RowsError> {
    super::read(plan, text.as_bytes(), &AtomicBool::new(false))
}

fn rates(counts: &RowCounts, place: usize) -> Vec<(u64, Option<f64>)> {
    let arms = counts.metrics[place].iter().flatten();
    arms.map(|arm| (arm.clients(), arm.rate())).collect()
}

#[test]
fn clients_count_once_their_window_is_over_converted_or_not() {
    let text = file(
        HEADER,
        &[
            ("a", "control", 1, "1,10,4,2"),
            ("b", "control", 2, ",,,1"),
            ("c", "challenger", 48, "1,20,6,3"),
            // It converted at once, and counts no sooner than one that did not.
            ("d", "challenger", 49, "1,500,9,9"),
        ],
    );
    let counts = read(&plan(), &text).unwrap();
    assert_eq!((counts.totals.clients, counts.totals.waiting), (3, 1));
    assert_eq!(rates(&counts, 0), [(2, Some(0.5)), (1, Some(1.0))]);
    assert_eq!(rates(&counts, 2), [(2, Some(5.0)), (1, Some(20.0))]);
    assert_eq!(rates(&counts, 3), [(2, Some(4.0 / 3.0)), (1, Some(2.0))]);
    assert_eq!(counts.metrics[1], None);
    let totals = RowTotals {
        rows: 4,
        clients: 3,
        waiting: 1,
        ..RowTotals::default()
    };
    assert_eq!(counts.totals, totals);
}

#[test]
fn what_should_not_be_there_is_counted_and_left_out() {
    let text = file(
        HEADER,
        &[
            ("a", "control", 1, "1,10,4,2"),
            ("a", "control", 1, "1,10,4,2"),
            ("b", "control", 1, "1,1000,4,2"),
            ("b", "challenger", 1, "0,0,0,0"),
            ("b", "challenger", 1, "0,0,0,0"),
            ("c", "third", 1, "1,10,4,2"),
            ("d", "challenger", -5, "1,10,4,2"),
            ("e", "challenger", 99, "1,10,4,2"),
            ("f", "challenger", 2, "0,3,1,1"),
        ],
    );
    let counts = read(&plan(), &text).unwrap();
    assert_eq!(
        counts.totals,
        RowTotals {
            rows: 9,
            clients: 2,
            duplicates: 1,
            in_two_arms: 1,
            unknown_variants: 1,
            outside: 2,
            strays: 2,
            waiting: 0,
        }
    );
    // Nothing is left of who was with both.
    assert_eq!(rates(&counts, 2), [(1, Some(10.0)), (1, Some(3.0))]);
    assert_eq!(rates(&counts, 0), [(1, Some(1.0)), (1, Some(0.0))]);
    assert!(counts.totals.is_unfit());
}

#[test]
fn more_than_one_in_a_thousand_is_too_many() {
    let totals = |wrong| RowTotals {
        rows: 10_000,
        unknown_variants: wrong,
        outside: 5000,
        waiting: 3000,
        ..RowTotals::default()
    };
    assert!(!totals(10).is_unfit());
    assert!(totals(11).is_unfit());
    assert!(!RowTotals::default().is_unfit());
}

#[test]
fn clients_of_an_earlier_phase_are_outside_and_no_mistake() {
    let mut plan = plan();
    plan.window.from = at(10);
    let text = file(
        HEADER,
        &[
            ("a", "control", 9, "1,10,4,2"),
            ("b", "control", 10, "1,10,4,2"),
        ],
    );
    let totals = read(&plan, &text).unwrap().totals;
    assert_eq!((totals.clients, totals.outside, totals.strays), (1, 1, 0));
    assert!(!totals.is_unfit());
}

#[test]
fn a_covariate_adjusts_and_a_segment_divides() {
    let header = "client,variant,first_seen,converted,basket,spent,visits,before_basket,\
                  segment_country,note";
    let rows: Vec<_> = (0..40)
        .map(|client| {
            let arm = ["control", "challenger"][client % 2];
            let country = ["DE", "\"FR, south\""][client / 20];
            let rest = format!("{},{client},1,1,{client},{country},x", client % 3 % 2);
            (format!("client-{client}"), arm, rest)
        })
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|(client, arm, rest)| (&**client, *arm, 1, &**rest))
        .collect();
    let counts = read(&plan(), &file(header, &rows)).unwrap();
    assert_eq!(counts.unread, ["note"]);
    let [control, challenger] = counts.metrics[2].as_deref().unwrap() else {
        panic!("two arms");
    };
    // It explains all there is.
    assert!(challenger.narrowed(control).unwrap() > 0.99);
    let Some(Arms::Estimates { .. }) = challenger.against(control) else {
        panic!("adjusted");
    };
    let primary = counts.metrics[0].as_deref().unwrap();
    assert_eq!(primary[1].narrowed(&primary[0]), None);
    let told: Vec<_> = counts
        .segments
        .iter()
        .map(|part| (&*part.name, &*part.value, part.arms[0].clients()))
        .collect();
    assert_eq!(told, [("country", "DE", 10), ("country", "FR, south", 10)]);
}

#[test]
fn the_course_is_that_of_the_times_at_which_clients_count() {
    let text = file(
        HEADER,
        &[
            ("a", "control", 1, "1,1,1,1"),
            ("b", "challenger", 1, "0,1,1,1"),
            ("c", "control", 30, "0,1,1,1"),
        ],
    );
    let counts = read(&plan(), &text).unwrap();
    let course: Vec<_> = counts
        .course
        .iter()
        .map(|(at, arms)| (*at, arms[0].clients(), arms[1].clients()))
        .collect();
    assert_eq!(course, [(at(50), 1, 1), (at(79), 2, 1)]);
}

#[track_caller]
fn refused(text: &str, line: Option<u64>, part: &str) {
    let error = read(&plan(), text).unwrap_err();
    assert_eq!(error.line, line, "{error}");
    assert!(error.to_string().contains(part), "{error}");
    assert!(error.to_string().starts_with("clients.csv:"), "{error}");
    assert!(!error.hint.is_empty());
}

#[test]
fn a_bad_row_is_named_by_its_line_and_nothing_counts() {
    let with = |row: &str| format!("{HEADER}\na,control,{},1,1,1,1\n{row}\n", at(1));
    for (row, part) in [
        ("b,control,2026-05-01,1,1,1,1", "first_seen `2026-05-01`"),
        ("b,control,2026-05-01T00:00:00Z,2,1,1,1", "neither 0 nor 1"),
        ("b,control,2026-05-01T00:00:00Z,1,much,1,1", "basket `much`"),
        ("b,control,2026-05-01T00:00:00Z,1,1,1", "6 values"),
        (",control,2026-05-01T00:00:00Z,1,1,1,1", "no client"),
        ("b,,2026-05-01T00:00:00Z,1,1,1,1", "no variant"),
    ] {
        refused(&with(row), Some(3), part);
    }
    let text = with("\"two\nlines\",control,2026-05-01T00:00:00Z,1,1,1,1\nc,control,x,1,1,1,1");
    refused(&text, Some(5), "first_seen `x`");
}

#[test]
fn a_header_that_lacks_something_says_what_is_near() {
    refused("", Some(1), "no header");
    refused("client,variant\n", Some(1), "`converted`");
    let near = HEADER.replace("basket", "baskets");
    refused(&near, Some(1), "`basket`");
    assert!(read(&plan(), &near).unwrap_err().hint.contains("`baskets`"));
    let twice = HEADER.replace("spent", "basket");
    refused(&twice, Some(1), "twice");
    let without = HEADER.replace("first_seen", "seen");
    refused(&without, Some(1), "`first_seen`");
}

#[test]
fn a_segment_of_too_many_values_is_refused() {
    let header = format!("{HEADER},segment_city");
    let rows: Vec<_> = (0..60)
        .map(|city| (format!("c{city}"), format!("1,1,1,1,city-{city}")))
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|(client, rest)| (&**client, "control", 1, &**rest))
        .collect();
    refused(&file(&header, &rows), Some(52), "more than 50");
}

#[test]
fn marks_of_other_systems_and_any_order_of_columns_are_read() {
    let text = format!(
        "\u{feff}visits,spent,basket,converted,first_seen,variant,client\r\n\
         2,4,10,true,{},control,a\r\n",
        at(1)
    );
    let counts = read(&plan(), &text).unwrap();
    assert_eq!(rates(&counts, 3), [(1, Some(2.0)), (0, None)]);
}

/// What a naive reader comes to, with all rows at hand.
fn naive(rows: &[(u8, bool, i64, bool, i16)]) -> (RowTotals, [f64; 2]) {
    let mut totals = RowTotals {
        rows: rows.len() as u64,
        ..RowTotals::default()
    };
    let mut sums = [0.0; 2];
    let names: std::collections::BTreeSet<u8> = rows.iter().map(|row| row.0).collect();
    for name in names {
        let own: Vec<_> = rows.iter().filter(|row| row.0 == name).collect();
        let first = own[0];
        let is_inside = (0..=48).contains(&first.2);
        totals.outside += u64::from(first.2 < 0);
        totals.strays += u64::from(first.2 < 0);
        totals.waiting += u64::from(first.2 > 48);
        let other = own.iter().position(|row| row.1 != first.1);
        totals.duplicates += other.unwrap_or(own.len()) as u64 - 1;
        if other.is_some() {
            totals.in_two_arms += 1;
        } else if is_inside {
            totals.clients += 1;
            sums[usize::from(first.1)] += f64::from(first.4);
        }
    }
    (totals, sums)
}

proptest! {
    #[test]
    fn rows_come_to_what_all_of_them_at_hand_do(rows in proptest::collection::vec(
        (any::<u8>(), any::<bool>(), -2_i64..60, any::<bool>(), any::<i16>()), 0..400,
    )) {
        let lines: Vec<_> = rows.iter().map(|(client, arm, hour, converted, basket)| (
            format!("c{client}"),
            ["control", "challenger"][usize::from(*arm)],
            *hour,
            format!("{},{basket},1,1", u8::from(*converted)),
        )).collect();
        let lines: Vec<_> = lines.iter()
            .map(|(client, arm, hour, rest)| (&**client, *arm, *hour, &**rest))
            .collect();
        let counts = read(&plan(), &file(HEADER, &lines)).unwrap();
        let (totals, sums) = naive(&rows);
        prop_assert_eq!(counts.totals, totals);
        for (arm, sum) in counts.metrics[2].iter().flatten().zip(sums) {
            let clients = u32::try_from(arm.clients()).unwrap();
            let found = arm.rate().unwrap_or(0.0) * f64::from(clients);
            prop_assert!((found - sum).abs() < 0.05, "{} {}", found, sum);
        }
        let last = counts.course.last().map(|(_, arms)| arms.clone());
        if let (Some(last), Some(all)) = (last, &counts.metrics[0]) {
            for (last, all) in last.iter().zip(all) {
                prop_assert_eq!(last.clients(), all.clients());
            }
        }
    }

    #[test]
    fn any_bytes_end_in_counts_or_in_a_place(text in ".{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for text in [format!("{HEADER}\n{text}").into_bytes(), bytes] {
            let found = super::read(&plan(), &text[..], &AtomicBool::new(false));
            if let Err(error) = found {
                prop_assert!(!error.hint.is_empty());
            }
        }
    }
}
