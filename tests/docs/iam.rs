//! The IAM page names every operation that the adapter calls, and no other.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::pages::root;

/// What no client method stands for: permissions of other calls, and requests that are signed by
/// hand.
const OTHERS: [&str; 6] = [
    "iam:PassRole",
    "iam:CreateServiceLinkedRole",
    "sagemaker:DescribeModelPackage",
    "sagemaker:ListModelPackages",
    "sagemaker:UpdateModelPackage",
    "sagemaker-mlflow:*",
];

const VERBS: [&str; 15] = [
    "add_",
    "create_",
    "delete_",
    "deregister_",
    "describe_",
    "filter_",
    "get_",
    "list_",
    "modify_",
    "put_",
    "register_",
    "remove_",
    "stop_",
    "tag_resource",
    "update_",
];

#[test]
fn every_operation_that_the_adapter_calls_is_on_the_page_and_no_other() {
    let page = std::fs::read_to_string(root().join("docs/iam.md")).unwrap();
    let named: BTreeSet<String> = actions(&page);
    let operations: BTreeSet<String> = named
        .iter()
        .filter(|action| !OTHERS.contains(&action.as_str()))
        .filter_map(|action| Some(action.split_once(':')?.1.to_owned()))
        .collect();
    let mut called = BTreeSet::new();
    calls(&root().join("crates/aws/src/cloud"), &mut called);
    // A client's builder of documents, no operation.
    called.remove("CreateSerializer");
    assert!(called.len() > 30, "{called:?}");
    assert_eq!(operations, called);
    for other in OTHERS {
        assert!(named.contains(other), "{other}");
    }
}

#[test]
fn the_policies_allow_what_the_page_names() {
    let page = std::fs::read_to_string(root().join("docs/iam.md")).unwrap();
    let named = actions(&page);
    for file in ["iam-policy.json", "iam-policy-read-only.json"] {
        let text = std::fs::read_to_string(root().join("docs").join(file)).unwrap();
        let policy: Value = serde_json::from_str(&text).unwrap();
        let statements = policy["Statement"].as_array().unwrap();
        let all = statements
            .iter()
            .flat_map(|statement| statement["Action"].as_array().unwrap());
        let mut seen = BTreeSet::new();
        for action in all {
            let action = action.as_str().unwrap().to_owned();
            assert!(named.contains(&action), "{file}: {action}");
            assert!(seen.insert(action.clone()), "{file}: {action} twice");
            let verb = action.split_once(':').unwrap().1;
            let reads = ["Describe", "List", "Get", "Filter"];
            let is_read = reads.iter().any(|read| verb.starts_with(read));
            assert!(
                is_read || file != "iam-policy-read-only.json",
                "{file}: {action}"
            );
        }
        // What an inline policy of a role may have, and then some room.
        assert!(policy.to_string().len() < 6144, "{file}");
    }
}

/// Returns the actions that a page writes as code.
fn actions(page: &str) -> BTreeSet<String> {
    let code = page.split('`').skip(1).step_by(2);
    code.filter(|text| {
        text.split_once(':').is_some_and(|(service, action)| {
            let is_service = |letter: char| letter.is_ascii_lowercase() || letter == '-';
            !service.is_empty()
                && service.chars().all(is_service)
                && (action == "*" || action.starts_with(|letter: char| letter.is_ascii_uppercase()))
                && action
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '*')
        })
    })
    .map(str::to_owned)
    .collect()
}

/// Collects the operations whose client methods a folder's files call.
fn calls(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            calls(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let methods = text
            .split('.')
            .filter_map(|part| Some(part.split_once("()")?.0));
        found.extend(
            methods
                .filter(|method| {
                    method
                        .chars()
                        .all(|character| character.is_ascii_lowercase() || character == '_')
                })
                .filter(|method| VERBS.iter().any(|verb| method.starts_with(verb)))
                .map(operation),
        );
    }
}

fn operation(method: &str) -> String {
    let words = method.split('_');
    words
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}
