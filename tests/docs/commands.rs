//! The commands, out of the definitions that read the command line.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};
use mlship::cli::Cli;

fn built() -> Command {
    let mut command = Cli::command()
        .color(clap::ColorChoice::Never)
        .term_width(100);
    command.build();
    command
}

pub(crate) fn overview() -> String {
    let mut table = "| command | does |\n| --- | --- |\n".to_owned();
    for (name, command) in every(&built()) {
        let about = command.get_about().unwrap_or_default();
        let anchor = name.replace(' ', "-");
        writeln!(table, "| [`{name}`](#{anchor}) | {about} |").unwrap();
    }
    table
}

pub(crate) fn commands() -> String {
    let mut page = String::new();
    for (name, command) in every(&built()) {
        section(&mut page, &name, command);
    }
    page
}

pub(crate) fn global_options() -> String {
    let command = built();
    let mut page = String::new();
    let global = |argument: &&Arg| argument.is_global_set();
    list(&mut page, command.get_arguments().filter(global));
    page
}

#[test]
fn every_command_is_on_the_page_of_json_output() {
    let page = std::fs::read_to_string(super::pages::root().join("docs/json-output.md")).unwrap();
    let missing: Vec<String> = every(&built())
        .into_iter()
        .map(|(name, _)| name.replacen("mlship ", "`", 1))
        .filter(|name| !page.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "docs/json-output.md lacks {missing:?}");
}

/// Returns every command that does something, with its whole name.
fn every(root: &Command) -> Vec<(String, &Command)> {
    let mut found = Vec::new();
    let mut open = vec![("mlship".to_owned(), root)];
    while let Some((name, command)) = open.pop() {
        if command.get_subcommands().next().is_none() {
            found.push((name, command));
            continue;
        }
        let inner = command
            .get_subcommands()
            .filter(|inner| !inner.is_hide_set() && inner.get_name() != "help");
        let named: Vec<_> = inner
            .map(|inner| (format!("{name} {}", inner.get_name()), inner))
            .collect();
        open.extend(named.into_iter().rev());
    }
    found
}

fn section(page: &mut String, name: &str, command: &Command) {
    writeln!(page, "## {name}\n").unwrap();
    let about = command.get_long_about().or(command.get_about());
    let about = about.unwrap_or_default().to_string();
    let (first, more) = about.split_once('\n').unwrap_or((&about, ""));
    writeln!(page, "{first}.\n").unwrap();
    if !more.trim().is_empty() {
        writeln!(page, "{}\n", more.trim()).unwrap();
    }
    let usage = command.clone().render_usage().to_string();
    writeln!(
        page,
        "```text\n{}\n```\n",
        usage.trim_start_matches("Usage: ")
    )
    .unwrap();
    list(page, command.get_positionals());
    let is_own = |argument: &&Arg| {
        !argument.is_positional() && !argument.is_global_set() && !is_help(argument)
    };
    list(page, command.get_arguments().filter(is_own));
    if let Some(more) = command.get_after_long_help().or(command.get_after_help()) {
        writeln!(page, "```text\n{}\n```\n", more.to_string().trim()).unwrap();
    }
}

fn takes_value(argument: &Arg) -> bool {
    argument.get_action().takes_values()
}

fn is_help(argument: &Arg) -> bool {
    ["help", "version"].contains(&argument.get_id().as_str())
}

fn list<'a>(page: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    let mut any = false;
    for argument in arguments.filter(|argument| !argument.is_hide_set()) {
        any = true;
        let help = argument.get_long_help().or(argument.get_help());
        let help = help.unwrap_or_default().to_string().replace('\n', " ");
        write!(
            page,
            "- `{}`: {}",
            written(argument),
            help.trim_end_matches('.')
        )
        .unwrap();
        writeln!(page, "{}", values(argument)).unwrap();
    }
    if any {
        page.push('\n');
    }
}

/// Returns an argument as it is written on the command line.
fn written(argument: &Arg) -> String {
    if argument.is_positional() {
        return argument.to_string();
    }
    let value = match argument.get_value_names() {
        Some([name, ..]) if takes_value(argument) => format!(" {name}"),
        _ => String::new(),
    };
    let long = argument.get_long().map(|long| format!("--{long}"));
    let short = argument.get_short().map(|short| format!("-{short}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    format!("{}{value}", names.join(", "))
}

fn values(argument: &Arg) -> String {
    let mut more = String::new();
    let known = argument.get_possible_values();
    if !known.is_empty() && takes_value(argument) {
        let names: Vec<String> = known
            .iter()
            .map(|known| format!("`{}`", known.get_name()))
            .collect();
        write!(more, "; {}", names.join(", ")).unwrap();
    }
    if let [value] = argument.get_default_values()
        && takes_value(argument)
    {
        write!(more, " (default: `{}`)", value.to_string_lossy()).unwrap();
    }
    more
}
