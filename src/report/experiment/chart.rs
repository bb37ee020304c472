//! The confidence sequence over time, for a terminal.

use super::{EffectScale, number, range_shown};
use crate::report::Color;
use mlship_core::experiment::EffectHistory;
use mlship_stats::Difference;
use mlship_text::Page;

const WIDTH: usize = 60;
const HEIGHT: usize = 11;

/// Returns the interval of a challenger's difference, column by column, with a line at no
/// difference.
pub(super) fn chart(course: &EffectHistory, scale: EffectScale, color: &Color) -> Page {
    let columns = columns(course);
    if columns.len() < 2 {
        return Page::new();
    }
    let is_proportion = scale.is_proportion;
    let scale = Scale::of(&columns, scale.minimum_effect);
    let zero = scale.row(0.0);
    let mut text = Page::new();
    text.line("");
    text.line(format!("  difference of {} over time", course.variant));
    for row in 0..HEIGHT {
        let value = scale.value(row);
        let label = if row % 5 == 0 || row == zero {
            let value = if row == zero { 0.0 } else { value };
            number::difference(value, is_proportion)
        } else {
            String::new()
        };
        let marks = columns.iter().map(|column| scale.mark(column, row, zero));
        let line = format!("  {label:>8} │{}", marks.collect::<String>());
        text.line(line.trim_end());
    }
    let faint = color.faint;
    let (first, last) = (&course.looks[0].0, &course.looks[course.looks.len() - 1].0);
    let day = "%Y-%m-%d";
    text.line(format!(
        "           {faint}{} to {}: • the difference, │ where it may be{faint:#}",
        first.strftime(day),
        last.strftime(day)
    ));
    text
}

/// Returns as many looks as there are columns, the last among them.
fn columns(course: &EffectHistory) -> Vec<Difference> {
    let looks = &course.looks;
    let count = looks.len().min(WIDTH);
    let at = |column: usize| {
        let place = (column + 1) * looks.len() / count;
        looks
            .get(place.saturating_sub(1))
            .map(|(_, difference)| *difference)
    };
    (0..count).filter_map(at).collect()
}

/// Which row stands for which difference.
struct Scale {
    top: f64,
    bottom: f64,
}

impl Scale {
    fn of(columns: &[Difference], minimum_effect: f64) -> Self {
        let intervals = columns.iter().map(|difference| difference.interval);
        let (bottom, top) = range_shown(intervals, minimum_effect);
        Self { top, bottom }
    }

    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    fn value(&self, row: usize) -> f64 {
        let share = row as f64 / (HEIGHT - 1) as f64;
        self.top + (self.bottom - self.top) * share
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "clamped to a handful of rows"
    )]
    fn row(&self, value: f64) -> usize {
        let share = (self.top - value) / (self.top - self.bottom);
        (share * (HEIGHT - 1) as f64)
            .round()
            .clamp(0.0, (HEIGHT - 1) as f64) as usize
    }

    fn mark(&self, difference: &Difference, row: usize, zero: usize) -> char {
        let (top, bottom) = (
            self.row(difference.interval.upper),
            self.row(difference.interval.lower),
        );
        if row == self.row(difference.value) && (self.bottom..=self.top).contains(&difference.value)
        {
            '•'
        } else if (top..=bottom).contains(&row) {
            if row == zero { '┼' } else { '│' }
        } else if row == zero {
            '─'
        } else {
            ' '
        }
    }
}
