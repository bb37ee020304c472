//! How far one release has come.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::event_text::progress_line;
use super::super::fold::{Fold, Output};
use super::super::{Color, Event};
use super::alike::Names;
use mlship_core::release::ids::ServiceId;
use mlship_text::sanitize::{self, Colors};
use mlship_text::words::shortened;

/// How wide a line that moves may be: what is wider than a terminal jumps.
const WIDTH: usize = 76;

/// Where a release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its plan is being made, or is made.
    Plans,
    /// A revision is to be registered, which ECS does one after the other.
    WaitsToRegister,
    /// Another deployment of the service has to end.
    WaitsForOther,
    /// ECS replaces its tasks.
    RollsOut,
    Ended,
}

/// One release.
#[derive(Debug)]
pub(super) struct Track {
    names: Names,
    color: Color,
    stage: Stage,
    /// What it is to do, until it begins; what never begins is not told as if it did.
    plan: Option<String>,
    /// Gone with the end of the release.
    fold: Option<Box<Fold>>,
    counts: Option<[u32; 5]>,
    has_filled: bool,
    /// Whether all its tasks run and nobody was told.
    filled: Option<String>,
    news: Option<String>,
    moved: Option<Timestamp>,
}

impl Track {
    pub(super) fn new(service: &ServiceId, color: Color) -> Self {
        Self {
            names: Names::of_service(service),
            color,
            stage: Stage::Plans,
            plan: None,
            fold: None,
            counts: None,
            has_filled: false,
            filled: None,
            news: None,
            moved: None,
        }
    }

    /// Takes in an event, and returns what the release says of it.
    pub(super) fn event(&mut self, event: &Event, now: Timestamp) -> Vec<Output> {
        self.moves(event);
        self.moved = Some(now);
        let color = self.color;
        let fold = self.fold.get_or_insert_with(|| Box::new(Fold::new(color)));
        let outputs = fold.event(event, now);
        self.remember(&outputs);
        outputs
    }

    pub(super) fn idle(&mut self, now: Timestamp) -> Vec<Output> {
        let outputs = match &mut self.fold {
            Some(fold) => fold.idle(now),
            None => Vec::new(),
        };
        self.remember(&outputs);
        outputs
    }

    /// It is over, and nothing is kept of it but that.
    pub(super) fn end(&mut self) -> Names {
        let names = self.names.clone();
        *self = Self {
            stage: Stage::Ended,
            names: Names::default(),
            plan: None,
            fold: None,
            counts: None,
            has_filled: false,
            filled: None,
            news: None,
            moved: None,
            color: self.color,
        };
        names
    }

    pub(super) fn stage(&self) -> Stage {
        self.stage
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// Keeps what it is to do.
    pub(super) fn plan(&mut self, text: Option<String>) {
        self.plan = text;
    }

    /// Returns what it is to do, once: when it begins.
    pub(super) fn begun_plan(&mut self, event: &Event) -> Option<String> {
        match event {
            // Nothing of it has begun yet.
            Event::Planned { .. } | Event::WaitingFor { .. } | Event::Note { .. } => None,
            Event::Registered { .. }
            | Event::Started { .. }
            | Event::Attached { .. }
            | Event::Adopted { .. }
            | Event::Adjusted
            | Event::Status { .. }
            | Event::Aborting { .. }
            | Event::Progress { .. }
            | Event::ServiceMessage { .. }
            | Event::TaskFailed { .. }
            | Event::Stage { .. }
            | Event::Weights { .. }
            | Event::Paused { .. }
            | Event::Hook { .. }
            | Event::Alarms { .. }
            | Event::Judged { .. }
            | Event::RestsOnDeploymentId { .. } => self.plan.take(),
        }
    }

    /// Returns the line that all its tasks run at last, once.
    pub(super) fn filled(&mut self) -> Option<String> {
        self.filled.take()
    }

    fn remember(&mut self, outputs: &[Output]) {
        for output in outputs {
            if let Output::Trouble { text, .. } = output {
                // A cut must not fall into a colour.
                let text = sanitize::line(text, Colors::Drop);
                let words = text.split_once(" failed: ");
                self.news = Some(words.map_or(&*text, |(_, words)| words).to_owned());
            }
        }
    }

    fn moves(&mut self, event: &Event) {
        match event {
            Event::Planned { plan } => {
                self.names.learn(plan);
                self.stage = match plan.writes.register {
                    Some(_) => Stage::WaitsToRegister,
                    None => Stage::Plans,
                };
            }
            Event::WaitingFor { .. } => self.stage = Stage::WaitsForOther,
            Event::Registered { .. }
            | Event::Started { .. }
            | Event::Attached { .. }
            | Event::Adopted { .. }
            | Event::Adjusted
            | Event::Status { .. }
            | Event::Aborting { .. } => self.stage = Stage::RollsOut,
            Event::Progress {
                desired,
                running,
                pending,
                failed,
                others,
            } => {
                self.stage = Stage::RollsOut;
                let counts = [*desired, *running, *pending, *failed, *others];
                self.counts = Some(counts);
                if *desired > 0 && running >= desired && !self.has_filled {
                    self.has_filled = true;
                    self.filled = Some(progress_line(counts, &self.color));
                }
            }
            Event::ServiceMessage { .. }
            | Event::TaskFailed { .. }
            | Event::Stage { .. }
            | Event::Weights { .. }
            | Event::Paused { .. }
            | Event::Hook { .. }
            | Event::Alarms { .. }
            | Event::Judged { .. }
            | Event::RestsOnDeploymentId { .. }
            | Event::Note { .. } => {}
        }
    }

    /// Returns what a person watches: what went wrong first, then what is furthest from its end.
    fn rank(&self) -> (bool, u32, Option<Timestamp>) {
        let share = self.counts.map_or(0, |[desired, running, ..]| {
            running.saturating_mul(100) / desired.max(1)
        });
        (self.news.is_none(), share, self.moved)
    }

    fn words(&self) -> String {
        let counts = self
            .counts
            .map(|counts| progress_line(counts, &Color::default()));
        let far = match self.stage {
            Stage::Plans | Stage::WaitsToRegister => "waits for its turn".to_owned(),
            Stage::WaitsForOther => "waits for the end of another deployment".to_owned(),
            Stage::RollsOut => counts.unwrap_or_else(|| "begins".to_owned()),
            Stage::Ended => String::new(),
        };
        match &self.news {
            Some(news) => format!("{far}; {news}"),
            None => far,
        }
    }
}

/// Returns a line for each of the releases that are worth one.
pub(super) fn moving(tracks: &BTreeMap<String, Track>, most: usize) -> Vec<String> {
    let moves = |track: &Track| match track.stage {
        Stage::RollsOut | Stage::WaitsForOther => true,
        Stage::Plans | Stage::WaitsToRegister | Stage::Ended => false,
    };
    let mut moving: Vec<(&String, &Track)> =
        tracks.iter().filter(|(_, track)| moves(track)).collect();
    moving.sort_by_key(|(_, track)| track.rank());
    moving.truncate(most);
    moving.sort_by_key(|(label, _)| *label);
    let line = |(label, track): (&String, &Track)| {
        shortened(&format!("{label}: {}", track.words()), WIDTH)
    };
    moving.into_iter().map(line).collect()
}
