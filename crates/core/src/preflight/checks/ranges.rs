//! Ranges of IPv4 addresses.

use std::net::Ipv4Addr;

/// Returns whether a range holds all of another; nothing where one of them is none of IPv4.
pub(super) fn holds(outer: &str, inner: &str) -> Option<bool> {
    let (outer, outer_bits) = range(outer)?;
    let (inner, inner_bits) = range(inner)?;
    Some(outer_bits <= inner_bits && network(outer, outer_bits) == network(inner, outer_bits))
}

fn range(text: &str) -> Option<(u32, u32)> {
    let (address, bits) = text.split_once('/')?;
    let address: Ipv4Addr = address.parse().ok()?;
    let bits: u32 = bits.parse().ok()?;
    (bits <= 32).then(|| (u32::from(address), bits))
}

fn network(address: u32, bits: u32) -> u32 {
    let rest = 32 - bits;
    // All bits at once are more than a shift takes.
    address.checked_shr(rest).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_those_within_it() {
        assert_eq!(holds("0.0.0.0/0", "10.1.2.0/24"), Some(true));
        assert_eq!(holds("10.1.0.0/16", "10.1.2.0/24"), Some(true));
        assert_eq!(holds("10.1.2.0/24", "10.1.2.0/24"), Some(true));
        assert_eq!(holds("10.1.2.0/25", "10.1.2.0/24"), Some(false));
        assert_eq!(holds("10.2.0.0/16", "10.1.2.0/24"), Some(false));
        assert_eq!(holds("::/0", "10.1.2.0/24"), None);
        assert_eq!(holds("10.0.0.0/33", "10.1.2.0/24"), None);
    }
}
