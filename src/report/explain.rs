//! What a code means and what to do about it: exit codes, causes of failures, diagnostics, checks.

use serde_json::{Value, json};

use super::Color;
use mlship_core::preflight::Check;
use mlship_core::progress::{Cause, ExitCode};
use mlship_manifest::Code;
use mlship_text::Page;

/// Something that has a page in the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explained {
    /// A number that a command ends with.
    ExitCode(ExitCode),
    /// Why a release failed.
    Cause(Cause),
    /// A rule of manifests.
    Diagnostic(Code),
    /// What `verify` looks at.
    Check(Check),
}

impl Explained {
    /// Returns everything that can be explained: numbers, causes, diagnostics, then checks.
    pub fn all() -> impl Iterator<Item = Self> {
        let codes = ExitCode::ALL.into_iter().map(Self::ExitCode);
        let causes = Cause::ALL.into_iter().map(Self::Cause);
        let checks = Check::ALL.iter().copied().map(Self::Check);
        let codes = codes.chain(causes);
        codes.chain(Code::all().map(Self::Diagnostic)).chain(checks)
    }

    /// Returns what a name stands for, however it is written.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let plain = |name: &str| name.trim().to_lowercase().replace('_', "-");
        // A cause and a diagnostic may differ in their hyphens alone.
        let exact = Self::all().find(|known| known.name() == name);
        exact.or_else(|| Self::all().find(|known| plain(&known.name()) == plain(name)))
    }

    /// Returns its name.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::ExitCode(code) => code.number().to_string(),
            Self::Cause(cause) => cause.as_str().to_owned(),
            Self::Diagnostic(code) => code.as_str().to_owned(),
            Self::Check(check) => check.name().to_owned(),
        }
    }

    /// Returns the word for its kind.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::ExitCode(_) => "exit_code",
            Self::Cause(_) => "cause",
            Self::Diagnostic(_) => "diagnostic",
            Self::Check(_) => "check",
        }
    }

    fn meaning(self) -> String {
        match self {
            Self::ExitCode(code) => code.meaning().to_owned(),
            Self::Cause(cause) => cause.meaning().to_owned(),
            Self::Diagnostic(code) => code.meaning().to_owned(),
            Self::Check(check) => format!("looks whether {}", check.looks_at()),
        }
    }

    fn next(self) -> String {
        match self {
            Self::ExitCode(code) => code.next().to_owned(),
            Self::Cause(cause) => cause.words().1,
            Self::Diagnostic(code) => code.fix().to_owned(),
            Self::Check(check) => check.code().fix().to_owned(),
        }
    }

    fn page(self) -> &'static str {
        match self {
            Self::ExitCode(_) => "docs/exit-codes.md",
            Self::Cause(_) => "docs/failure-causes.md",
            Self::Diagnostic(_) => "docs/diagnostics.md",
            Self::Check(_) => "docs/verify.md",
        }
    }
}

/// Explains it for people.
#[must_use]
pub fn explained_text(explained: Explained, color: &Color) -> Page {
    let (strong, faint) = (color.strong, color.faint);
    let kind = explained.kind().replace('_', " ");
    let mut page = Page::new();
    page.line(format!("{strong}{}{strong:#} ({kind})", explained.name()));
    page.line(format!("  {}", explained.meaning()));
    page.line(format!("  next: {}", explained.next()));
    page.line(format!("  {faint}{}{faint:#}", explained.page()));
    page
}

/// Explains some for programs.
#[must_use]
pub fn explained_document(explained: impl IntoIterator<Item = Explained>) -> Value {
    let all = explained.into_iter().map(|explained| {
        json!({
            "name": explained.name(),
            "kind": explained.kind(),
            "meaning": explained.meaning(),
            "next": explained.next(),
            "page": explained.page(),
        })
    });
    json!({ "explained": all.collect::<Vec<_>>() })
}

/// Names everything that can be explained, a line each.
#[must_use]
pub fn explained_list() -> Page {
    let lines =
        Explained::all().map(|explained| format!("{}  {}", explained.name(), explained.kind()));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::report::palette_for;

    #[test]
    fn nothing_lacks_its_words_and_no_two_share_a_name() {
        let mut names = BTreeSet::new();
        for explained in Explained::all() {
            let name = explained.name();
            assert!(!explained.meaning().is_empty(), "{name}");
            assert!(!explained.next().is_empty(), "{name}");
            assert_eq!(Explained::named(&name), Some(explained));
            let text = explained_text(explained, &palette_for(false)).to_string();
            assert!(text.starts_with(&name), "{text}");
            assert!(names.insert(name.clone()), "{name} twice");
        }
    }

    #[test]
    fn a_name_may_be_written_as_any_output_has_it() {
        let oom = Some(Explained::Cause(Cause::OutOfMemory));
        for name in ["out_of_memory", "out-of-memory", " OUT_OF_MEMORY"] {
            assert_eq!(Explained::named(name), oom, "{name}");
        }
        assert_eq!(Explained::named("nonsense"), None);
    }
}
