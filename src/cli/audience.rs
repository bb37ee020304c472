//! For whom a command writes, by its flags, the terminal and the environment.

use super::locale::drawing;
use super::{ColorChoice, Format, Global};
use crate::report::{
    Color, Detailed, Fleet, Human, Json, Recorded, Report, Verbosity, Writer, choose_color,
    palette_for, stderr_is_terminal,
};

impl Global {
    /// Fixes the use of colour for the whole process.
    pub(super) fn apply_color(&self) {
        match self.color {
            ColorChoice::Auto => {}
            ColorChoice::Always => choose_color(anstream::ColorChoice::Always),
            ColorChoice::Never => choose_color(anstream::ColorChoice::Never),
        }
    }

    /// The streams drop colour where nobody sees it, so that only `never` needs no colour at all.
    pub(super) fn colored(&self) -> bool {
        self.color != ColorChoice::Never
    }

    /// Returns the styles of human output. Inside JSON no stream could drop them.
    pub(super) fn palette(&self) -> Color {
        Color {
            drawing: drawing(),
            ..palette_for(self.colored() && self.format() == Format::Human)
        }
    }

    /// Returns the reader of events that the flags and the terminal ask for.
    pub(super) fn reporter(&self) -> Box<dyn Report> {
        self.reporter_of(1)
    }

    /// Returns the reader of the events of so many services in one run.
    pub(super) fn reporter_of(&self, services: usize) -> Box<dyn Report> {
        let (answer, color) = (Writer::stdout(), self.palette());
        let told: Box<dyn Report> = match (self.format(), services > 1) {
            (Format::Json, _) => Box::new(Json::new(answer)),
            (Format::Human, false) if self.draws() => Box::new(Human::on_terminal(answer, color)),
            (Format::Human, false) => Box::new(
                Human::new(Writer::stderr(), answer, color).with_verbosity(self.verbosity()),
            ),
            (Format::Human, true) if self.draws() => {
                Box::new(Fleet::on_terminal(services, answer, color))
            }
            (Format::Human, true) => Box::new(
                Fleet::new(services, Writer::stderr(), answer, color)
                    .with_verbosity(self.verbosity()),
            ),
        };
        let told: Box<dyn Report> = Box::new(Recorded::new(told, self.chronicle.clone()));
        match self.verbosity() {
            Verbosity::Usual => told,
            Verbosity::Requests | Verbosity::Everything => {
                Box::new(Detailed::new(told, self.palette()))
            }
        }
    }

    /// Says whether a bar moves below the lines. Among details it would be torn.
    fn draws(&self) -> bool {
        stderr_is_terminal() && !self.no_progress && self.verbosity() == Verbosity::Usual
    }

    /// Returns how much is told.
    pub(super) fn verbosity(&self) -> Verbosity {
        Verbosity::of_flags(self.verbose)
    }
}
