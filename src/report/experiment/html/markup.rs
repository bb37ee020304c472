//! HTML and SVG into which nobody else writes: markup stands in this program, and all the rest is
//! escaped on its way in.

use serde_json::Value;

use crate::report::streams::guard;
use mlship_text::sanitize::Colors;

/// A piece of a page or of a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::report::experiment) struct Markup(String);

impl Markup {
    pub(in crate::report::experiment) fn new() -> Self {
        Self::default()
    }

    /// Returns a text as nothing but a text.
    pub(in crate::report::experiment) fn of(text: &str) -> Self {
        Self::new().text(text)
    }

    /// Returns a name that somebody gave: it may be written from right to left.
    pub(in crate::report::experiment) fn name(name: &str) -> Self {
        Self::new().code("<bdi>").text(name).code("</bdi>")
    }

    /// Returns a number, or a word, as people read it, and as the document of the same readout has
    /// it.
    pub(in crate::report::experiment) fn data(value: impl Into<Value>, shown: &str) -> Self {
        let value = match value.into() {
            Value::String(word) => word,
            other => other.to_string(),
        };
        Self::new()
            .code("<data value=\"")
            .text(&value)
            .code("\">")
            .text(shown)
            .code("</data>")
    }

    /// Adds markup, which must stand in this program.
    pub(in crate::report::experiment) fn code(mut self, code: &'static str) -> Self {
        self.0.push_str(code);
        self
    }

    /// Adds a text: between tags, or between the quotes of an attribute.
    pub(in crate::report::experiment) fn text(mut self, text: &str) -> Self {
        for character in guard(text, Colors::Drop).chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// Adds a place in a picture, to the tenth of a point.
    pub(in crate::report::experiment) fn place(self, place: f64) -> Self {
        self.text(&format!("{place:.1}"))
    }

    /// Adds another piece.
    pub(in crate::report::experiment) fn add(mut self, more: &Self) -> Self {
        self.0.push_str(&more.0);
        self
    }

    /// Adds pieces one after the other.
    pub(in crate::report::experiment) fn all(self, pieces: impl IntoIterator<Item = Self>) -> Self {
        pieces.into_iter().fold(self, |sum, piece| sum.add(&piece))
    }

    pub(in crate::report::experiment) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns what a file holds.
    pub(in crate::report::experiment) fn into_file(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_text_and_nothing_else() {
        let page = Markup::new()
            .code("<p title=\"")
            .text("\"><script>'&")
            .code("\">")
            .add(&Markup::name("<b>"));
        assert_eq!(
            page.into_file(),
            "<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\"><bdi>&lt;b&gt;</bdi>"
        );
    }

    #[test]
    fn a_number_is_there_as_programs_and_as_people_read_it() {
        let page = Markup::data(0.012, "+1.20 pp").add(&Markup::data("passed", "passes"));
        assert_eq!(
            page.into_file(),
            "<data value=\"0.012\">+1.20 pp</data><data value=\"passed\">passes</data>"
        );
    }
}
