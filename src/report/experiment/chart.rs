//! The confidence sequence over time, for a terminal.

use super::{EffectScale, number, range_shown};
use crate::report::{Color, Drawing};
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
    let least = scale.minimum_effect;
    let scale = Scale::of(&columns, least, Marks::of(color.drawing));
    let mut text = Page::new();
    text.line("");
    text.line(format!("  difference of {} over time", course.variant));
    for row in 0..HEIGHT {
        let value = scale.value(row);
        let label = match scale.line(row) {
            Some(of) => number::difference(of, is_proportion),
            None if row == 0 || row == HEIGHT - 1 => number::difference(value, is_proportion),
            None => String::new(),
        };
        let label = scale.marks.only(label);
        let line = columns.iter().map(|column| scale.mark(column, row));
        let axis = scale.marks.axis;
        let line = format!("  {label:>8} {axis}{}", line.collect::<String>());
        text.line(line.trim_end());
    }
    let faint = color.faint;
    let (from, to) = (&course.looks[0].0, &course.looks[course.looks.len() - 1].0);
    let day = "%Y-%m-%d";
    text.line(format!(
        "           {faint}{} to {}: {} the difference, {} where it may be{}{faint:#}",
        from.strftime(day),
        to.strftime(day),
        scale.marks.middle,
        scale.marks.band,
        if least > 0.0 {
            format!(", {} the minimum effect", scale.marks.least)
        } else {
            String::new()
        }
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

/// What a picture is drawn with.
#[derive(Debug, Clone, Copy)]
struct Marks {
    axis: char,
    /// The difference.
    middle: char,
    /// Where it may be.
    band: char,
    /// No difference, and that within the band.
    zero: [char; 2],
    /// The least difference that matters.
    least: char,
    is_ascii: bool,
}

impl Marks {
    fn of(drawing: Drawing) -> Self {
        match drawing {
            Drawing::Lines => Self {
                axis: '│',
                middle: '•',
                band: '░',
                zero: ['─', '┼'],
                least: '┈',
                is_ascii: false,
            },
            Drawing::Ascii => Self {
                axis: '|',
                middle: 'o',
                band: ':',
                zero: ['-', '+'],
                least: '.',
                is_ascii: true,
            },
        }
    }

    /// Returns a number with a sign that there is.
    fn only(self, number: String) -> String {
        if self.is_ascii {
            number.replace('−', "-")
        } else {
            number
        }
    }
}

/// Which row stands for which difference.
struct Scale {
    top: f64,
    bottom: f64,
    minimum_effect: f64,
    marks: Marks,
}

impl Scale {
    fn of(columns: &[Difference], minimum_effect: f64, marks: Marks) -> Self {
        let intervals = columns.iter().map(|difference| difference.interval);
        let (bottom, top) = range_shown(intervals, minimum_effect);
        Self {
            top,
            bottom,
            minimum_effect,
            marks,
        }
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

    /// Returns which difference has its line in a row.
    fn line(&self, row: usize) -> Option<f64> {
        let least = self.minimum_effect;
        let lines = [0.0, least, -least];
        lines.into_iter().find(|value| self.row(*value) == row)
    }

    fn mark(&self, difference: &Difference, row: usize) -> char {
        let line = self.line(row);
        let is_zero = line == Some(0.0);
        let marks = self.marks;
        let (top, bottom) = (
            self.row(difference.interval.upper),
            self.row(difference.interval.lower),
        );
        if row == self.row(difference.value) && (self.bottom..=self.top).contains(&difference.value)
        {
            marks.middle
        } else if (top..=bottom).contains(&row) {
            if is_zero { marks.zero[1] } else { marks.band }
        } else if is_zero {
            marks.zero[0]
        } else if line.is_some() {
            marks.least
        } else {
            ' '
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use snapbox::{assert_data_eq, str};

    use super::*;
    use mlship_stats::Interval;

    fn drawn(drawing: Drawing, minimum_effect: f64) -> String {
        let looks = (1..=12_i32).map(|look| {
            let width = 0.03 / f64::from(look).sqrt();
            let value = 0.012 - 0.01 / f64::from(look);
            let difference = Difference {
                value,
                interval: Interval {
                    lower: value - width,
                    upper: value + width,
                },
                p: 0.1,
            };
            let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * i64::from(look));
            (at, difference)
        });
        let course = EffectHistory {
            variant: "challenger".to_owned(),
            looks: looks.collect(),
        };
        let scale = EffectScale {
            minimum_effect,
            is_proportion: true,
            is_fixed: false,
        };
        let color = Color {
            drawing,
            ..Color::default()
        };
        chart(&course, scale, &color).to_string()
    }

    #[test]
    fn a_picture_shows_the_band_its_middle_and_what_matters() {
        assert_data_eq!(
            drawn(Drawing::Lines, 0.005),
            str![[r#"

  difference of challenger over time
     +2.19 │░░░░░░░░░
           │░░░░░░░░░░░░
           │░░░░░░░░░░░░
           │░░░░░░░░░░░░
           │░░░░••••••••
           │░░••░░░░░░░░
     +0.50 │░•░░░░░░░░░░
           │•░░░░░░░░░░░
         0 │┼┼┼┼┼┼┼┼┼┼──
           │░░░░░░
     −0.50 │░░░░┈┈┈┈┈┈┈┈
           1970-01-02 to 1970-01-13: • the difference, ░ where it may be, ┈ the minimum effect

"#]]
        );
    }

    #[test]
    fn a_terminal_without_lines_gets_ascii_alone() {
        for minimum_effect in [0.0, 0.005] {
            let text = drawn(Drawing::Ascii, minimum_effect);
            assert!(text.is_ascii(), "{text}");
        }
        assert_data_eq!(
            drawn(Drawing::Ascii, 0.005),
            str![[r#"

  difference of challenger over time
     +2.19 |:::::::::
           |::::::::::::
           |::::::::::::
           |::::::::::::
           |::::oooooooo
           |::oo::::::::
     +0.50 |:o::::::::::
           |o:::::::::::
         0 |++++++++++--
           |::::::
     -0.50 |::::........
           1970-01-02 to 1970-01-13: o the difference, : where it may be, . the minimum effect

"#]]
        );
    }
}
