//! Warnings before a run, a line each; what many manifests have in common is said once.

use std::collections::BTreeSet;

use mlship_manifest::{Code, Diagnostic};
use mlship_text::words::counted;

/// Of so many manifests each warning is told by itself.
const TOLD: usize = 2;

/// How many places of further ones are named.
const NAMED: usize = 3;

/// Returns the code and the text of each line, in the order in which the kinds first come.
#[must_use]
pub fn warning_lines(warnings: &[Diagnostic]) -> Vec<(Code, String)> {
    let mut kinds: Vec<(Code, Vec<&Diagnostic>)> = Vec::new();
    for warning in warnings {
        match kinds.iter_mut().find(|(code, _)| *code == warning.code) {
            Some((_, of_it)) => of_it.push(warning),
            None => kinds.push((warning.code, vec![warning])),
        }
    }
    let mut lines = Vec::new();
    for (code, of_it) in kinds {
        let sources = of_it.iter().filter_map(|one| one.span.as_ref());
        let sources: BTreeSet<&str> = sources.map(|span| span.source().name()).collect();
        match of_it.as_slice() {
            [first, others @ ..] if sources.len() > TOLD => {
                lines.push((code, format!("{}, and {}", line(first), likewise(others))));
            }
            few => lines.extend(few.iter().map(|one| (code, line(one)))),
        }
    }
    lines
}

fn line(warning: &Diagnostic) -> String {
    let place = place(warning).map_or_else(String::new, |place| format!(" ({place})"));
    format!("{}{place}", warning.message)
}

fn place(warning: &Diagnostic) -> Option<String> {
    let span = warning.span.as_ref()?;
    Some(format!("{}:{}", span.source().name(), span.line()))
}

/// Says how many more there are, and where.
fn likewise(others: &[&Diagnostic]) -> String {
    let places: Vec<String> = others.iter().filter_map(|other| place(other)).collect();
    let named = &places[..places.len().min(NAMED)];
    let unnamed = match others.len() - named.len() {
        0 => String::new(),
        more => format!(" and {}", counted(more, "other place")),
    };
    format!(
        "{} more like it ({}{unnamed}: `mlship validate` shows each)",
        others.len(),
        named.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use mlship_manifest::{Source, Span};

    use super::*;

    fn warning(code: Code, manifest: usize) -> Diagnostic {
        let source = Source::new(format!("s{manifest}.yaml"), "a: b\n");
        Diagnostic::warning(code, format!("message {manifest}")).at(Span::new(&source, 0..1))
    }

    fn lines(warnings: &[Diagnostic]) -> Vec<String> {
        let lines = warning_lines(warnings).into_iter();
        lines
            .map(|(code, text)| format!("{}: {text}", code.as_str()))
            .collect()
    }

    #[test]
    fn what_many_manifests_have_in_common_is_said_once_with_its_places() {
        let few = [1, 2].map(|manifest| warning(Code::LOGS_MISSING, manifest));
        let many = (3..9).map(|manifest| warning(Code::CREDENTIAL_IN_ENV, manifest));
        let all: Vec<Diagnostic> = few.into_iter().chain(many).collect();
        let expected = [
            "logs-missing: message 1 (s1.yaml:1)",
            "logs-missing: message 2 (s2.yaml:1)",
            "credential-in-env: message 3 (s3.yaml:1), and 5 more like it (s4.yaml:1, s5.yaml:1, \
             s6.yaml:1 and 2 other places: `mlship validate` shows each)",
        ];
        assert_eq!(lines(&all), expected);
    }

    #[test]
    fn of_one_manifest_each_is_told() {
        let all = [1; 6].map(|manifest| warning(Code::CREDENTIAL_IN_ENV, manifest));
        assert_eq!(lines(&all).len(), 6);
    }

    #[test]
    fn kinds_that_come_by_turns_are_still_counted_whole() {
        let codes = [Code::LOGS_MISSING, Code::CREDENTIAL_IN_ENV];
        let all: Vec<Diagnostic> = (0..8).map(|one| warning(codes[one % 2], one)).collect();
        let lines = lines(&all);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(
            lines.iter().all(|line| line.contains("and 3 more like it")),
            "{lines:?}"
        );
    }
}
