//! Treats a misspelt field as the one that was meant, so that one typo gives one error instead of
//! two.
//!
//! Changes a tree that has an error already, and that nothing is done with but to look for more.

use serde_json::Value;

use super::super::node::{Entry, Kind, Node, Style};
use super::unknown::{Meant, meant};
use super::walk::{Stage, Walker, member_schema};

/// Gives every unknown field the name and the place of the one that it was most likely meant for.
pub(in super::super) fn repair_typos(root: &mut Node, schema: &Value) {
    let walker = Walker {
        root: schema,
        stage: Stage::Written,
        found: &mut Vec::new(),
    };
    let mut moves = Vec::new();
    rename(&walker, root, schema, &Place::default(), &mut moves);
    for (path, entry) in moves {
        insert(root, &path, entry);
    }
}

/// Says whether a value has the kind that a field takes.
pub(super) fn fits(node: &Node, schema: &Value) -> bool {
    match &node.kind {
        Kind::Null => false,
        Kind::Mapping(_) => schema["type"] == "object",
        Kind::Sequence(_) => schema["type"] == "array",
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::String(_) | Kind::Unresolved(_) => {
            let known = ["type", "oneOf", "enum"].iter();
            let is_known = known.clone().any(|member| !schema[member].is_null());
            is_known && schema["type"] != "object" && schema["type"] != "array"
        }
    }
}

/// A value that belongs elsewhere, and where.
type Move = (Vec<String>, Entry);

/// Where the walk is.
#[derive(Clone, Default)]
struct Place {
    /// The document's own place: an overlay begins a document of its own.
    document: Vec<String>,
    within: Vec<String>,
}

impl Place {
    fn member(&self, name: &str) -> Self {
        let mut place = self.clone();
        place.within.push(name.to_owned());
        let is_overlay = place.document.is_empty() && place.within.len() == 2;
        if is_overlay && place.within[0] == "environments" {
            place.document = std::mem::take(&mut place.within);
        }
        place
    }
}

fn rename<'a>(
    walker: &Walker<'a>,
    node: &mut Node,
    schema: &'a Value,
    place: &Place,
    moves: &mut Vec<Move>,
) {
    let schema = walker.choice(node, walker.resolve(schema));
    if let Kind::Sequence(items) = &mut node.kind {
        for item in items {
            rename(walker, item, &schema["items"], place, moves);
        }
        return;
    }
    let Kind::Mapping(entries) = &mut node.kind else {
        return;
    };
    // Free-form, or no mapping at all.
    if schema["properties"].is_null() && schema["additionalProperties"].is_null() {
        return;
    }
    for index in 0..entries.len() {
        let name = &entries[index].key.text;
        if member_schema(schema, name).is_some() {
            continue;
        }
        let path = match meant(walker, name, schema) {
            Meant::Called(path) => path.to_owned(),
            Meant::Under(home) => format!("{home}.{name}"),
            Meant::Nothing => continue,
            Meant::Here(known) => {
                let is_there = entries.iter().any(|other| other.key.text == known);
                let field = walker.resolve(&schema["properties"][known]);
                let field = walker.choice(&entries[index].value, field);
                if !is_there && fits(&entries[index].value, field) {
                    known.clone_into(&mut entries[index].key.text);
                }
                continue;
            }
        };
        if fits(&entries[index].value, field_at(walker, &path)) {
            let mut target = place.document.clone();
            target.extend(path.split('.').map(str::to_owned));
            moves.push((target, entries[index].clone()));
        }
    }
    for entry in entries {
        if let Some(field) = member_schema(schema, &entry.key.text) {
            let place = place.member(&entry.key.text);
            rename(walker, &mut entry.value, field, &place, moves);
        }
    }
}

fn field_at<'a>(walker: &Walker<'a>, path: &str) -> &'a Value {
    let start = walker.resolve(walker.root);
    path.split('.').fold(start, |schema, name| {
        walker.of_mapping(&schema["properties"][name])
    })
}

/// Puts a value where it belongs, unless something is there.
fn insert(root: &mut Node, path: &[String], entry: Entry) {
    let [name, rest @ ..] = path else {
        return;
    };
    let Kind::Mapping(entries) = &mut root.kind else {
        return;
    };
    let at = entries.iter().position(|entry| entry.key.text == *name);
    match (at, rest.is_empty()) {
        (Some(at), false) => insert(&mut entries[at].value, rest, entry),
        (Some(_), true) => {}
        (None, is_last) => {
            let mut key = entry.key.clone();
            name.clone_into(&mut key.text);
            let value = if is_last {
                entry.value
            } else {
                let mut around = Node {
                    span: key.span.clone(),
                    written: key.span.range(),
                    style: Style::Quoted,
                    kind: Kind::Mapping(Vec::new()),
                };
                insert(&mut around, rest, entry);
                around
            };
            entries.push(Entry { key, value });
        }
    }
}
