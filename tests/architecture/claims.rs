//! The walk finds what it claims to, on small crates.

use std::path::Path;

use snapbox::{assert_data_eq, str};

use super::source::Crate;
use super::walk::ties;

/// Reads a crate of `(file, text)`; the first is its root.
fn read(files: &[(&str, &str)]) -> Crate {
    Crate::read(Path::new(files[0].0), &|path| {
        let mut files = files.iter();
        let found = files.find(|(file, _)| Path::new(file) == path)?;
        Some(found.1.to_owned())
    })
}

/// Compares the ties of a crate whose module `a` has this text, and in which `b` has items and
/// `c` gives some of `b`'s out.
#[track_caller]
fn check(a: &str, expected: impl snapbox::IntoData) {
    let root = "mod a; mod b; mod c; pub use b::Thing as Gift; pub use b::*; fn own() {}";
    let b = "pub struct Thing; pub fn make() {} pub mod deep { pub struct Deep; } \
             #[macro_export] macro_rules! exported { () => {}; } macro_rules! textual { () => {}; }";
    let c = "pub use crate::b::Thing; pub use crate::b::deep as low; pub use super::b::deep::*; \
             pub struct Own;";
    let krate = read(&[
        ("src/lib.rs", root),
        ("src/a.rs", a),
        ("src/b.rs", b),
        ("src/c/mod.rs", c),
    ]);
    let all = ties(&krate).all();
    let of_a: Vec<&str> = all
        .split_inclusive('\n')
        .filter(|line| line.starts_with("a ->"))
        .collect();
    let of_a = of_a.concat();
    assert_data_eq!(of_a, expected);
}

