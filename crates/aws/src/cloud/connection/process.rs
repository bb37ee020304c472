//! Runs the command that a profile names as `credential_process`, for a limited time: the SDK would
//! wait for it, and leave it running.

use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use jiff::Timestamp;
use serde::Deserialize;
use tokio::process::Command;

/// How long it may take, which is less than anybody waits for credentials.
const LONGEST: Duration = Duration::from_secs(8);

/// A command that prints credentials.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) command: String,
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
            let printed = self.run().await;
            printed.map_err(|why| {
                let why = format!("credential_process {why}");
                CredentialsError::provider_error(why)
            })
        })
    }
}

impl Process {
    async fn run(&self) -> Result<Credentials, String> {
        let mut command = Command::new("sh");
        command.arg("-c").arg(&self.command);
        command.stdin(Stdio::null()).kill_on_drop(true);
        // Dropped at the end of its time, and ended thereby.
        let output = tokio::time::timeout(LONGEST, command.output()).await;
        let output = output.map_err(|_| {
            let seconds = LONGEST.as_secs();
            format!("gave no answer in {seconds} s and was ended")
        })?;
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
}

fn system_time(moment: Timestamp) -> Result<SystemTime, String> {
    let since = moment.as_duration();
    let since =
        Duration::try_from(since).map_err(|_| "printed an expiry before 1970".to_owned())?;
    Ok(UNIX_EPOCH + since)
}
