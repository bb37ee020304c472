use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::different;
use crate::shape::model::{Type, all_places, document_with, samples};
use crate::shape::{DocumentKind, Implied, default_at, defaults, lists, maps};

const KINDS: [DocumentKind; 2] = [DocumentKind::TaskDefinition, DocumentKind::Service];

/// A list of which nothing is known would be compared by its order.
#[test]
fn every_list_and_map_of_the_model_has_its_row_and_every_row_its_list() {
    for kind in KINDS {
        let of = |wanted: &Type| -> BTreeSet<String> {
            let places = all_places(kind).into_iter();
            places
                .filter(|(_, found)| found == wanted)
                .map(|(place, _)| place)
                .collect()
        };
        let known: BTreeSet<String> = lists(kind).iter().map(|(at, _)| (*at).to_owned()).collect();
        assert_eq!(of(&Type::List), known);
        assert_eq!(lists(kind).len(), known.len(), "a list has one row");
        let known: BTreeSet<String> = maps(kind).iter().map(|at| (*at).to_owned()).collect();
        assert_eq!(of(&Type::Map), known);
    }
}

#[test]
fn every_default_is_of_a_field_that_can_have_it() {
    for kind in KINDS {
        let places = all_places(kind);
        for (place, implied) in defaults(kind) {
            let fits = match (&places[*place], implied) {
                (Type::Choice(choices), Implied::Text(text)) => {
                    choices.iter().any(|choice| choice == text)
                }
                (Type::Text, Implied::Text(_) | Implied::Name)
                | (Type::Integer, Implied::Number(_) | Implied::HostPort)
                | (Type::Double, Implied::Number(_))
                | (Type::Switch, Implied::On) => true,
                _ => false,
            };
            assert!(fits, "{place}");
        }
        let unique: BTreeSet<_> = defaults(kind).iter().map(|(place, _)| place).collect();
        assert_eq!(unique.len(), defaults(kind).len());
    }
}

/// Lists of objects are reached by their items' members.
fn leaf_places(kind: DocumentKind) -> Vec<(String, Type)> {
    let places = all_places(kind);
    let holds_objects = |place: &str| {
        let within = format!("{place}[*].");
        places.keys().any(|other| other.starts_with(&within))
    };
    places
        .iter()
        .filter(|(place, of)| **of != Type::List || !holds_objects(place))
        .map(|(place, of)| (place.clone(), of.clone()))
        .filter(|(place, _)| !place.ends_with("[*]"))
        .collect()
}

#[test]
fn a_change_of_any_leaf_is_seen_and_no_change_is_none() {
    let mut swept = 0;
    for kind in KINDS {
        for (place, of) in leaf_places(kind) {
            let samples = samples(&of);
            for (index, before) in samples.iter().enumerate() {
                let document = |value: &Value| json!(document_with(kind, &place, value.clone()));
                let before_document = document(before);
                assert_eq!(
                    different(kind, &before_document, &before_document),
                    Vec::<String>::new()
                );
                for after in &samples[index + 1..] {
                    let found = different(kind, &before_document, &document(after));
                    assert!(!found.is_empty(), "{place}: {before} → {after}");
                }
            }
            swept += 1;
        }
    }
    assert!(swept > 200, "{swept}");
}

/// A leaf that comes or goes is a change, but for one that says what its absence says.
#[test]
fn a_leaf_that_comes_or_goes_is_seen_unless_it_is_the_default() {
    for kind in KINDS {
        for (place, of) in leaf_places(kind) {
            for value in samples(&of) {
                let with = json!(document_with(kind, &place, value.clone()));
                let without = json!(document_with(kind, &place, Value::Null));
                let is_implied = match default_at(kind, &place) {
                    None => value == json!(false),
                    Some(Implied::Text(text)) => value == json!(text),
                    Some(Implied::Number(number)) => value == json!(number),
                    Some(Implied::On) => value == json!(true),
                    Some(Implied::Name | Implied::HostPort) => false,
                };
                let found = different(kind, &without, &with);
                let is_key = with == json!(document_with(kind, &place, Value::Null));
                assert_eq!(found.is_empty(), is_implied || is_key, "{place}: {value}");
            }
        }
    }
}

#[test]
fn a_blank_text_is_an_absent_one() {
    for kind in KINDS {
        for (place, of) in leaf_places(kind) {
            let is_text = matches!(of, Type::Text | Type::Choice(_));
            // What stands under a name that a user chose may be empty, and is then there.
            let is_named = lists(kind).iter().any(|(list, of)| match of {
                crate::shape::List::Pairs(_, value) => place == format!("{list}[*].{value}"),
                _ => false,
            });
            if is_text && !is_named {
                let blank = json!(document_with(kind, &place, json!("")));
                let absent = json!(document_with(kind, &place, Value::Null));
                assert_eq!(
                    different(kind, &blank, &absent),
                    Vec::<String>::new(),
                    "{place}"
                );
            }
        }
    }
}
