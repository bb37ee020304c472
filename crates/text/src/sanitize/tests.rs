use proptest::prelude::*;

use super::testing::fault;
use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(line(text, Colors::Keep), expected, "{text:?}");
}

#[test]
fn a_plain_line_is_not_copied() {
    for text in ["", "fraud 8 → 9", "a:\t:b", "# # [", "größer 中文 ✔️"] {
        assert!(
            matches!(line(text, Colors::Drop), Cow::Borrowed(_)),
            "{text}"
        );
    }
}

#[test]
fn no_sequence_reaches_the_terminal_and_none_vanishes() {
    check("a\u{1b}[2Jb\u{1b}[1;1Hc", "a␛[2Jb␛[1;1Hc");
    check("a\u{1b}]52;c;aGk=\u{7}b", "a␛]52;c;aGk=␇b");
    check("a\u{1b}Pq\u{9c}b\u{1b}c", "a␛Pq\u{fffd}b␛c");
    check("a\u{8}b\u{0}c\u{7f}d\u{9b}31m\te", "a␈b␀c␡d\u{fffd}31m\te");
    check("\u{1b}", "␛");
    // Swallowing an open sequence would swallow what is ours behind it.
    check("v\u{1b}[ 8 serves", "v␛[ 8 serves");
}

#[test]
fn a_line_stays_beginning() {
    check(
        "a\r\nb\nc\rd\u{b}e\u{c}f\u{85}g\u{2028}h\u{2029}i",
        "a b c d e f g h i",
    );
}

#[test]
fn what_cannot_be_seen_leaves_a_mark() {
    check("abc\u{202e}def\u{2066}", "abc\u{fffd}def\u{fffd}");
    check(
        "a\u{200b}b\u{feff}c\u{ad}d\u{e0041}",
        "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}",
    );
    check(
        "👩\u{200d}🔬 \u{2764}\u{fe0f}",
        "👩\u{fffd}🔬 \u{2764}\u{fe0f}",
    );
}

#[test]
fn harmless_colours_stay_and_end_with_the_line() {
    check("\u{1b}[31mERROR\u{1b}[0m x", "\u{1b}[31mERROR\u{1b}[0m x");
    check("\u{1b}[1;31mERROR", "\u{1b}[1;31mERROR\u{1b}[0m");
    check("\u{1b}[mx", "\u{1b}[0mx");
    check("\u{1b}[5;8;30;37;40;107mx", "x");
    check("\u{1b}[38;5;0;48;2;1;2;3;1mx", "\u{1b}[1mx\u{1b}[0m");
    check("\u{1b}[>4;2mx", "␛[>4;2mx");
    assert_eq!(line("\u{1b}[31mx\u{1b}[0m", Colors::Drop), "x");
}

#[test]
fn commands_of_build_runners_are_broken() {
    check("::error::x", ": :error::x");
    check(" \t\u{a0}::error::x", " \t\u{a0}: :error::x");
    check("\r::set-output name=a::b", " : :set-output name=a::b");
    check("a ::error::x", "a ::error::x");
    check(":: ::", ": : ::");
    check("a ##[error]b", "a ## [error]b");
    check("###[group]", "### [group]");
    check("x##vso[task.complete]", "x##vso [task.complete]");
    check("##VSO[x] ##teamcity[y]", "##VSO [x] ##teamcity [y]");
    check("# [a] #a[b] ##1[c]", "# [a] #a[b] ##1[c]");
    check("#\u{1b}[31m#\u{1b}[0m[x]", "#\u{1b}[31m#\u{1b}[0m [x]");
    assert_eq!(line("\u{1b}[31m:\u{1b}[1m:a", Colors::Drop), ": :a");
}

#[test]
fn a_command_is_found_on_any_line() {
    assert!(has_command("a\n ::error::x"));
    assert!(has_command("a ##[x]"));
    assert!(!has_command("a ::b\nc:: ##"));
}

fn any_text() -> impl Strategy<Value = String> {
    let parts = vec![
        "\u{1b}",
        "[",
        "]",
        "m",
        "1",
        "31",
        "38;5",
        ";",
        "J",
        "\u{7}",
        "\u{9b}",
        "\\",
        "x",
        "P",
        "\r",
        "\n",
        "#",
        "##",
        "vso",
        ":",
        "::",
        " ",
        "\u{200b}",
        "\u{202e}",
        "\u{2028}",
        "ß",
        "中",
        "\u{1b}[31m",
        "\u{1b}[0m",
        "\u{e0041}",
        "\t",
    ];
    prop::collection::vec(
        prop_oneof![
            prop::sample::select(parts).prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
        ],
        0..20,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_becomes_a_line_that_can_only_be_read(text in any_text()) {
        for colors in [Colors::Keep, Colors::Drop] {
            let safe = line(&text, colors);
            prop_assert_eq!(fault(&safe), None, "{:?}", safe);
            // The writer filters what a page has filtered.
            prop_assert_eq!(line(&safe, colors), safe.as_ref());
            let has_styles = safe.contains(ESCAPE);
            prop_assert!(colors == Colors::Keep || !has_styles);
        }
    }

    #[test]
    fn dropping_colours_later_makes_no_command(text in any_text()) {
        let safe = line(&text, Colors::Keep).into_owned();
        prop_assert_eq!(fault(&line(&safe, Colors::Drop)), None);
        let bare = anstream::adapter::strip_str(&safe).to_string();
        prop_assert_eq!(fault(&bare), None, "{:?}", bare);
    }
}
