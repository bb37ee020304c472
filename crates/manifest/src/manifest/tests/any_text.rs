//! Whatever is written ends in a manifest or in findings, and no secret is repeated.

use super::*;

/// Pieces that manifests are made of, in whatever order.
fn fragment() -> impl Strategy_ {
    prop::sample::select(vec![
        "apiVersion: mlship/v1\n",
        "kind: ModelRelease\n",
        "model:\n",
        "  name: x\n",
        "- ",
        "  ",
        "\n",
        "${A",
        "}",
        "${A:-b}",
        "$${",
        "{",
        "}",
        "[",
        "]",
        ",",
        ": ",
        "&a ",
        "*a",
        "<<: *a\n",
        "\"",
        "'",
        "|\n",
        ">-\n",
        "#",
        "\t",
        "\r\n",
        "\u{feff}",
        "é",
        "\u{0}",
        "!!int ",
        "? ",
        "---\n",
        "...\n",
        "1.10",
        "no",
        "0x1F",
        "1e999",
        "99999999999999999999",
        "~",
        "env:",
        "secrets:",
        "environments:\n",
        "runtime:\n",
        "  cpu: 300\n",
        "overrides:\n",
    ])
}

trait Strategy_: proptest::strategy::Strategy<Value = &'static str> {}
impl<S: proptest::strategy::Strategy<Value = &'static str>> Strategy_ for S {}

/// Reads a text in every way, and draws what is found.
fn exercise(text: &str) {
    for environment in [None, Some("staging")] {
        let drawn = findings_in(environment, text);
        assert!(!drawn.contains("error[internal]"), "{text}\n{drawn}");
        assert!(!drawn.contains("hunter2"), "{text}\n{drawn}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_ends_in_a_manifest_or_in_findings(text in any::<String>()) {
        exercise(&text);
    }

    #[test]
    fn any_pieces_of_yaml_end_in_a_manifest_or_in_findings(
        pieces in prop::collection::vec(fragment(), 0..40),
    ) {
        exercise(&pieces.concat());
    }

    #[test]
    fn a_manifest_with_a_piece_put_in_anywhere_ends_in_a_manifest_or_in_findings(
        at in 0..GOOD.len(),
        piece in fragment(),
        gone in 0..30_usize,
    ) {
        let end = (at + gone).min(GOOD.len());
        exercise(&format!("{}{piece}{}", &GOOD[..at], &GOOD[end..]));
    }

    #[test]
    fn a_secret_never_shows_however_the_text_around_it_is_broken(
        at in 0..SECRETIVE.len(),
        piece in fragment(),
        gone in 0..12_usize,
    ) {
        let end = (at + gone).min(SECRETIVE.len());
        let from = SECRETIVE.find("env:").unwrap_or_default();
        let to = SECRETIVE.find("hunter2").unwrap_or_default() + "hunter2".len();
        // Without the block's own key nobody can know, and a changed secret is another.
        if end <= from || at >= to {
            exercise(&format!("{}{piece}{}", &SECRETIVE[..at], &SECRETIVE[end..]));
        }
    }
}

const SECRETIVE: &str = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel:\n  name: x\nruntime:\n  cpu: 1024\n  env:\n    A: hunter2\n    B: c\n  port: 1\n";
