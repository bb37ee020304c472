//! Checks that an answer has what it must have, and reports what it lacks. Knows no operation.

use aws_sdk_ecs::types::Failure;
use aws_smithy_schema::serde::SerializableStruct;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::operation::Operation;
use super::wire;
use mlship_core::cloud::CloudError;
use mlship_core::release::Document;

/// What is missing in an answer, or wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lacks(String);

impl Lacks {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// Returns what this means for the caller.
    pub(super) fn of(&self, operation: Operation) -> CloudError {
        CloudError::unreadable(operation.name(), &self.0)
    }
}

/// Takes a member that must be there; of a list, also an empty one.
pub(super) fn member<T>(value: Option<T>, name: &str) -> Result<T, Lacks> {
    value.ok_or_else(|| Lacks::new(format!("it has no {name}")))
}

/// Takes a text that must be there, and must not be empty.
pub(super) fn text<'a>(value: Option<&'a str>, name: &str) -> Result<&'a str, Lacks> {
    member(value.filter(|text| !text.is_empty()), name)
}

/// Refuses an answer about something else.
pub(super) fn about(is_it: bool, what: &str) -> Result<(), Lacks> {
    if is_it {
        Ok(())
    } else {
        Err(Lacks::new(format!("it is about another {what}")))
    }
}

/// Reads a part of an answer in its wire form.
pub(super) fn document<T>(
    part: &dyn SerializableStruct,
    read: impl Fn(Document) -> serde_json::Result<T>,
) -> Result<T, Lacks> {
    read(wire::document(part)).map_err(|error| Lacks::new(error.to_string()))
}

/// Reads a part of an answer into what its wire form says.
pub(super) fn read<T: DeserializeOwned>(part: &dyn SerializableStruct) -> Result<T, Lacks> {
    document(part, |document| {
        serde_json::from_value(Value::Object(document))
    })
}

/// Refuses an answer that does not tell of each thing that was asked about, there or missing, and
/// one that tells of others. Things are known by the last part of their ARN, since clusters and
/// older ARNs are written in more than one way.
pub(super) fn each_once<'a>(
    asked: impl IntoIterator<Item = &'a str>,
    there: impl IntoIterator<Item = Option<&'a str>>,
    failures: &'a [Failure],
) -> Result<(), Lacks> {
    let missing = failures.iter().map(Failure::arn);
    let told = there.into_iter().chain(missing);
    each(asked.into_iter().map(last), told.map(|arn| arn.map(last)))
}

/// Refuses an answer that does not name each thing that was asked about once, and no other.
pub(super) fn each<'a>(
    asked: impl IntoIterator<Item = &'a str>,
    told: impl IntoIterator<Item = Option<&'a str>>,
) -> Result<(), Lacks> {
    let mut open: Vec<&str> = asked.into_iter().collect();
    for told in told {
        let told = text(told, "ARN of what it is about")?;
        let at = open.iter().position(|asked| *asked == told);
        open.swap_remove(at.ok_or_else(|| Lacks::new("it is about something else"))?);
    }
    match open.first() {
        Some(forgotten) => Err(Lacks::new(format!("it says nothing of {forgotten}"))),
        None => Ok(()),
    }
}

/// Takes the first of a list that must not end before there is one.
pub(super) fn first<'a, T>(
    list: &'a [T],
    next: Option<&str>,
    name: &str,
) -> Result<Option<&'a T>, Lacks> {
    match (list.first(), next.unwrap_or_default()) {
        (None, "") => Err(Lacks::new(format!("it has no {name}"))),
        (found, _) => Ok(found),
    }
}

/// Returns the last part of an ARN.
pub(super) fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_tells_of_each_thing_once_and_of_no_other() {
        let check = |asked: &[&str], there: &[&str], missing: &[&str], is_answer: bool| {
            let failures = missing
                .iter()
                .map(|arn| Failure::builder().arn(*arn).build());
            let failures: Vec<Failure> = failures.collect();
            let there: Vec<Option<&str>> = there.iter().copied().map(Some).collect();
            let told = each_once(asked.iter().copied(), there, &failures);
            assert_eq!(told.is_ok(), is_answer, "{told:?}");
        };
        check(&["a/1", "a/2"], &["a/2"], &["a/1"], true);
        check(&["1"], &["task/ml/1"], &[], true);
        check(&[], &[], &[], true);
        check(&["a/1"], &[], &[], false);
        check(&["a/1"], &["a/2"], &[], false);
        check(&["a/1"], &["a/1", "a/1"], &[], false);
        check(&["a/1"], &["a/1"], &["a/1"], false);
        check(&["a/1"], &[""], &[], false);
    }
}
