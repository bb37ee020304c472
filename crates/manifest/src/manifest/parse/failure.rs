//! Translates the YAML library's errors into diagnostics.

use std::ops::Range;
use std::sync::Arc;

use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, Location};

use super::super::diagnostic::Diagnostic;
use super::super::source::{Source, Span};
use super::raw::DEEPEST;
use crate::manifest::Code;

/// Returns the bytes of a location.
pub(super) fn range(location: Location, source: &Source) -> Range<usize> {
    let span = location.span();
    let bytes = span.byte_offset().zip(span.byte_len());
    let exact = bytes.and_then(|(start, length)| {
        let start = usize::try_from(start).ok()?;
        Some(start..start.checked_add(usize::try_from(length).ok()?)?)
    });
    exact.unwrap_or_else(|| {
        // Some errors know no bytes, only their line and column.
        let line = usize::try_from(location.line())
            .unwrap_or(0)
            .saturating_sub(1);
        let column = usize::try_from(location.column())
            .unwrap_or(0)
            .saturating_sub(1);
        let range = source.line_range(line);
        let text = &source.text()[range.clone()];
        let within = text
            .char_indices()
            .nth(column)
            .map_or(text.len(), |(at, _)| at);
        range.start + within..range.start + within
    })
}

pub(super) fn translate(error: &Error, source: &Arc<Source>) -> Diagnostic {
    let mut error = error.without_snippet();
    let mut place = None;
    // What goes wrong within an alias is best seen where the alias stands.
    while let Error::AliasError {
        error: inner,
        locations,
        ..
    } = error
    {
        place = place.or(locations.primary_location());
        error = inner.without_snippet();
    }
    let place = place
        .or_else(|| error.location())
        .map_or(0..0, |at| range(at, source));
    let place = tab_position(error, source, &place).unwrap_or(place);
    explain(error, source, &place).at(Span::new(source, place))
}

/// A value may go on in the next line, up to a tab there: it is the tab that is wrong.
fn tab_position(error: &Error, source: &Source, place: &Range<usize>) -> Option<Range<usize>> {
    let said = error.to_string();
    let next = source.line_range(source.line_index(place.start) + 1);
    let line = source.text().get(next.clone())?;
    let indentation = line.len() - line.trim_start_matches(' ').len();
    let is_tab = said.contains("found a tab") && line[indentation..].starts_with('\t');
    is_tab.then(|| next.start + indentation..next.start + indentation + 1)
}

fn explain(error: &Error, source: &Source, place: &Range<usize>) -> Diagnostic {
    match error {
        Error::MultipleDocuments { .. }
        | Error::Budget {
            breach: BudgetBreach::Documents { .. },
            ..
        } => Diagnostic::error(
            Code::SEVERAL_DOCUMENTS,
            "the file holds more than one YAML document",
        )
        .help("put each release into a file of its own; a directory of them works, too"),
        Error::Budget { breach, .. } => over_budget(breach),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => too_many_values(),
        Error::RecursiveReferencesRequireWeakTypes { .. } => Diagnostic::error(
            Code::ALIAS_LOOP,
            "this alias stands within the value it refers to",
        )
        .help("write the value out instead of the alias"),
        Error::UnknownAnchor { .. } => Diagnostic::error(
            Code::UNKNOWN_ALIAS,
            "this alias refers to no anchor above it",
        )
        .help("put `&name` before the value it stands for, or quote a text that begins with `*`"),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => {
            Diagnostic::error(Code::BAD_MERGE, "`<<` merges mappings, and this is none")
                .help("write `<<: *anchor`, where the anchor names a mapping")
        }
        Error::UnsupportedTag { .. } => {
            Diagnostic::error(Code::UNKNOWN_TAG, "this YAML tag means nothing here")
                .help("remove the tag; a text that begins with `!` needs quotes")
        }
        other => syntax(other, source, place),
    }
}

fn over_budget(breach: &BudgetBreach) -> Diagnostic {
    match breach {
        BudgetBreach::Depth { .. } => {
            let message = format!("values are nested more than {DEEPEST} deep");
            Diagnostic::error(Code::NESTED_TOO_DEEP, message)
                .help("no field of a manifest is that deep; check that this is the right file")
        }
        _ => too_many_values(),
    }
}

fn too_many_values() -> Diagnostic {
    let message = "the manifest holds more than 20,000 values once its aliases are expanded";
    Diagnostic::error(Code::TOO_MANY_VALUES, message)
        .help("a manifest has some dozens; check its aliases and that this is the right file")
}

fn syntax(error: &Error, source: &Source, place: &Range<usize>) -> Diagnostic {
    let said = error.to_string();
    // The place is said by the diagnostic itself.
    let said = said
        .rsplit_once(" at line ")
        .map_or(&*said, |(said, _)| said);
    if said.contains("flow_nesting") || said.contains("recursion limit") || said.contains("nesting")
    {
        return over_budget(&BudgetBreach::Depth { depth: DEEPEST + 1 });
    }
    let range = source.line_range(source.line_index(place.start));
    let line = source.text().get(range).unwrap_or_default();
    let diagnostic = Diagnostic::error(Code::YAML_SYNTAX, format!("not valid YAML: {said}"));
    match advice(said, line) {
        Some(advice) => diagnostic.help(advice),
        None => diagnostic,
    }
}

/// Returns the next step for the mistakes that people make most.
fn advice(said: &str, line: &str) -> Option<&'static str> {
    if line.trim_start_matches(' ').starts_with('\t') || said.contains("tab") {
        Some("YAML is indented with spaces; replace the tab")
    } else if line.contains("${") && line.contains(['{', '[']) && said.contains("flow") {
        Some(
            "within `{ }` and `[ ]` a variable needs quotes: `{ name: \"${NAME}\" }`; \
             for a number write the mapping without braces, a line a field: `cpu: ${CPU}`",
        )
    } else if said.contains("mapping values are not allowed") {
        Some("a value that holds `: ` needs quotes; else check the indentation of this line")
    } else if said.contains("escape") {
        Some("use single quotes, where a backslash is nothing special")
    } else if said.contains("unclosed quote") {
        Some("close the quotes")
    } else if said.contains("indicator") {
        Some("a bracket or a quote further up may not be closed")
    } else if said.contains("block mapping") || said.contains("block collection") {
        Some("check the indentation: fields of one mapping begin in one column")
    } else if said.contains("bracket") || said.contains("flow") {
        Some("close every `[` and `{`, and separate what is in them by commas")
    } else if said.contains("cannot start") || said.contains("unexpected character") {
        Some("a value that begins with a special character needs quotes")
    } else {
        None
    }
}
