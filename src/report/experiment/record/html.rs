//! An experiment that ended, as one HTML file or one picture.

use std::fmt::Write as _;

use super::super::html::Document;
use super::super::number;
use super::super::picture::{courses_svg, escape};
use super::text::{record_text, served};
use super::{courses, headline, scale};
use crate::report::Color;
use mlship_core::ledger::{ExperimentRecord, Readout};

/// Returns the differences over time as a picture.
#[must_use]
pub fn record_svg(record: &ExperimentRecord) -> Option<String> {
    let readout = record.readout.as_ref()?;
    let title = format!("{}: {}", record.experiment, headline(record));
    Some(courses_svg(
        &title,
        &courses(readout),
        scale(record, readout),
    ))
}

/// Returns a record as a page.
#[must_use]
pub fn record_html(record: &ExperimentRecord) -> String {
    let document = Document {
        name: &record.experiment,
        headline: &headline(record),
        hypothesis: record.hypothesis.as_deref(),
        text: &record_text(record, &Color::default()),
        origin: &format!("Written by mlship {}.", env!("CARGO_PKG_VERSION")),
    };
    document.html(&[
        variants(record),
        record_svg(record).unwrap_or_default(),
        record.readout.as_ref().map(metrics).unwrap_or_default(),
    ])
}

fn variants(record: &ExperimentRecord) -> String {
    let mut html = String::from("<table>\n<tr><th>variant<th>served<th>service\n");
    for part in &record.variants {
        let control = if part.control { " (control)" } else { "" };
        let _ = writeln!(
            html,
            "<tr><td>{}{control}<td>{}<td>{}",
            escape(&part.name),
            escape(&served(part)),
            escape(&part.service.to_string())
        );
    }
    html.push_str("</table>\n");
    html
}

fn metrics(readout: &Readout) -> String {
    let mut html = String::from(
        "<table>\n<tr><th>metric<th>challenger<th>control<th>its own<th>difference<th>from<th>to\
         <th>p<th>state\n",
    );
    for metric in &readout.metrics {
        let rate = |value: Option<f64>| {
            value.map_or_else(String::new, |value| number::rate(value, metric.proportion))
        };
        let unit = number::unit(metric.proportion);
        let difference = |value: Option<f64>| {
            let text = value.map(|value| number::difference(value, metric.proportion));
            text.map_or_else(String::new, |text| format!("{text}{unit}"))
        };
        let _ = writeln!(
            html,
            "<tr><td>{}<td>{}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{}\
             <td class=n>{}<td class=n>{}<td>{}",
            escape(&metric.metric),
            escape(&metric.variant),
            rate(metric.control_rate),
            rate(metric.rate),
            difference(metric.effect),
            difference(metric.lower),
            difference(metric.upper),
            metric.p.map_or_else(String::new, number::p),
            escape(&metric.state.replace('_', " ")),
        );
    }
    html.push_str("</table>\n");
    html
}
