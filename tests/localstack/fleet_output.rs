//! What people read of many services in one run.

use crate::fleet::Manifests;
use crate::stage::Stage;

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word}:\n{text}");
    }
}

#[test]
fn a_fleet_is_planned_released_and_followed_in_words() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.break_version("9", "pull");
    let services = [("good", "1"), ("well", "1"), ("bad1", "9"), ("bad2", "9")];
    let manifests = Manifests::of(&services.map(|(name, version)| (name, version, "")));
    let run = manifests.run(&stage, "diff", &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.ends_with("4 services: 4 create\n"),
        "{}",
        run.stdout
    );

    let run = manifests.run(&stage, "deploy", &[]);
    assert_eq!(run.code, 30, "{}", run.stderr);
    for (name, version) in services {
        let planned =
            format!("ml-staging/{name}: {name} {version}: creates the service with 1 task");
        let begun = format!("ml-staging/{name}: registered {name}:1, and started its deployment");
        has(&run.stderr, &[&planned, &begun]);
    }
    has(
        &run.stderr,
        &["ml-staging/good: good 1 serves in service good after "],
    );
    // What both met is told once while it happens, and once in the end.
    let reasons = run.stderr.matches("CannotPullContainerError").count();
    assert_eq!(reasons, 1, "{}", run.stderr);
    let causes = "image not found: 2 services: ml-staging/bad1, ml-staging/bad2\n";
    has(
        &run.stdout,
        &[
            causes,
            "\nservice          verdict    version  took  cause\n",
        ],
    );
    assert_eq!(run.stdout.matches("next:").count(), 1, "{}", run.stdout);
    let sum = run.stdout.lines().last().unwrap_or_default();
    assert!(sum.ends_with(": 2 succeeded, 2 failed"), "{sum}");

    let run = manifests.run(&stage, "diff", &[]);
    let sum = run.stdout.lines().last();
    assert_eq!(
        sum,
        Some("4 services: 2 deploy where no task runs, 2 unchanged")
    );
    assert!(!run.stdout.contains("good in cluster"), "{}", run.stdout);
    let run = manifests.run(&stage, "watch", &[]);
    assert_eq!(run.code, 30, "{}", run.stderr);
    has(&run.stdout, &[causes, ": 2 succeeded, 2 failed"]);
}
