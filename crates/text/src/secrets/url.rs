//! The user-info of addresses: `scheme://user:password@host`, with any characters in it.

use std::net::Ipv4Addr;
use std::num::NonZeroU16;
use std::ops::Range;

use super::bare_address;
use super::scan::Scan;
use super::values::looks_like_key;

/// Where an at sign in a path is unheard of, so that a number after the colon may be a password.
const WITHOUT_PATHS: &[&str] = &[
    "amqp",
    "amqps",
    "clickhouse",
    "cockroachdb",
    "couchbase",
    "db2",
    "ftp",
    "ftps",
    "imap",
    "imaps",
    "jdbc",
    "kafka",
    "ldap",
    "ldaps",
    "mariadb",
    "memcached",
    "mongodb",
    "mqtt",
    "mqtts",
    "mssql",
    "mysql",
    "mysql2",
    "nats",
    "neo4j",
    "oracle",
    "pgsql",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "sftp",
    "smb",
    "smtp",
    "smtps",
    "snowflake",
    "sqlserver",
    "valkey",
];

/// Finds the secret parts of all addresses.
pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    for mark in ["//", "\\/\\/"] {
        let mut looks = Looks::default();
        // What is hidden needs no second look, nor does a word without another at sign.
        let mut seen = 0;
        for (at, _) in scan.text.match_indices(mark) {
            let start = at + mark.len();
            if start < seen {
                continue;
            }
            let address = start..looks.end(scan, start);
            if let Some(host) = looks.host_mark(scan, &address) {
                let before = found.len();
                of_address(scan, scheme(scan, at), address, host, found);
                let ends = found[before..].iter().map(|range| range.end);
                seen = ends.max().unwrap_or(seen);
            } else {
                let text = &scan.text[address.clone()];
                unfinished(scan, scheme(scan, at), start, text, found);
                seen = address.end;
            }
        }
    }
    encoded(scan, found);
    bare_address::find(scan, found);
}

/// What was found out about the word that an address is in, for the next address in it.
#[derive(Default)]
struct Looks {
    /// From where the next `://` was looked for, where it is, and where its scheme begins.
    next: Option<(usize, usize, usize)>,
    /// In which address the host was looked for, and behind which at sign it stands.
    host: Option<(Range<usize>, Option<usize>)>,
}

impl Looks {
    /// An address ends with its word, or before the next one of a list.
    fn end(&mut self, scan: &Scan<'_>, start: usize) -> usize {
        let word = scan.word_end(start);
        let (next, scheme) = self.next_scheme(scan, start);
        let is_separator =
            |byte: u8| matches!(byte, b',' | b';' | b'|' | b'=' | b'"' | b'\'' | b'(');
        let is_named = scheme < next;
        if next < word && is_named && scheme > start && is_separator(scan.before(scheme)) {
            scheme
        } else {
            word
        }
    }

    fn next_scheme(&mut self, scan: &Scan<'_>, start: usize) -> (usize, usize) {
        match self.next {
            Some((from, next, scheme)) if from <= start && start <= next => (next, scheme),
            _ => {
                let rest = scan.text.get(start..).unwrap_or_default();
                let next = rest
                    .find("://")
                    .map_or(scan.text.len(), |next| start + next);
                let is_scheme = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                let letters = scan.bytes[start..next].iter().rev().take_while(is_scheme);
                let scheme = next - letters.count();
                scan.walked(next - start);
                self.next = Some((start, next, scheme));
                (next, scheme)
            }
        }
    }

    fn host_mark(&mut self, scan: &Scan<'_>, address: &Range<usize>) -> Option<usize> {
        if let Some((last, host)) = &self.host
            && last.end == address.end
            && last.start <= address.start
            && host.is_none_or(|host| host >= address.start)
        {
            return *host;
        }
        scan.walked(address.len());
        let text = scan.text.get(address.clone())?;
        let host = host_mark(text).map(|host| address.start + host);
        self.host = Some((address.clone(), host));
        host
    }
}

/// Returns what stands before `://`.
fn scheme<'a>(scan: &Scan<'a>, at: usize) -> &'a str {
    let before = scan.text[..at].trim_end_matches(':');
    let length = before
        .bytes()
        .rev()
        .take(32)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
        .count();
    &before[before.len() - length..]
}

fn of_address(
    scan: &Scan<'_>,
    scheme: &str,
    address: Range<usize>,
    host: usize,
    found: &mut Vec<Range<usize>>,
) {
    let start = address.start;
    let Some(text) = scan.text.get(address).filter(|text| !text.starts_with('[')) else {
        return;
    };
    let at = host - start;
    let path = text.find(['/', '?', '#']).unwrap_or(text.len());
    let before_path = &text[..path];
    let colon = before_path.find(':').filter(|colon| *colon < at);
    let is_password = |colon: &usize| {
        let (name, rest) = (&text[..*colon], &text[at + 1..]);
        let after = &text[*colon + 1..at];
        !after.is_empty() && !is_port(after, scheme, (name, rest))
    };
    let password = colon.filter(is_password);
    let user = if let Some(colon) = password {
        found.push(start + colon + 1..host);
        &text[..colon]
    } else {
        let end = before_path.find('@').unwrap_or(0);
        text[..end].trim_end_matches(':')
    };
    if looks_like_key(user) {
        found.push(start..start + user.len());
    }
}

