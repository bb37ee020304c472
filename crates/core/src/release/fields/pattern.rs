//! Patterns of paths: `containerDefinitions[@model].environment[*]`. Knows no field.
//!
//! `*` is any step and is captured, `**` at the end is any steps, `@model` is the name of the
//! model's container, `@mount` the directory of the weights in it, `@judged` the pause in which an
//! analysis judges a step, and `@pause` any other.

use std::collections::BTreeSet;

use crate::release::weights;
use crate::shape::{Document, PAUSE_BEFORE_STEPS, Path, Segment, is_pause, items};

/// What the names with `@` stand for, in the documents that are compared.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    models: BTreeSet<String>,
    mounts: BTreeSet<String>,
    is_judged: bool,
}

impl Bindings {
    /// Adds a task definition, whose model's container has this name.
    #[must_use]
    pub fn with(mut self, task_definition: &Document, model: &str) -> Self {
        let containers = task_definition.get("containerDefinitions");
        for container in items(containers).filter(|container| container["name"] == model) {
            let mounts = items(container.get("mountPoints"))
                .filter(|mount| mount["sourceVolume"] == weights::CONTAINER)
                .filter_map(|mount| mount["containerPath"].as_str());
            self.mounts.extend(mounts.map(str::to_owned));
        }
        self.models.insert(model.to_owned());
        self
    }

    /// Says that the pause before each step is an analysis'.
    #[must_use]
    pub fn judged(mut self) -> Self {
        self.is_judged = true;
        self
    }

    fn is_judgement(&self, hook: &str) -> bool {
        self.is_judged && hook == PAUSE_BEFORE_STEPS
    }
}

/// How a pattern fits a path.
pub(super) struct Match<'a> {
    /// How many steps it knows by name.
    pub(super) exact: usize,
    /// What its `*` stand for.
    pub(super) captured: Vec<&'a str>,
}

pub(super) fn matches<'a>(pattern: &str, path: &'a Path, bindings: &Bindings) -> Option<Match<'a>> {
    let mut found = Match {
        exact: 0,
        captured: Vec::new(),
    };
    let mut steps = path.0.iter();
    for expected in self::steps(pattern) {
        if expected == PatternSegment::Field("**") {
            return Some(found);
        }
        let (text, expected) = match (steps.next()?, expected) {
            (Segment::Field(text), PatternSegment::Field(expected))
            | (Segment::Key(text), PatternSegment::Key(expected)) => (text, expected),
            (Segment::Field(_), PatternSegment::Key(_))
            | (Segment::Key(_), PatternSegment::Field(_)) => return None,
        };
        let is_it = match expected {
            "*" => {
                found.captured.push(text);
                continue;
            }
            "@model" => bindings.models.contains(text),
            "@mount" => bindings.mounts.contains(text),
            "@judged" => bindings.is_judgement(text),
            "@pause" => is_pause(text) && !bindings.is_judgement(text),
            name => name == text,
        };
        if !is_it {
            return None;
        }
        found.exact += 1;
    }
    steps.next().is_none().then_some(found)
}

/// A step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PatternSegment<'a> {
    /// A member of an object.
    Field(&'a str),
    /// An item of a list, by its name.
    Key(&'a str),
}

/// Takes a pattern apart. No step's name has a dot or a bracket in it.
pub(super) fn steps(pattern: &str) -> impl Iterator<Item = PatternSegment<'_>> {
    pattern
        .split(['.', '['])
        .map(|step| match step.strip_suffix(']') {
            Some(key) => PatternSegment::Key(key),
            None => PatternSegment::Field(step),
        })
}
