//! Links between pages, and from pages to files, lead somewhere.

use std::collections::BTreeMap;
use std::path::Path;

use super::pages::{all, root};

#[test]
fn no_link_is_dead() {
    let mut dead = Vec::new();
    for page in all() {
        let text = std::fs::read_to_string(&page).unwrap();
        for (line, target) in targets(&text) {
            if let Some(why) = check(&page, &target) {
                let page = page.strip_prefix(root()).unwrap().display();
                dead.push(format!("{page}:{line}: {target} ({why})"));
            }
        }
    }
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
}

#[test]
fn every_file_that_a_page_names_is_there() {
    let folders = [
        "crates/",
        "launcher/",
        "src/",
        "tests/",
        "docs/",
        "localstack/",
        "mlflow/",
        "benches/",
        "manifests/",
        "fuzz/",
        ".ci/",
    ];
    let mut gone = Vec::new();
    for page in all() {
        let text = std::fs::read_to_string(&page).unwrap();
        for (line, text) in prose(&text) {
            for name in text.split('`').skip(1).step_by(2) {
                let is_path = folders.iter().any(|folder| name.starts_with(folder));
                let is_plain = |letter: char| {
                    letter.is_ascii_lowercase()
                        || letter.is_ascii_digit()
                        || "/_-.".contains(letter)
                };
                // Capitals stand for what the reader chooses, and what git ignores is made later.
                let is_named = is_path && name.chars().all(is_plain) && !name.contains("/.");
                if is_named && !root().join(name).exists() {
                    let page = page.strip_prefix(root()).unwrap().display();
                    gone.push(format!("{page}:{line}: {name}"));
                }
            }
        }
    }
    assert!(gone.is_empty(), "not there:\n{}", gone.join("\n"));
}

#[test]
fn a_dead_link_is_seen() {
    let page = root().join("README.md");
    assert_eq!(check(&page, "docs/manifest.md"), None);
    assert_eq!(check(&page, "https://example.com"), None);
    assert_eq!(check(&page, "docs/no-such.md"), Some("no such file"));
    assert_eq!(
        check(&page, "docs/manifest.md#no-such"),
        Some("no such heading")
    );
    assert_eq!(check(&page, "#no-such"), Some("no such heading"));
    let text = "a [b](c.md) ![d](e.png)\n```sh\n[no](link)\n```\n[f]: g.md\n`[code](x)`";
    let found: Vec<String> = targets(text)
        .into_iter()
        .map(|(_, target)| target)
        .collect();
    assert_eq!(found, ["c.md", "e.png", "g.md"]);
}

#[test]
fn every_page_of_the_book_is_in_its_summary() {
    let summary = std::fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let listed: Vec<String> = targets(&summary)
        .into_iter()
        .map(|(_, target)| target)
        .collect();
    for page in all() {
        let Ok(name) = page.strip_prefix(root().join("docs")) else {
            continue;
        };
        let name = name.display().to_string();
        assert!(name == "SUMMARY.md" || listed.contains(&name), "{name}");
    }
}

fn check(page: &Path, target: &str) -> Option<&'static str> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let file = match file {
        "" => page.to_path_buf(),
        file => page.parent().unwrap().join(file),
    };
    if !file.exists() {
        return Some("no such file");
    }
    if heading.is_empty() {
        return None;
    }
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    let known = anchors(&text).contains(&heading.to_owned());
    (!known).then_some("no such heading")
}

/// Returns the targets of a page's links, with their lines; what stands in code is none.
fn targets(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, text) in prose(text) {
        let mut is_code = false;
        for part in text.split('`') {
            if !is_code {
                let links = part.split("](").skip(1);
                let targets = links.filter_map(|rest| rest.split_once(')'));
                found.extend(targets.map(|(target, _)| (line, target.to_owned())));
            } else if let Some((_, target)) = text.split_once(&format!("`{part}`](")) {
                // A link whose text is code.
                let target = target.split_once(')').unwrap_or_default().0;
                found.push((line, target.to_owned()));
            }
            is_code = !is_code;
        }
        if let Some((_, target)) = text
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("]: "))
        {
            found.push((line, target.to_owned()));
        }
    }
    found.dedup();
    found
}

/// Returns the lines outside of fenced code, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced).then_some((index + 1, line))
    })
}

fn anchors(text: &str) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let headings = prose(text).filter_map(|(_, line)| {
        let title = line.trim_start_matches('#');
        (title.len() < line.len())
            .then(|| title.strip_prefix(' '))
            .flatten()
    });
    headings
        .map(|title| {
            let plain = anchor(title);
            let count = seen.entry(plain.clone()).or_default();
            *count += 1;
            if *count == 1 {
                plain
            } else {
                format!("{plain}-{}", *count - 1)
            }
        })
        .collect()
}

/// Returns what forges and mdBook make of a heading.
pub(crate) fn anchor(title: &str) -> String {
    title
        .trim()
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}
