//! Files of variables: flat mappings in JSON or YAML, or what `terraform output -json` writes.
//!
//! A value keeps its spelling, so that `1.10` stays `1.10`. Of such a file nothing is ever shown but
//! its names and its lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use super::given::{Given, GivenText, Origin, Values as _};
use crate::manifest::Code;
use crate::manifest::diagnostic::Diagnostic;
use crate::manifest::node::{Entry, Kind, Node};
use crate::manifest::parse::{Tree, tree};
use crate::manifest::source::{Source, Span};
use mlship_text::secrets::KnownSecrets;

/// What a file looks like, where it does not look like one.
const FORMS: &str = "write a mapping of names to texts, numbers and switches, or give what \
                     `terraform output -json` writes";

/// What files of variables say: each name by the last of them.
#[derive(Debug)]
pub struct VariableFiles {
    variables: BTreeMap<String, Given>,
    names: Vec<String>,
    findings: Vec<Diagnostic>,
    secrets: KnownSecrets,
}

impl VariableFiles {
    /// No files.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            variables: BTreeMap::new(),
            names: Vec::new(),
            findings: Vec::new(),
            secrets: KnownSecrets::none(),
        }
    }

    /// Takes what files say, in their order, and why others can't be read.
    #[must_use]
    pub fn of(sources: &[Arc<Source>], problems: Vec<Diagnostic>) -> Self {
        let mut read = Self::none();
        read.findings.extend(problems.into_iter().map(said_of_file));
        for source in sources {
            read.names.push(source.name().to_owned());
            read.add(source);
        }
        read
    }

    /// Returns what is wrong with them: errors alone.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Returns how they were named, in their order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns what they say is secret, whether or not a manifest refers to it.
    #[must_use]
    pub fn secrets(&self) -> &KnownSecrets {
        &self.secrets
    }

    /// Returns what a variable stands for: what they say of it, else what an environment does.
    #[must_use]
    pub fn over(&self, environment: &dyn Fn(&str) -> Option<String>, name: &str) -> Given {
        if let Some(given) = self.variables.get(name) {
            return given.clone();
        }
        match environment.variable(name) {
            Given::Nothing if !self.findings.is_empty() => Given::Unknown,
            given => given,
        }
    }

    /// Returns all that they say in one text, to tell whether others say the same; it holds secrets.
    /// Nothing where they say nothing.
    #[must_use]
    pub fn content(&self) -> Option<String> {
        let mut content = String::new();
        for (name, given) in &self.variables {
            let (kind, text) = match given {
                Given::Text(given) if given.is_secret => ("secret", &*given.text),
                Given::Text(given) => ("text", &*given.text),
                Given::Nothing | Given::Null(_) => ("null", ""),
                Given::Structure(_) => ("structure", ""),
                Given::Unknown => ("unknown", ""),
            };
            let _ = writeln!(content, "{name} {kind} {text:?}");
        }
        (!content.is_empty()).then_some(content)
    }

    fn add(&mut self, source: &Arc<Source>) {
        let mut found = Vec::new();
        let read = tree(source, &mut found);
        self.findings.extend(found.into_iter().map(said_of_file));
        let whole = read.as_ref().filter(|read| read.is_whole);
        let names = whole.map(|read| names(&read.root)).unwrap_or_default();
        source.conceal(all_but(names, source.text().len()));
        let Some(Tree { root, .. }) = read else {
            return;
        };
        let Kind::Mapping(entries) = &root.kind else {
            let message = format!(
                "a file of variables is a mapping, found {}",
                root.kind.name()
            );
            self.refuse(message, &root.visible(None), FORMS);
            return;
        };
        let is_terraforms = |entry: &Entry| is_mapping(&entry.value);
        if !entries.is_empty() && entries.iter().all(is_terraforms) {
            for entry in entries {
                self.output(entry);
            }
        } else {
            for entry in entries {
                self.flat(entry);
            }
        }
    }

    /// Takes `name: value`.
    fn flat(&mut self, entry: &Entry) {
        match text(&entry.value) {
            Some(text) => self.set(entry, text, false),
            None if is_null(&entry.value) => self.put(entry, Given::Null(origin(entry))),
            // A list is no mistake as long as nobody refers to it.
            None if !is_mapping(&entry.value) => self.put(entry, Given::Structure(origin(entry))),
            None => {
                let found = entry.value.kind.name();
                let message = format!("`{}` is {found}, and a variable is one text", name(entry));
                self.refuse(message, &entry.key.span, FORMS);
            }
        }
    }

    /// Takes `name: {value: …, sensitive: true}`.
    fn output(&mut self, entry: &Entry) {
        let Some(value) = entry.value.get("value") else {
            let message = format!("`{}` is a mapping without `value`", name(entry));
            return self.refuse(message, &entry.key.span, FORMS);
        };
        let is_secret = entry.value.get("sensitive").is_some_and(|said| {
            // What is no switch was meant to hide it, too.
            !matches!(said.kind, Kind::Bool(false) | Kind::Null)
        });
        if is_secret {
            let secrets = &mut self.secrets;
            scalars(value, &mut |node| {
                if let Some(text) = text(node) {
                    secrets.declare(&text);
                }
            });
        }
        match text(value) {
            Some(text) => self.set(entry, text, is_secret),
            None if is_null(value) => self.put(entry, Given::Null(origin(entry))),
            // Terraform's lists are no mistake as long as nobody refers to them.
            None => self.put(entry, Given::Structure(origin(entry))),
        }
    }

    fn set(&mut self, entry: &Entry, text: String, is_secret: bool) {
        let origin = origin(entry);
        let given = GivenText {
            text,
            is_secret,
            origin,
        };
        self.put(entry, Given::Text(given));
    }

    fn put(&mut self, entry: &Entry, given: Given) {
        self.variables.insert(entry.key.text.clone(), given);
    }

    fn refuse(&mut self, message: String, at: &Span, help: &str) {
        let finding = Diagnostic::error(Code::BAD_VARIABLES_FILE, message);
        self.findings.push(finding.at(at.clone()).help(help));
    }
}

