//! The place of a field in ECS's documents, and how its value is converted.

use serde_json::{Map, Value, json};

/// What a field is sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// `RegisterTaskDefinition`.
    TaskDefinition,
    /// `CreateService` and `UpdateService`.
    Service,
    /// The requests of Application Auto Scaling.
    Scaling,
}

/// A place in a request.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// In which request.
    pub request: Request,
    /// Where in it: a pattern.
    pub path: &'static str,
    /// How what is written becomes what is sent.
    pub form: Form,
}

/// How what is written becomes what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Code decides, by this and other fields.
    Computed,
    /// As it is written.
    Same,
    /// A number as a text.
    Text,
    /// Names and values as a list of pairs, whose value has this name.
    Pairs(&'static str),
}

impl Place {
    pub(super) const fn task(path: &'static str) -> Self {
        Self::new(Request::TaskDefinition, path)
    }

    pub(super) const fn service(path: &'static str) -> Self {
        Self::new(Request::Service, path)
    }

    pub(super) const fn scaling(path: &'static str) -> Self {
        Self::new(Request::Scaling, path)
    }

    const fn new(request: Request, path: &'static str) -> Self {
        Self {
            request,
            path,
            form: Form::Computed,
        }
    }

    pub(super) const fn form(self, form: Form) -> Self {
        Self { form, ..self }
    }
}

impl Form {
    /// Returns what is sent for what is written, if anything is.
    pub(super) fn sent(self, written: &Value) -> Option<Value> {
        let there = (!written.is_null()).then(|| written.clone());
        match self {
            Self::Computed => None,
            Self::Same => there,
            Self::Text => there.map(|number| json!(number.to_string())),
            Self::Pairs(held) => written.as_object().and_then(|map| pairs(map, held)),
        }
    }
}

impl Form {
    /// Returns what would be written for what ECS has, if a manifest can say that.
    pub(super) fn written(self, there: &Value) -> Option<Value> {
        match self {
            Self::Computed => None,
            Self::Same => Some(there.clone()),
            Self::Text => {
                let number = there.as_str().and_then(|text| text.parse::<u64>().ok());
                number.map(|number| json!(number))
            }
            Self::Pairs(held) => map_of(there.as_array()?, held).map(Value::Object),
        }
    }
}

/// Returns a list of pairs as a map, unless a name comes twice.
fn map_of(items: &[Value], held: &str) -> Option<Map<String, Value>> {
    let mut map = Map::new();
    for item in items {
        let value = item.get(held).cloned().unwrap_or_else(|| json!(""));
        if map
            .insert(item["name"].as_str()?.to_owned(), value)
            .is_some()
        {
            return None;
        }
    }
    (!map.is_empty()).then_some(map)
}

fn pairs(map: &Map<String, Value>, held: &str) -> Option<Value> {
    let pairs = map
        .iter()
        .map(|(name, value)| json!({"name": name, held: value}));
    (!map.is_empty()).then(|| pairs.collect())
}
