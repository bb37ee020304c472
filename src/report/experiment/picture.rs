//! The confidence sequence over time as an SVG picture, which needs nothing beside itself.

use std::fmt::Write as _;

use super::{EffectScale, ExperimentView, headline, number, range_shown};
use crate::report::streams::guard;
use mlship_core::experiment::EffectHistory;
use mlship_stats::Difference;
use mlship_text::sanitize::Colors;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 30.0;

/// Returns one picture of an experiment: a panel for each challenger.
#[must_use]
pub fn experiment_svg(shown: &ExperimentView<'_>) -> String {
    let title = format!("{}: {}", shown.name, headline(shown));
    courses_svg(&title, &shown.reading.course, EffectScale::of(shown))
}

/// Returns one picture of the differences of challengers over time.
pub(super) fn courses_svg(title: &str, courses: &[EffectHistory], scale: EffectScale) -> String {
    let panels = f64::from(u32::try_from(courses.len()).unwrap_or(0)).max(1.0);
    let height = 30.0 + panels * HEIGHT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n\
         <title>{0}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"20\" font-size=\"15\" font-weight=\"600\">{0}</text>\n",
        escape(title)
    );
    let mut top = 30.0;
    for course in courses {
        let _ = writeln!(svg, "<g transform=\"translate(0 {top})\">");
        svg.push_str(&panel(course, scale));
        svg.push_str("</g>\n");
        top += HEIGHT;
    }
    svg.push_str("</svg>\n");
    svg
}

/// How many looks a picture shows at most.
const LOOKS: usize = 360;

fn panel(course: &EffectHistory, scale: EffectScale) -> String {
    let mut svg = format!(
        "<text x=\"{LEFT}\" y=\"24\" fill=\"#444\">difference of {} to the control; band: where it may \
         be, {}; dashed: the minimum effect</text>\n",
        escape(&course.variant),
        if scale.is_fixed {
            "at one look"
        } else {
            "at all looks together"
        }
    );
    let step = course.looks.len().div_ceil(LOOKS).max(1);
    // From the end, so that the last is there.
    let mut looks: Vec<(f64, Difference)> = course
        .looks
        .iter()
        .rev()
        .step_by(step)
        .map(|(at, difference)| (at.as_duration().as_secs_f64(), *difference))
        .collect();
    looks.reverse();
    let ([(first, _), ..], Some((last, _))) = (looks.as_slice(), looks.last()) else {
        let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"60\">no numbers yet</text>");
        return svg;
    };
    let EffectScale {
        minimum_effect,
        is_proportion,
        ..
    } = scale;
    let frame = Frame::of(&looks, (*first, *last), minimum_effect);
    svg.push_str(&frame.lines(minimum_effect, is_proportion));
    let point = |at: f64, value: f64| format!("{:.1},{:.1}", frame.x(at), frame.y(value));
    let upper = looks
        .iter()
        .map(|(at, difference)| point(*at, difference.interval.upper));
    let lower = looks
        .iter()
        .rev()
        .map(|(at, difference)| point(*at, difference.interval.lower));
    let band: Vec<String> = upper.chain(lower).collect();
    let line: Vec<String> = looks
        .iter()
        .map(|(at, difference)| point(*at, difference.value))
        .collect();
    let _ = writeln!(
        svg,
        "<polygon points=\"{}\" fill=\"#3b6fb6\" fill-opacity=\"0.2\"/>\n\
         <polyline points=\"{}\" fill=\"none\" stroke=\"#3b6fb6\" stroke-width=\"2\"/>",
        band.join(" "),
        line.join(" ")
    );
    let day = "%Y-%m-%d %H:%M";
    let bottom = HEIGHT - BOTTOM + 18.0;
    let (from, to) = (&course.looks[0].0, &course.looks[course.looks.len() - 1].0);
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{bottom}\" fill=\"#444\">{}</text>\n\
         <text x=\"{}\" y=\"{bottom}\" fill=\"#444\" text-anchor=\"end\">{}</text>",
        from.strftime(day),
        WIDTH - RIGHT,
        to.strftime(day)
    );
    svg
}

/// Where times and differences are in a panel.
struct Frame {
    time: (f64, f64),
    value: (f64, f64),
}

impl Frame {
    fn of(looks: &[(f64, Difference)], time: (f64, f64), minimum_effect: f64) -> Self {
        let intervals = looks.iter().map(|(_, difference)| difference.interval);
        Self {
            time,
            value: range_shown(intervals, minimum_effect),
        }
    }

    fn x(&self, time: f64) -> f64 {
        let length = (self.time.1 - self.time.0).max(1.0);
        LEFT + (time - self.time.0) / length * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let (bottom, top) = self.value;
        let share = ((top - value) / (top - bottom)).clamp(0.0, 1.0);
        TOP + share * (HEIGHT - TOP - BOTTOM)
    }

    fn lines(&self, minimum_effect: f64, is_proportion: bool) -> String {
        let right = WIDTH - RIGHT;
        let unit = number::unit(is_proportion);
        let mut svg = String::new();
        for (value, style) in [
            (0.0, "stroke=\"#222\""),
            (minimum_effect, "stroke=\"#999\" stroke-dasharray=\"4 4\""),
            (-minimum_effect, "stroke=\"#999\" stroke-dasharray=\"4 4\""),
        ] {
            let y = self.y(value);
            let label = number::difference(value, is_proportion);
            let _ = writeln!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\" {style}/>\n\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#444\">{label}{unit}</text>",
                LEFT - 6.0,
                y + 4.0
            );
        }
        svg
    }
}

/// Makes a text one that markup takes for text, and whoever looks at the file, too.
pub(super) fn escape(text: &str) -> String {
    let text = guard(text, Colors::Drop);
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
