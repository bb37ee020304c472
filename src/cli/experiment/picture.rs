//! What a report is, by the name of its file.

use std::path::Path;

/// What a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Picture {
    Html,
    Svg,
}

impl Picture {
    pub(in crate::cli) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "html" | "htm" => Some(Self::Html),
            "svg" => Some(Self::Svg),
            _ => None,
        }
    }

    /// Says what is wrong with the name of a report.
    pub(in crate::cli) fn check(path: &Path) -> Result<(), String> {
        match Self::of(path) {
            Some(_) => Ok(()),
            None => Err(format!(
                "--report takes a file that ends in .html or .svg, not {}",
                path.display()
            )),
        }
    }
}
