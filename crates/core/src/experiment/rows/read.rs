//! Reads a file of rows, from its first to its last.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use csv::{ByteRecord, ReaderBuilder};

use super::clients::{ClientId, Clients, Mark, Seen};
use super::columns::Columns;
use super::error::Fault;
use super::exact::ExactClients;
use super::sums::Sums;
use super::window::Place;
use super::{RowCounts, RowTotals, RowsError, RowsPlan, row};

/// How much is read at a time.
const BUFFER: usize = 1 << 18;
/// After how many rows somebody may have lost interest.
const PATIENCE: u64 = 1 << 14;

/// Reads rows. Where `stop` is set meanwhile, nobody waits for what they come to, and the rest is
/// left alone.
pub fn read(plan: &RowsPlan, file: impl Read, stop: &AtomicBool) -> Result<RowCounts, RowsError> {
    let mut reader = ReaderBuilder::new()
        .buffer_capacity(BUFFER)
        .from_reader(file);
    let header = reader
        .byte_headers()
        .map_err(|error| unreadable(&error, plan))?;
    if is_utf16(header) {
        let fault = Fault::new(
            "is text in UTF-16",
            "export it as UTF-8: `iconv -f UTF-16 -t UTF-8` makes one of the other",
        );
        return Err(fault.at(&plan.file, None));
    }
    let columns = Columns::of(header, plan).map_err(|fault| fault.at(&plan.file, Some(1)))?;
    let mut table = Table::new(plan, columns);
    let mut record = ByteRecord::new();
    loop {
        let is_row = reader.read_byte_record(&mut record);
        if !is_row.map_err(|error| unreadable(&error, plan))? {
            break;
        }
        let line = || record.position().map(csv::Position::line);
        table
            .take(&record)
            .map_err(|fault| fault.at(&plan.file, line()))?;
        if table.totals.rows.is_multiple_of(PATIENCE) && stop.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(table.counts())
}

/// Says whether a header is in two bytes a character: no name has one of 0.
fn is_utf16(header: &ByteRecord) -> bool {
    let start = header.get(0).unwrap_or_default();
    let has_mark = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    has_mark || header.iter().any(|name| name.contains(&0))
}

fn unreadable(error: &csv::Error, plan: &RowsPlan) -> RowsError {
    let line = error.position().map(csv::Position::line);
    let fault = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => Fault::new(
            format!("{len} values, where the header names {expected_len} columns"),
            "put text with a comma or a line break between double quotes, as CSV exports do",
        ),
        csv::ErrorKind::Io(error) => Fault::new(
            format!("can't be read: {error}"),
            "name a CSV file, or - for standard input",
        ),
        _ => Fault::new(
            format!("is no CSV: {error}"),
            "export the rows as CSV with a header",
        ),
    };
    fault.at(&plan.file, line)
}

/// The rows so far.
struct Table<'a> {
    plan: &'a RowsPlan,
    columns: Columns,
    clients: Clients,
    sums: Sums,
    totals: RowTotals,
    /// The numbers of the row at hand.
    numbers: Vec<f64>,
    exact: ExactClients,
}

impl<'a> Table<'a> {
    fn new(plan: &'a RowsPlan, columns: Columns) -> Self {
        let sums = Sums::new(&columns, &plan.window, plan.variants.len());
        Self {
            plan,
            clients: Clients::new(sums.parts(), columns.numbers.len()),
            sums,
            totals: RowTotals::default(),
            numbers: Vec::with_capacity(columns.numbers.len()),
            exact: ExactClients::new(),
            columns,
        }
    }

    fn take(&mut self, record: &ByteRecord) -> Result<(), Fault> {
        self.totals.rows += 1;
        let value = |at: usize| record.get(at).unwrap_or_default();
        let name = value(self.columns.client).trim_ascii();
        if name.is_empty() {
            return Err(Fault::new(
                "there is no client in this row",
                "leave out in the query what belongs to no client: nobody can say whether it is \
                 there twice",
            ));
        }
        let first_seen = row::first_seen(value(self.columns.first_seen))?;
        row::numbers(record, &self.columns, &mut self.numbers)?;
        let variant = value(self.columns.variant).trim_ascii();
        if variant.is_empty() {
            return Err(Fault::new(
                "there is no variant in this row",
                "leave out in the query whom no variant answered",
            ));
        }
        let mut variants = self.plan.variants.iter();
        let Some(arm) = variants.position(|own| own.as_bytes() == variant) else {
            self.totals.unknown_variants += 1;
            return Ok(());
        };
        match self.clients.see(ClientId::of(name)) {
            Seen::First(place) => self.first(place, arm, first_seen, record),
            Seen::Again(place) => {
                self.again(place, arm);
                Ok(())
            }
            Seen::Full => Err(Fault::new(
                "there are too many clients",
                "4 billion is the most: sample clients in the query, the same share of each variant",
            )),
        }
    }

    fn first(
        &mut self,
        place: usize,
        arm: usize,
        first_seen: jiff::Timestamp,
        record: &ByteRecord,
    ) -> Result<(), Fault> {
        let window = &self.plan.window;
        let found = window.place(first_seen);
        self.clients
            .set_mark(place, Mark::new(arm, found == Place::Inside));
        match found {
            Place::Inside => {}
            Place::Waiting => {
                self.totals.waiting += 1;
                return Ok(());
            }
            Place::Outside => {
                self.totals.outside += 1;
                return Ok(());
            }
            Place::Stray => {
                self.totals.outside += 1;
                self.totals.strays += 1;
                return Ok(());
            }
        }
        let parts = self.clients.parts_mut(place);
        self.sums
            .find_parts(record, window.counts_at(first_seen), parts)?;
        self.totals.clients += 1;
        if self.exact.take(place, arm, &self.numbers) {
            return Ok(());
        }
        self.sums.add(arm, parts, &self.numbers);
        let kept = self.clients.numbers_mut(place).iter_mut();
        for ((kept, number), origin) in kept.zip(&self.numbers).zip(self.exact.origins()) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "to seven digits of the difference, which is far above no other, for what \
                          at most one row in a thousand is"
            )]
            let difference = (number - *origin) as f32;
            *kept = difference;
        }
        Ok(())
    }

    fn again(&mut self, place: usize, arm: usize) {
        let mark = self.clients.mark(place);
        if mark.is_in_two_arms() {
            return;
        }
        if mark.arm() == arm {
            self.totals.duplicates += 1;
            return;
        }
        self.totals.in_two_arms += 1;
        self.clients.set_mark(place, mark.in_two_arms());
        if !mark.is_counted() {
            return;
        }
        self.totals.clients -= 1;
        if self.exact.forget(place) {
            return;
        }
        let kept = self.clients.numbers(place).iter();
        let kept = kept.zip(self.exact.origins());
        self.numbers.clear();
        self.numbers
            .extend(kept.map(|(kept, origin)| origin + f64::from(*kept)));
        let parts = self.clients.parts(place);
        self.sums.remove(mark.arm(), parts, &self.numbers);
    }

    fn counts(mut self) -> RowCounts {
        for (place, client) in self.exact.into_clients() {
            let parts = self.clients.parts(place);
            self.sums.add(client.arm, parts, &client.numbers);
        }
        RowCounts {
            totals: self.totals,
            metrics: self.sums.counts(),
            course: self.sums.course(),
            segments: self.sums.segments(),
            unread: self.columns.unread,
        }
    }
}
