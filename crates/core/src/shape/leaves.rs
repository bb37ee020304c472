//! The leaves of a document: what two documents are compared by.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::canonical::without_blanks;
use super::lists::{List, is_free_map, list_at};
use super::path::member_of;
use super::{DocumentKind, Path, Segment};

/// Every scalar and every ordered list of a document, by its path.
pub type Leaves = BTreeMap<Path, Value>;

/// Returns what a document says. Nulls, empty containers and blank texts say nothing, unless a
/// user chose the name that they stand under: a variable that is empty is set.
#[must_use]
pub fn leaves(kind: DocumentKind, value: &Value) -> Leaves {
    collected(kind, value, Blanks::Drop)
}

/// Returns the leaves of a document as somebody wrote it, blank texts among them.
#[must_use]
pub fn written_leaves(kind: DocumentKind, value: &Value) -> Leaves {
    collected(kind, value, Blanks::Keep)
}

fn collected(kind: DocumentKind, value: &Value, blanks: Blanks) -> Leaves {
    let mut collector = Collector {
        kind,
        blanks,
        found: Leaves::new(),
    };
    collector.collect(value, &Path::default(), "");
    collector.found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Blanks {
    Drop,
    Keep,
}

struct Collector {
    kind: DocumentKind,
    blanks: Blanks,
    found: Leaves,
}

impl Collector {
    fn collect(&mut self, value: &Value, path: &Path, place: &str) {
        match value {
            Value::Null => {}
            Value::Object(members) if is_free_map(self.kind, place) => {
                for (name, member) in members {
                    let path = path.join(Segment::Field(name.clone()));
                    self.found.insert(path, member.clone());
                }
            }
            Value::Object(members) => self.collect_members(members.iter(), path, place),
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) => self.collect_items(items, path, place),
            Value::String(text) if text.is_empty() && self.blanks == Blanks::Drop => {}
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                self.found.insert(path.clone(), value.clone());
            }
        }
    }

    fn collect_members<'a>(
        &mut self,
        members: impl Iterator<Item = (&'a String, &'a Value)>,
        path: &Path,
        place: &str,
    ) {
        for (name, member) in members {
            let path = path.join(Segment::Field(name.clone()));
            self.collect(member, &path, &member_of(place, name));
        }
    }

    fn collect_items(&mut self, items: &[Value], path: &Path, place: &str) {
        // What this version does not know may have an order.
        let list = list_at(self.kind, place).unwrap_or(List::Ordered);
        match list {
            List::Ordered => {
                let items = items.iter().map(without_blanks).collect();
                self.found.insert(path.clone(), Value::Array(items));
            }
            List::Set => {
                let mut items: Vec<Value> = items.iter().map(without_blanks).collect();
                items.sort_by_cached_key(ToString::to_string);
                items.dedup();
                self.found.insert(path.clone(), Value::Array(items));
            }
            List::Pairs(..) | List::Named(_) | List::Ports | List::Hooks => {
                let place = format!("{place}[*]");
                for (key, index) in keyed(list, items) {
                    let path = path.join(Segment::Key(key));
                    self.collect_item(list, &items[index], &path, &place);
                }
            }
        }
    }

    fn collect_item(&mut self, list: List, item: &Value, path: &Path, place: &str) {
        let (List::Pairs(key, value), Value::Object(members)) = (list, item) else {
            return self.collect(item, path, place);
        };
        let held = members.get(value).filter(|held| !held.is_null());
        let held = held.cloned().unwrap_or_else(|| Value::from(""));
        self.found.insert(path.clone(), held);
        let others = members
            .iter()
            .filter(|(name, _)| *name != key && *name != value);
        self.collect_members(others, path, place);
    }
}

/// Returns the items with a name of their own each: of those with one name, the second goes by
/// `name#2`.
pub(super) fn keyed(list: List, items: &[Value]) -> Vec<(String, usize)> {
    let by_position = items.iter().map(|item| list.name(item)).zip(0..);
    let mut named: Vec<(String, usize)> = by_position.collect();
    if !list.keeps_order() {
        named.sort_by_cached_key(|(name, index)| {
            (name.clone(), without_blanks(&items[*index]).to_string())
        });
    }
    let mut taken: BTreeSet<String> = named.iter().map(|(name, _)| name.clone()).collect();
    let mut seen = BTreeSet::new();
    for (name, _) in &mut named {
        if seen.insert(name.clone()) {
            continue;
        }
        // Another item may be named so already.
        let mut count = 2;
        while taken.contains(&format!("{name}#{count}")) {
            count += 1;
        }
        *name = format!("{name}#{count}");
        taken.insert(name.clone());
    }
    named
}

/// Returns the position of the item that goes by a name in a list.
#[must_use]
pub fn item_at(kind: DocumentKind, place: &str, items: &[Value], name: &str) -> Option<usize> {
    let list = list_at(kind, place)?;
    keyed(list, items)
        .into_iter()
        .find_map(|(known, index)| (known == name).then_some(index))
}
