//! The user-info of addresses: `scheme://user:password@host`, with any characters in it.

use std::ops::Range;

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

/// More addresses with at signs and without passwords are in no line that anybody reads.
const MOST_LOOKS: usize = 2000;

/// Finds the secret parts of all addresses.
pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    for mark in ["//", "\\/\\/"] {
        // A word without another at sign needs no second look, nor does what is hidden.
        let mut seen = 0;
        let mut looks = 0;
        for (at, _) in scan.text.match_indices(mark) {
            let start = at + mark.len();
            if start < seen {
                continue;
            }
            let address = start..end(scan, start);
            if !scan.bytes[address.clone()].contains(&b'@') {
                seen = address.end;
                continue;
            }
            looks += 1;
            if looks > MOST_LOOKS {
                found.push(start..scan.text.len());
                return;
            }
            let before = found.len();
            of_address(scan, scheme(scan, at), address, found);
            seen = found[before..]
                .iter()
                .map(|range| range.end)
                .max()
                .unwrap_or(seen);
        }
    }
    for (at, mark) in scan.text.match_indices("jdbc:oracle:") {
        oracle(scan, at + mark.len(), found);
    }
    for mark in ["@tcp(", "@unix("] {
        for (at, _) in scan.text.match_indices(mark) {
            data_source(scan, at, found);
        }
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

/// An address ends with its word, or before the next one of a list.
fn end(scan: &Scan<'_>, start: usize) -> usize {
    let word = scan.word_end(start);
    let Some(address) = scan.text.get(start..word) else {
        return word;
    };
    address.find("://").map_or(word, |next| {
        let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let scheme = address.as_bytes()[..next].iter().rev();
        let begin = next - scheme.take_while(|byte| is_scheme(byte)).count();
        match begin
            .checked_sub(1)
            .map(|before| address.as_bytes()[before])
        {
            Some(b',' | b';' | b'|' | b'=' | b'"' | b'\'' | b'(') => start + begin,
            _ => word,
        }
    })
}

fn of_address(scan: &Scan<'_>, scheme: &str, address: Range<usize>, found: &mut Vec<Range<usize>>) {
    let start = address.start;
    let Some(text) = scan.text.get(address).filter(|text| !text.starts_with('[')) else {
        return;
    };
    let Some(at) = host_mark(text) else {
        return;
    };
    let path = text.find(['/', '?', '#']).unwrap_or(text.len());
    let colon = text[..at].find(':').filter(|colon| *colon < path);
    let password = colon
        .map(|colon| (colon, &text[colon + 1..at]))
        .filter(|(_, password)| !password.is_empty() && !is_port(password, scheme));
    let user = if let Some((colon, _)) = password {
        found.push(start + colon + 1..start + at);
        &text[..colon]
    } else {
        let end = text.find('@').filter(|end| *end < path).unwrap_or(0);
        text[..end].trim_end_matches(':')
    };
    if looks_like_key(user) {
        found.push(start..start + user.len());
    }
}

/// Returns the at sign that the host stands behind: the last one, for a password may have some.
fn host_mark(text: &str) -> Option<usize> {
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

/// Returns whether what follows the colon is a port and the path behind it.
fn is_port(after: &str, scheme: &str) -> bool {
    let length = after.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = after[..length].parse::<u16>().is_ok();
    let family = scheme.split('+').next().unwrap_or_default();
    is_number && after[length..].starts_with(['/', '?', '#']) && !WITHOUT_PATHS.contains(&family)
}

/// `jdbc:oracle:thin:user/password@//host/x`
fn oracle(scan: &Scan<'_>, start: usize, found: &mut Vec<Range<usize>>) {
    let word = &scan.text[start..scan.word_end(start)];
    if let Some(at) = host_mark(word)
        && let Some(slash) = word[..at].find('/').filter(|slash| slash + 1 < at)
    {
        found.push(start + slash + 1..start + at);
    }
}

/// `user:password@tcp(host)/x`, as Go's driver for `MySQL` has it.
fn data_source(scan: &Scan<'_>, at: usize, found: &mut Vec<Range<usize>>) {
    let before = scan.lead(at);
    let offset = at - before.len();
    let begin = before
        .rfind(|c: char| c.is_ascii_whitespace() || "\"'`".contains(c))
        .map_or(0, |blank| blank + 1);
    if let Some(colon) = before[begin..].find(':') {
        let password = offset + begin + colon + 1..at;
        if !password.is_empty() {
            found.push(password);
        }
    }
}
