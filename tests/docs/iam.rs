//! The IAM page names every operation that the adapter calls, and no other.

use std::collections::BTreeSet;

use serde_json::Value;

use super::pages::root;

/// What no client method stands for: permissions of other calls, and requests that are signed by
/// hand.
const OTHERS: [&str; 9] = [
    "iam:PassRole",
    "iam:CreateServiceLinkedRole",
    "sagemaker:DescribeModelPackage",
    "sagemaker:ListModelPackages",
    "sagemaker:UpdateModelPackage",
    "sagemaker-mlflow:*",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
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
    let called = operations_of_the_adapter();
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
            let is_service = |letter: char| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
            };
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

/// Returns the names in the adapter's table of operations, without which it can't send a request.
fn operations_of_the_adapter() -> BTreeSet<String> {
    let path = root().join("crates/aws/src/cloud/operation.rs");
    let source = std::fs::read_to_string(path).unwrap();
    let rows = source.lines().filter_map(|line| {
        let mut row = line.trim().trim_end_matches(';').split(' ');
        let (name, effect, _bucket) = (row.next()?, row.next()?, row.next()?);
        let is_row = ["Read", "Write"].contains(&effect) && row.next().is_none();
        is_row.then(|| name.to_owned())
    });
    rows.collect()
}
