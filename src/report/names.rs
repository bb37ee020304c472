//! Lists of names, as wide as people read.

use crate::report::columns::width;
use mlship_core::release::NamedPlace;
use mlship_core::release::ids::ClusterName;
use mlship_text::Page;

/// How wide a line of names is.
const WIDTH: usize = 100;

/// Returns a cluster as people read it: in a run over several places with what tells its own apart.
pub(super) fn in_place(cluster: &ClusterName, place: Option<&NamedPlace>) -> String {
    match place.and_then(NamedPlace::name) {
        Some(place) => format!("{place}:{}", cluster.short()),
        None => cluster.to_string(),
    }
}

/// Returns names behind each other, in as many lines as they take.
pub(super) fn wrapped<Name: AsRef<str>>(names: impl IntoIterator<Item = Name>) -> Page {
    let mut page = Page::new();
    let mut names = names.into_iter().peekable();
    let mut line = String::new();
    while let Some(name) = names.next() {
        let comma = if names.peek().is_some() { "," } else { "" };
        let name = format!("{}{comma}", name.as_ref());
        if !line.is_empty() && width(&line) + 1 + width(&name) > WIDTH {
            page.line(format!("  {line}"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&name);
    }
    if !line.is_empty() {
        page.line(format!("  {line}"));
    }
    page
}
