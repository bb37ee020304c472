//! The documentation is true of the code: what can be generated is, and no link is dead.
//!
//! A page holds generated parts between `<!-- begin generated: NAME -->` and `<!-- end generated -->`.
//! `MLSHIP_BLESS=1 cargo test --test docs` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod commands;
mod events;
mod iam;
mod links;
mod manifest;
mod online;
mod pages;
mod schemas;
mod words;

use pages::Page;

#[test]
fn the_generated_parts_of_the_pages_are_those_of_the_code() {
    let pages = [
        Page::new("docs/manifest.md")
            .part("release fields", manifest::fields("ModelRelease"))
            .part("experiment fields", manifest::fields("Experiment")),
        Page::new("docs/commands.md")
            .part("overview", commands::overview())
            .part("commands", commands::commands())
            .part("global options", commands::global_options()),
        Page::new("docs/exit-codes.md")
            .part("exit codes", words::exit_codes())
            .part("what to do", words::next_steps()),
        Page::new("docs/experiments.md")
            .part("reasons", words::reasons())
            .part("guardrail reasons", words::open_reasons()),
        Page::new("docs/failure-causes.md").part("causes", words::causes()),
        Page::new("docs/iam.md")
            .part("actions", iam::actions())
            .part("before a release", iam::before_a_release())
            .part("experiments", iam::experiments())
            .part("registries", iam::registries()),
        Page::new("docs/verify.md").part("checks", words::checks()),
        Page::new("docs/diagnostics.md")
            .part("contents", words::contents())
            .part("codes", words::codes()),
    ];
    let stale: Vec<String> = pages.into_iter().filter_map(Page::settle).collect();
    assert!(
        stale.is_empty(),
        "stale: {}; write them anew with `MLSHIP_BLESS=1 cargo test --test docs`",
        stale.join(", ")
    );
}
