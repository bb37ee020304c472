//! A readout as one HTML file that opens in a browser and can be attached to a ticket.

use std::fmt::Write as _;

use super::picture::{escape, experiment_svg};
use super::text::experiment_text;
use super::{ExperimentView, headline, number};
use crate::report::Color;
use mlship_text::Page;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
padding:0 1rem;color:#222}table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px \
solid #ddd;padding:.3rem .8rem;text-align:left;vertical-align:top}td.n{text-align:right;\
font-variant-numeric:tabular-nums}pre{overflow-x:auto;background:#f6f6f6;padding:1rem}";

/// Returns a readout as a page.
#[must_use]
pub fn experiment_html(shown: &ExperimentView<'_>) -> String {
    let document = Document {
        name: shown.name,
        headline: &headline(shown),
        hypothesis: shown.hypothesis,
        text: &experiment_text(shown, &Color::default()),
        origin: &format!(
            "Read at {} UTC by mlship {}; started by {}.",
            shown.at.strftime("%Y-%m-%d %H:%M"),
            env!("CARGO_PKG_VERSION"),
            shown.record.by
        ),
    };
    document.html(&[experiment_svg(shown), metrics(shown)])
}

/// What every page of an experiment has around its tables and pictures.
pub(super) struct Document<'a> {
    pub(super) name: &'a str,
    pub(super) headline: &'a str,
    pub(super) hypothesis: Option<&'a str>,
    /// All of it as people read it on a terminal.
    pub(super) text: &'a Page,
    /// Where it comes from, as a sentence.
    pub(super) origin: &'a str,
}

impl Document<'_> {
    /// Returns the page, with these pieces of HTML in its middle.
    pub(super) fn html(&self, pieces: &[String]) -> String {
        let name = escape(self.name);
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <title>{name}</title>\n<style>{STYLE}</style>\n<h1>{name}</h1>\n\
             <p><strong>{}</strong></p>\n",
            escape(self.headline)
        );
        if let Some(hypothesis) = self.hypothesis {
            let _ = writeln!(html, "<p>Hypothesis: {}</p>", escape(hypothesis));
        }
        html.extend(pieces.iter().map(String::as_str));
        html.push_str("<h2>In full</h2>\n<pre>");
        for line in self.text.lines() {
            html.push_str(&escape(line));
            html.push('\n');
        }
        let _ = writeln!(html, "</pre>\n<p>{}</p>\n</html>", escape(self.origin));
        html
    }
}

fn metrics(shown: &ExperimentView<'_>) -> String {
    let mut html = String::from(
        "<table>\n<tr><th>metric<th>challenger<th>control<th>its own<th>difference<th>from<th>to\
         <th>p<th>state\n",
    );
    for metric in &shown.reading.metrics {
        let rate = |value: Option<f64>| {
            value.map_or_else(String::new, |value| {
                number::rate(value, metric.is_proportion)
            })
        };
        let unit = number::unit(metric.is_proportion);
        let difference = |value: Option<f64>| {
            let text = value.map(|value| number::difference(value, metric.is_proportion));
            text.map_or_else(String::new, |text| format!("{text}{unit}"))
        };
        let of = metric.difference.as_ref();
        let _ = writeln!(
            html,
            "<tr><td>{}<td>{}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{}\
             <td class=n>{}<td class=n>{}<td>{}",
            escape(&metric.metric),
            escape(&metric.variant),
            rate(metric.control),
            rate(metric.rate),
            difference(of.map(|effect| effect.value)),
            difference(of.map(|effect| effect.interval.lower)),
            difference(of.map(|effect| effect.interval.upper)),
            metric.p.map_or_else(String::new, number::p),
            escape(&metric.state.replace('_', " ")),
        );
    }
    html.push_str("</table>\n");
    html
}
