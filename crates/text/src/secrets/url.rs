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
                looks += 1;
                if looks <= MOST_LOOKS {
                    let text = &scan.text[address.clone()];
                    unfinished(scan, scheme(scan, at), start, text, found);
                }
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
    encoded(scan, found);
    bare(scan, found);
    for (at, mark) in scan.text.match_indices("jdbc:oracle:") {
        oracle(scan, at + mark.len(), found);
    }
    for mark in ["@tcp(", "@unix(", "@("] {
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
        unfinished(scan, scheme, start, text, found);
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

/// `user:password@registry.example.com/image`, `user:password@localhost:80`, without a scheme.
fn bare(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    for (at, _) in scan.text.match_indices('@') {
        let lead = scan.lead(at);
        let word = lead
            .rsplit(|c: char| c.is_whitespace() || "\"'`=(,[<".contains(c))
            .next();
        let Some((user, password)) = word.and_then(|word| word.split_once(':')) else {
            continue;
        };
        let is_word = |c: char| c.is_alphanumeric() || "_-.%+".contains(c);
        let is_number = password.bytes().all(|byte| byte.is_ascii_digit());
        let is_password = !password.is_empty()
            && !is_number
            && !password.contains(['/', ':', '@'])
            && !user.is_empty()
            && user != "mailto"
            && user.chars().all(is_word);
        let rest = scan.rest(at + 1);
        if is_password && (is_registry(rest) || is_quoted(scan, at, rest)) {
            found.push(at - password.len()..at);
        }
    }
}

/// Returns whether a host with a domain comes next, and a port or a path.
fn is_registry(rest: &str) -> bool {
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let after = rest.trim_start_matches(is_host);
    let host = &rest[..rest.len() - after.len()];
    let port = after.strip_prefix(':').unwrap_or_default();
    let path = after.strip_prefix('/').unwrap_or_default();
    (host.contains('.') || host == "localhost")
        && (port.starts_with(|c: char| c.is_ascii_digit())
            || path.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Returns whether the word that the at sign is in is all that is quoted, as messages quote what
/// was given for an address.
fn is_quoted(scan: &Scan<'_>, at: usize, rest: &str) -> bool {
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let lead = scan.lead(at);
    let word = lead.rsplit('`').next().unwrap_or_default();
    word.len() < lead.len()
        && !word.contains(char::is_whitespace)
        && rest.trim_start_matches(is_host).starts_with('`')
        && rest.starts_with(is_host)
}