/// Puts what is said of manifests into the words of a file of variables.
fn said_of_file(mut finding: Diagnostic) -> Diagnostic {
    let (message, help) = match finding.code {
        Code::EMPTY_MANIFEST => ("the file of variables is empty", FORMS),
        Code::MANIFEST_TOO_BIG => (
            "the file of variables has more than 1 MiB",
            "write a file of the variables that manifests refer to",
        ),
        Code::TOO_MANY_VALUES => (
            "the file of variables holds more than 20,000 values",
            "write a file of the variables that manifests refer to",
        ),
        Code::NESTED_TOO_DEEP => ("the file of variables is nested too deep", FORMS),
        Code::SEVERAL_DOCUMENTS => (
            "the file of variables holds more than one YAML document",
            "give each a file of its own, and --vars several times: a later one wins",
        ),
        Code::BINARY_FILE => ("the file of variables holds a zero byte", FORMS),
        Code::FILE_NOT_FOUND => (
            "there is no such file of variables",
            "check the path behind --vars; `-` is standard input",
        ),
        _ => return finding,
    };
    if finding.code != Code::FILE_NOT_FOUND {
        finding.code = Code::BAD_VARIABLES_FILE;
    }
    Diagnostic {
        message: message.to_owned(),
        help: Some(help.to_owned()),
        ..finding
    }
}

fn name(entry: &Entry) -> String {
    crate::manifest::schema_check::shorten(&entry.key.text)
}

fn origin(entry: &Entry) -> Origin {
    Origin::File {
        name: entry.key.span.source().name().to_owned(),
        line: entry.key.span.line(),
    }
}

fn is_mapping(node: &Node) -> bool {
    matches!(node.kind, Kind::Mapping(_))
}

fn is_null(node: &Node) -> bool {
    matches!(node.kind, Kind::Null)
}

/// Returns a scalar as it was spelled.
fn text(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::String(text) | Kind::Unresolved(text) => Some(text.clone()),
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) => Some(node.raw().to_owned()),
        Kind::Null | Kind::Sequence(_) | Kind::Mapping(_) => None,
    }
}

/// Returns where the names of variables are.
fn names(root: &Node) -> Vec<Range<usize>> {
    match &root.kind {
        Kind::Mapping(entries) => entries.iter().map(|entry| entry.key.span.range()).collect(),
        Kind::Null
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Float(_)
        | Kind::String(_)
        | Kind::Unresolved(_)
        | Kind::Sequence(_) => Vec::new(),
    }
}

/// Returns what is around some places in a text: also a comment may hold what was a value once.
fn all_but(mut places: Vec<Range<usize>>, length: usize) -> Vec<Range<usize>> {
    places.sort_by_key(|range| range.start);
    let ends = std::iter::once(0).chain(places.iter().map(|place| place.end));
    let starts = places.iter().map(|place| place.start).chain([length]);
    ends.zip(starts).map(|(end, start)| end..start).collect()
}

fn scalars(node: &Node, each: &mut dyn FnMut(&Node)) {
    match &node.kind {
        Kind::Sequence(items) => items.iter().for_each(|item| scalars(item, each)),
        Kind::Mapping(entries) => entries.iter().for_each(|entry| scalars(&entry.value, each)),
        Kind::Null
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Float(_)
        | Kind::String(_)
        | Kind::Unresolved(_) => each(node),
    }
}

#[cfg(test)]
mod tests;
