//! The messages of the schema check.

use serde_json::Value;

use super::super::diagnostic::Diagnostic;
use super::super::node::{Kind, Node, Style};
use super::super::path;
use super::super::variables;
use super::walk::At;
use crate::manifest::Code;

/// How much of a value a message repeats.
const LONGEST: usize = 60;

/// Returns the help that the schema's own description makes.
pub(super) fn field_help(path: &str, description: &str) -> String {
    format!("`{path}`: {}", phrase(description))
}

/// Makes a sentence a fragment: "The name." becomes "the name".
fn phrase(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut letters = sentence.chars();
    match (letters.next(), letters.clone().next()) {
        // CPU stays CPU.
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => sentence.to_owned(),
    }
}

/// Returns a scalar's text as messages repeat it.
pub(super) fn quoted(node: &Node, hidden: bool) -> String {
    let text = match &node.kind {
        Kind::String(text) => text.as_str(),
        _ => node.raw(),
    };
    if hidden {
        return "(hidden)".to_owned();
    }
    format!("`{}`", shorten(text))
}

/// Cuts a text down to what a message can hold.
pub(in super::super) fn shorten(text: &str) -> String {
    // Blanks at the end may be what is wrong with it.
    let line: String = text
        .trim_end_matches(['\n', '\r'])
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// "an integer", "the string `8080`": what was found.
fn description(node: &Node, at: &At<'_>) -> String {
    let name = node.kind.name();
    match &node.kind {
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::String(_) => {
            let name = name.trim_start_matches("an ").trim_start_matches("a ");
            if at.hidden {
                return node.kind.name().to_owned();
            }
            let text = match &node.kind {
                Kind::String(text) if node.style == Style::Quoted => {
                    format!("\"{}\"", shorten(text))
                }
                Kind::String(text) => shorten(text),
                _ => shorten(node.raw()),
            };
            format!("the {name} `{text}`")
        }
        Kind::Null | Kind::Unresolved(_) | Kind::Sequence(_) | Kind::Mapping(_) => name.to_owned(),
    }
}

fn expected(schema: &Value) -> &'static str {
    match schema["type"].as_str() {
        Some("object") => "a mapping",
        Some("array") => "a list",
        Some("integer") => "an integer",
        Some("number") => "a number",
        Some("boolean") => "`true` or `false`",
        _ => "a string",
    }
}

pub(super) fn wrong_type(node: &Node, schema: &Value, at: &At<'_>) -> Diagnostic {
    if at.key.is_none() {
        // Whatever this file is, its text is none of ours to repeat.
        let message = format!("a manifest must be a mapping, found {}", node.kind.name());
        return Diagnostic::error(Code::WRONG_TYPE, message)
            .at(node.span.clone())
            .help("start with `apiVersion: mlship/v1` and `kind: ModelRelease`");
    }
    let message = format!(
        "`{}` must be {}, found {}",
        at.path,
        expected(schema),
        description(node, at)
    );
    let diagnostic = at.error(Code::WRONG_TYPE, message, node);
    let name = path::last(at.path);
    match (&node.kind, schema["type"].as_str()) {
        // An item of its own would not do where the example has more to it.
        (Kind::String(_), Some("array")) if schema["examples"][0][1].is_string() => {
            let example = &schema["examples"][0];
            diagnostic.help(format!("write a list, such as `{name}: {example}`"))
        }
        (Kind::String(_) | Kind::Int(_), Some("array")) if !at.hidden => {
            diagnostic.help(format!("write a list: `{name}: [{}]`", shorten(node.raw())))
        }
        _ => diagnostic,
    }
}

/// A string field whose plain text YAML reads, or other tools read, as something else.
pub(super) fn needs_quotes(node: &Node, at: &At<'_>) -> Diagnostic {
    let raw = shorten(node.raw());
    let message = match &node.kind {
        Kind::String(_) => {
            let what = if at.hidden {
                "it".to_owned()
            } else {
                format!("`{raw}`")
            };
            format!(
                "`{}` must be quoted: tools disagree about what {what} is without quotes",
                at.path
            )
        }
        _ => format!(
            "`{}` must be a string, found {}",
            at.path,
            description(node, at)
        ),
    };
    let diagnostic = at.error(Code::NEEDS_QUOTES, message, node);
    let name = path::last(at.path);
    if at.hidden {
        return diagnostic.help(format!("quote the value of `{name}`"));
    }
    let name = if name.starts_with('[') {
        String::new()
    } else {
        format!("{name}: ")
    };
    diagnostic.help(format!("quote it: `{name}\"{raw}\"`"))
}

/// Returns the next step for a variable that is text only because it is quoted.
pub(super) fn without_quotes(node: &Node, at: &At<'_>) -> Option<String> {
    let written = node.raw().trim_matches(['"', '\'']);
    let is_quoted = node.style == Style::Quoted && variables::mentions_variable(written);
    if !is_quoted || at.hidden {
        return None;
    }
    let field = format!("{}: {written}", path::last(at.path));
    Some(if at.in_flow {
        format!("write the mapping without `{{ }}`, a line a field, and this one as `{field}`")
    } else {
        format!("remove the quotes: `{field}`")
    })
}

