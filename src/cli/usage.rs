//! Prints help and usage errors through the sanitising writer, since a command line can hold
//! foreign text.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Cli, output};
use mlship_core::progress::ExitCode;
use mlship_text::Page;
use mlship_text::sanitize::{self, Colors};

/// Writes help or a mistake, and returns the exit code.
pub(super) fn report_usage_error(mut error: clap::Error) -> ExitCode {
    let said = message(&error);
    let tip = misses_paths(&error).then_some("or name a service itself: --service CLUSTER/NAME");
    if let Some(tip) = tip {
        let tip = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tip);
    }
    let given: Vec<_> = error.context().filter_map(harmless).collect();
    for (kind, value) in given {
        error.insert(kind, value);
    }
    let page: Page = error.render().ansi().to_string().lines().collect();
    // Help and version come this way too, and are no mistake.
    if !error.use_stderr() {
        output::page(&page);
        return ExitCode::Done;
    }
    output::complain_page(&page);
    if asks_for_json(std::env::args_os()) {
        output::usage_line(&said, tip);
    }
    ExitCode::Usage
}

/// Says whether the manifests are missing of a command that can do without.
fn misses_paths(error: &clap::Error) -> bool {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else {
        return false;
    };
    let is_missing = error.kind() == ErrorKind::MissingRequiredArgument
        && missing.iter().any(|argument| argument.contains("PATHS"));
    is_missing && takes_services(std::env::args_os().skip(1))
}

/// Says whether a command line is that of a command that takes services by their names.
fn takes_services(words: impl Iterator<Item = OsString>) -> bool {
    let mut command = Cli::command();
    for word in words {
        if let Some(inner) = command.find_subcommand(&word) {
            command = inner.clone();
        }
    }
    let mut arguments = command.get_arguments();
    arguments.any(|argument| argument.get_long() == Some("service"))
}

/// Returns what was given on the command line as a line that can only be read.
fn harmless((kind, value): (ContextKind, &ContextValue)) -> Option<(ContextKind, ContextValue)> {
    let line = |text: &String| sanitize::line(text, Colors::Drop).into_owned();
    match value {
        ContextValue::String(text) => Some((kind, ContextValue::String(line(text)))),
        ContextValue::Strings(texts) => {
            let lines = texts.iter().map(line).collect();
            Some((kind, ContextValue::Strings(lines)))
        }
        _ => None,
    }
}

/// Says whether a command line that can't be read asks for JSON.
pub(super) fn asks_for_json(arguments: impl Iterator<Item = OsString>) -> bool {
    let arguments: Vec<OsString> = arguments.collect();
    let joined = ["-ojson", "-o=json", "--output=json"];
    arguments
        .iter()
        .any(|argument| joined.iter().any(|flag| argument == flag))
        || arguments
            .windows(2)
            .any(|pair| (pair[0] == "-o" || pair[0] == "--output") && pair[1] == "json")
}

/// Returns what is wrong with a command line, without the advice that follows it.
fn message(error: &clap::Error) -> String {
    let text = error.to_string();
    let message = text.split("\n\n").next().unwrap_or_default();
    message
        .trim_start_matches("error: ")
        .trim()
        .replace("\n ", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_of_commands_that_take_services_the_flag_is_named() {
        let check = |line: &str, expected| {
            let words = line.split(' ').map(OsString::from);
            assert_eq!(takes_services(words), expected, "{line}");
        };
        check("status", true);
        check("-o json logs --failed", true);
        check("experiment status", true);
        check("deploy", false);
        check("diff", false);
    }
}
