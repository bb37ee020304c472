//! Which quotation each byte of a text stands in.

/// Which quotation a byte stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    None,
    Double,
    Single,
    /// `\"`, outside and inside of others.
    Escaped,
    Nested,
}

impl Quote {
    pub(super) const KINDS: usize = 5;
}

/// Returns the quotation of each byte, and of the end of the text.
pub(super) fn quotes(bytes: &[u8]) -> Vec<Quote> {
    let mut quotes = Vec::with_capacity(bytes.len() + 1);
    let mut open = Quote::None;
    let mut escaped = false;
    // Where the last single quotation mark of the line is: an apostrophe opens nothing.
    let mut last_single = last_single_in(bytes, 0);
    for (at, byte) in bytes.iter().enumerate() {
        quotes.push(open);
        if matches!(byte, b'\n' | b'\r') {
            open = Quote::None;
            last_single = last_single_in(bytes, at + 1);
        }
        let is_word = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        open = match (byte, open, escaped) {
            (b'"', Quote::Double | Quote::Nested | Quote::Escaped, false)
            | (b'"', Quote::Escaped, true) => Quote::None,
            (b'"', Quote::None, true) => Quote::Escaped,
            (b'"', Quote::Double, true) => Quote::Nested,
            (b'"', Quote::None, false) | (b'"', Quote::Nested, true) => Quote::Double,
            (b'\'', Quote::None, false)
                if at < last_single && !is_word(at.checked_sub(1).map(|at| &bytes[at])) =>
            {
                Quote::Single
            }
            (b'\'', Quote::Single, false) if !is_word(bytes.get(at + 1)) => Quote::None,
            (_, open, _) => open,
        };
        escaped = *byte == b'\\' && !escaped;
    }
    quotes.push(open);
    quotes
}

fn last_single_in(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    let line = &rest[..end.unwrap_or(rest.len())];
    from + line.iter().rposition(|byte| *byte == b'\'').unwrap_or(0)
}
