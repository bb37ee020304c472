//! Colours of the output. Colour repeats meaning, never carries it alone.

use anstyle::{AnsiColor, Style};

/// The styles of human output.
#[derive(Debug, Clone, Copy, Default)]
pub struct Color {
    /// Names and headlines.
    pub strong: Style,
    /// What is added, and success.
    pub good: Style,
    /// What goes, and failure.
    pub bad: Style,
    /// What changes, and warnings.
    pub change: Style,
    /// What may be skipped.
    pub faint: Style,
    /// Tasks beside each other.
    pub tasks: [Style; 6],
    /// What pictures are drawn with.
    pub drawing: Drawing,
}

/// Which letters whoever reads has for pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Drawing {
    /// Lines and shades.
    #[default]
    Lines,
    /// Nothing but ASCII.
    Ascii,
}

impl Color {
    /// Returns whether there is any colour in it.
    #[must_use]
    pub fn is_colored(&self) -> bool {
        self.strong != Style::new()
    }
}

/// Returns the styles for an output that takes colour, or styles that do nothing.
#[must_use]
pub fn palette_for(colored: bool) -> Color {
    if !colored {
        return Color::default();
    }
    let of = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
    Color {
        strong: Style::new().bold(),
        good: of(AnsiColor::Green),
        bad: of(AnsiColor::Red),
        change: of(AnsiColor::Yellow),
        faint: Style::new().dimmed(),
        // Red is for what failed.
        tasks: [
            of(AnsiColor::Cyan),
            of(AnsiColor::Magenta),
            of(AnsiColor::Green),
            of(AnsiColor::Blue),
            of(AnsiColor::Yellow),
            of(AnsiColor::BrightCyan),
        ],
        drawing: Drawing::default(),
    }
}
