//! Fits statements into as few policies as hold them, by the sizes that IAM takes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::statement::Statement;

/// The characters of a managed policy, where white space does not count.
const LARGEST: usize = 6144;
/// The managed policies of a role, unless its account asked for more.
const MOST: usize = 10;

/// There is more to allow than a role can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// How many policies that would be.
    pub policies: usize,
}

/// Returns the policies that hold all statements.
pub(super) fn packed(statements: Vec<Statement>) -> Result<Vec<Value>, TooMany> {
    let mut full: Vec<Vec<Statement>> = Vec::new();
    let mut open: Vec<Statement> = Vec::new();
    for statement in statements {
        let mut rest = Some(statement);
        while let Some(statement) = rest.take() {
            let (fits, more) = split(&open, &statement);
            match (fits, more) {
                (Some(fits), more) => {
                    open.push(fits);
                    rest = more;
                }
                (None, more) if !open.is_empty() => {
                    full.push(std::mem::take(&mut open));
                    rest = more;
                }
                // A single resource that no policy could hold is longer than AWS's own names.
                (None, _) => return Err(TooMany { policies: MOST + 1 }),
            }
            if rest.is_some() && !open.is_empty() {
                full.push(std::mem::take(&mut open));
            }
        }
    }
    if !open.is_empty() {
        full.push(open);
    }
    if full.len() > MOST {
        return Err(TooMany {
            policies: full.len(),
        });
    }
    Ok(full.iter().map(|each| document(each)).collect())
}

/// Returns as much of a statement as fits behind others, and what is left of it.
fn split(open: &[Statement], statement: &Statement) -> (Option<Statement>, Option<Statement>) {
    let used = length(open);
    let is_room = |part: &Statement| {
        let comma = usize::from(!open.is_empty());
        used + comma + compact(&part.json()) <= LARGEST
    };
    if is_room(statement) {
        return (Some(statement.clone()), None);
    }
    let (list, part): (&BTreeSet<String>, &dyn Fn(BTreeSet<String>) -> Statement) =
        match &statement.condition {
            // On everything, where it is one of these.
            Some(condition) if statement.resources.contains("*") => {
                (&condition.values, &|values| statement.when(values))
            }
            Some(_) | None => (&statement.resources, &|resources| statement.on(resources)),
        };
    let first = |count: usize| part(list.iter().take(count).cloned().collect());
    // As many as fit: the more, the longer.
    let (mut fits, mut over) = (0, list.len());
    while over - fits > 1 {
        let middle = usize::midpoint(fits, over);
        if is_room(&first(middle)) {
            fits = middle;
        } else {
            over = middle;
        }
    }
    if fits == 0 {
        return (None, Some(statement.clone()));
    }
    let rest = part(list.iter().skip(fits).cloned().collect());
    (Some(first(fits)), Some(rest))
}

fn document(statements: &[Statement]) -> Value {
    let all: Vec<Value> = statements.iter().map(Statement::json).collect();
    json!({"Version": "2012-10-17", "Statement": all})
}

fn length(statements: &[Statement]) -> usize {
    compact(&document(statements))
}

fn compact(value: &Value) -> usize {
    value.to_string().chars().count()
}
