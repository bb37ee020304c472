//! Prints results, findings and errors, for people or for programs.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::usage::asks_for_json;
use super::{Format, Global};
use crate::report::{Writer, is_output_lost, palette_for, warning_lines};
use mlship_core::app::planning::PlanError;
use mlship_core::app::{ResultRecord, conclusion_of, ended_by};
use mlship_core::cloud::CloudError;
use mlship_core::progress::{Conclusion, ExitCode, Fault, Refusal};
use mlship_core::registry::RegistryError;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::{Diagnostic, render};
use mlship_text::Page;

/// How soon it is noticed that nobody reads on.
const LOST_WITHIN: Duration = Duration::from_millis(500);

/// Writes a line to standard output. Here as below the stream remembers a failure, which settles
/// the exit code in the end.
pub(super) fn line(text: &str) {
    let _ = Writer::stdout().line(text);
}

/// Writes a report to standard output.
pub(super) fn page(page: &Page) {
    let _ = Writer::stdout().page(page);
}

/// Writes a JSON value to standard output, on one line.
pub(super) fn json_line(value: &Value) {
    let _ = Writer::stdout().json(value);
}

/// Writes a JSON document with secrets in it, which somebody asked for by a flag, or one that
/// holds nobody's values.
pub(super) fn revealed(value: &Value) -> ExitCode {
    let _ = Writer::stdout().revealing().document(value);
    ExitCode::Done
}

/// Writes a JSON document to standard output.
pub(super) fn document(value: &Value) -> ExitCode {
    let _ = Writer::stdout().document(value);
    ExitCode::Done
}

/// Writes a YAML document to standard output.
pub(super) fn yaml(value: &Value) {
    let _ = Writer::stdout().yaml(value);
}

/// Writes a YAML document with secrets in it, which somebody asked for by a flag.
pub(super) fn revealed_yaml(value: &Value) {
    let _ = Writer::stdout().revealing().yaml(value);
}

/// Writes a report that holds nobody's values.
pub(super) fn revealed_page(page: &Page) {
    let _ = Writer::stdout().revealing().page(page);
}

/// Writes a line to standard error.
pub(super) fn complain(line: &str) {
    let _ = Writer::stderr().line(line);
}

/// Writes a report to standard error.
pub(super) fn complain_page(page: &Page) {
    let _ = Writer::stderr().page(page);
}

/// Resolves once nobody reads standard output any more.
pub(super) async fn unread() {
    while !is_output_lost() {
        tokio::time::sleep(LOST_WITHIN).await;
    }
}

/// Reports an error that no part of the program expected.
pub(super) fn unexpected(error: &dyn Error) -> ExitCode {
    complain(&format!("error: {error}"));
    ExitCode::Unexpected
}

/// Reports a failed call to AWS that ends the command.
pub(super) fn cloud_error(error: &CloudError, global: &Global) -> ExitCode {
    let (conclusion, hint) = (ended_by(error), error.hint.as_deref());
    ended(conclusion, &error.to_string(), hint, global)
}

/// Reports a model registry or a ledger without a usable answer, which ends the command.
pub(super) fn registry_error(error: &RegistryError, global: &Global) -> ExitCode {
    let (conclusion, hint) = (conclusion_of(error), error.hint.as_deref());
    ended(conclusion, &error.to_string(), hint, global)
}

/// Reports that what was reviewed is no longer what there is, of a service where one is known.
pub(super) fn stale(
    service: Option<&ServiceId>,
    error: &str,
    hint: &str,
    global: &Global,
) -> ExitCode {
    let conclusion = Conclusion::Refused(Refusal::Stale);
    ended_for(service, conclusion, (error, Some(hint)), global)
}

fn ended(conclusion: Conclusion, error: &str, hint: Option<&str>, global: &Global) -> ExitCode {
    ended_for(None, conclusion, (error, hint), global)
}

fn ended_for(
    service: Option<&ServiceId>,
    conclusion: Conclusion,
    (error, hint): (&str, Option<&str>),
    global: &Global,
) -> ExitCode {
    let name = service.map(ToString::to_string);
    global.hindered(name.clone(), conclusion, error, hint);
    match (global.format(), name) {
        (Format::Human, None) => complain_of(error, hint),
        (Format::Human, Some(name)) => complain_of(&format!("{name}: {error}"), hint),
        (Format::Json, _) => {
            last_line(conclusion, service, &json!({"error": error, "hint": hint}));
        }
    }
    conclusion.exit_code()
}

/// Reports a failed call to AWS that ends the command for one service of several.
pub(super) fn cloud_error_of(service: &ServiceId, error: &CloudError, global: &Global) -> ExitCode {
    let (text, hint) = (error.to_string(), error.hint.as_deref());
    global.hindered(Some(service.to_string()), ended_by(error), &text, hint);
    complain_of(&format!("{service}: {error}"), error.hint.as_deref());
    ended_by(error).exit_code()
}

/// Reports a failed call to AWS beside an answer that others gave.
pub(super) fn cloud_error_beside(error: &CloudError) -> ExitCode {
    complain_of(&error.to_string(), error.hint.as_deref());
    ended_by(error).exit_code()
}

