//! Texts of a registry, made fit to be repeated.

/// The most that is repeated of one.
const REPEATED: usize = 200;

/// Returns the beginning of a text as a line that a terminal shows and doesn't obey.
pub(crate) fn one_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|one| if one.is_control() { ' ' } else { one })
        .take(REPEATED + 1)
        .collect();
    match line.char_indices().nth(REPEATED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