pub(super) fn empty(node: &Node, schema: &Value, at: &At<'_>) -> Diagnostic {
    if at.key.is_none() {
        return Diagnostic::error(Code::EMPTY_MANIFEST, "the manifest is empty")
            .at(node.span.clone())
            .help("start with `apiVersion: mlship/v1` and `kind: ModelRelease`");
    }
    let empty = match schema["type"].as_str() {
        _ if at.or_mapping => "a value or a mapping",
        Some("object") => "`{}`",
        Some("array") if schema["minItems"].is_null() => "`[]`",
        Some("integer" | "number" | "boolean") => "a value",
        _ if schema["minLength"].is_null() && super::scalar::takes_string(schema) => "`\"\"`",
        _ => "a value",
    };
    let message = format!("`{}` has no value", at.path);
    at.error(Code::EMPTY_VALUE, message, node)
        .help(format!("write {empty}, or remove the line"))
}

pub(super) fn missing(
    node: &Node,
    name: &str,
    description: Option<&str>,
    at: &At<'_>,
) -> Diagnostic {
    let path = path::member(at.path, name);
    let diagnostic = Diagnostic::error(Code::MISSING_FIELD, format!("`{path}` is missing"))
        .at(node.visible(at.key));
    match description {
        Some(description) => diagnostic.help(format!("add it: {}", phrase(description))),
        None => diagnostic,
    }
}

pub(super) fn out_of_range(
    value: i128,
    least: Option<i128>,
    most: Option<i128>,
    node: &Node,
    at: &At<'_>,
) -> Option<Diagnostic> {
    let below = least.is_some_and(|least| value < least);
    let above = most.is_some_and(|most| value > most);
    if !below && !above {
        return None;
    }
    let rule = match (least, most) {
        (Some(least), Some(most)) if most < i128::from(i32::MAX) => format!("{least} to {most}"),
        (Some(least), _) if below => format!("at least {least}"),
        (_, Some(most)) => format!("at most {most}"),
        _ => "a smaller number".to_owned(),
    };
    let found = if at.hidden {
        String::new()
    } else {
        format!(", found {value}")
    };
    let nearest = if below { least } else { most };
    let diagnostic = at.error(
        Code::OUT_OF_RANGE,
        format!("`{}` must be {rule}{found}", at.path),
        node,
    );
    Some(
        match (
            nearest.filter(|value| *value < i128::from(i32::MAX)),
            at.description,
        ) {
            (Some(nearest), Some(description)) => diagnostic.help(format!(
                "the nearest is {nearest}; {}",
                field_help(at.path, description)
            )),
            _ => diagnostic,
        },
    )
}

/// The words for a bound, its name in a schema, and whether a value keeps it.
type Bound = (&'static str, &'static str, fn(f64, f64) -> bool);

/// A number that is not between the bounds of its schema.
pub(super) fn out_of_bounds(
    value: f64,
    schema: &Value,
    node: &Node,
    at: &At<'_>,
) -> Option<Diagnostic> {
    const BOUNDS: [Bound; 4] = [
        ("more than", "exclusiveMinimum", |value, bound| {
            value > bound
        }),
        ("at least", "minimum", |value, bound| value >= bound),
        ("less than", "exclusiveMaximum", |value, bound| {
            value < bound
        }),
        ("at most", "maximum", |value, bound| value <= bound),
    ];
    let bounds = BOUNDS.into_iter().filter_map(|(word, name, is_kept)| {
        let bound = schema[name].as_f64()?;
        Some((format!("{word} {bound}"), is_kept(value, bound)))
    });
    let (rules, kept): (Vec<String>, Vec<bool>) = bounds.unzip();
    if kept.into_iter().all(|is_kept| is_kept) {
        return None;
    }
    let found = if at.hidden {
        String::new()
    } else {
        format!(", found {value}")
    };
    let message = format!("`{}` must be {}{found}", at.path, rules.join(" and "));
    Some(at.error(Code::OUT_OF_RANGE, message, node))
}

pub(super) fn wrong_length(
    node: &Node,
    text: &str,
    schema: &Value,
    at: &At<'_>,
) -> Option<Diagnostic> {
    let length = text.chars().count();
    let bound = |name: &str| {
        schema[name]
            .as_u64()
            .and_then(|bound| usize::try_from(bound).ok())
    };
    let (least, most) = (bound("minLength"), bound("maxLength"));
    if least.is_some_and(|least| length < least) {
        let message = match least {
            Some(least) if length > 0 => {
                format!("`{}` must have {least} characters, found {length}", at.path)
            }
            _ => format!("`{}` must not be empty", at.path),
        };
        let code = if length == 0 {
            Code::EMPTY_VALUE
        } else {
            Code::WRONG_LENGTH
        };
        return Some(at.error(code, message, node));
    }
    let most = most.filter(|most| length > *most)?;
    let message = format!(
        "`{}` must have at most {most} characters, found {length}",
        at.path
    );
    Some(at.error(Code::WRONG_LENGTH, message, node))
}

pub(super) fn wrong_count(
    node: &Node,
    count: usize,
    schema: &Value,
    at: &At<'_>,
) -> Option<Diagnostic> {
    let bound = |name: &str| {
        schema[name]
            .as_u64()
            .and_then(|bound| usize::try_from(bound).ok())
    };
    if let Some(least) = bound("minItems").filter(|least| count < *least) {
        let (code, message) = if count == 0 {
            (
                Code::EMPTY_VALUE,
                format!("`{}` must not be empty", at.path),
            )
        } else {
            let rule = format!("must have at least {least} items, found {count}");
            (Code::WRONG_LENGTH, format!("`{}` {rule}", at.path))
        };
        return Some(at.error(code, message, node));
    }
    let most = bound("maxItems").filter(|most| count > *most)?;
    let message = format!(
        "`{}` must have at most {most} items, found {count}",
        at.path
    );
    Some(at.error(Code::WRONG_LENGTH, message, node))
}
