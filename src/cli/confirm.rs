//! Asks somebody at a terminal before what is not taken back easily.

use std::io::{BufRead, IsTerminal, stdin};

use super::{Global, output};
use crate::report::stderr_is_terminal;
use mlship_core::progress::ExitCode;

/// Says how a command that needs somebody's word may begin.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    Given,
    Asked,
    Missing,
}

/// Returns nothing where somebody agrees, and otherwise how the command ends.
pub(super) fn unless_agreed(question: &str, is_given: bool, global: &Global) -> Option<ExitCode> {
    match word(is_given, stdin().is_terminal() && stderr_is_terminal()) {
        Word::Given => None,
        Word::Missing => Some(output::usage(
            &format!("{question} Nobody can be asked here: --yes says so"),
            global,
        )),
        Word::Asked => {
            output::complain(&format!("{question} [y/N]"));
            (!agrees(&mut stdin().lock())).then(|| {
                output::complain("nothing was done");
                ExitCode::Refused
            })
        }
    }
}

fn word(is_given: bool, is_terminal: bool) -> Word {
    match (is_given, is_terminal) {
        (true, _) => Word::Given,
        (false, true) => Word::Asked,
        (false, false) => Word::Missing,
    }
}

fn agrees(from: &mut dyn BufRead) -> bool {
    let mut line = String::new();
    let read = from.read_line(&mut line).is_ok();
    read && matches!(line.trim(), "y" | "Y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_anything_but_yes_is_no() {
        for (said, expected) in [
            ("y\n", true),
            ("yes\n", true),
            ("\n", false),
            ("", false),
            ("no\n", false),
        ] {
            assert_eq!(agrees(&mut said.as_bytes()), expected, "{said:?}");
        }
    }

    #[test]
    fn nobody_is_asked_who_can_not_answer() {
        assert_eq!(word(false, false), Word::Missing);
        assert_eq!(word(false, true), Word::Asked);
        assert_eq!(word(true, false), Word::Given);
    }
}
