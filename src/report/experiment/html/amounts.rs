//! Numbers and times on a page: each as people read it, and as the document has it.

use jiff::Timestamp;

use super::markup::Markup;
use crate::report::experiment::number;

pub(super) fn count(value: u64) -> Markup {
    Markup::data(value, &number::count(value))
}

/// A rate or a mean.
pub(super) fn rate(value: f64, is_proportion: bool) -> Markup {
    Markup::data(value, &number::rate(value, is_proportion))
}

/// A difference of rates or of means.
pub(super) fn difference(value: f64, is_proportion: bool) -> Markup {
    let unit = number::unit(is_proportion);
    let shown = number::difference(value, is_proportion);
    Markup::data(value, &format!("{shown}{unit}"))
}

/// A size of a difference, which has no sign.
pub(super) fn size(value: f64, is_proportion: bool) -> Markup {
    Markup::data(value, &number::size(value, is_proportion))
}

/// A lift.
pub(super) fn lift(value: f64) -> Markup {
    Markup::data(value, &format!("{} %", number::lift(value)))
}

/// A share of a whole.
pub(super) fn share(value: f64) -> Markup {
    rate(value, true)
}

/// A p-value, where its name stands beside it.
pub(super) fn p(value: f64) -> Markup {
    let shown = number::p(value);
    Markup::data(value, shown.strip_prefix("p ").unwrap_or(&shown))
}

pub(super) fn alpha(value: f64) -> Markup {
    Markup::data(value, &number::alpha(value))
}

pub(super) fn days(value: f64) -> Markup {
    Markup::data(value, &format!("{value:.1}"))
}

/// A moment, to the minute.
pub(super) fn moment(at: Timestamp) -> Markup {
    Markup::new()
        .code("<time datetime=\"")
        .text(&at.to_string())
        .code("\">")
        .text(&at.strftime("%Y-%m-%d %H:%M").to_string())
        .code("</time>")
}

/// An estimate, over where it may be.
pub(super) fn estimate(
    value: Option<f64>,
    interval: Option<(f64, f64)>,
    is_approximate: bool,
    show: impl Fn(f64) -> Markup,
) -> Markup {
    let Some(value) = value else {
        return Markup::new();
    };
    let estimate = Markup::new()
        .code("<strong>")
        .add(&show(value))
        .code("</strong>");
    let Some((lower, upper)) = interval else {
        return estimate;
    };
    let about = if is_approximate { "about " } else { "" };
    estimate
        .code(" <span class=\"range\">")
        .text(about)
        .add(&show(lower))
        .code(" to ")
        .add(&show(upper))
        .code("</span>")
}
