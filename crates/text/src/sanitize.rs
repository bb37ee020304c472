//! Makes foreign text safe to print: one physical line, with no cursor movement, no hidden text and
//! no build runner commands. Pure.

use std::borrow::Cow;

const ESCAPE: char = '\u{1b}';
const RESET: &str = "\u{1b}[0m";

/// Whether a reader sees colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// Colours stay, and end with the line.
    Keep,
    /// Colours go.
    Drop,
}

/// Returns a text as one line that can only be read. What is neutralised leaves a mark: two names
/// that differ in what nobody sees must not look alike.
#[must_use]
pub fn line(text: &str, colors: Colors) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut line = Line::default();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            ESCAPE => match style_at(rest) {
                Some((parameters, after)) => {
                    rest = after;
                    if colors == Colors::Keep {
                        line.style(parameters);
                    }
                }
                None => line.show('␛'),
            },
            '\r' => {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                line.show(' ');
            }
            character => line.show(visible(character)),
        }
    }
    Cow::Owned(line.end())
}

/// Says whether a character does more, or shows less, than a letter: it moves the cursor, orders
/// letters anew or can't be seen.
#[must_use]
pub fn is_harmful(character: char) -> bool {
    match character {
        '\t' => false,
        character if character.is_control() => true,
        character => is_unseen(character),
    }
}

/// Formatting, fillers and marks without a glyph, by Unicode's lists of format characters and of
/// those that are ignored by default. Variation selectors stay: they only choose a glyph.
fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{70f}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{1345f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}')
}

/// What stands for a character: itself, unless it is harmful.
fn visible(character: char) -> char {
    match character {
        // What breaks a line, anywhere.
        '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\t' => '\t',
        '\0'..=' ' => char::from_u32(0x2400 + u32::from(character))
            .map_or(' ', |picture| if character == ' ' { ' ' } else { picture }),
        '\u{7f}' => '␡',
        character if is_harmful(character) => char::REPLACEMENT_CHARACTER,
        character => character,
    }
}

/// Nearly every line is.
fn is_plain(text: &str) -> bool {
    !text.chars().any(is_harmful) && !text.contains("##") && !text.trim_start().starts_with("::")
}

/// Says whether a text holds what a build runner takes for a command, on any of its lines.
#[must_use]
pub fn has_command(text: &str) -> bool {
    let mut hidden = Commands::default();
    text.chars().any(|character| {
        if matches!(character, '\n' | '\r') {
            hidden = Commands::default();
        }
        hidden.completes(character)
    })
}

/// What may become a command: `##[`, `##vso[` and their like anywhere, `::` at the start of a line.
#[derive(Default)]
pub(super) struct Commands {
    has_begun: bool,
    colons: usize,
    /// How many `#` stand there, with nothing but letters behind them.
    hashes: usize,
    has_letters: bool,
}

impl Commands {
    /// Takes in the next character that is seen, and says whether it completes a command.
    pub(super) fn completes(&mut self, character: char) -> bool {
        let opens = character == '[' && self.hashes >= 2;
        match character {
            '#' if !self.has_letters => self.hashes += 1,
            '#' => (self.hashes, self.has_letters) = (1, false),
            letter if letter.is_ascii_alphabetic() => self.has_letters = self.hashes > 0,
            _ => (self.hashes, self.has_letters) = (0, false),
        }
        if character == ':' && !self.has_begun {
            self.colons += 1;
            self.has_begun = self.colons == 2;
            return self.colons == 2;
        }
        self.has_begun |= !character.is_whitespace() || self.colons > 0;
        opens
    }
}

/// A line under construction.
#[derive(Default)]
struct Line {
    text: String,
    commands: Commands,
    is_styled: bool,
}

impl Line {
    fn show(&mut self, character: char) {
        if self.commands.completes(character) {
            self.text.push(' ');
        }
        self.text.push(character);
    }

    /// Colours stand between letters and are none: a runner, or whoever drops them, sees through.
    fn style(&mut self, parameters: &str) {
        let kept = harmless_styles(parameters);
        if kept.is_empty() {
            return;
        }
        self.is_styled = kept.last() != Some(&"0");
        self.text.push_str("\u{1b}[");
        self.text.push_str(&kept.join(";"));
        self.text.push('m');
    }

    fn end(mut self) -> String {
        if self.is_styled {
            self.text.push_str(RESET);
        }
        self.text
    }
}

/// Returns the parameters of a sequence that only styles, and what follows it.
fn style_at(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix('[')?;
    let is_parameter = |character: char| character.is_ascii_digit() || character == ';';
    let end = rest.len() - rest.trim_start_matches(is_parameter).len();
    let (parameters, after) = rest.split_at(end);
    Some((parameters, after.strip_prefix('m')?))
}

/// Keeps the styles that can't hide a letter: no blinking, no concealing, no colour of the
/// background's own, and none of the thousands among which the background's is.
fn harmless_styles(parameters: &str) -> Vec<&str> {
    let mut kept = Vec::new();
    let mut all = parameters.split(';');
    while let Some(parameter) = all.next() {
        match parameter {
            "" | "0" => kept.push("0"),
            "1" | "2" | "3" | "4" | "22" | "23" | "24" | "31" | "32" | "33" | "34" | "35"
            | "36" | "39" | "91" | "92" | "93" | "94" | "95" | "96" => kept.push(parameter),
            "38" | "48" | "58" => {
                let components = match all.next() {
                    Some("5") => 1,
                    Some("2") => 3,
                    Some(_) | None => 0,
                };
                for _ in 0..components {
                    all.next();
                }
            }
            _ => {}
        }
    }
    kept
}

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
