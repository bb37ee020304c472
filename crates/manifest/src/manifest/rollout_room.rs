//! Whether a rolling deployment can start with the given percentages and number of tasks.

/// Says whether ECS may neither start nor stop a single task.
#[must_use]
pub fn is_stuck(desired: u32, minimum: u32, maximum: u32) -> bool {
    let desired = u64::from(desired);
    let kept = (desired * u64::from(minimum)).div_ceil(100);
    let allowed = desired * u64::from(maximum) / 100;
    desired > 0 && kept >= desired && allowed <= desired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_decides_whether_there_is_room() {
        assert!(is_stuck(1, 100, 100));
        assert!(is_stuck(1, 50, 150), "both round to one task");
        assert!(!is_stuck(2, 50, 150));
        assert!(!is_stuck(1, 0, 100));
        assert!(!is_stuck(1, 100, 200));
        assert!(!is_stuck(0, 100, 100));
        assert!(is_stuck(3, 70, 130));
        assert!(!is_stuck(u32::MAX, 100, 200));
    }
}
