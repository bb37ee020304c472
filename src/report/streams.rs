//! The only access to standard output and error: answers go to the one, progress and diagnostics to
//! the other. Takes lines and documents, never bytes, so that foreign text is harmless, and
//! remembers whether a write failed.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::Value;

use super::{Command, Document};
use mlship_text::sanitize::{self, Colors};
use mlship_text::secrets::{KnownSecrets, redact, redact_texts};
use mlship_text::{Page, json, yaml};

/// Whether a write failed for another reason than that nobody reads on.
static HAS_FAILED: AtomicBool = AtomicBool::new(false);
/// Whether standard output takes nothing any more.
static IS_OUTPUT_LOST: AtomicBool = AtomicBool::new(false);

/// Fixes for the whole process whether colour is written.
pub fn choose_color(choice: ColorChoice) {
    choice.write_global();
}

/// The values that the process must not write.
static KNOWN: Mutex<Option<KnownSecrets>> = Mutex::new(None);

/// Keeps values out of all that the process writes from here on.
pub fn conceal(secrets: KnownSecrets) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get_or_insert(KnownSecrets::none()).extend(secrets);
}

/// Returns what must not be written.
#[must_use]
pub fn concealed() -> KnownSecrets {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.clone().unwrap_or(KnownSecrets::none())
}

/// Returns whether a person watches standard error.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "asks, and writes nothing")]
pub fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Returns whether standard error takes colours.
#[expect(clippy::disallowed_methods, reason = "asks, and writes nothing")]
pub(super) fn stderr_colors() -> Colors {
    colors(AutoStream::choice(&io::stderr()))
}

/// Returns whether a write failed that somebody would have read.
#[must_use]
pub fn has_failed() -> bool {
    HAS_FAILED.load(Ordering::Relaxed)
}

/// Returns whether answers have nowhere to go: who would give them for ever may stop.
#[must_use]
pub fn is_output_lost() -> bool {
    IS_OUTPUT_LOST.load(Ordering::Relaxed) || has_no_reader()
}

/// Says whether standard output is a pipe whose other end was closed, which a write would find out.
#[expect(clippy::disallowed_methods, reason = "asks, and writes nothing")]
fn has_no_reader() -> bool {
    let out = io::stdout();
    // Errors are answered unasked.
    let mut asked = [PollFd::new(&out, PollFlags::empty())];
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    poll(&mut asked, Some(&at_once)).is_ok() && asked[0].revents().contains(PollFlags::ERR)
}

/// Takes down that something could not be written, and says so on standard error.
pub fn failed_to_write(what: &str, error: &dyn std::fmt::Display) {
    HAS_FAILED.store(true, Ordering::Relaxed);
    let _ = Writer::stderr().line(&format!("error: write {what}: {error}"));
}

/// Whose failures count for the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Output,
    Error,
    Other,
}

/// Writes to one stream, a whole line or document at a time.
pub struct Writer<'a> {
    to: Box<dyn Write + 'a>,
    colors: Colors,
    stream: Stream,
    /// Whether somebody asked to see values that are hidden otherwise.
    reveals: bool,
}

impl<'a> Writer<'a> {
    /// Writes to standard output.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place")]
    pub fn stdout() -> Self {
        let out = io::stdout();
        Self {
            colors: colors(AutoStream::choice(&out)),
            to: Box::new(Raw(out)),
            stream: Stream::Output,
            reveals: false,
        }
    }

    /// Writes to standard error.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place")]
    pub fn stderr() -> Self {
        Self {
            colors: stderr_colors(),
            to: Box::new(Raw(io::stderr())),
            stream: Stream::Error,
            reveals: false,
        }
    }

    /// Writes to something else.
    #[must_use]
    pub fn new(to: impl Write + 'a, colors: Colors) -> Self {
        Self {
            to: Box::new(to),
            colors,
            stream: Stream::Other,
            reveals: false,
        }
    }

    /// Shows values that are hidden otherwise: for whoever asked for them by a flag, and for
    /// documents that hold nobody's values.
    #[must_use]
    pub fn revealing(mut self) -> Self {
        self.reveals = true;
        self
    }

