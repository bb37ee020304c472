//! Documents, and values by where they came from.

use serde_json::json;

use super::*;

#[test]
fn a_document_says_where_it_hid_something() {
    let document = json!({
        "family": "m",
        "containerDefinitions": [{
            "name": "m",
            "environment": [{"name": "DB_PASS", "value": "x"}, {"name": "A", "value": "b"}],
            "secrets": [{"name": "DB_PASSWORD", "valueFrom": "/prod/db"}],
            "command": ["serve", "--token", "abc"],
            "healthCheck": {"command": ["CMD-SHELL", "curl -u a:x http://h"]},
            "dockerLabels": {"api-key": "k", "team": "ml"},
            "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": "t"},
                "secretOptions": [{"name": "token", "valueFrom": "arn:aws:ssm:eu-west-1:111122223333:parameter/t"}]},
        }],
        "tags": [{"key": "token", "value": "x"}],
    });
    let redacted = redact_document(&document, &KnownSecrets::none());
    assert_eq!(
        redacted.document,
        json!({
            "family": "m",
            "containerDefinitions": [{
                "name": "m",
                "environment": [{"name": "DB_PASS", "value": "***"}, {"name": "A", "value": "b"}],
                "secrets": [{"name": "DB_PASSWORD", "valueFrom": "/prod/db"}],
                "command": ["serve", "--token", "***"],
                "healthCheck": {"command": ["CMD-SHELL", "curl -u a:*** http://h"]},
                "dockerLabels": {"api-key": "***", "team": "ml"},
                "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": "***"},
                    "secretOptions": [{"name": "token", "valueFrom": "arn:aws:ssm:eu-west-1:111122223333:parameter/t"}]},
            }],
            "tags": [{"key": "token", "value": "***"}],
        })
    );
    let mut hidden = redacted.hidden;
    hidden.sort();
    assert_eq!(
        hidden,
        [
            "containerDefinitions[m].command[2]",
            "containerDefinitions[m].dockerLabels.api-key",
            "containerDefinitions[m].environment[DB_PASS]",
            "containerDefinitions[m].healthCheck.command[1]",
            "containerDefinitions[m].logConfiguration.options.splunk-token",
            "tags[token]",
        ]
    );
}

#[test]
fn what_a_variable_filled_in_is_hidden_whole_and_elsewhere_from_eight_characters() {
    let mut known = KnownSecrets::none();
    known.add("x");
    known.add("long \"value\"");
    known.add_field("pre-x");
    assert_eq!(known.hide("x and long \"value\""), "x and ***");
    assert_eq!(known.hide("long \\\"value\\\"!"), "***!");
    let document =
        json!({"environment": [{"name": "A", "value": "pre-x"}, {"name": "B", "value": "x"}]});
    let redacted = redact_document(&document, &known).document;
    assert_eq!(
        redacted,
        json!({"environment": [{"name": "A", "value": "***"}, {"name": "B", "value": "x"}]})
    );
}

#[test]
fn the_options_of_others_are_read_in_their_way() {
    for (document, expected) in [
        (
            json!({"options": {"Header": "X-Api-Key x", "Format": "json"}}),
            json!({"options": {"Header": "X-Api-Key ***", "Format": "json"}}),
        ),
        (
            json!({"options": {"Header": "Accept json"}}),
            json!({"options": {"Header": "Accept json"}}),
        ),
        (
            json!({"env": {"DB_PASSWORD": 5, "TOKENS": 5}}),
            json!({"env": {"DB_PASSWORD": "***", "TOKENS": 5}}),
        ),
        (
            json!({"image": "me:x@registry.example.com/a:1"}),
            json!({"image": "me:***@registry.example.com/a:1"}),
        ),
        (
            json!({"command": ["CMD", "mysqladmin", "-px", "ping"]}),
            json!({"command": ["CMD", "mysqladmin", "-p***", "ping"]}),
        ),
        (
            json!({"tags": {"amqp://me:x@h/v": "y"}}),
            json!({"tags": {"amqp://me:***@h/v": "y"}}),
        ),
        (
            json!({"o": "username=me,password=x,vers=3"}),
            json!({"o": "username=me,password=***,vers=3"}),
        ),
    ] {
        assert_eq!(
            redact_document(&document, &KnownSecrets::none()).document,
            expected
        );
    }
}

#[test]
fn names_of_members_are_texts_of_others_too_and_none_takes_the_place_of_another() {
    let mut known = KnownSecrets::none();
    known.add("plain-words");
    let document = json!({"metrics": {
        "ghp_0123456789abcdefghij0123456789abcdef": 1, "glpat-abcdefghijklmnopqrst": 2,
        "k password=hunter2x": 3, "of plain-words": 4, "auc": 5,
    }});
    assert_eq!(
        redact_texts(&document, &known),
        json!({"metrics": {"***": 1, "*** (2)": 2, "k password=***": 3, "of ***": 4, "auc": 5}})
    );
    let of_ecs = redact_document(&document, &known).document;
    let names = |value: &serde_json::Value| -> Vec<String> {
        let members = value["metrics"].as_object().unwrap();
        members.keys().cloned().collect()
    };
    assert_eq!(names(&of_ecs), names(&redact_texts(&document, &known)));
}

#[test]
fn what_is_known_goes_whole_though_a_part_of_it_looks_secret_by_itself() {
    let mut known = KnownSecrets::none();
    known.add("one password=two three");
    assert_eq!(known.redact("a one password=two three b"), "a *** b");
}
