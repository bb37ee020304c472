use std::collections::BTreeSet;

use super::*;

#[test]
fn a_code_is_unique_kebab_case_and_explained() {
    let mut seen = BTreeSet::new();
    for code in Code::all() {
        let name = code.as_str();
        assert!(seen.insert(name), "{name} is there twice");
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let mut words = name.split('-');
        assert!(words.all(|word| !word.is_empty() && word.chars().all(is_plain)));
        for text in [code.meaning(), code.fix()] {
            assert!(text.ends_with('.'), "{name}: {text}");
            let begins = text.starts_with(|letter: char| letter.is_uppercase() || letter == '`');
            assert!(begins || text.starts_with("mlship "), "{name}: {text}");
            assert!(text.len() <= 240, "{name}: {text}");
        }
        assert_eq!(Code::named(name), Some(code));
    }
    assert_eq!(Code::named("no-such-code"), None);
}

#[test]
fn every_code_is_named_somewhere_outside_the_table() {
    fn read(folder: &std::path::Path, texts: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("manifest/code") {
                read(&path, texts);
            } else if path.extension().is_some_and(|end| end == "rs") {
                *texts += &std::fs::read_to_string(&path).unwrap();
            }
        }
    }
    let mut texts = String::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    read(&root.join("src"), &mut texts);
    read(&root.join("crates"), &mut texts);
    for code in Code::all() {
        let constant = code.as_str().replace('-', "_").to_uppercase();
        let used = texts
            .split(&format!("Code::{constant}"))
            .skip(1)
            .any(|after| {
                !after.starts_with(|letter: char| letter == '_' || letter.is_alphanumeric())
            });
        assert!(used, "no rule has the code {code}");
    }
}
