//! What checks find in many manifests: of each kind some in full, and the others in a line.

use std::collections::HashMap;

use super::super::Color;
use super::super::human::found;
use mlship_manifest::Diagnostic;
use mlship_text::Page;

/// So many of a kind show what to do about it.
const IN_FULL: usize = 3;

/// How many of each kind were shown.
#[derive(Debug, Default)]
pub(super) struct Findings(HashMap<&'static str, usize>);

impl Findings {
    /// Returns what is shown of a finding.
    pub(super) fn page(&mut self, finding: &Diagnostic, color: &Color) -> Page {
        let shown = self.0.entry(finding.code.as_str()).or_default();
        *shown += 1;
        if *shown <= IN_FULL {
            return found(finding, color);
        }
        let place = finding.span.as_ref().map_or_else(String::new, |span| {
            format!(" ({}:{})", span.source().name(), span.line())
        });
        let bad = color.bad;
        let (code, message) = (finding.code.as_str(), &finding.message);
        let mut page = Page::new();
        page.line(format!("{bad}{code}{bad:#}: {message}{place}"));
        page
    }
}
