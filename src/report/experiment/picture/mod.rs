//! The confidence sequence over time as an SVG picture, which needs nothing beside itself.

mod frame;
mod lines;

use jiff::Timestamp;

use self::frame::{BOTTOM, Frame, HEIGHT, LEFT, RIGHT, WIDTH};
use self::lines::lines;
use super::html::Markup;
use super::{EffectScale, ExperimentView, headline};
use mlship_core::experiment::EffectHistory;
use mlship_stats::Difference;

/// How many looks a picture shows at most.
const LOOKS: usize = 360;
/// As many as can be told from each other.
const FEW: usize = 20;
/// From one line of text to the next.
const LINE: f64 = 18.0;

/// Returns one picture of an experiment: a panel for each challenger.
#[must_use]
pub fn experiment_svg(shown: &ExperimentView<'_>) -> String {
    let title = format!("{}: {}", shown.name, headline(shown));
    courses_svg(&title, &shown.reading.course, EffectScale::of(shown))
}

/// Returns one picture of the differences of challengers over time, with a title.
pub(super) fn courses_svg(title: &str, courses: &[EffectHistory], scale: EffectScale) -> String {
    let heading = lines(title);
    let mut top = text_height(heading.len()) + 8.0;
    let mut panels = Markup::new().add(&texts(
        &heading,
        "font-size=\"15\" font-weight=\"600\"",
        LINE,
    ));
    for course in courses {
        let caption = lines(&caption(course, scale));
        panels = panels
            .code("<g transform=\"translate(0 ")
            .place(top)
            .code(")\">\n")
            .add(&texts(&caption, "", LINE))
            .code("</g>\n<g transform=\"translate(0 ")
            .place(top + text_height(caption.len()))
            .code(")\">\n")
            .add(&panel(course, scale))
            .code("</g>\n");
        top += text_height(caption.len()) + HEIGHT + 8.0;
    }
    opened(top, title).add(&panels).code("</svg>\n").into_file()
}

/// Returns the difference of a challenger over time, without a word of what it is.
pub(super) fn course_svg(course: &EffectHistory, scale: EffectScale) -> Markup {
    let title = format!("difference of {} over time", course.variant);
    opened(HEIGHT, &title)
        .add(&panel(course, scale))
        .code("</svg>\n")
}

/// Says what a panel shows.
pub(super) fn caption(course: &EffectHistory, scale: EffectScale) -> String {
    let holds = if scale.is_fixed {
        "at one look"
    } else {
        "at all looks together"
    };
    let dashed = if scale.minimum_effect > 0.0 {
        " Dashed: the minimum effect."
    } else {
        ""
    };
    format!(
        "Difference of {} to the control: the line, and around it where it may be, {holds}.{dashed}",
        course.variant
    )
}

fn opened(height: f64, title: &str) -> Markup {
    Markup::new()
        .code("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        .place(WIDTH)
        .code(" ")
        .place(height)
        .code("\" font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">\n<title>")
        .text(title)
        .code("</title>\n<rect class=\"paper\" width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n")
}

#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
fn text_height(lines: usize) -> f64 {
    8.0 + LINE * lines as f64
}

/// Returns lines of text, one below the other.
fn texts(lines: &[String], style: &'static str, height: f64) -> Markup {
    let mut y = height;
    let lines = lines.iter().map(|line| {
        let text = Markup::new()
            .code("<text class=\"ink\" fill=\"#444\" x=\"8\" y=\"")
            .place(y)
            .code("\" ")
            .code(style)
            .code(">")
            .text(line)
            .code("</text>\n");
        y += height;
        text
    });
    Markup::new().all(lines.collect::<Vec<_>>())
}

fn panel(course: &EffectHistory, scale: EffectScale) -> Markup {
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
    let (Some((from, _)), Some((to, _))) = (course.looks.first(), course.looks.last()) else {
        return texts(&["no numbers yet".to_owned()], "", 60.0);
    };
    let frame = Frame::of(&looks, scale.minimum_effect);
    frame
        .lines(scale)
        .add(&band(&frame, &looks))
        .add(&marks(&frame, &looks))
        .add(&times(*from, *to))
}

/// Where the difference may be, around the line of what it is.
fn band(frame: &Frame, looks: &[(f64, Difference)]) -> Markup {
    let point = |at: f64, value: f64| {
        Markup::new()
            .place(frame.x(at))
            .code(",")
            .place(frame.y(value))
            .code(" ")
    };
    let upper = looks
        .iter()
        .map(|(at, difference)| point(*at, difference.interval.upper));
    let lower = looks
        .iter()
        .rev()
        .map(|(at, difference)| point(*at, difference.interval.lower));
    let middle = looks
        .iter()
        .map(|(at, difference)| point(*at, difference.value));
    Markup::new()
        .code("<polygon class=\"band\" fill=\"#3b6fb6\" fill-opacity=\"0.2\" points=\"")
        .all(upper)
        .all(lower)
        .code("\"/>\n<polyline class=\"line\" fill=\"none\" stroke=\"#3b6fb6\" stroke-width=\"2\" ")
        .code("points=\"")
        .all(middle)
        .code("\"/>\n")
}

/// The looks, where they are few: one alone has no line.
fn marks(frame: &Frame, looks: &[(f64, Difference)]) -> Markup {
    let few = if looks.len() > FEW { &[] } else { looks };
    let marks = few.iter().map(|(at, difference)| {
        let x = frame.x(*at);
        Markup::new()
            .code("<line class=\"line\" stroke=\"#3b6fb6\" x1=\"")
            .place(x)
            .code("\" x2=\"")
            .place(x)
            .code("\" y1=\"")
            .place(frame.y(difference.interval.upper))
            .code("\" y2=\"")
            .place(frame.y(difference.interval.lower))
            .code("\"/>\n<circle class=\"dot\" fill=\"#3b6fb6\" r=\"3\" cx=\"")
            .place(x)
            .code("\" cy=\"")
            .place(frame.y(difference.value))
            .code("\"/>\n")
    });
    Markup::new().all(marks)
}

fn times(from: Timestamp, to: Timestamp) -> Markup {
    let minute = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M").to_string();
    let bottom = HEIGHT - BOTTOM + 20.0;
    let last = Markup::new()
        .code("<text class=\"ink\" fill=\"#444\" text-anchor=\"end\" x=\"")
        .place(WIDTH - RIGHT)
        .code("\" y=\"")
        .place(bottom)
        .code("\">")
        .text(&minute(to))
        .code("</text>\n");
    if from == to {
        return last;
    }
    Markup::new()
        .code("<text class=\"ink\" fill=\"#444\" x=\"")
        .place(LEFT)
        .code("\" y=\"")
        .place(bottom)
        .code("\">")
        .text(&minute(from))
        .code("</text>\n")
        .add(&last)
}
