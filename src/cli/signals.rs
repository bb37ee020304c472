//! Ctrl-C and SIGTERM, heard from the start and remembered.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::progress::Interrupt;

/// What the process was asked, if it was.
#[derive(Debug)]
pub(super) struct Signals {
    heard: watch::Receiver<Option<Interrupt>>,
}

impl Signals {
    /// Takes the signals over from their default, which ends the process on the spot.
    pub(super) fn listen() -> Self {
        let (tell, heard) = watch::channel(None);
        tokio::spawn(async move {
            let _ = tell.send(Some(first().await));
            // Keeps the channel open: what was heard stays heard.
            tell.closed().await;
        });
        Self { heard }
    }

    /// Returns the signal that has arrived, if one has.
    pub(super) fn arrived(&self) -> Option<Interrupt> {
        *self.heard.borrow()
    }

    /// Resolves when a signal arrives, or at once when one has.
    pub(super) async fn wait(&self) -> Interrupt {
        let mut heard = self.heard.clone();
        let interrupt = heard
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|one| *one);
        match interrupt {
            Some(interrupt) => interrupt,
            None => std::future::pending().await,
        }
    }
}

async fn first() -> Interrupt {
    let wait = async |kind| match signal(kind) {
        Ok(mut stream) => {
            stream.recv().await;
        }
        // Without a handler the signal keeps its default: to end the process.
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => Interrupt::Interrupt,
        () = wait(SignalKind::terminate()) => Interrupt::Terminate,
    }
}
