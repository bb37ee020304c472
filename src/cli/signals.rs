//! Handles Ctrl-C and SIGTERM, from the start of the process.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use mlship_core::app::Interrupts;
use mlship_core::progress::Interrupt;

/// Takes the signals over from their default, which ends the process on the spot.
pub(super) fn listen() -> Interrupts {
    let (tell, heard) = watch::channel(None);
    tokio::spawn(async move {
        let _ = tell.send(Some(first().await));
        // Keeps the channel open: what was heard stays heard.
        tell.closed().await;
    });
    Interrupts::from_channel(heard)
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
