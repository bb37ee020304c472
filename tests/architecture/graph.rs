//! Who names whom, and the circles in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

/// Where something is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) path: String,
}

/// The top-level modules of a crate with what they name of each other.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    ties: BTreeMap<String, BTreeMap<String, BTreeSet<Place>>>,
}

impl Graph {
    pub(crate) fn add(&mut self, module: &str) {
        self.ties.entry(module.to_owned()).or_default();
    }

    pub(crate) fn tie(&mut self, from: &str, to: &str, place: Place) {
        let of_module = self.ties.entry(from.to_owned()).or_default();
        of_module.entry(to.to_owned()).or_default().insert(place);
    }

    /// Returns the modules that can be reached from each other, largest circle first.
    pub(crate) fn circles(&self) -> Vec<BTreeSet<&str>> {
        let mut circles: Vec<BTreeSet<&str>> = Vec::new();
        for module in self.ties.keys() {
            if circles
                .iter()
                .any(|circle| circle.contains(module.as_str()))
            {
                continue;
            }
            let reached = self.reached_from(module);
            let circle: BTreeSet<&str> = reached
                .into_iter()
                .filter(|other| self.reached_from(other).contains(module.as_str()))
                .collect();
            if !circle.is_empty() {
                circles.push(circle);
            }
        }
        circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
        circles
    }

    fn reached_from(&self, module: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut next = vec![module];
        while let Some(module) = next.pop() {
            for to in self.ties.get(module).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(to.as_str()) {
                    next.push(to);
                }
            }
        }
        reached
    }

    /// Returns every line that ties modules of a circle, those first that are named least: they
    /// open it soonest.
    pub(crate) fn lines(&self, circle: &BTreeSet<&str>) -> String {
        let mut ties = Vec::new();
        for from in circle {
            for (to, places) in &self.ties[*from] {
                if circle.contains(to.as_str()) {
                    ties.push((places.len(), *from, to, places));
                }
            }
        }
        ties.sort_unstable();
        let mut text = String::new();
        for (count, from, to, places) in ties {
            let _ = writeln!(text, "{from} -> {to} ({count})");
            for Place { file, line, path } in places {
                let _ = writeln!(text, "  {}:{line}: {path}", file.display());
            }
        }
        text
    }

    /// Returns all ties, one a line.
    #[cfg(test)]
    pub(crate) fn all(&self) -> String {
        let mut text = String::new();
        for (from, ties) in &self.ties {
            for (to, places) in ties {
                for Place { file, line, path } in places {
                    let _ = writeln!(text, "{from} -> {to}: {}:{line}: {path}", file.display());
                }
            }
        }
        text
    }
}
