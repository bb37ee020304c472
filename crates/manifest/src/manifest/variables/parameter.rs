//! References to parameters, `${ssm:/path}`: which there are, and where none can stand.

use super::problem::Problem;
use crate::manifest::diagnostic::Diagnostic;
use crate::manifest::source::Span;

/// What a reference to a parameter begins with.
pub(super) const PREFIX: &str = "ssm:";

/// The longest name that Systems Manager takes.
const LONGEST: usize = 1011;

/// A reference to a parameter whose value is not known.
#[derive(Debug, Clone)]
pub struct Unresolved {
    /// The parameter: its path, with a version or a label where one is named.
    pub name: String,
    /// The field that it stands in.
    pub field: String,
    /// Where it was written.
    pub at: Span,
}

impl Unresolved {
    /// Says that its field has to be known before AWS is asked.
    #[must_use]
    pub fn is_no_identity(&self) -> Diagnostic {
        Problem::ParameterHere.explain().at(self.at.clone())
    }
}

/// Reads what stands between `${ssm:` and `}`.
pub(super) fn name(written: &str) -> Result<&str, Problem> {
    let (path, selector) = match written.split_once(':') {
        Some((path, selector)) => (path, Some(selector)),
        None => (written, None),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let is_path = path.starts_with('/')
        && !path.ends_with('/')
        && !path.contains("//")
        && path.len() <= LONGEST
        && path.chars().all(|c| c == '/' || is_name(c));
    let is_selector = |selector: &str| {
        !selector.is_empty() && !selector.starts_with('-') && selector.chars().all(is_name)
    };
    if is_path && selector.is_none_or(is_selector) {
        Ok(written)
    } else {
        Err(Problem::BadParameter)
    }
}

/// Says whether a field has to be known without asking anybody: whom a manifest is about.
pub(super) fn is_said_here(field: &str) -> bool {
    ["account", "service", "model.name", "model.registry"]
        .iter()
        .any(|known| {
            let below = field.strip_prefix(known);
            below.is_some_and(|below| below.is_empty() || below.starts_with(['.', '[']))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_named_by_its_path() {
        for good in ["/p", "/a/b-c/d_e.f", "/p:3", "/p:prod", "/a/B9"] {
            assert_eq!(name(good), Ok(good));
        }
        for bad in [
            "",
            "p",
            "/",
            "/p/",
            "//p",
            "/p q",
            "/p:",
            "/p:-default",
            "/p:-",
            "/p:?message",
            "/p:3:4",
            "arn:aws:ssm:eu-west-1:111122223333:parameter/p",
        ] {
            assert_eq!(name(bad), Err(Problem::BadParameter), "{bad}");
        }
    }

    #[test]
    fn whom_a_manifest_is_about_is_said_in_it() {
        for field in [
            "account",
            "service.name",
            "service.dependsOn[0]",
            "model.registry.uri",
        ] {
            assert!(is_said_here(field), "{field}");
        }
        for field in ["image", "model.version", "serviceX", "network.subnets[0]"] {
            assert!(!is_said_here(field), "{field}");
        }
    }
}
