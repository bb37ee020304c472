//! Where times and differences are in a panel.

use super::super::html::Markup;
use super::super::{EffectScale, number, range_shown};
use mlship_stats::Difference;

/// Narrow, so that its letters can still be read on a telephone.
pub(super) const WIDTH: f64 = 480.0;
pub(super) const HEIGHT: f64 = 230.0;
pub(super) const LEFT: f64 = 76.0;
pub(super) const RIGHT: f64 = 14.0;
const TOP: f64 = 12.0;
pub(super) const BOTTOM: f64 = 30.0;
/// What two labels must be apart.
const APART: f64 = 15.0;

pub(super) struct Frame {
    time: (f64, f64),
    value: (f64, f64),
}

impl Frame {
    pub(super) fn of(looks: &[(f64, Difference)], minimum_effect: f64) -> Self {
        let at = |look: Option<&(f64, Difference)>| look.map_or(0.0, |(at, _)| *at);
        let intervals = looks.iter().map(|(_, difference)| difference.interval);
        Self {
            time: (at(looks.first()), at(looks.last())),
            value: range_shown(intervals, minimum_effect),
        }
    }

    pub(super) fn x(&self, time: f64) -> f64 {
        let length = self.time.1 - self.time.0;
        // One look alone is the last.
        let share = if length > 0.0 {
            (time - self.time.0) / length
        } else {
            1.0
        };
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        let (bottom, top) = self.value;
        let share = ((top - value) / (top - bottom)).clamp(0.0, 1.0);
        TOP + share * (HEIGHT - TOP - BOTTOM)
    }

    /// The lines of no difference and of the least that matters, and the ends of the scale. What has
    /// no room for its label stands without.
    pub(super) fn lines(&self, scale: EffectScale) -> Markup {
        let least = scale.minimum_effect;
        let (bottom, top) = self.value;
        let mut lines = Markup::new();
        let mut told: Vec<f64> = Vec::new();
        let dashed = (least > 0.0).then_some(DASHED);
        for (value, line) in [
            (0.0, Some(ZERO)),
            (least, dashed),
            (-least, dashed),
            (top, None),
            (bottom, None),
        ] {
            let y = self.y(value);
            if let Some(line) = line {
                lines = lines.add(&across(line, y));
            }
            if told.iter().all(|other| (other - y).abs() >= APART) {
                told.push(y);
                lines = lines.add(&label(value, y, scale.is_proportion));
            }
        }
        lines
    }
}

const ZERO: &str = "<line class=\"axis\" stroke=\"#222\"";
const DASHED: &str = "<line class=\"edge\" stroke=\"#999\" stroke-dasharray=\"4 4\"";

fn across(line: &'static str, y: f64) -> Markup {
    Markup::new()
        .code(line)
        .code(" x1=\"")
        .place(LEFT)
        .code("\" x2=\"")
        .place(WIDTH - RIGHT)
        .code("\" y1=\"")
        .place(y)
        .code("\" y2=\"")
        .place(y)
        .code("\"/>\n")
}

fn label(value: f64, y: f64, is_proportion: bool) -> Markup {
    Markup::new()
        .code("<text class=\"ink\" fill=\"#444\" text-anchor=\"end\" x=\"")
        .place(LEFT - 6.0)
        .code("\" y=\"")
        .place(y + 4.5)
        .code("\">")
        .text(&number::difference(value, is_proportion))
        .text(number::unit(is_proportion))
        .code("</text>\n")
}
