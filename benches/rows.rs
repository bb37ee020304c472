//! How long a file of rows of clients takes, and how much memory: `cargo bench -p mlship-core --bench
//! rows [ROWS]`, ten million by default. Rows are made as they are read, which is timed by itself.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a bench tells what it found, and ends where something is wrong"
)]

use std::io::{Read, Write as _};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use mlship_core::experiment::rows::{RowMetric, RowWindow, RowsPlan, read};
use mlship_manifest::schema::MetricType;

const START: i64 = 1_777_600_000;
const DAY: i64 = 86_400;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rows = arguments.iter().find_map(|argument| argument.parse().ok());
    let rows: u64 = rows.unwrap_or(10_000_000);
    let begin = Instant::now();
    let bytes = std::io::copy(&mut Table::of(rows), &mut std::io::sink()).unwrap();
    let making = begin.elapsed();
    let before = memory();
    let begin = Instant::now();
    let counts = read(&plan(), Table::of(rows), &AtomicBool::new(false)).unwrap();
    let all = begin.elapsed();
    assert_eq!(counts.totals.clients, rows);
    let used = memory().saturating_sub(before);
    println!(
        "{rows} rows, {} MB: {:.1} s, of which making them takes {:.1} s; {:.1} bytes a row at most",
        bytes >> 20,
        all.as_secs_f64(),
        making.as_secs_f64(),
        used as f64 / rows as f64,
    );
}

/// A proportion, a mean with a covariate, a ratio, and two segments.
fn plan() -> RowsPlan {
    let metric = |name: &str, kind, outcome: &str, denominator: Option<&str>| {
        Some(RowMetric {
            name: name.to_owned(),
            kind,
            outcome: outcome.to_owned(),
            denominator: denominator.map(str::to_owned),
        })
    };
    let at = |day: i64| Timestamp::from_second(START + day * DAY).unwrap();
    RowsPlan {
        file: "rows.csv".to_owned(),
        variants: vec!["control".to_owned(), "challenger".to_owned()],
        metrics: vec![
            metric("conversion", MetricType::Proportion, "conversion", None),
            metric("basket", MetricType::Mean, "basket", None),
            metric("per_visit", MetricType::Ratio, "basket", Some("visits")),
        ],
        window: RowWindow {
            started: Some(at(0)),
            from: at(0),
            is_from_asked: false,
            to: at(33),
            known_to: at(33),
            outcome_within: Duration::from_hours(48),
            now: at(33),
        },
    }
}

/// A table that is made row by row.
struct Table {
    row: u64,
    rows: u64,
    /// What is not read yet, from the place beside.
    text: Vec<u8>,
    at: usize,
}

impl Table {
    fn of(rows: u64) -> Self {
        let header = "client,variant,first_seen,conversion,basket,before_basket,visits,\
                      segment_country,segment_device\n";
        Self {
            row: 0,
            rows,
            text: header.into(),
            at: 0,
        }
    }

    fn fill(&mut self) {
        self.text.clear();
        self.at = 0;
        for row in self.row..(self.row + 1000).min(self.rows) {
            // Multiplied by an odd number, none comes twice.
            let bits = row.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let second = bits % (28 * 86_400);
            let (day, second) = (1 + second / 86_400, second % 86_400);
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            writeln!(
                self.text,
                "{bits:016x}-{row:08},{},2026-05-{:02}T{hour:02}:{minute:02}:{second:02}Z,{},{}.{:02},{}.5,{},{},{}",
                ["control", "challenger"][(bits >> 40) as usize & 1],
                day + 1,
                ["", "1"][usize::from((bits >> 44).is_multiple_of(32))],
                bits >> 50 & 127,
                bits >> 30 & 63,
                bits >> 51 & 127,
                1 + (bits >> 20 & 7),
                ["DE", "FR", "IT", "ES"][(bits >> 33) as usize & 3],
                ["phone", "desktop"][(bits >> 37) as usize & 1],
            )
            .unwrap();
        }
        self.row = (self.row + 1000).min(self.rows);
    }
}

impl Read for Table {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.text.len() {
            self.fill();
        }
        let more = &self.text[self.at..];
        let read = more.len().min(buffer.len());
        buffer[..read].copy_from_slice(&more[..read]);
        self.at += read;
        Ok(read)
    }
}

/// Returns the most bytes that the process had at any time.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let most = most.and_then(|most| most.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    most.map_or(0, |most| most << 10)
}