/// Says what went wrong, and the next step.
fn complain_of(error: &str, hint: Option<&str>) {
    complain(&format!("error: {error}"));
    if let Some(hint) = hint {
        complain(&format!("hint: {hint}"));
    }
}

/// Tells where and how the program broke, and what to do about it.
pub(super) fn broken(place: &str, message: &str) {
    complain(&format!("error: mlship broke at {place}: {message}"));
    let version = env!("CARGO_PKG_VERSION");
    complain(&format!(
        "hint: this is a mistake in mlship {version}: report it with the line above in an issue of \
         its repository; mlship status tells what it left"
    ));
}

/// Ends the command where it broke; what broke was told already.
pub(super) fn panicked() -> ExitCode {
    let conclusion = Conclusion::Error(Fault::Broken);
    if asks_for_json(std::env::args_os()) {
        let error = "mlship broke: see standard error, and mlship status for what it left";
        last_line(conclusion, None, &json!({"error": error}));
    }
    conclusion.exit_code()
}

/// Says why there is no plan for a service, and returns the exit code.
pub(super) fn not_planned(service: &ServiceId, error: &PlanError, global: &Global) -> ExitCode {
    match error {
        PlanError::Refused(refused) => {
            findings(&refused.findings, global);
            ExitCode::Refused
        }
        PlanError::Cloud(_) | PlanError::Registry(_) => {
            let (conclusion, words) = (error.conclusion(), error.words());
            global.hindered(Some(service.to_string()), conclusion, &words, error.hint());
            complain_of(&format!("{service}: {}", error.words()), error.hint());
            error.conclusion().exit_code()
        }
    }
}

/// Says why a service's plan is refused, and returns the exit code.
pub(super) fn refused(result: &ResultRecord, global: &Global) -> ExitCode {
    let error = result.error.as_deref().unwrap_or_default();
    let hint = result.hint.as_deref();
    global.hindered(
        Some(result.service.clone()),
        result.conclusion(),
        error,
        hint,
    );
    complain_of(&format!("{}: {error}", result.service), hint);
    result.exit_code()
}

/// Reports that a check stands in the way of a whole command.
pub(super) fn obstacle(message: &str, hint: &str, global: &Global) -> ExitCode {
    let conclusion = Conclusion::Refused(Refusal::Check);
    ended(conclusion, message, Some(hint), global)
}

/// Reports what is wrong with a file that a command was given.
pub(super) fn bad_file(message: &str, hint: &str, global: &Global) -> ExitCode {
    let conclusion = Conclusion::Refused(Refusal::Manifest);
    ended(conclusion, message, Some(hint), global)
}

/// Reports what is wrong with the command line.
pub(super) fn usage(message: &str, global: &Global) -> ExitCode {
    usage_with_hint(message, None, global)
}

/// Reports what is wrong with the command line, and the next step.
pub(super) fn usage_with_hint(message: &str, hint: Option<&str>, global: &Global) -> ExitCode {
    global.hindered(None, Conclusion::Error(Fault::Usage), message, hint);
    complain(&format!("error: {message}"));
    if let Some(hint) = hint {
        complain(&format!("hint: {hint}"));
    }
    if global.format() == Format::Json {
        usage_line(message, hint);
    }
    ExitCode::Usage
}

/// Writes the one line of a JSON stream of a command that makes no sense.
pub(super) fn usage_line(message: &str, hint: Option<&str>) {
    let conclusion = Conclusion::Error(Fault::Usage);
    let mut more = json!({"error": message});
    if let Some(hint) = hint {
        more["hint"] = json!(hint);
    }
    last_line(conclusion, None, &more);
}

/// Writes the last line of a JSON stream that never came as far as AWS.
pub(super) fn invalid(findings: &[Diagnostic], service: Option<&ServiceId>) {
    let more = json!({"findings": findings});
    last_line(Conclusion::Refused(Refusal::Manifest), service, &more);
}

/// Writes the last line of a JSON stream, of a service where one is known.
fn last_line(conclusion: Conclusion, service: Option<&ServiceId>, more: &Value) {
    let mut line = json!({
        "event": "result",
        "time": Timestamp::now(),
        "service": service.map(|id| &id.name),
        "cluster": service.map(|id| &id.cluster),
        "region": service.and_then(|id| id.place.as_ref()?.place.region.clone()),
        "account": service.and_then(|id| id.place.as_ref()?.place.account.clone()),
        "verdict": conclusion.word(),
        "exit_code": conclusion.exit_code(),
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    json_line(&line);
}

/// Writes findings to standard error as snippets of the manifest.
pub(super) fn findings(findings: &[Diagnostic], global: &Global) {
    global.found(findings);
    let mut err = Writer::stderr();
    let colored = global.colored();
    for finding in findings {
        let mut page = render(finding, colored);
        page.line("");
        let _ = err.page(&page);
    }
}

/// Writes warnings to standard error, a line each: the command goes on, and has more to say.
pub(super) fn warnings(warnings: &[Diagnostic], global: &Global) {
    global.found(warnings);
    let style = palette_for(global.colored()).change;
    for (code, text) in warning_lines(warnings) {
        complain(&format!(
            "{style}warning[{}]{style:#}: {text}",
            code.as_str()
        ));
    }
}
