//! Counts as real numbers and back.

#[expect(
    clippy::cast_precision_loss,
    reason = "exact to 9e15; beyond that the error is a ten-quadrillionth"
)]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

/// Rounds up. What is not a count becomes the nearest that is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
pub(super) fn whole(value: f64) -> u64 {
    value.ceil() as u64
}

/// Rounds down. What is not a count becomes the nearest that is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
pub(super) fn whole_below(value: f64) -> u64 {
    value.floor() as u64
}
