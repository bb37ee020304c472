//! Names of files as the platform knows them.

use std::path::{Path, PathBuf};

use mlship_manifest::Span;

/// The folder that the repository was checked out into.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    root: Option<PathBuf>,
}

impl Workspace {
    /// Takes the folder that the platform names, where it does.
    #[must_use]
    pub fn new(root: Option<&str>) -> Self {
        let root = root.filter(|root| !root.is_empty()).map(Path::new);
        Self {
            root: root.and_then(|root| root.canonicalize().ok()),
        }
    }

    /// Returns the file of a place, relative to the folder however it was written; none of what is
    /// no file in it.
    #[must_use]
    pub fn file(&self, span: &Span) -> Option<String> {
        self.relative(span.source().name())
    }

    /// Returns a file's name relative to the folder; none of what is not in it.
    #[must_use]
    pub fn relative(&self, name: &str) -> Option<String> {
        let whole = Path::new(name).canonicalize().ok()?;
        let inside = whole.strip_prefix(self.root.as_ref()?).ok()?;
        inside.to_str().map(str::to_owned)
    }
}
