//! What every use case gets beside its own options: the ports, the clock and the signals.

use std::cell::OnceCell;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Invocation;
use crate::progress::Interrupt;
use crate::release::Provenance;
use mlship_manifest::Examined;

/// What every use case is given beside its own options.
pub struct Context<'a, C> {
    /// The ports to AWS and to model registries.
    pub cloud: &'a C,
    /// What the process was asked from outside.
    pub interrupts: &'a Interrupts,
    /// How mlship was called, for commands that a hint names.
    pub invocation: &'a Invocation,
    /// What the pipeline tells of the run.
    pub pipeline: &'a Provenance,
    /// The time now.
    pub clock: fn() -> Timestamp,
    /// What is done with a manifest whenever it was read: what is secret of it is kept out of all
    /// output, and ECS's own documents are checked.
    pub examined: fn(Examined) -> Examined,
}

impl<C> Context<'_, C> {
    /// Returns the time in whole seconds, which is what people read.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.clock)();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// Returns whether somebody has interrupted the command, asked at any time from now.
    pub fn is_interrupted(&self) -> impl Fn() -> bool {
        let interrupts = self.interrupts;
        move || interrupts.arrived().is_some()
    }

    /// Returns whether to go on, asked at any time from now: until somebody interrupts the command,
    /// and for as long as it may take. That begins when it is first asked: in a run of many a
    /// request may have queued for longer before anything went wrong.
    pub fn goes_on(&self, timeout: Duration) -> impl Fn() -> bool {
        let (start, interrupts) = (OnceCell::new(), self.interrupts);
        move || {
            let start: &Instant = start.get_or_init(Instant::now);
            start.elapsed() < timeout && interrupts.arrived().is_none()
        }
    }
}

/// Ctrl-C and SIGTERM, remembered once they were heard.
#[derive(Debug, Clone)]
pub struct Interrupts {
    heard: watch::Receiver<Option<Interrupt>>,
}

impl Interrupts {
    /// Listens to a channel that tells the first signal, and stays open.
    #[must_use]
    pub fn from_channel(heard: watch::Receiver<Option<Interrupt>>) -> Self {
        Self { heard }
    }

    /// Hears nothing, ever.
    #[must_use]
    pub fn never() -> Self {
        let (tell, heard) = watch::channel(None);
        // Without its sender the channel never changes again.
        drop(tell);
        Self { heard }
    }

    /// Returns the signal that has arrived, if one has.
    #[must_use]
    pub fn arrived(&self) -> Option<Interrupt> {
        *self.heard.borrow()
    }

    /// Resolves when a signal arrives, or at once when one has.
    pub async fn wait(&self) -> Interrupt {
        let mut heard = self.heard.clone();
        let interrupt = heard
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|heard| *heard);
        match interrupt {
            Some(interrupt) => interrupt,
            None => std::future::pending().await,
        }
    }
}
