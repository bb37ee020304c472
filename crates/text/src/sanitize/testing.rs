//! Checks for tests that a printed line is safe.

#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "for tests alone, also those of other crates, where what is wrong shall fail"
)]

/// Says what is wrong with a line, by rules that are written down anew.
pub fn fault(text: &str) -> Option<String> {
    let mut bare = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        let Some((parameters, after)) = after.split_once('m') else {
            return Some("an open sequence".to_owned());
        };
        if parameters
            .split(';')
            .any(|parameter| ["", "5", "8", "30", "40"].contains(&parameter))
        {
            return Some(format!("a style {parameters}"));
        }
        rest = after;
    }
    bare.push_str(rest);
    if let Some(control) = bare
        .chars()
        .find(|character| character.is_control() && *character != '\t')
    {
        return Some(format!("{control:?}"));
    }
    if bare.chars().any(super::is_unseen) {
        return Some("something unseen".to_owned());
    }
    let is_command = bare.contains("##[") || bare.contains("##vso[");
    (is_command || bare.trim_start().starts_with("::")).then(|| "a command".to_owned())
}
