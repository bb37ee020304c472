//! Which column of a table is what, by its header.

use csv::ByteRecord;

use super::error::{Fault, quote};
use super::{RowMetric, RowsPlan};
use mlship_manifest::nearest;
use mlship_manifest::row_columns::{BEFORE, CLIENT, FIRST_SEEN, SEGMENT, VARIANT};
use mlship_manifest::schema::MetricType;

/// The columns of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) client: usize,
    pub(super) variant: usize,
    pub(super) first_seen: usize,
    /// Those with numbers, each once.
    pub(super) numbers: Vec<NumberColumn>,
    /// Of each metric that decides, which of the numbers it is made of; none of what is not in
    /// rows.
    pub(super) metrics: Vec<Option<MetricColumns>>,
    pub(super) segments: Vec<SegmentColumn>,
    /// The names of those that nobody reads.
    pub(super) unread: Vec<String>,
}

/// A column with numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NumberColumn {
    pub(super) name: String,
    pub(super) at: usize,
    /// Whether there is nothing but 0 and 1 in it.
    pub(super) is_binary: bool,
}

/// The numbers of a metric, by their places among the columns with numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MetricColumns {
    pub(super) kind: MetricType,
    pub(super) outcome: usize,
    /// The covariate or the denominator.
    pub(super) other: Option<usize>,
}

/// A column that says which part of the clients one belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SegmentColumn {
    /// Its name without the beginning that all have.
    pub(super) name: String,
    pub(super) at: usize,
}

impl MetricColumns {
    /// Says whether the outcome is adjusted by a covariate.
    pub(super) fn is_adjusted(self) -> bool {
        self.kind != MetricType::Ratio && self.other.is_some()
    }
}

impl Columns {
    /// Reads the header.
    pub(super) fn of(header: &ByteRecord, plan: &RowsPlan) -> Result<Self, Fault> {
        let header = Header::read(header)?;
        let mut numbers = Vec::new();
        let metrics = plan.metrics.iter().map(|metric| {
            let metric = metric.as_ref();
            metric
                .map(|metric| header.metric(metric, &mut numbers))
                .transpose()
        });
        let metrics = metrics.collect::<Result<Vec<_>, Fault>>()?;
        let is_first_in_rows = metrics.first().is_some_and(Option::is_some);
        // They are parts of the metric that decides.
        let segments = header.names.iter().enumerate().filter_map(|(at, name)| {
            let name = name.strip_prefix(SEGMENT).filter(|_| is_first_in_rows)?;
            Some(SegmentColumn {
                name: name.to_owned(),
                at,
            })
        });
        let mut columns = Self {
            client: header.find(CLIENT, "says who a client is")?,
            variant: header.find(VARIANT, "says which variant a client is with")?,
            first_seen: header.find(FIRST_SEEN, "says since when")?,
            numbers,
            metrics,
            segments: segments.collect(),
            unread: Vec::new(),
        };
        let unread = header.names.iter().enumerate();
        columns.unread = unread
            .filter(|(at, _)| !columns.is_read(*at))
            .map(|(_, name)| name.clone())
            .collect();
        Ok(columns)
    }

    fn is_read(&self, at: usize) -> bool {
        [self.client, self.variant, self.first_seen].contains(&at)
            || self.numbers.iter().any(|number| number.at == at)
            || self.segments.iter().any(|segment| segment.at == at)
    }
}

struct Header {
    names: Vec<String>,
}

impl Header {
    fn read(header: &ByteRecord) -> Result<Self, Fault> {
        let names: Vec<String> = header
            .iter()
            .map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned())
            .collect();
        for (at, name) in names.iter().enumerate() {
            if names[..at].contains(name) && !name.is_empty() {
                return Err(Fault::new(
                    format!("column {} is there twice", quote(name.as_bytes())),
                    "give each column a name of its own in the query that makes the file",
                ));
            }
        }
        if names.iter().all(String::is_empty) {
            return Err(Fault::new(
                "there is no header",
                "the first line names the columns: `client,variant,first_seen` and one a metric",
            ));
        }
        Ok(Self { names })
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|own| own == name)
    }

    fn find(&self, name: &str, why: &str) -> Result<usize, Fault> {
        let missing = || {
            let known = self.names.iter().map(String::as_str);
            let hint = nearest(name, known).map_or_else(
                || {
                    let known = quote(self.names.join(", ").as_bytes());
                    format!("add it to the query that makes the file; it has {known}")
                },
                |near| {
                    let near = quote(near.as_bytes());
                    format!("the nearest column is {near}: call it `{name}`")
                },
            );
            Fault::new(format!("there is no column `{name}`, which {why}"), hint)
        };
        self.place(name).ok_or_else(missing)
    }

    fn metric(
        &self,
        metric: &RowMetric,
        numbers: &mut Vec<NumberColumn>,
    ) -> Result<MetricColumns, Fault> {
        let why = format!("has the values of {}", metric.name);
        let is_binary = metric.kind == MetricType::Proportion;
        let outcome = number(numbers, &metric.outcome, self.find(&metric.outcome, &why)?);
        numbers[outcome].is_binary |= is_binary;
        let other = if let Some(denominator) = &metric.denominator {
            let at = self.find(denominator, &why)?;
            Some(number(numbers, denominator, at))
        } else {
            let before = format!("{BEFORE}{}", metric.name);
            let at = self.place(&before);
            at.map(|at| number(numbers, &before, at))
        };
        Ok(MetricColumns {
            kind: metric.kind,
            outcome,
            other,
        })
    }
}

/// Returns the place of a column among those with numbers.
fn number(numbers: &mut Vec<NumberColumn>, name: &str, at: usize) -> usize {
    let known = numbers.iter().position(|number| number.at == at);
    known.unwrap_or_else(|| {
        numbers.push(NumberColumn {
            name: name.to_owned(),
            at,
            is_binary: false,
        });
        numbers.len() - 1
    })
}
