//! The manifest's fields, out of the schema that checks manifests.

use std::fmt::Write;

use mlship_core::release::fields::{Request, field};
use serde_json::Value;

pub(crate) fn fields(kind: &str) -> String {
    let schema = mlship_manifest::json_schema();
    let mut page = String::new();
    let columns = Columns {
        in_ecs: kind == "ModelRelease",
    };
    object(
        &schema,
        &schema["$defs"][kind],
        &Place::default(),
        columns,
        &mut page,
    );
    page
}

/// What the tables have besides names, values and descriptions.
#[derive(Clone, Copy)]
struct Columns {
    /// Where ECS has a field.
    in_ecs: bool,
}

/// Where an object is in the file.
#[derive(Debug, Default)]
struct Place {
    path: String,
    /// The names beside its own that hold the same.
    others: Vec<String>,
}

impl Place {
    fn title(&self) -> String {
        if self.path.is_empty() {
            return "The file".to_owned();
        }
        let names = std::iter::once(&self.path).chain(&self.others);
        names.cloned().collect::<Vec<_>>().join(", ")
    }
}

/// Writes the table of an object's fields, then those of the objects within.
fn object(schema: &Value, object_schema: &Value, at: &Place, columns: Columns, page: &mut String) {
    let path = &*at.path;
    writeln!(page, "### {}\n", at.title()).unwrap();
    if let Some(about) = object_schema["description"].as_str() {
        writeln!(page, "{}\n", plain(about)).unwrap();
    }
    let (title, rule) = if columns.in_ecs {
        (" in AWS |", " --- |")
    } else {
        ("", "")
    };
    writeln!(
        page,
        "| field | takes | what it is |{title}\n| --- | --- | --- |{rule}"
    )
    .unwrap();
    let required = object_schema["required"].as_array();
    let is_required =
        |name: &str| required.is_some_and(|all| all.iter().any(|required| required == name));
    let properties = object_schema["properties"].as_object().unwrap();
    let order = |name: &&String| (!is_required(name), rank(name), (*name).clone());
    let mut names: Vec<&String> = properties.keys().collect();
    names.sort_by_key(order);
    let mut inner: Vec<(Place, &Value)> = Vec::new();
    for name in names {
        let field = &properties[name];
        let target = resolve(schema, field);
        let about = field["description"]
            .as_str()
            .or(target["description"].as_str());
        let needed = if is_required(name) {
            " **Required.**"
        } else {
            ""
        };
        let examples = examples(field);
        let choices = choices(target);
        let about = plain(about.unwrap_or_default());
        let takes = takes(schema, field);
        let place = if columns.in_ecs {
            format!(" {} |", in_ecs(path, name))
        } else {
            String::new()
        };
        writeln!(
            page,
            "| `{name}` | {takes} | {about}{needed}{choices}{examples} |{place}"
        )
        .unwrap();
        let Some((path, within)) = nested(schema, name, field, path) else {
            continue;
        };
        let known = inner
            .iter_mut()
            .find(|(_, known)| std::ptr::eq(*known, within));
        match known {
            Some((place, _)) => place.others.push(name.clone()),
            None => inner.push((
                Place {
                    path,
                    others: Vec::new(),
                },
                within,
            )),
        }
    }
    page.push('\n');
    for (place, within) in inner {
        object(schema, within, &place, columns, page);
    }
}

/// Says where ECS has a field, or what it is for where ECS does not get it.
fn in_ecs(section: &str, name: &str) -> String {
    let path = if section.is_empty() {
        name.to_owned()
    } else {
        format!("{section}.{name}").replace(".NAME", ".*")
    };
    let Some(row) = field(&path) else {
        return String::new();
    };
    let mut places: Vec<String> = Vec::new();
    for place in row.places {
        let request = match place.request {
            Request::TaskDefinition => "task definition",
            Request::Service => "service",
            Request::Scaling => "Application Auto Scaling",
        };
        let path = place.path.replace(".**", "");
        let path = path.replace("[@model]", "[]").replace("[@mount]", "[]");
        let path = path.replace("[@pause]", "[]").replace("[@judged]", "[]");
        let place = format!("{request}: `{}`", path.replace("[*]", "[]"));
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.extend(row.purpose.map(str::to_owned));
    places.join("<br>")
}

/// Says what each of the names means that a field takes, where there is a choice.
fn choices(target: &Value) -> String {
    let all = target["oneOf"].as_array().map_or(&[][..], Vec::as_slice);
    if all.len() < 2 {
        return String::new();
    }
    let said = all.iter().map(|choice| {
        let about = plain(choice["description"].as_str().unwrap_or_default());
        format!("<br>`{}`: {about}", choice["const"].as_str().unwrap())
    });
    said.collect()
}

/// Returns the object that a field holds, itself or as items, and where that is.
fn nested<'a>(
    schema: &'a Value,
    name: &str,
    field: &'a Value,
    path: &str,
) -> Option<(String, &'a Value)> {
    let here = if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    };
    let target = mapping(schema, resolve(schema, field));
    // An environment's overlay has the fields of the file itself.
    if name == "environments" {
        return None;
    }
    if target["properties"].is_object() {
        return Some((here, target));
    }
    let items = mapping(schema, resolve(schema, &target["items"]));
    if items["properties"].is_object() {
        return Some((format!("{here}[]"), items));
    }
    let members = resolve(schema, &target["additionalProperties"]);
    members["properties"]
        .is_object()
        .then(|| (format!("{here}.NAME"), members))
}

