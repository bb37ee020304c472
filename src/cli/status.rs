//! `mlship status`

use clap::Args;
use serde_json::{Value, json};

use super::targets::{Answer, Targets, with_findings};
use super::{Format, Global, examples, output};
use crate::cli::sessions::Sessions;
use crate::report::{Color, name, status_text, time_of_day};
use mlship_core::app::Subject;
use mlship_core::app::manifests::Subjects;
use mlship_core::app::status::{Look, ToLookAt, explain, look, refresh};
use mlship_core::progress::ExitCode;
use mlship_text::Page;

/// Show what serves now: model version, image digest, tasks, and how the newest deployment goes
#[derive(Debug, Args)]
#[command(after_help = examples::STATUS)]
pub(super) struct Status {
    #[command(flatten)]
    targets: Targets,
    /// Look again every five seconds, and show what has changed, until interrupted
    #[arg(long)]
    watch: bool,
}

pub(super) async fn run(command: &Status, global: &Global) -> ExitCode {
    let serve = async |read: Subjects| status(command, read, global).await;
    let targets = &command.targets;
    targets
        .serve("status", Answer::Document, global, serve)
        .await
}

async fn status(command: &Status, mut read: Subjects, global: &Global) -> ExitCode {
    let asking = command.targets.named.asking();
    let opened = Sessions::of_subjects(&mut read, command.watch, asking, global).await;
    let sessions = match opened {
        Ok(sessions) => sessions,
        Err(error) => return output::cloud_error(&error, global),
    };
    if let Err(code) = command.targets.say_place(&sessions, global) {
        return code;
    }
    let services = read.subjects.iter().enumerate();
    let invocation = global.invocation();
    let services = services.map(|(at, subject)| ToLookAt {
        subject,
        repair: invocation.command_for("traffic repair", subject.address()),
        cloud: sessions.to(at).map(|session| &*session.cloud),
    });
    let services: Vec<_> = services.collect();
    if !command.watch {
        let mut seen = look(&services).await;
        explain(&services, &mut seen).await;
        warn_of_other_accounts(&read.subjects, &seen);
        return last(&seen, &read, global);
    }
    let mut shown = Shown {
        read: &read,
        page: String::new(),
    };
    let ended = refresh(&sessions.interrupts, &services, &mut |seen| {
        shown.next(seen, global);
    })
    .await;
    match ended {
        Ok(signal) => signal.into(),
        Err(seen) => last(&seen, &read, global),
    }
}

/// Whoever looks is told what is there, and that it is not what the manifest speaks of.
fn warn_of_other_accounts(subjects: &[Subject], seen: &Look) {
    for (subject, (id, answer)) in subjects.iter().zip(seen) {
        let shown = answer
            .as_ref()
            .ok()
            .and_then(|status| status.account.as_deref());
        if let (Some(wanted), Some(shown)) = (subject.account(), shown)
            && wanted != shown
        {
            output::complain(&format!(
                "warning: the manifest of {id} is for account {wanted}, and this is in {shown}"
            ));
        }
    }
}

/// What was shown last: the same is not shown again.
struct Shown<'a> {
    read: &'a Subjects,
    page: String,
}

impl Shown<'_> {
    /// Shows a look that is not the last: to people where it has news for them.
    fn next(&mut self, seen: &Look, global: &Global) {
        match global.format() {
            Format::Json => output::json_line(&document(seen, self.read)),
            Format::Human => {
                let mut page = page(seen, self.read, global);
                for (id, answer) in seen {
                    if let Err(error) = answer {
                        page.line(format!("{id}: {error}; looking again"));
                    }
                }
                let text = page.to_string();
                if text != self.page {
                    output::page(&time_of_day().as_str().lines().collect());
                    output::page(&page);
                    self.page = text;
                }
            }
        }
    }
}

/// Shows the only look, or the last one, and returns what it comes to.
fn last(seen: &Look, read: &Subjects, global: &Global) -> ExitCode {
    match global.format() {
        Format::Json => {
            output::document(&document(seen, read));
        }
        Format::Human => output::page(&page(seen, read, global)),
    }
    let codes = seen.iter().filter_map(|(id, answer)| {
        let error = match answer {
            Ok(status) => status.unanswered.as_ref()?,
            Err(error) => error,
        };
        Some(output::cloud_error_of(id, error, global))
    });
    ExitCode::worst(codes.collect::<Vec<_>>())
}

fn page(seen: &Look, read: &Subjects, global: &Global) -> Page {
    let invocation = global.invocation();
    let color: Color = global.palette();
    let mut page = Page::new();
    for (subject, (_, answer)) in read.subjects.iter().zip(seen) {
        let Ok(status) = answer else {
            continue;
        };
        let watch = invocation.command_for("watch", subject.address());
        page.extend(status_text(status, &watch, &color));
    }
    page
}

fn document(seen: &Look, read: &Subjects) -> Value {
    let each = seen.iter().map(|(id, answer)| match answer {
        Ok(status) => json!(status),
        Err(error) => {
            let mut document = json!({
                "release": null, "error": error.to_string(), "hint": error.hint,
            });
            name(&mut document, id);
            document
        }
    });
    with_findings(json!({"services": each.collect::<Vec<_>>()}), read)
}
