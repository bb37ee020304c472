//! Which letters a terminal has, by what the environment says.

use std::env;

use crate::report::Drawing;

/// Returns what pictures are drawn with.
pub(super) fn drawing() -> Drawing {
    by(|name| env::var(name).ok())
}

/// The first of these that is not empty says the encoding, as for every program.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

fn by(variable: impl Fn(&str) -> Option<String>) -> Drawing {
    let mut told = LOCALE.into_iter().filter_map(&variable);
    let locale = told.find(|value| !value.is_empty());
    let is_unicode = |locale: &String| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    };
    // Containers and pipelines say nothing, and their logs are UTF-8.
    let has_letters = locale.as_ref().is_none_or(is_unicode);
    if has_letters && variable("TERM").as_deref() != Some("dumb") {
        Drawing::Lines
    } else {
        Drawing::Ascii
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_ascii_where_the_locale_or_the_terminal_has_no_more() {
        for (variables, drawing) in [
            (&[][..], Drawing::Lines),
            (&[("LANG", "en_US.UTF-8")], Drawing::Lines),
            (&[("LANG", "C.utf8"), ("TERM", "xterm")], Drawing::Lines),
            (&[("LANG", "C")], Drawing::Ascii),
            (&[("LANG", "de_DE.ISO-8859-1")], Drawing::Ascii),
            (
                &[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")],
                Drawing::Ascii,
            ),
            (
                &[("LC_ALL", ""), ("LC_CTYPE", "en_US.UTF-8"), ("LANG", "C")],
                Drawing::Lines,
            ),
            (&[("LANG", "en_US.UTF-8"), ("TERM", "dumb")], Drawing::Ascii),
        ] {
            let found = by(|name| {
                let mut variables = variables.iter();
                let (_, value) = variables.find(|(own, _)| *own == name)?;
                Some((*value).to_owned())
            });
            assert_eq!(found, drawing, "{variables:?}");
        }
    }
}