/// Returns the mapping among what a field takes, where it takes another form, too.
fn mapping<'a>(schema: &'a Value, target: &'a Value) -> &'a Value {
    let forms = target["anyOf"].as_array();
    let mut forms = forms
        .into_iter()
        .flatten()
        .map(|form| resolve(schema, form));
    let found = forms.find(|form| form["properties"].is_object());
    found.unwrap_or(target)
}

/// What everybody writes first comes first.
fn rank(name: &str) -> usize {
    let first = [
        "apiVersion",
        "kind",
        "metadata",
        "name",
        "version",
        "ref",
        "model",
        "image",
        "account",
        "cluster",
        "service",
        "runtime",
        "network",
        "health",
        "traffic",
        "rollout",
        "autoscaling",
        "tags",
        "environments",
        "overrides",
    ];
    first.iter().position(|known| *known == name).unwrap_or(12)
}

fn resolve<'a>(schema: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str().and_then(|at| at.strip_prefix('#')) {
        Some(pointer) => schema.pointer(pointer).unwrap(),
        None => value,
    }
}

fn takes(schema: &Value, field: &Value) -> String {
    let target = resolve(schema, field);
    if let Some(choices) = target["oneOf"].as_array() {
        let names = choices
            .iter()
            .map(|choice| format!("`{}`", choice["const"].as_str().unwrap()));
        return names.collect::<Vec<_>>().join(", ");
    }
    if let Some(forms) = target["anyOf"].as_array() {
        let forms: Vec<String> = forms.iter().map(|form| takes(schema, form)).collect();
        return forms.join(" or ");
    }
    let range = range(target);
    match &target["type"] {
        Value::String(kind) => match kind.as_str() {
            "array" => format!("list of {}", plural(&takes(schema, &target["items"]))),
            "object" if target["properties"].is_object() => "mapping".to_owned(),
            "object" => "mapping of names to values".to_owned(),
            "string" => format!("text{range}"),
            "integer" => format!("whole number{range}"),
            "boolean" => "`true` or `false`".to_owned(),
            other => format!("{other}{range}"),
        },
        Value::Array(kinds) if kinds.iter().any(|kind| kind == "string") => "text".to_owned(),
        _ => "anything".to_owned(),
    }
}

fn plural(what: &str) -> String {
    if what.contains(" or ") {
        let each: Vec<String> = what.split(" or ").map(plural).collect();
        return each.join(" or ");
    }
    match what.split_once(' ') {
        _ if what.starts_with('`') => what.to_owned(),
        Some(("whole", rest)) => format!("whole numbers{}", rest.trim_start_matches("number")),
        _ if what.starts_with("text") => what.replacen("text", "texts", 1),
        _ => format!("{what}s"),
    }
}

fn range(target: &Value) -> String {
    let number = |name: &str| target[name].as_f64();
    // What fits the number's own type is no bound worth a word.
    let most = number("maximum").filter(|most| *most < f64::from(i32::MAX));
    match (number("minimum"), most) {
        (Some(least), Some(most)) => format!(", {least} to {most}"),
        (Some(least), None) => format!(", {least} or more"),
        (None, Some(most)) => format!(", up to {most}"),
        (None, None) => match (number("exclusiveMinimum"), number("exclusiveMaximum")) {
            (Some(above), Some(below)) => format!(", between {above} and {below}"),
            (Some(above), None) => format!(", more than {above}"),
            (None, Some(below)) => format!(", less than {below}"),
            (None, None) => String::new(),
        },
    }
}

fn examples(field: &Value) -> String {
    let examples = field["examples"].as_array().map_or(&[][..], Vec::as_slice);
    let shown: Vec<String> = examples.iter().map(example).collect();
    if shown.is_empty() {
        return String::new();
    }
    format!(" Example: {}.", shown.join(", "))
}

fn example(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

/// Makes a description one cell of a table.
fn plain(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}

/// Wherever a page says after how many tasks mlship gives up by itself, it is what it does.
#[test]
fn the_pages_and_the_program_agree_on_when_it_gives_up() {
    let text = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: { name: m, version: \"1\" }\n\
        image: m:1\nservice: { cluster: ml, name: m }\nruntime: { cpu: 256, memory: 512 }\n\
        network: { subnets: [subnet-1] }\n";
    let options = mlship_manifest::ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let source = mlship_manifest::Source::new("m.yaml", text);
    let manifest = mlship_manifest::read(source, &options).unwrap();
    let after = mlship_core::release::abort_after(&manifest.release);
    for (page, words) in [
        (
            "docs/manifest.md",
            format!("{after} by default, 0 turns it off"),
        ),
        (
            "docs/tasks.md",
            format!("once {after} tasks have failed alike"),
        ),
        (
            "docs/troubleshooting.md",
            format!("`rollout.abortAfter` tasks ({after})"),
        ),
        (
            "docs/decisions/010-given-up-early-never-by-accident.md",
            format!("`rollout.abortAfter` ({after})"),
        ),
        (
            "CHANGELOG.md",
            format!("`rollout.abortAfter` ({after} by default)"),
        ),
    ] {
        let text = std::fs::read_to_string(super::pages::root().join(page)).unwrap();
        assert!(text.contains(&words), "{page}: {words}");
    }
}
