//! The tables of permissions, made from the one that the program goes by.

use std::fmt::Write;

use mlship_core::permissions::{Permission, TABLE, Use, Where};

/// What is done with releases, but for models' registries.
pub(crate) fn actions() -> String {
    let used = [
        Use::Look,
        Use::Deploy,
        Use::Rollback,
        Use::Promote,
        Use::Traffic,
    ];
    let is_used = |row: &Permission| used.iter().any(|used| row.is_for(*used));
    table(|row| is_used(row) && !is_of_registry(row), true)
}

/// What is asked before a release, and not for its plan already.
pub(crate) fn before_a_release() -> String {
    table(
        |row| row.is_for(Use::Verify) && !row.is_for(Use::Look),
        false,
    )
}

/// What experiments take besides.
pub(crate) fn experiments() -> String {
    let is_besides = |row: &Permission| !row.is_for(Use::Deploy) && !is_of_registry(row);
    table(|row| row.is_for(Use::Experiment) && is_besides(row), false)
}

/// What models' registries take.
pub(crate) fn registries() -> String {
    table(is_of_registry, true)
}

fn is_of_registry(row: &Permission) -> bool {
    row.action.starts_with("sagemaker")
}

fn table(is_in: impl Fn(&Permission) -> bool, tells_uses: bool) -> String {
    let mut table = if tells_uses {
        "| action | for | on | needed to |\n| --- | --- | --- | --- |\n".to_owned()
    } else {
        "| action | for | on |\n| --- | --- | --- |\n".to_owned()
    };
    let mut before = "";
    for row in TABLE.iter().filter(|row| is_in(row)) {
        let Permission {
            action,
            scope,
            only,
            ..
        } = row;
        let purpose = match row.purpose {
            // Of the row above, which may not be in this table.
            "the same" => before,
            purpose => purpose,
        };
        before = purpose;
        let only = match only {
            Where::Always => String::new(),
            only => format!("; only {}", only.words()),
        };
        write!(
            table,
            "| `{action}` | {purpose}{only} | {} |",
            scope.words()
        )
        .unwrap();
        if tells_uses {
            let uses: Vec<&str> = row.uses.iter().map(|used| used.words()).collect();
            write!(table, " {} |", uses.join(", ")).unwrap();
        }
        table.push('\n');
    }
    table
}

/// Every row is in a table of the page.
#[test]
fn every_permission_is_on_the_page() {
    let page = std::fs::read_to_string(super::pages::root().join("docs/iam.md")).unwrap();
    for row in TABLE {
        assert!(
            page.contains(&format!("| `{}` |", row.action)),
            "{}",
            row.action
        );
    }
}
