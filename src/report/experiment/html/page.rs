//! What every page of an experiment has around its tables and pictures.

use super::markup::Markup;

const STYLE: &str = include_str!("style.css");

/// What a headline means to whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Open,
    Bad,
}

/// A page.
pub(super) struct Document<'a> {
    pub(super) name: &'a str,
    /// How it stands, in one line. It is said here and nowhere else.
    pub(super) headline: &'a str,
    pub(super) tone: Tone,
    /// What follows right below it.
    pub(super) below: Option<String>,
    pub(super) hypothesis: Option<&'a str>,
    /// What a reader should know before believing the numbers.
    pub(super) notes: &'a [String],
    pub(super) parts: Vec<Part>,
    /// Where it comes from, as a sentence.
    pub(super) origin: String,
}

/// A part of a page with its title; left out where there is nothing in it.
pub(super) struct Part {
    title: &'static str,
    content: Markup,
}

impl Part {
    pub(super) fn new(title: &'static str, content: Markup) -> Self {
        Self { title, content }
    }
}

impl Document<'_> {
    pub(super) fn html(&self) -> String {
        let tone = match self.tone {
            Tone::Good => "<p class=\"verdict good\">",
            Tone::Open => "<p class=\"verdict open\">",
            Tone::Bad => "<p class=\"verdict bad\">",
        };
        let head = Markup::new()
            .code("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .code(
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
            )
            .text(self.name)
            .code("</title>\n<style>\n")
            .code(STYLE)
            .code("</style>\n</head>\n<body>\n<main>\n<h1>")
            .add(&Markup::name(self.name))
            .code("</h1>\n")
            .code(tone)
            .text(self.headline)
            .code("</p>\n");
        let below = paragraph("<p>", self.below.as_deref());
        let hypothesis = self.hypothesis.map(|text| format!("Hypothesis: {text}"));
        let hypothesis = paragraph("<p class=\"faint\">", hypothesis.as_deref());
        let parts = self.parts.iter().filter(|part| !part.content.is_empty());
        let parts = parts.map(|part| {
            Markup::new()
                .code("<section>\n<h2>")
                .code(part.title)
                .code("</h2>\n")
                .add(&part.content)
                .code("</section>\n")
        });
        head.add(&below)
            .add(&hypothesis)
            .add(&self.notes())
            .all(parts)
            .add(&paragraph("<p class=\"faint\">", Some(&self.origin)))
            .code("</main>\n</body>\n</html>\n")
            .into_file()
    }

    fn notes(&self) -> Markup {
        if self.notes.is_empty() {
            return Markup::new();
        }
        let notes = self.notes.iter();
        let notes = notes.map(|note| Markup::new().code("<li>").text(note).code("</li>\n"));
        Markup::new()
            .code("<ul class=\"notes\">\n")
            .all(notes)
            .code("</ul>\n")
    }
}

fn paragraph(tag: &'static str, text: Option<&str>) -> Markup {
    text.map_or_else(Markup::new, |text| {
        Markup::new().code(tag).text(text).code("</p>\n")
    })
}

/// Returns facts with their names, one below the other.
pub(super) fn facts(facts: impl IntoIterator<Item = (&'static str, Markup)>) -> Markup {
    let mut told = facts
        .into_iter()
        .filter(|(_, fact)| !fact.is_empty())
        .peekable();
    if told.peek().is_none() {
        return Markup::new();
    }
    let lines = told.map(|(name, fact)| {
        Markup::new()
            .code("<div><dt>")
            .code(name)
            .code("</dt><dd>")
            .add(&fact)
            .code("</dd></div>\n")
    });
    Markup::new().code("<dl>\n").all(lines).code("</dl>\n")
}
