//! What `NO_PROXY` names: who is asked without a proxy.

use std::net::IpAddr;

/// Who is asked without a proxy.
#[derive(Debug, Clone, Default)]
pub(super) struct Exceptions(Vec<Exception>);

#[derive(Debug, Clone)]
struct Exception {
    whom: Whom,
    /// Where only one port of theirs is meant.
    port: Option<u16>,
}

#[derive(Debug, Clone)]
enum Whom {
    Everybody,
    /// Addresses that begin with the same bits.
    Addresses(IpAddr, u32),
    /// A domain with all that is in it.
    Domain(String),
}

impl Exceptions {
    /// Reads a list of `*`, `HOST`, `.DOMAIN`, `ADDRESS` and `ADDRESS/BITS`, each of which may end
    /// in `:PORT`.
    pub(super) fn of(list: &str) -> Self {
        let entries = list.split([',', ' ', '\t', '\n']);
        Self(entries.filter_map(Exception::of).collect())
    }

    /// Returns whether somebody is named.
    pub(super) fn name(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.0.iter().any(|exception| exception.names(&host, port))
    }
}

impl Exception {
    fn of(entry: &str) -> Option<Self> {
        // An address of IPv6 ends in what looks like a port.
        if let Some(whom) = addresses(entry) {
            return Some(Self { whom, port: None });
        }
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (entry, None),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let domain = host.strip_prefix('*').unwrap_or(host).trim_matches('.');
        let whom = match addresses(host) {
            Some(addresses) => addresses,
            None if host == "*" => Whom::Everybody,
            None if domain.is_empty() => return None,
            None => Whom::Domain(domain.to_ascii_lowercase()),
        };
        Some(Self { whom, port })
    }

    fn names(&self, host: &str, port: u16) -> bool {
        let is_whom = match &self.whom {
            Whom::Everybody => true,
            Whom::Addresses(begin, bits) => {
                let address = host.parse().ok();
                address.is_some_and(|address| share(*begin, address, *bits))
            }
            Whom::Domain(domain) => host.strip_suffix(&**domain).is_some_and(|before| {
                let is_part = host.parse::<IpAddr>().is_ok();
                before.is_empty() || before.ends_with('.') && !is_part
            }),
        };
        is_whom && self.port.is_none_or(|only| only == port)
    }
}

fn addresses(text: &str) -> Option<Whom> {
    let (begin, bits) = match text.split_once('/') {
        Some((begin, bits)) => (begin, Some(bits.parse().ok()?)),
        None => (text, None),
    };
    let begin = begin.trim_start_matches('[').trim_end_matches(']');
    let begin: IpAddr = begin.parse().ok()?;
    Some(Whom::Addresses(begin, bits.unwrap_or(u32::MAX)))
}

/// Returns whether two addresses begin with the same bits.
fn share(one: IpAddr, other: IpAddr, bits: u32) -> bool {
    let common = match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    one == other || common >= bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str, host: &str, port: u16, expected: bool) {
        let named = Exceptions::of(list).name(host, port);
        assert_eq!(named, expected, "{list}: {host}:{port}");
    }

    #[test]
    fn everybody_is_everybody() {
        for host in ["ecs.test", "10.0.0.1", "fd00::1"] {
            check("*", host, 443, true);
            check("a.test, *", host, 80, true);
            check("", host, 443, false);
            check(" , .,:80", host, 80, false);
        }
    }

    #[test]
    fn a_domain_is_named_with_all_that_is_in_it() {
        for list in [
            "ecs.test",
            ".ecs.test",
            "*.ecs.test",
            "ECS.test",
            "a, ecs.test b",
        ] {
            check(list, "ecs.test", 443, true);
            check(list, "eu.ECS.test.", 80, true);
            check(list, "myecs.test", 443, false);
            check(list, "test", 443, false);
        }
        check("1", "10.0.0.1", 80, false);
    }

    #[test]
    fn a_port_that_is_named_is_the_only_one() {
        for (list, host) in [
            ("ecs.test:8443", "ecs.test"),
            (".test:8443", "ecs.test"),
            ("10.0.0.1:8443", "10.0.0.1"),
            ("[fd00::1]:8443", "fd00::1"),
            ("*:8443", "ecs.test"),
        ] {
            check(list, host, 8443, true);
            check(list, host, 443, false);
        }
        check("ecs.test:https", "ecs.test", 443, false);
    }

    #[test]
    fn addresses_are_named_one_by_one_or_by_how_they_begin() {
        check("10.0.0.1", "10.0.0.1", 80, true);
        check("10.0.0.1", "10.0.0.2", 80, false);
        check("10.0.0.0/8", "10.255.0.2", 80, true);
        check("10.0.0.0/8", "11.0.0.1", 80, false);
        check("10.0.0.0/32", "10.0.0.1", 80, false);
        check("0.0.0.0/0", "192.0.2.1", 80, true);
        check("0.0.0.0/0", "fd00::1", 80, false);
        check("fd00::/8", "fd12::1", 80, true);
        check("fd00::1", "fd00::1", 80, true);
        check("[fd00::1]", "fd00::1", 80, true);
        check("fd00::/8", "fe00::1", 80, false);
    }
}
