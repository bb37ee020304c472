//! Handles Ctrl-C, SIGTERM and SIGHUP, which is taken for a SIGTERM, from the start of the process.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use mlship_core::app::Interrupts;
use mlship_core::progress::Interrupt;

/// Whether the command sees to signals by itself.
static LISTENS: AtomicBool = AtomicBool::new(false);

/// Takes the signals over from their default, which ends the process on the spot.
pub(super) fn listen() -> Interrupts {
    LISTENS.store(true, Ordering::Relaxed);
    let (tell, heard) = watch::channel(None);
    tokio::spawn(async move {
        let _ = tell.send(Some(first().await));
        // Keeps the channel open: what was heard stays heard.
        tell.closed().await;
    });
    Interrupts::from_channel(heard)
}

/// Resolves when the terminal or session goes under a command that does not see to that itself.
pub(super) async fn hung_up() -> Interrupt {
    hangup().await;
    if LISTENS.load(Ordering::Relaxed) {
        std::future::pending().await
    } else {
        Interrupt::Terminate
    }
}

async fn first() -> Interrupt {
    tokio::select! {
        () = wait(SignalKind::interrupt()) => Interrupt::Interrupt,
        () = wait(SignalKind::terminate()) => Interrupt::Terminate,
        () = hangup() => Interrupt::Terminate,
    }
}

async fn wait(kind: SignalKind) {
    match signal(kind) {
        Ok(mut stream) => {
            stream.recv().await;
        }
        // Without a handler the signal keeps its default: to end the process.
        Err(_) => std::future::pending().await,
    }
}

async fn hangup() {
    // Whoever starts this by nohup wants it to go on.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if ignores_hangup(&status) {
        std::future::pending::<()>().await;
    } else {
        wait(SignalKind::hangup()).await;
    }
}

/// Reads from what Linux says of a process whether a SIGHUP was to be ignored from its start.
fn ignores_hangup(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The lowest bit is that of signal 1.
    mask.is_some_and(|mask| mask & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::ignores_hangup;

    #[test]
    fn what_nohup_started_goes_on_after_a_hangup() {
        assert!(ignores_hangup("Name:\tmlship\nSigIgn:\t0000000000001001\n"));
        assert!(!ignores_hangup(
            "Name:\tmlship\nSigIgn:\t0000000000001000\n"
        ));
        assert!(!ignores_hangup(""));
    }
}
