//! Checks that every request goes through `call`.

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn every_request_is_sent_by_the_one_function_that_checks_its_answer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cloud");
    let mut all = Vec::new();
    files(&folder, &mut all);
    let mut sent = 0;
    for path in all {
        let code = fs::read_to_string(&path).unwrap();
        let code: String = code.split_whitespace().collect();
        let below = path.strip_prefix(&folder).unwrap();
        if below.iter().any(|part| part == "tests") {
            continue;
        }
        let sends = code.matches(".send()").count();
        let asks = [
            "ask(Operation::",
            "ask(OPERATION,",
            "pages(Operation::",
            "pages(OPERATION,",
            "pages(operation,",
        ];
        let asks: usize = asks.iter().map(|ask| code.matches(ask).count()).sum();
        assert_eq!(sends, asks, "{} sends by itself", path.display());
        assert!(!code.contains(".send().await"), "{}", path.display());
        assert!(!code.contains("send_with"), "{}", path.display());
        sent += sends;
    }
    assert!(sent > 30, "{sent}");
}
