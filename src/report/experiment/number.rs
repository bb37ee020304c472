//! Formats numbers for people.

use mlship_text::words::plural;

/// Returns a count with its thousands apart.
pub(super) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// Returns how many there are of what a noun names.
pub(super) fn counted(value: u64, noun: &str) -> String {
    let shown = usize::try_from(value).unwrap_or(usize::MAX);
    format!("{} {}", count(value), plural(shown, noun))
}

/// Returns a rate or a mean.
pub(super) fn rate(value: f64, is_proportion: bool) -> String {
    if !is_proportion {
        return plain(value);
    }
    let all = ["100", "100.0"];
    match plain(value * 100.0) {
        text if value < 1.0 && all.contains(&text.as_str()) => "more than 99.9 %".to_owned(),
        text => format!("{text} %"),
    }
}

/// Returns a difference of rates, in percentage points, or of means.
pub(super) fn difference(value: f64, is_proportion: bool) -> String {
    if is_proportion {
        signed(value * 100.0)
    } else {
        signed(value)
    }
}

/// Returns the unit of a difference.
pub(super) fn unit(is_proportion: bool) -> &'static str {
    if is_proportion { " pp" } else { "" }
}

/// Returns the size of a difference, with its unit and without a sign.
pub(super) fn size(value: f64, is_proportion: bool) -> String {
    if is_proportion {
        format!("{} pp", plain(value.abs() * 100.0))
    } else {
        plain(value.abs())
    }
}

/// Returns a lift in percent.
pub(super) fn lift(value: f64) -> String {
    signed(value * 100.0)
}

/// Returns a part in percent, of which what is not all is less.
pub(super) fn part(value: f64) -> String {
    let shown = format!("{:.0}", 100.0 * value);
    if shown == "100" && value < 1.0 {
        return "more than 99 %".to_owned();
    }
    format!("{shown} %")
}

/// Returns a p-value.
pub(super) fn p(value: f64) -> String {
    if value < 0.0001 {
        "p < 0.0001".to_owned()
    } else if value > 0.9999 {
        "p 1".to_owned()
    } else {
        format!("p {}", plain(value))
    }
}

/// Returns a significance level.
pub(super) fn alpha(value: f64) -> String {
    plain(value)
}

/// Returns a number with three digits that count, and no exponent where none is needed.
fn plain(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(0.0001..1e9).contains(&size) {
        return format!("{value:.2e}");
    }
    let decimals = match size {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 || size == 0.0 => 2,
        size if size >= 0.01 => 3,
        _ => 4,
    };
    format!("{value:.decimals$}")
}

fn signed(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = plain(value);
    if text.starts_with('-') {
        text.replacen('-', "−", 1)
    } else {
        format!("+{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_count() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1 234 567");
        assert_eq!(rate(0.05, true), "5.00 %");
        assert_eq!(rate(0.000_12, true), "0.012 %");
        assert_eq!(rate(41.234, false), "41.2");
        assert_eq!(rate(1.0, true), "100 %");
        assert_eq!(rate(0.999_9, true), "more than 99.9 %");
        assert_eq!(rate(0.999, true), "99.9 %");
        assert_eq!(difference(-0.0131, true), "−1.31");
        assert_eq!(difference(1234.5, false), "+1234");
        assert_eq!(difference(3e12, false), "+3.00e12");
        assert_eq!(difference(0.0, true), "0");
        assert_eq!(
            (p(0.000_01), p(0.0312), p(1.0)),
            (
                "p < 0.0001".to_owned(),
                "p 0.031".to_owned(),
                "p 1".to_owned()
            )
        );
    }
}
