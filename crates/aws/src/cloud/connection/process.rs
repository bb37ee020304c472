//! Runs the command that a profile names as `credential_process`, for a limited time: the SDK would
//! wait for it, and leave it running.

use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use jiff::Timestamp;
use serde::Deserialize;
use tokio::process::Command;
use tokio::time::Instant;

/// How long it may take, which is less than anybody waits for credentials.
const LONGEST: Duration = Duration::from_secs(7);

/// How long nobody waits again for one that hung: every request of a command needs credentials, and
/// they would all wait in turn.
const AGAIN: Duration = Duration::from_mins(1);

/// A command that prints credentials.
#[derive(Debug)]
pub(super) struct Process {
    command: String,
    /// When it was last started, and what comes of it.
    last: Mutex<Option<(Instant, Run)>>,
}

/// A run, which whoever asks meanwhile waits for as well, and which goes on where one who asked
/// waits no longer.
type Run = Shared<BoxFuture<'static, Result<Credentials, Failure>>>;

/// Why there are no credentials.
#[derive(Debug, Clone)]
enum Failure {
    Hung,
    Said(String),
}

/// What it prints.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
    version: u32,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<Timestamp>,
}

impl ProvideCredentials for Process {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.asked().await.map_err(|failure| {
                let why = match failure {
                    Failure::Hung => {
                        let seconds = LONGEST.as_secs();
                        format!("gave no answer in {seconds} s and was ended")
                    }
                    Failure::Said(why) => why,
                };
                CredentialsError::provider_error(format!("credential_process {why}"))
            })
        })
    }
}

impl Process {
    pub(super) fn of(command: String) -> Self {
        Self {
            command,
            last: Mutex::new(None),
        }
    }

    /// Returns a run to wait for: a new one, unless one is on its way or has just hung.
    fn asked(&self) -> Run {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((begun, run)) = &*last
            && begun.elapsed() < AGAIN
        {
            match run.peek() {
                None | Some(Err(Failure::Hung)) => return run.clone(),
                Some(Ok(_) | Err(Failure::Said(_))) => {}
            }
        }
        let asked = run(self.command.clone()).boxed().shared();
        *last = Some((Instant::now(), asked.clone()));
        asked
    }
}

async fn run(command: String) -> Result<Credentials, Failure> {
    // Dropped at the end of its time, and ended thereby.
    let printed = tokio::time::timeout(LONGEST, printed(&command)).await;
    printed.map_err(|_| Failure::Hung)?.map_err(Failure::Said)
}

async fn printed(text: &str) -> Result<Credentials, String> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(text);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await;
    let output = output.map_err(|error| format!("can't be run: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.trim().lines().last().unwrap_or_default();
        let colon = if last.is_empty() { "" } else { ": " };
        return Err(format!("failed ({}){colon}{last}", output.status));
    }
    // What it printed may be secret: an error names its place at most.
    let printed: Printed = serde_json::from_slice(&output.stdout).map_err(|error| {
        let at = (error.line(), error.column());
        format!("printed no credentials (line {}, column {})", at.0, at.1)
    })?;
    if printed.version != 1 {
        return Err(format!("printed version {}, not 1", printed.version));
    }
    Ok(Credentials::new(
        printed.access_key_id.trim(),
        printed.secret_access_key.trim(),
        printed.session_token,
        printed.expiration.map(system_time).transpose()?,
        "process",
    ))
}

fn system_time(moment: Timestamp) -> Result<SystemTime, String> {
    let since = moment.as_duration();
    let since =
        Duration::try_from(since).map_err(|_| "printed an expiry before 1970".to_owned())?;
    Ok(UNIX_EPOCH + since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_that_hangs_is_waited_for_once_whoever_asks_and_stops_asking() {
        let process = Process::of("sleep 60".to_owned());
        let begun = Instant::now();
        // As somebody who asks whose credentials these are and goes on without knowing.
        let five = Duration::from_secs(5);
        let gone = tokio::time::timeout(five, process.provide_credentials()).await;
        assert!(gone.is_err());
        for _ in 0..3 {
            let error = process.provide_credentials().await.unwrap_err();
            let said = format!("{error:?}");
            assert!(said.contains("no answer in 7 s"), "{said}");
            assert_eq!(begun.elapsed().as_secs(), 7);
        }
        tokio::time::advance(AGAIN).await;
        let again = Instant::now();
        process.provide_credentials().await.unwrap_err();
        assert_eq!(again.elapsed().as_secs(), 7);
    }

    #[tokio::test]
    async fn one_that_fails_is_run_again_by_whoever_asks_next() {
        let home = std::env::temp_dir().join(format!("mlship-process-{}", fastrand::u64(..)));
        let marker = home.display();
        let printed = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s"}"#;
        let process = Process::of(format!(
            "if mkdir {marker}; then exit 3; fi; echo '{printed}'"
        ));
        let error = process.provide_credentials().await.unwrap_err();
        assert!(format!("{error:?}").contains("exit status: 3"), "{error:?}");
        let found = process.provide_credentials().await.unwrap();
        assert_eq!(found.access_key_id(), "A");
        std::fs::remove_dir(home).unwrap();
    }
}