    /// Writes one line.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        let line = self.guarded(text).into_owned();
        self.put(&(line + "\n"))
    }

    /// Writes the lines of a report.
    pub fn page(&mut self, page: &Page) -> io::Result<()> {
        let mut text = String::new();
        for line in page.lines() {
            text.push_str(&self.guarded(line));
            text.push('\n');
        }
        self.put(&text)
    }

    /// Writes a JSON value on one line.
    pub fn json(&mut self, value: &Value) -> io::Result<()> {
        let value = self.concealed_in(value);
        self.put(&(json::line(&value) + "\n"))
    }

    /// Writes a JSON value as a document to read.
    pub fn document(&mut self, value: &Value) -> io::Result<()> {
        let value = self.concealed_in(value);
        self.put(&(json::document(&value) + "\n"))
    }

    /// Writes a value as one of several YAML documents.
    pub fn yaml(&mut self, value: &Value) -> io::Result<()> {
        let value = self.concealed_in(value);
        let text = yaml::document(&value).map_err(io::Error::other)?;
        self.put(&format!("---\n{text}"))
    }

    /// Writes a workflow command, which a line of anything else never is.
    pub fn command(&mut self, command: &Command) -> io::Result<()> {
        self.put(&format!("{}\n", command.line()))
    }

    /// Writes a document of Markdown of at most so many bytes.
    pub fn markdown(&mut self, document: &Document, most: usize) -> io::Result<()> {
        self.put(&document.within(most))
    }

    fn guarded<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.reveals {
            sanitize::line(text, self.colors)
        } else {
            guard(text, self.colors)
        }
    }

    fn concealed_in<'v>(&self, value: &'v Value) -> Cow<'v, Value> {
        if self.reveals {
            return Cow::Borrowed(value);
        }
        Cow::Owned(redact_texts(value, &concealed()))
    }

    /// All there is goes this way: at once, so that nothing of others comes in between.
    fn put(&mut self, text: &str) -> io::Result<()> {
        let written = self.to.write_all(text.as_bytes());
        let written = written.and_then(|()| self.to.flush());
        if let Err(error) = &written {
            self.stream.remember(error);
        }
        written
    }
}

/// A stream past the standard library, which takes a write to one that can't be written, such as a
/// file that is open to be read, for done.
struct Raw<S>(S);

impl<S: AsFd> Write for Raw<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(&self.0, bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What every line goes through, whoever wrote it: it can do nothing but be read, and holds no
/// secret.
pub(super) fn guard(text: &str, colors: Colors) -> Cow<'_, str> {
    // By provenance before the filter changes a character of it.
    let known = hide_known(text);
    let line = sanitize::line(&known, colors);
    match redact(&line) {
        Cow::Borrowed(_) if line == text => Cow::Borrowed(text),
        redacted => Cow::Owned(redacted.into_owned()),
    }
}

fn hide_known(text: &str) -> Cow<'_, str> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match &*known {
        Some(known) => known.hide(text),
        None => Cow::Borrowed(text),
    }
}

fn colors(choice: ColorChoice) -> Colors {
    match choice {
        ColorChoice::Never => Colors::Drop,
        ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => Colors::Keep,
    }
}

impl Stream {
    fn remember(self, error: &io::Error) {
        let name = match self {
            Self::Output => "standard output",
            Self::Error => "standard error",
            Self::Other => return,
        };
        let is_first = self == Self::Output && !IS_OUTPUT_LOST.swap(true, Ordering::Relaxed);
        if error.kind() == io::ErrorKind::BrokenPipe {
            return;
        }
        HAS_FAILED.store(true, Ordering::Relaxed);
        if is_first {
            failed_to_write(name, error);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(write: impl FnOnce(&mut Writer<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut Writer::new(&mut out, Colors::Drop)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_is_one_physical_line() {
        let text = "a\r\nfraud 8 serves in service fraud\u{1b}[31m";
        assert_eq!(
            written(|out| out.line(text)),
            "a fraud 8 serves in service fraud\n"
        );
    }

    #[test]
    fn a_document_holds_nothing_raw() {
        let value = json!({"a": "\u{9b}2J\u{202e}"});
        for text in [
            written(|out| out.json(&value)),
            written(|out| out.document(&value)),
            written(|out| out.yaml(&value)),
        ] {
            assert!(text.contains(r"\u009b2J\u202e"), "{text}");
            assert!(text.ends_with('\n'), "{text:?}");
        }
    }

    #[test]
    fn names_of_members_are_redacted_as_their_values_are() {
        let value = json!({"metrics": {"k password=hunter2x": "password=hunter2x"}});
        for text in [
            written(|out| out.json(&value)),
            written(|out| out.document(&value)),
            written(|out| out.yaml(&value)),
        ] {
            assert!(!text.contains("hunter2x"), "{text}");
            assert!(text.contains("k password=***"), "{text}");
        }
    }

    #[test]
    fn a_stream_that_takes_nothing_is_an_error() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = Writer::new(Full, Colors::Drop).line("x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
