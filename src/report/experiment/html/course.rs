//! The differences over time, a picture a challenger.

use super::markup::Markup;
use crate::report::experiment::EffectScale;
use crate::report::experiment::picture::{caption, course_svg};
use mlship_core::experiment::EffectHistory;

/// Returns the pictures, with what they show below each.
pub(super) fn course(courses: &[EffectHistory], scale: EffectScale) -> Markup {
    let shown = courses.iter().filter(|course| !course.looks.is_empty());
    let figures = shown.map(|course| {
        Markup::new()
            .code("<figure>\n")
            .add(&course_svg(course, scale))
            .code("<figcaption>")
            .text(&caption(course, scale))
            .code("</figcaption>\n</figure>\n")
    });
    Markup::new().all(figures)
}
