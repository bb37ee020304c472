//! Pages with generated parts: compared, or written when `MLSHIP_BLESS` is set.

use std::path::{Path, PathBuf};

const END: &str = "<!-- end generated -->";

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A page of the documentation, and what its generated parts should hold.
pub(crate) struct Page {
    path: &'static str,
    parts: Vec<(&'static str, String)>,
}

impl Page {
    pub(crate) fn new(path: &'static str) -> Self {
        Self {
            path,
            parts: Vec::new(),
        }
    }

    pub(crate) fn part(mut self, name: &'static str, text: String) -> Self {
        self.parts.push((name, text));
        self
    }

    /// Returns the page's name if it is stale; writes it instead where that is asked for.
    pub(crate) fn settle(self) -> Option<String> {
        let file = root().join(self.path);
        let before = std::fs::read_to_string(&file).unwrap();
        let after = self.fresh(&before);
        if after == before {
            return None;
        }
        if std::env::var_os("MLSHIP_BLESS").is_some() {
            std::fs::write(&file, after).unwrap();
            return None;
        }
        Some(format!(
            "{} ({})",
            self.path,
            first_difference(&before, &after)
        ))
    }

    fn fresh(&self, page: &str) -> String {
        let found = page.matches("<!-- begin generated: ").count();
        assert_eq!(found, self.parts.len(), "generated parts of {}", self.path);
        self.parts
            .iter()
            .fold(page.to_owned(), |page, (name, text)| {
                let begin = format!("<!-- begin generated: {name} -->\n");
                assert!(page.contains(&begin), "{} has no part `{name}`", self.path);
                let (head, rest) = page.split_once(&begin).unwrap();
                let (_, tail) = rest.split_once(END).unwrap();
                format!("{head}{begin}\n{}\n\n{END}{tail}", text.trim())
            })
    }
}

fn first_difference(before: &str, after: &str) -> String {
    let lines = before.lines().chain(std::iter::repeat(""));
    let line = after.lines().zip(lines).position(|(new, old)| new != old);
    format!("line {}", line.map_or(after.lines().count(), |at| at + 1))
}

/// Returns every Markdown page that readers are led to, relative to the root.
pub(crate) fn all() -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join("docs"), &mut found);
    for folder in ["", "manifests", "localstack", "mlflow", "fuzz"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        found.extend(paths.filter(|path| is_page(path)));
    }
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if is_page(&path) {
            found.push(path);
        }
    }
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md")
}
