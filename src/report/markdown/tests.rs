//! Reports in Markdown.

use snapbox::{assert_data_eq, str};

use super::*;
use crate::report::tests::{plan, result, service};
use crate::report::{Checks, Chronicle, Obstacle, PlanRecord, ResultRecord};
use mlship_core::app::Invocation;
use mlship_core::plan::Effect;
use mlship_core::progress::{Conclusion, Fault, Refusal};
use mlship_core::release::Provenance;

fn author() -> Author {
    Author {
        pipeline: Provenance {
            git_sha: None,
            run: Some("https://ci.example/runs/7".to_owned()),
            who: Some("ada".to_owned()),
            limit: None,
        },
        invocation: Invocation {
            environment: Some("staging".to_owned()),
            ..Invocation::default()
        },
        looks_at: vec!["manifests".to_owned()],
    }
}

fn run(results: Vec<ResultRecord>) -> Chronicle {
    Chronicle {
        plans: vec![PlanRecord::of(&plan())],
        results,
        ..Chronicle::default()
    }
}

fn ended(name: &str, conclusion: Conclusion) -> ResultRecord {
    let mut service = service();
    service.name = mlship_core::release::ids::ServiceName::new(name);
    ResultRecord::new(&service, conclusion).with_plan(&plan())
}

#[test]
fn a_release_that_failed_says_why_and_what_to_do() {
    let text = run_document(&run(vec![result()]), &author()).within(usize::MAX);
    assert_data_eq!(
        text,
        str![[r#"
### ❌ fraud-scorer 8 failed after 107 s; service fraud-scorer is back on fraud-scorer 7

cluster `ml-prod` · 107 s · by `ada` · [run](<https://ci.example/runs/7>)

**Cause:** fraud-scorer used more than its memory and was killed  
**Next:** raise runtime.memory, or load less at once (fewer workers, a smaller model)

|  | before | now |
| --- | --- | --- |
| version | `7` | `7` (wanted `8`) |
| task definition | `fraud:7` | `fraud:7` |

| field | now | then |
| --- | --- | --- |
| `model.version` | `7` | `8` |
| `runtime.cpu` | `512` | `1024` |
| `runtime.env.OLD` | `1` | – |
| `runtime.env.NEW` | – | `2` |
| `runtime.env.API_KEY` | (secret) | (secret, changed) |
| `health.graceSeconds` | `0` | `60` |

<details><summary>ECS's words, and the end of the log</summary>

```text
OutOfMemoryError: Container killed due to memory usage
loading model
```

</details>

`mlship history --service ml-prod/fraud-scorer`

"#]]
    );
}

#[test]
fn of_several_the_failed_come_first_and_the_unchanged_in_one_line() {
    let results = vec![
        ended("good", Conclusion::Succeeded),
        ended("same", Conclusion::Unchanged),
        ended("other", Conclusion::Unchanged),
        result(),
    ];
    let text = run_document(&run(results), &author()).within(usize::MAX);
    assert_data_eq!(
        text,
        str![[r#"
### ❌ 1 of 4 services did not go well

by `ada` · [run](<https://ci.example/runs/7>)

| service | verdict | before | now | took | cause |
| --- | --- | --- | --- | --- | --- |
| `ml-prod/fraud-scorer` | rolled back | `7` | `7` (wanted `8`) | 107 s | fraud-scorer used more than its memory and was killed |
| `ml-prod/good` | succeeded | `7` | `8` | – | – |

#### fraud-scorer 8 failed after 107 s; service fraud-scorer is back on fraud-scorer 7

**Cause:** fraud-scorer used more than its memory and was killed  
**Next:** raise runtime.memory, or load less at once (fewer workers, a smaller model)

|  | before | now |
| --- | --- | --- |
| version | `7` | `7` (wanted `8`) |
| task definition | `fraud:7` | `fraud:7` |

| field | now | then |
| --- | --- | --- |
| `model.version` | `7` | `8` |
| `runtime.cpu` | `512` | `1024` |
| `runtime.env.OLD` | `1` | – |
| `runtime.env.NEW` | – | `2` |
| `runtime.env.API_KEY` | (secret) | (secret, changed) |
| `health.graceSeconds` | `0` | `60` |

<details><summary>ECS's words, and the end of the log</summary>

```text
OutOfMemoryError: Container killed due to memory usage
loading model
```

</details>

`mlship history --service ml-prod/fraud-scorer`

<details><summary>History of what went well</summary>

```sh
mlship history --service ml-prod/good
```

</details>

Nothing changed: `same`, `other`

"#]]
    );
}

#[test]
fn nothing_that_changed_is_one_line() {
    let results = vec![ended("same", Conclusion::Unchanged)];
    let text = run_document(&run(results), &author()).within(usize::MAX);
    assert_eq!(text, "Nothing changed: `same`\n");
}

#[test]
fn a_diff_says_what_is_replaced_and_what_stays() {
    let mut long = PlanRecord::of(&plan());
    long.effect = Some(Effect::InPlace);
    long.service.name = mlship_core::release::ids::ServiceName::new("ranker");
    long.changes.truncate(1);
    let value = serde_json::json!({"list": vec!["a value that is long"; 9]});
    long.changes[0].shown = mlship_core::plan::ChangeValues::Values {
        before: None,
        after: Some(value),
    };
    let mut same = long.clone();
    same.effect = Some(Effect::None);
    same.notes.clear();
    let chronicle = Chronicle {
        plans: vec![same, long, PlanRecord::of(&plan())],
        obstacles: vec![Obstacle {
            service: Some("broken".to_owned()),
            conclusion: Conclusion::Refused(Refusal::Check),
            error: "the cluster ml-prod does not exist".to_owned(),
            hint: Some("create it".to_owned()),
        }],
        ..Chronicle::default()
    };
    let text = plans_document(&chronicle, &author()).within(usize::MAX);
    assert_data_eq!(
        text,
        str![[r#"
<!-- mlship diff staging 0fa27de7aeeb -->

### ❌ mlship: 1 to replace tasks, 1 to change in place, 1 unchanged, 1 without a plan (`staging`)

[run](<https://ci.example/runs/7>)

#### ❌ `broken`: the cluster ml-prod does not exist

**Next:** create it

**`ml-prod/fraud-scorer`**: `7` → `8`, replaces 3 tasks; scales in: 3 → 2 tasks

| field | now | then |
| --- | --- | --- |
| `model.version` | `7` | `8` |
| `runtime.cpu` | `512` | `1024` |
| `runtime.env.OLD` | `1` | – |
| `runtime.env.NEW` | – | `2` |
| `runtime.env.API_KEY` | (secret) | (secret, changed) |
| `health.graceSeconds` | `0` | `60` |

**`ml-prod/ranker`**: `7` → `8`, replaces 3 tasks; scales in: 3 → 2 tasks

| field | now | then |
| --- | --- | --- |
| `model.version` | – | (below) |

<details><summary>Long values</summary>

```diff
@@ model.version @@
+{
+  "list": [
+    "a value that is long",
+    "a value that is long",
+    "a value that is long",
+    "a value that is long",
+    "a value that is long",
+    "a value that is long",
+    "a value that is long",
+    "a value that is long",
+    "a value that is long"
+  ]
+}
```

</details>

Unchanged: `ml-prod/ranker`

"#]]
    );
}

#[test]
fn what_was_not_seen_is_not_said_to_be_right() {
    let heading = |chronicle: &Chronicle| {
        let text = findings_document(chronicle).within(usize::MAX);
        text.lines().next().unwrap_or_default().to_owned()
    };
    let of = |passed, unchecked| Chronicle {
        checks: Some(Checks { passed, unchecked }),
        ..Chronicle::default()
    };
    assert_eq!(heading(&of(9, 0)), "### ✅ 9 checks passed, 0 unchecked");
    assert_eq!(heading(&of(8, 1)), "### ⚠️ 8 checks passed, 1 unchecked");
    assert_eq!(heading(&of(0, 9)), "### ⚠️ 0 checks passed, 9 unchecked");
    let unanswered = Chronicle {
        obstacles: vec![Obstacle {
            service: Some("gone/fraud".to_owned()),
            conclusion: Conclusion::Error(Fault::SaidNo),
            error: "cluster gone was not found".to_owned(),
            hint: None,
        }],
        ..of(9, 0)
    };
    assert_eq!(heading(&unanswered), "### ❌ 1 problem");
    let text = findings_document(&unanswered).within(usize::MAX);
    assert!(text.contains("cluster gone was not found"), "{text}");
}

#[test]
fn what_was_refused_left_what_served() {
    let refused = ended("refused", Conclusion::Refused(Refusal::Check));
    let mut unknown = ended("unknown", Conclusion::Refused(Refusal::Check));
    unknown.previous = None;
    let mut unseen = ended("unseen", Conclusion::Error(Fault::SaidNo));
    (unseen.release, unseen.previous) = (None, None);
    let text = run_document(&run(vec![refused.clone(), unseen]), &author()).within(usize::MAX);
    assert!(text.contains("| – | not known |"), "{text}");
    let same = ended("same", Conclusion::Unchanged);
    let text = run_document(&run(vec![refused, unknown, same]), &author()).within(usize::MAX);
    let told = "### ❌ 2 of 3 services did not go well";
    assert!(text.starts_with(told), "{text}");
    assert!(text.contains("| `7` | `7` (wanted `8`) |"), "{text}");
    assert!(text.contains("| – | – (wanted `8`) |"), "{text}");
}

#[test]
fn a_manifest_that_is_wrong_has_no_plan() {
    let chronicle = Chronicle {
        findings: vec![mlship_manifest::Diagnostic::error(
            mlship_manifest::Code::GATE_FAILED,
            "no good",
        )],
        ..Chronicle::default()
    };
    let text = plans_document(&chronicle, &author()).within(usize::MAX);
    let mark = mark_of(&author());
    let told = format!("{mark}\n\n### ❌ mlship: 1 wrong in the manifests (`staging`)\n");
    assert!(text.starts_with(&told), "{text}");
    assert!(text.contains("no good"), "{text}");
}

/// Returns the first line of a comment.
fn mark_of(author: &Author) -> String {
    let text = plans_document(&Chronicle::default(), author).within(usize::MAX);
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_mark_tells_apart_what_no_environment_does_and_stays_from_push_to_push() {
    let of_staging = mark_of(&author());
    assert!(
        of_staging.starts_with("<!-- mlship diff staging "),
        "{of_staging}"
    );
    let elsewhere = mark_of(&Author {
        looks_at: vec!["other".to_owned()],
        ..author()
    });
    assert!(
        elsewhere.starts_with("<!-- mlship diff staging "),
        "{elsewhere}"
    );
    assert_ne!(of_staging, elsewhere);
    let change = |change: fn(&mut Author)| {
        let mut author = Author {
            invocation: Invocation::default(),
            ..author()
        };
        change(&mut author);
        mark_of(&author)
    };
    let marks = [
        change(|_| {}),
        change(|author| author.looks_at = vec!["other".to_owned()]),
        change(|author| author.looks_at.push("eu-west-1".to_owned())),
        change(|author| author.invocation.region = Some("eu-west-1".to_owned())),
        change(|author| author.invocation.profiles = vec!["prod".to_owned()]),
        change(|author| author.invocation.variable_files = vec!["prod.json".to_owned()]),
        change(|author| {
            author.invocation.environment = Some("staging".to_owned());
            author.invocation.region = Some("eu-west-1".to_owned());
        }),
    ];
    let apart: std::collections::BTreeSet<&String> = marks.iter().collect();
    assert_eq!(apart.len(), marks.len(), "{marks:?}");
    assert!(
        marks
            .iter()
            .all(|mark| mark.starts_with("<!-- mlship diff "))
    );
    assert!(marks.iter().all(|mark| !mark.contains("  ")), "{marks:?}");
    // One manifest for two accounts.
    let of_account = |account: &str| {
        let mut plan = PlanRecord::of(&plan());
        plan.home.0 = Some(account.to_owned());
        let chronicle = Chronicle {
            plans: vec![plan],
            ..Chronicle::default()
        };
        let text = plans_document(&chronicle, &Author::default()).within(usize::MAX);
        text.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(of_account("111122223333"), of_account("111122223333"));
    assert_ne!(of_account("111122223333"), of_account("444455556666"));
    // Another run of the pipeline, by somebody else.
    let again = change(|author| author.pipeline = Provenance::default());
    assert_eq!(again, marks[0]);
}

#[test]
fn how_each_release_came_about_can_be_asked_also_without_a_manifest() {
    let text = run_document(&run(vec![result()]), &author()).within(usize::MAX);
    let command = "`mlship history --service ml-prod/fraud-scorer`";
    assert!(text.trim_end().ends_with(command), "{text}");
    let results = vec![
        ended("good", Conclusion::Succeeded),
        ended("other", Conclusion::Started),
        ended("same", Conclusion::Unchanged),
    ];
    let text = run_document(&run(results), &author()).within(usize::MAX);
    let commands =
        "mlship history --service ml-prod/good\nmlship history --service ml-prod/other\n";
    assert!(text.contains(commands), "{text}");
}
