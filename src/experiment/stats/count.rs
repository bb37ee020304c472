//! Counts as real numbers.

#[expect(
    clippy::cast_precision_loss,
    reason = "exact to 9e15; beyond that the error is a ten-quadrillionth"
)]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}