/// Returns the at sign that the host stands behind: the last one, for a password may have some.
pub(super) fn host_mark(text: &str) -> Option<usize> {
    let is_host = |rest: &str| {
        let first = rest.chars().next();
        first.is_some_and(|c| c.is_alphanumeric() || "[/(%_*".contains(c))
            && !rest.starts_with("sha256:")
    };
    let mut marks = text.match_indices('@').map(|(at, _)| at).rev();
    marks
        .clone()
        .find(|at| is_host(&text[at + 1..]))
        .or_else(|| marks.find(|at| !text[at + 1..].starts_with("sha256:")))
}

/// Returns whether what stands between the colon and the last at sign is a port and a path.
///
/// `http://me:8/x@db` and `http://db:8/x@2` are written alike. On doubt it is a password: what
/// speaks for a path is a host that no user is called like, or a version behind the at sign.
fn is_port(after: &str, scheme: &str, (host, rest): (&str, &str)) -> bool {
    let length = after.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = after[..length].parse::<NonZeroU16>().is_ok();
    let family = scheme.split('+').next().unwrap_or_default();
    // A fragment right behind a port is rare, and a password that only begins like one is not.
    is_number
        && after[length..].starts_with(['/', '?'])
        && !WITHOUT_PATHS.contains(&family)
        && (is_certainly_host(host) || is_version(rest))
}

/// What the last label of a host's name is, and of no user's.
const LAST_LABELS: &[&str] = &[
    "ai", "cloud", "com", "dev", "internal", "io", "local", "net", "org", "svc",
];

fn is_certainly_host(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_address = name.parse::<Ipv4Addr>().is_ok();
    let last = name.rsplit_once('.').map(|(_, last)| last);
    is_address || name == "localhost" || last.is_some_and(|last| LAST_LABELS.contains(&last))
}

/// Returns whether what follows an at sign is a version, as in `package@1.2.3`, and no address.
fn is_version(rest: &str) -> bool {
    let end = rest.find(['/', '?', '#', '&']).unwrap_or(rest.len());
    let version = &rest[..end];
    let numbers = version.strip_prefix('v').unwrap_or(version);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_release = (1..=3).contains(&numbers.split('.').count());
    is_release && numbers.split('.').all(is_number)
}

/// `postgres://me:two words@db/x`: a blank ends the word, and the password goes on behind it.
fn unfinished(
    scan: &Scan<'_>,
    scheme: &str,
    start: usize,
    text: &str,
    found: &mut Vec<Range<usize>>,
) {
    let family = scheme.split('+').next().unwrap_or_default();
    let is_web = matches!(family, "http" | "https");
    let Some((user, password)) = text.split_once(':') else {
        return;
    };
    let is_user = |c: char| c.is_alphanumeric() || "_-.%".contains(c);
    // A port, or what stands for one.
    let is_port = password.is_empty()
        || password.starts_with(|c: char| c.is_ascii_digit() || "{$<%*[".contains(c))
        || password.to_ascii_lowercase().starts_with("port");
    if is_port || !user.chars().all(is_user) || !(is_web || WITHOUT_PATHS.contains(&family)) {
        return;
    }
    let password = start + user.len() + 1;
    let end = password + scan.rest(password).len();
    let end = (password..end)
        .find(|at| scan.closes(*at, password))
        .unwrap_or(end);
    let rest = scan.bytes.get(password..end).unwrap_or_default();
    let host = rest.iter().rposition(|byte| *byte == b'@');
    if let Some(host) = host.filter(|host| scan.at(password + host + 1).is_ascii_alphanumeric()) {
        found.push(password..password + host);
    }
}

/// An address in a parameter of another one: `%3A%2F%2Fme%3Apassword%40host`.
fn encoded(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    for mark in ["%2F%2F", "%2f%2f"] {
        for (at, _) in scan.text.match_indices(mark) {
            let start = at + mark.len();
            let address = scan.rest(start);
            let end = address.find(|c: char| c.is_whitespace() || "\"'&#".contains(c));
            let address = &address[..end.unwrap_or(address.len())];
            let upper = address.to_ascii_uppercase();
            // Not all marks need be encoded.
            let colon = upper.find("%3A").map(|at| at + 3);
            let colon = colon.or_else(|| upper.find(':').map(|at| at + 1));
            let host = upper.rfind("%40").or_else(|| upper.rfind('@'));
            if let (Some(colon), Some(host)) = (colon, host)
                && colon < host
            {
                found.push(start + colon..start + host);
            }
        }
    }
}
