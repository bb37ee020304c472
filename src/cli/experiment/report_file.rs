//! The file of a report: what its name says that it is, and how it is written.

use std::path::Path;

use crate::report::{ExperimentView, experiment_html, experiment_svg};

/// What a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Picture {
    Html,
    Svg,
}

impl Picture {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "html" | "htm" => Some(Self::Html),
            "svg" => Some(Self::Svg),
            _ => None,
        }
    }
}

/// Returns what is wrong with the name of a report, if something is.
pub(super) fn mistake(path: &Path) -> Option<String> {
    Picture::of(path).is_none().then(|| {
        format!(
            "--report takes a file that ends in .html or .svg, not {}",
            path.display()
        )
    })
}

/// Writes a report.
pub(super) fn write(path: &Path, shown: &ExperimentView<'_>) -> std::io::Result<()> {
    let text = match Picture::of(path) {
        Some(Picture::Svg) => experiment_svg(shown),
        Some(Picture::Html) | None => experiment_html(shown),
    };
    std::fs::write(path, text)
}
