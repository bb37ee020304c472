//! `mlship explain`

use clap::Args;

use super::{Format, Global, examples, output};
use crate::report::{Explained, explained_document, explained_list, explained_text};
use mlship_core::progress::ExitCode;
use mlship_manifest::nearest;

/// Say what an exit code, a cause of a failure or a diagnostic means, and what to do
#[derive(Debug, Args)]
#[command(after_help = examples::EXPLAIN)]
pub(super) struct Explain {
    /// Exit codes, causes or diagnostics
    #[arg(required_unless_present = "list", value_name = "CODE")]
    codes: Vec<String>,
    /// Name everything that can be explained
    #[arg(long, conflicts_with = "codes")]
    list: bool,
}

pub(super) fn run(command: &Explain, global: &Global) -> ExitCode {
    if command.list {
        match global.format() {
            Format::Human => output::page(&explained_list()),
            Format::Json => return output::document(&explained_document(Explained::all())),
        }
        return ExitCode::Done;
    }
    let mut found = Vec::new();
    for code in &command.codes {
        match Explained::named(code) {
            Some(explained) => found.push(explained),
            None => return unknown(code, global),
        }
    }
    match global.format() {
        Format::Human => {
            let pages = found.into_iter();
            let pages = pages.map(|explained| explained_text(explained, &global.palette()));
            pages.for_each(|page| output::page(&page));
            ExitCode::Done
        }
        Format::Json => output::document(&explained_document(found)),
    }
}

fn unknown(code: &str, global: &Global) -> ExitCode {
    let names: Vec<String> = Explained::all().map(Explained::name).collect();
    let nearest = nearest(code, names.iter().map(String::as_str));
    let hint = match nearest {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => "mlship explain --list names all there are".to_owned(),
    };
    output::usage_with_hint(&format!("nothing is called {code}"), Some(&hint), global)
}