#[test]
fn a_use_is_a_tie_however_it_is_written() {
    check(
        "use crate::b::Thing;\nuse super::c::{self, Own as Mine};\npub(crate) use self::super::b as other;\nuse crate::b::Thing as _;",
        str![[r#"
a -> b: src/a.rs:1: crate::b::Thing
a -> b: src/a.rs:3: self::super::b
a -> b: src/a.rs:4: crate::b::Thing
a -> c: src/a.rs:2: super::c
a -> c: src/a.rs:2: super::c::Own

"#]],
    );
}

#[test]
fn paths_in_expressions_types_patterns_and_bounds_are_ties() {
    check(
        "fn f(x: Vec<crate::b::Thing>) -> impl Fn(crate::c::Own) {\n let y: [u8; 2];\n crate::b::make();\n match x { crate::b::deep::Deep => {} _ => {} }\n}\nimpl Default for crate::c::Own {}\nfn g<T>() where T: Into<crate::b::Thing> {}\nfn h() { <crate::c::Own as Default>::default(); }",
        str![[r#"
a -> b: src/a.rs:1: crate::b::Thing
a -> b: src/a.rs:3: crate::b::make
a -> b: src/a.rs:4: crate::b::deep::Deep
a -> b: src/a.rs:7: crate::b::Thing
a -> c: src/a.rs:1: crate::c::Own
a -> c: src/a.rs:6: crate::c::Own
a -> c: src/a.rs:8: crate::c::Own

"#]],
    );
}

#[test]
fn what_is_given_out_by_another_module_is_a_tie_to_where_it_comes_from_too() {
    check(
        "fn f(_: crate::c::Thing) {}\nfn g(_: crate::c::low::Deep) {}\nfn h(_: crate::c::Deep) {}",
        str![[r#"
a -> b: src/a.rs:1: crate::c::Thing
a -> b: src/a.rs:2: crate::c::low::Deep
a -> b: src/a.rs:3: crate::c::Deep
a -> c: src/a.rs:1: crate::c::Thing
a -> c: src/a.rs:2: crate::c::low::Deep
a -> c: src/a.rs:3: crate::c::Deep

"#]],
    );
}

#[test]
fn what_the_root_gives_out_counts_as_the_module_it_comes_from() {
    check(
        "use crate::Gift;\nfn f() { crate::make(); }\nfn g() { super::deep::Deep; }\nfn h() { crate::exported!(); }",
        str![[r#"
a -> b: src/a.rs:1: crate::Gift
a -> b: src/a.rs:2: crate::make
a -> b: src/a.rs:3: super::deep::Deep
a -> b: src/a.rs:4: crate::exported

"#]],
    );
}

#[test]
fn what_the_root_defines_itself_is_the_roots() {
    check(
        "fn f() { crate::own(); }",
        str![[r#"
a -> crate: src/a.rs:1: crate::own

"#]],
    );
}

#[test]
fn names_that_came_by_an_import_a_rename_or_a_glob_are_followed() {
    check(
        "use crate as root;\nuse root::b as x;\nuse crate::*;\nfn f() { x::make(); }\nfn g() { c::Own; }\nfn h() { root::c::Own; }",
        str![[r#"
a -> b: src/a.rs:2: root::b
a -> b: src/a.rs:4: x::make
a -> c: src/a.rs:5: c::Own
a -> c: src/a.rs:6: root::c::Own

"#]],
    );
}

#[test]
fn a_use_in_a_function_holds_there_alone() {
    check(
        "fn f() {\n use crate::b as x;\n x::make();\n { use super::c as x; x::Own; }\n}\nfn g() { x::make(); }",
        str![[r#"
a -> b: src/a.rs:2: crate::b
a -> b: src/a.rs:3: x::make
a -> c: src/a.rs:4: super::c
a -> c: src/a.rs:4: x::Own

"#]],
    );
}

#[test]
fn modules_inside_see_from_where_they_stand() {
    check(
        "mod inner {\n pub mod deeper {\n  use super::super::super::b::Thing;\n  fn f() { super::super::own(); }\n }\n use super::*;\n}\nfn own() { inner::deeper::f(); }\nuse crate::c;",
        str![[r#"
a -> b: src/a.rs:3: super::super::super::b::Thing
a -> c: src/a.rs:9: crate::c

"#]],
    );
}

#[test]
fn what_stands_in_macros_is_seen() {
    check(
        "fn f() {\n assert!(matches!(x, Some(crate::b::Thing)), \"{}\", crate::c::Own);\n vec![super::b::deep::{Deep, self}; 2];\n textual!();\n println!(\"{}\", exported!());\n}\nmacro_rules! m { ($x:ident) => { $crate::b::make($x.crate_b::x) }; }\nthread_local! { static X: crate::c::Own = crate::c::Own; }",
        str![[r#"
a -> b: src/a.rs:2: crate::b::Thing
a -> b: src/a.rs:3: super::b::deep
a -> b: src/a.rs:3: super::b::deep::Deep
a -> b: src/a.rs:3: super::b::deep::self
a -> b: src/a.rs:4: textual
a -> b: src/a.rs:5: exported
a -> b: src/a.rs:7: crate::b::make
a -> c: src/a.rs:2: crate::c::Own
a -> c: src/a.rs:8: crate::c::Own

"#]],
    );
}

#[test]
fn what_attributes_name_is_seen() {
    check(
        "#[derive(crate::b::Derive)]\nstruct S {\n #[serde(with = \"crate::b::deep\", default)]\n #[arg(value_parser = crate::c::parse)]\n x: u8,\n}\n/// As [`crate::c::Own`] has it.\n#[expect(dead_code, reason = \"crate::c\")]\nfn f() {}",
        str![[r#"
a -> b: src/a.rs:1: crate::b::Derive
a -> b: src/a.rs:3: crate::b::deep
a -> c: src/a.rs:4: crate::c::parse

"#]],
    );
}

#[test]
fn tests_are_left_aside_and_nothing_else() {
    check(
        "#[cfg(test)]\nuse crate::b::Thing;\n#[cfg(test)]\nmod tests { use crate::b::Thing; }\n#[cfg(all(test, unix))]\nfn f() { crate::b::make(); }\n#[cfg(any(test, feature = \"testing\"))]\npub mod testing { use crate::b::Thing; }\n#[test]\nfn g() { crate::b::make(); }\nstruct S { #[cfg(test)] x: crate::b::Thing }\nfn h() { #[cfg(test)] let x = crate::b::make(); }\n#[cfg(not(test))]\nuse crate::c::Own;\n#[cfg(any(test, unix))]\nuse crate::c::Thing;\nmod testing { use crate::c::Own; }",
        str![[r#"
a -> b: src/a.rs:16: crate::c::Thing
a -> c: src/a.rs:14: crate::c::Own
a -> c: src/a.rs:16: crate::c::Thing
a -> c: src/a.rs:17: crate::c::Own

"#]],
    );
}

#[test]
fn other_crates_and_names_of_ones_own_are_no_ties() {
    check(
        "use ::b::Thing;\nuse std::fmt;\nuse serde::b;\nmod c { pub struct Own; }\nfn f(x: c::Own) { x.b.make(); fmt::b(); ::b::make(); let b = 1; b; self::c::Own; }\npub(in crate::a) fn g() { Self::b; dbg!(x.b, 'b); }",
        str![""],
    );
}

#[test]
fn a_module_and_what_it_holds_may_share_a_name() {
    let krate = read(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "use crate::b::left;\nfn f() { left(); }"),
        (
            "src/b/mod.rs",
            "mod left; pub use left::left; mod x; pub use x::x;",
        ),
        ("src/b/left.rs", "pub fn left() {} use super::x;"),
        ("src/b/x.rs", "pub use super::x as x;"),
    ]);
    assert_data_eq!(
        ties(&krate).all(),
        str![[r#"
a -> b: src/a.rs:1: crate::b::left
a -> b: src/a.rs:2: left

"#]]
    );
}

#[test]
fn an_import_may_begin_with_a_name_that_it_gives() {
    check(
        "use crate::*;\nuse deep::Deep;\nfn f() { use b::b; }\nfn g() { use c::low as c; c::Deep; }\npub use self::x::*;\nmod x { pub use super::*; fn h() { Nowhere::x(); low::Deep; } }",
        str![[r#"
a -> b: src/a.rs:2: deep::Deep
a -> b: src/a.rs:3: b::b
a -> b: src/a.rs:4: c::Deep
a -> b: src/a.rs:4: c::low
a -> c: src/a.rs:4: c::Deep
a -> c: src/a.rs:4: c::low

"#]],
    );
}

#[test]
fn what_macros_and_other_names_of_the_crate_hide_is_seen() {
    let krate = read(&[
        (
            "src/lib.rs",
            "extern crate self as own; mod a; mod b; pub use b::*;",
        ),
        (
            "src/a.rs",
            "use crate::Made;\nuse own::b::Other;\nuse crate::{self as root};\nfn f() { root::Made; }",
        ),
        (
            "src/b.rs",
            "macro_rules! id { ($name:ident) => { pub struct $name; }; }\nid!(Made);",
        ),
    ]);
    assert_data_eq!(
        ties(&krate).all(),
        str![[r#"
a -> b: src/a.rs:1: crate::Made
a -> b: src/a.rs:2: own::b::Other
a -> b: src/a.rs:4: root::Made
crate -> b: src/lib.rs:1: b

"#]]
    );
}

#[test]
fn files_are_found_where_the_compiler_finds_them() {
    let krate = read(&[
        (
            "src/lib.rs",
            "mod a; #[path = \"odd/name.rs\"] mod b; mod c { mod d; }",
        ),
        ("src/a/mod.rs", "mod e;"),
        ("src/a/e.rs", "mod f;"),
        ("src/a/e/f.rs", "#[cfg(test)] mod tests;"),
        ("src/a/e/f/tests.rs", ""),
        ("src/odd/name.rs", ""),
        ("src/c/d.rs", ""),
    ]);
    assert_eq!(krate.files.len(), 7);
    let paths: Vec<String> = krate
        .modules
        .iter()
        .map(|module| module.path.join("::"))
        .collect();
    assert_eq!(paths, ["a::e::f", "a::e", "a", "b", "c::d", "c", ""]);
}

#[test]
fn circles_are_those_who_reach_each_other() {
    let krate = read(&[(
        "src/lib.rs",
        "mod a { use crate::b; } mod b { use crate::c; } mod c { fn f() { super::a::f(); } } mod d { use crate::{a, e}; } mod e { use crate::d::X; } mod f { use crate::d; }",
    )]);
    let graph = ties(&krate);
    let circles = graph.circles();
    let names: Vec<Vec<&str>> = circles
        .iter()
        .map(|circle| circle.iter().copied().collect())
        .collect();
    assert_eq!(names, [vec!["a", "b", "c"], vec!["d", "e"]]);
    assert_data_eq!(
        graph.lines(&circles[1]),
        str![[r#"
d -> e (1)
  src/lib.rs:1: crate::e
e -> d (1)
  src/lib.rs:1: crate::d::X

"#]]
    );
}
