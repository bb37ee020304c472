//! What every metric says of every challenger, as one table.

use super::amounts::{count, difference, estimate, lift, p, rate, size};
use super::markup::Markup;
use super::table::Table;
use crate::report::experiment::number;

/// What a metric says of a challenger.
#[derive(Debug, Clone)]
pub(in crate::report::experiment) struct MetricRow<'a> {
    pub(in crate::report::experiment) metric: &'a str,
    /// `primary` or `guardrail`.
    pub(in crate::report::experiment) role: &'a str,
    pub(in crate::report::experiment) variant: &'a str,
    /// The variant's weight.
    pub(in crate::report::experiment) weight: Option<u32>,
    /// The trials of the control, and of the variant.
    pub(in crate::report::experiment) trials: Option<(u64, u64)>,
    pub(in crate::report::experiment) is_proportion: bool,
    /// The control's rate or mean, and the variant's.
    pub(in crate::report::experiment) rates: (Option<f64>, Option<f64>),
    pub(in crate::report::experiment) effect: Option<f64>,
    pub(in crate::report::experiment) effect_interval: Option<(f64, f64)>,
    pub(in crate::report::experiment) lift: Option<f64>,
    pub(in crate::report::experiment) lift_interval: Option<(f64, f64)>,
    pub(in crate::report::experiment) p: Option<f64>,
    /// The harm that is accepted.
    pub(in crate::report::experiment) margin: Option<f64>,
    /// The word for what it comes to.
    pub(in crate::report::experiment) state: &'a str,
    /// Why a guardrail is open: the word, and the sentence.
    pub(in crate::report::experiment) open: Option<(String, String)>,
    pub(in crate::report::experiment) is_approximate: bool,
    /// By which part a covariate narrows the interval.
    pub(in crate::report::experiment) narrowed: Option<f64>,
}

/// Returns the table.
pub(in crate::report::experiment) fn metrics<'a>(
    rows: impl IntoIterator<Item = MetricRow<'a>>,
) -> Markup {
    let mut table = Table::new(&[
        "metric", "variant", "sample", "rate", "effect", "lift", "p", "margin", "state",
    ]);
    for row in rows {
        table.row(row.cells());
    }
    let table = table.markup();
    if table.is_empty() {
        return table;
    }
    Markup::new()
        .code("<p class=\"faint\">Sample and rate: of the control → of the variant. Below effect and ")
        .code("lift, where they may be.</p>\n")
        .add(&table)
}

impl MetricRow<'_> {
    fn cells(&self) -> Vec<Markup> {
        let is_proportion = self.is_proportion;
        let maybe =
            |value: Option<f64>, show: &dyn Fn(f64) -> Markup| value.map_or_else(Markup::new, show);
        let weight = self.weight.map_or_else(Markup::new, |weight| {
            Markup::new()
                .code(" <span class=\"range\">weight ")
                .add(&count(weight.into()))
                .code("</span>")
        });
        let sample = self.trials.map_or_else(Markup::new, |(control, own)| {
            from_to(&count(control), &count(own))
        });
        let rates = match self.rates {
            (None, None) => Markup::new(),
            (control, own) => {
                let known = |value: Option<f64>| {
                    value.map_or_else(|| Markup::of("–"), |value| rate(value, is_proportion))
                };
                from_to(&known(control), &known(own))
            }
        };
        let effect = estimate(
            self.effect,
            self.effect_interval,
            self.is_approximate,
            |value| difference(value, is_proportion),
        );
        vec![
            Markup::new()
                .code("<strong>")
                .add(&Markup::name(self.metric))
                .code("</strong> <span class=\"range\">")
                .add(&Markup::data(self.role, self.role))
                .code("</span>"),
            Markup::name(self.variant).add(&weight),
            sample,
            rates,
            effect.add(&self.narrowed()),
            estimate(self.lift, self.lift_interval, self.is_approximate, lift),
            maybe(self.p, &p),
            maybe(self.margin, &|margin| size(margin, is_proportion)),
            self.state(),
        ]
    }

    fn narrowed(&self) -> Markup {
        self.narrowed.map_or_else(Markup::new, |share| {
            Markup::new()
                .code(" <span class=\"range\">narrowed by ")
                .add(&Markup::data(share, &number::part(share)))
                .code(" by ")
                .add(&Markup::name(&format!("before_{}", self.metric)))
                .code("</span>")
        })
    }

    /// What the verdict says of all is not said again: here it is of one metric and one variant.
    fn state(&self) -> Markup {
        let (class, shown) = match (self.role, self.state) {
            (_, "passed") => ("good", "passed".to_owned()),
            (_, "breached") => ("bad", "breached".to_owned()),
            ("primary", "challenger_better") => ("good", "better".to_owned()),
            ("primary", "control_better") => ("bad", "worse".to_owned()),
            ("primary", "no_difference") => ("good", "the same".to_owned()),
            ("primary", "broken_split") => ("bad", "void".to_owned()),
            ("primary", "guardrail_breached") => ("bad", "does harm".to_owned()),
            (_, "inconclusive") => ("open", "open".to_owned()),
            (_, other) => ("open", other.replace('_', " ")),
        };
        let state = Markup::new()
            .code("<span class=\"")
            .text(class)
            .code("\">")
            .add(&Markup::data(self.state, &shown))
            .code("</span>");
        match &self.open {
            None => state,
            Some((word, sentence)) => state
                .code(" <span class=\"range words\">")
                .add(&Markup::data(word.as_str(), sentence))
                .code("</span>"),
        }
    }
}

fn from_to(control: &Markup, own: &Markup) -> Markup {
    Markup::new()
        .code("<span class=\"n\">")
        .add(control)
        .code("</span> → <span class=\"n\">")
        .add(own)
        .code("</span>")
}
