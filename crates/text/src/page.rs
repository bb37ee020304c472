//! Reports of several lines, each of which stays one line on the screen.

use std::fmt;

use super::sanitize::{self, Colors};

/// Lines, each of which stays one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page(Vec<String>);

impl Page {
    /// Returns a page without lines.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one line.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.0
            .push(sanitize::line(text.as_ref(), Colors::Keep).into_owned());
    }

    /// Adds the lines of another page.
    pub fn extend(&mut self, page: Self) {
        self.0.extend(page.0);
    }

    /// Returns the lines in their order.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Page {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

impl<Text: AsRef<str>> FromIterator<Text> for Page {
    fn from_iter<Lines: IntoIterator<Item = Text>>(lines: Lines) -> Self {
        let mut page = Self::new();
        lines.into_iter().for_each(|line| page.line(line));
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_page_is_beginning() {
        let page: Page = ["a\nb\rc", "", "::d"].into_iter().collect();
        assert_eq!(page.to_string(), "a b c\n\n: :d\n");
        assert_eq!(page.lines().count(), 3);
    }
}
