//! What was read of a service, kept until it is its turn to be told.

use std::io;

use super::{Death, Line, Listener, LogSource};
use crate::release::ids::ServiceId;

/// Listens, and tells somebody else later.
#[derive(Debug, Default)]
pub struct Kept(Vec<Heard>);

#[derive(Debug)]
enum Heard {
    Expect(LogSource),
    Line(Line),
    Death(Box<Death>),
    Note(String),
}

impl Kept {
    /// Tells all that was heard of a service of several, in its order. Whose lines they are is
    /// said where there are some, and with each note.
    ///
    /// # Errors
    /// When nobody reads on.
    pub fn tell(self, service: &ServiceId, listener: &mut dyn Listener) -> io::Result<()> {
        let is_answer = |heard: &Heard| matches!(heard, Heard::Line(_) | Heard::Death(_));
        if self.0.iter().any(is_answer) {
            listener.begin(service)?;
        }
        for heard in self.0 {
            match heard {
                Heard::Expect(source) => listener.expect(&source),
                Heard::Line(line) => listener.line(&line)?,
                Heard::Death(death) => listener.death(&death)?,
                Heard::Note(text) => listener.note(&format!("{service}: {text}")),
            }
        }
        Ok(())
    }
}

impl Listener for Kept {
    fn expect(&mut self, source: &LogSource) {
        self.0.push(Heard::Expect(source.clone()));
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        self.0.push(Heard::Line(line.clone()));
        Ok(())
    }

    fn death(&mut self, death: &Death) -> io::Result<()> {
        self.0.push(Heard::Death(Box::new(death.clone())));
        Ok(())
    }

    fn note(&mut self, text: &str) {
        self.0.push(Heard::Note(text.to_owned()));
    }
}
