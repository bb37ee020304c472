//! The differences of training beside those of production, on a terminal: each group has a scale of
//! its own, and all have nothing at the same place.

use super::words::{Names, difference, signed, told_apart};
use crate::report::columns::{padded, widest};
use crate::report::{Color, Drawing};
use mlship_core::versions::{Effect, VersionComparison};
use mlship_text::Page;

/// How many columns there are on each side of nothing.
const SIDE: usize = 20;

/// Draws the differences of the second version.
pub(super) fn picture(comparison: &VersionComparison, color: &Color) -> Page {
    let groups: Vec<Group> = groups(comparison);
    let mut page = Page::new();
    if groups.is_empty() {
        return page;
    }
    let marks = Marks::of(color.drawing);
    let lines = || groups.iter().flat_map(|group| &group.lines);
    let names = widest(lines().map(|line| &line.name));
    let numbers = widest(lines().map(|line| marks.only(&line.number)));
    let names_of = Names::of(comparison);
    let (left, right) = (
        format!("less in {}", names_of.second),
        format!("more in {}", names_of.second),
    );
    for group in &groups {
        page.line("");
        page.line(format!("  {}", group.title));
        let scale = group.scale();
        for line in &group.lines {
            let drawn = marks.line(line.effect, scale);
            let number = padded(&marks.only(&line.number), numbers);
            let text = format!("  {}  {number}  {drawn}", padded(&line.name, names));
            page.line(text.trim_end());
        }
    }
    let faint = color.faint;
    let before = " ".repeat(names + numbers + 6);
    let left: String = left.chars().take(SIDE - 1).collect();
    page.line(format!(
        "{before}{faint}{}{}  {right}{faint:#}",
        padded(&left, SIDE),
        marks.zero
    ));
    page.line(format!(
        "  {faint}{} the difference, {} where it may be; each group has its own scale{faint:#}",
        marks.point, marks.range
    ));
    page
}

/// Differences of one scale.
struct Group {
    title: String,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    number: String,
    effect: Effect,
}

fn groups(comparison: &VersionComparison) -> Vec<Group> {
    let mut groups = Vec::new();
    let offline: Vec<Line> = comparison
        .offline
        .iter()
        .filter_map(|metric| {
            let relative = metric.relative?;
            Some(Line {
                name: metric.name.clone(),
                number: format!("{} %", signed((relative * 1e4).round() / 100.0)),
                effect: Effect {
                    value: relative,
                    lower: None,
                    upper: None,
                },
            })
        })
        .collect();
    if !offline.is_empty() {
        groups.push(Group {
            title: "training, in percent".to_owned(),
            lines: offline,
        });
    }
    let mut metrics: Vec<(&str, bool)> = Vec::new();
    for test in comparison.tests.iter().filter(|test| test.effect.is_ok()) {
        let of = (
            test.metric.as_deref().unwrap_or_default(),
            test.is_proportion,
        );
        if !metrics.contains(&of) {
            metrics.push(of);
        }
    }
    for (metric, is_proportion) in metrics {
        let own = comparison.tests.iter().filter_map(|test| {
            let is_own = test.metric.as_deref().unwrap_or_default() == metric
                && test.is_proportion == is_proportion;
            Some(Line {
                name: told_apart(comparison, &test.experiment, &test.id),
                number: difference(test).filter(|_| is_own)?,
                effect: test.effect.ok()?,
            })
        });
        groups.push(Group {
            title: format!("production, {metric}"),
            lines: own.collect(),
        });
    }
    groups
}

impl Group {
    /// Returns the greatest difference that is shown.
    fn scale(&self) -> f64 {
        let all = self.lines.iter().flat_map(|line| {
            let Effect {
                value,
                lower,
                upper,
            } = line.effect;
            [Some(value), lower, upper]
        });
        all.flatten()
            .map(f64::abs)
            .filter(|size| size.is_finite())
            .fold(0.0, f64::max)
    }
}

/// What a picture is drawn with.
#[derive(Debug, Clone, Copy)]
struct Marks {
    zero: char,
    point: char,
    range: char,
    is_ascii: bool,
}

impl Marks {
    fn of(drawing: Drawing) -> Self {
        match drawing {
            Drawing::Lines => Self {
                zero: '│',
                point: '•',
                range: '─',
                is_ascii: false,
            },
            Drawing::Ascii => Self {
                zero: '|',
                point: 'o',
                range: '-',
                is_ascii: true,
            },
        }
    }

    /// Returns a number with a sign that there is.
    fn only(self, number: &str) -> String {
        if self.is_ascii {
            number.replace('−', "-")
        } else {
            number.to_owned()
        }
    }

    fn line(self, effect: Effect, scale: f64) -> String {
        let at = |value: f64| place(value, scale);
        let point = at(effect.value);
        let range = effect.lower.zip(effect.upper);
        // What has no interval is drawn from nothing.
        let (from, to) = match range {
            Some((lower, upper)) => (at(lower), at(upper)),
            None => (SIDE.min(point), SIDE.max(point)),
        };
        let marks = (0..=2 * SIDE).map(|column| match column {
            column if column == point => self.point,
            SIDE => self.zero,
            column if (from..=to).contains(&column) => self.range,
            _ => ' ',
        });
        marks.collect()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "clamped to a handful of columns"
)]
fn place(value: f64, scale: f64) -> usize {
    let side = SIDE as f64;
    let share = if scale > 0.0 { value / scale } else { 0.0 };
    (side + share * side).round().clamp(0.0, 2.0 * side) as usize
}
