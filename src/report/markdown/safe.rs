//! Text that Markdown shows as it is: whatever it says, it makes no table, no tag, no link and no
//! mention, and holds no secret.

use std::fmt;

use mlship_text::sanitize::Colors;

use crate::report::streams::guard;

/// A piece of a line of Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Safe(String);

impl Safe {
    /// Takes Markdown that is written here.
    #[must_use]
    pub fn literal(markdown: &'static str) -> Self {
        Self(markdown.to_owned())
    }

    /// Takes foreign words. What would become a link or a mention stands in a code span.
    #[must_use]
    pub fn words(text: &str) -> Self {
        let is_linked = |mark: &str| text.contains(mark);
        if ["@", "#", "://", "www."].into_iter().any(is_linked) {
            return Self::code(text);
        }
        let mut shown = String::new();
        for character in one_line(text).chars() {
            match character {
                '&' => shown.push_str("&amp;"),
                '<' => shown.push_str("&lt;"),
                '>' => shown.push_str("&gt;"),
                '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' => {
                    shown.push('\\');
                    shown.push(character);
                }
                other => shown.push(other),
            }
        }
        Self(shown)
    }

    /// Takes a foreign name or value, in a code span.
    #[must_use]
    pub fn code(text: &str) -> Self {
        let text = one_line(text);
        if text.trim().is_empty() {
            return Self("(empty)".to_owned());
        }
        let fence = "`".repeat(longest_run(&text) + 1);
        let space = if text.starts_with('`') || text.ends_with('`') {
            " "
        } else {
            ""
        };
        Self(format!("{fence}{space}{text}{space}{fence}"))
    }

    /// Takes words that link to an address, where it is one of the web.
    #[must_use]
    pub fn link(words: &'static str, address: &str) -> Self {
        let address = one_line(address);
        let is_plain = |character: char| {
            character.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(character)
        };
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        if is_web && address.chars().all(is_plain) {
            Self(format!("[{words}](<{address}>)"))
        } else {
            Self::code(&address)
        }
    }

    /// Puts it in bold letters.
    #[must_use]
    pub fn bold(self) -> Self {
        Self(format!("**{}**", self.0))
    }

    /// Adds another piece.
    #[must_use]
    pub fn and(mut self, other: impl Into<Self>) -> Self {
        self.0.push_str(&other.into().0);
        self
    }

    /// Puts pieces behind each other, with something between any two.
    #[must_use]
    pub fn join(pieces: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        let pieces: Vec<String> = pieces.into_iter().map(|piece| piece.0).collect();
        Self(pieces.join(between))
    }

    /// Says whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns it as a cell of a table, in which a bar ends the cell, even in a code span.
    pub(super) fn cell(&self) -> String {
        self.0.replace('|', "\\|")
    }
}

impl From<&'static str> for Safe {
    fn from(markdown: &'static str) -> Self {
        Self::literal(markdown)
    }
}

impl From<usize> for Safe {
    fn from(number: usize) -> Self {
        Self(number.to_string())
    }
}

impl fmt::Display for Safe {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

/// Returns a text as one line without secrets.
pub(super) fn one_line(text: &str) -> String {
    guard(text, Colors::Drop).into_owned()
}

/// Returns how many backticks stand side by side at most.
pub(super) fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`');
    runs.map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_shown_as_they_are() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Safe::words(text).to_string(), expected, "{text}");
        };
        check("plain words.", "plain words.");
        check("a<b & c>d", "a&lt;b &amp; c&gt;d");
        check("*bold* `x` [y](z)", "\\*bold\\* \\`x\\` \\[y\\](z)");
        check("by @ada, see #1", "`by @ada, see #1`");
        check("a\nb", "a b");
        check("https://evil.example", "`https://evil.example`");
    }

    #[test]
    fn a_code_span_ends_where_its_text_does() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Safe::code(text).to_string(), expected, "{text}");
        };
        check("a`b", "``a`b``");
        check("`", "`` ` ``");
        check("", "(empty)");
        assert_eq!(Safe::code("a|b").cell(), "`a\\|b`");
    }

    #[test]
    fn a_link_leads_to_the_web_or_is_none() {
        let check = |address: &str, expected: &str| {
            assert_eq!(Safe::link("run", address).to_string(), expected);
        };
        check(
            "https://ci.example/1?a=b",
            "[run](<https://ci.example/1?a=b>)",
        );
        check("javascript:alert(1)", "`javascript:alert(1)`");
        check("https://a.example/) [x](y", "`https://a.example/) [x](y`");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_makes_a_tag_a_cell_a_line_or_a_mention(
            text in "[a-z<>&|`@#*_\\[\\]()~\\\\:/. \n\r]{0,40}",
        ) {
            for safe in [Safe::words(&text), Safe::code(&text)] {
                let cell = safe.cell();
                prop_assert!(!cell.contains(['\n', '\r']));
                let bars = cell.replace("\\|", "");
                prop_assert!(!bars.contains('|'));
                if !cell.starts_with('`') {
                    prop_assert!(!cell.contains(['<', '>', '@', '#']), "{}", cell);
                }
            }
        }
    }
}
