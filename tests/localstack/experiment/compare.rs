//! Two versions of a model, from their training runs to what they did to users.

use serde_json::{Value, json};

use super::by_itself::begun;
use super::lab::{HOUR, Hour, Lab};
use crate::registry::mlflow::Model;

/// A lab in which the second version of a model, which looked worse in training, won.
fn tested() -> Option<(Lab, Model)> {
    let lab = Lab::new(&[])?;
    let model = Model::new()?;
    let first = model.register(&[("auc", 0.93), ("f1", 0.8)]);
    let second = model.register(&[("auc", 0.91)]);
    lab.control_from(&model, &first);
    lab.challenger_from(&model, &second);
    // The name is one for all tests of a server.
    let name = format!("{}-ab", model.name);
    lab.change("experiment.yaml", &[("fraud-v9-vs-v8", &name)]);
    lab.start();
    begun(&lab, 30);
    let better = Hour {
        converted: 80,
        ..HOUR
    };
    lab.traffic(HOUR, better);
    let stopped = lab.run("stop", &["--winner", "challenger"]);
    let ledger = &stopped.result()["ledger"];
    assert_eq!(ledger["error"], Value::Null, "{ledger:#}");
    Some((lab, model))
}

#[test]
fn training_is_held_against_production_by_registry_and_ledger() {
    let Some((lab, model)) = tested() else { return };
    let (name, at) = (&*model.name, model.endpoint());
    let compare = |versions: [&str; 2], more: &[&str]| {
        let [first, second] = versions;
        let arguments = ["compare", name, first, second, "--record", at];
        lab.stage.mlship(&[&arguments, more].concat(), "8")
    };
    let json = ["-o", "json"];
    let found = compare(["1", "2"], &json).document();
    let [first, second] = [0, 1].map(|at| found["versions"][at].clone());
    assert_eq!(
        (&first["from"], &second["from"]),
        (&json!("registry"), &json!("registry"))
    );
    assert_eq!(second["git_sha"], "9ab1c2d3e4f5a6b7");
    let offline = &found["offline"];
    assert_eq!(offline[0]["difference"], -0.02, "{offline:#}");
    assert_eq!(
        (&offline[0]["state"], &offline[1]["state"]),
        (&json!("worse"), &json!("only_first"))
    );
    let test = &found["tests"][0];
    assert_eq!(test["result"], "better", "{test:#}");
    assert_eq!(
        (&test["metric"], &test["alpha"]),
        (&json!("conversion"), &json!(0.05))
    );
    let effect = test["effect"].as_f64().unwrap();
    assert!((effect - 0.03).abs() < 1e-9, "{effect}");
    let (lower, upper) = (
        test["lower"].as_f64().unwrap(),
        test["upper"].as_f64().unwrap(),
    );
    assert!(0.0 < lower && lower < effect && effect < upper, "{test:#}");
    assert_eq!(found["contradictions"][0]["metric"], "auc");
    assert_eq!(found["contradictions"][0]["offline"], "1");

    let back = compare(["2", "1"], &json).document();
    let turned = &back["tests"][0];
    assert_eq!(turned["result"], "worse");
    assert_eq!(turned["effect"].as_f64(), Some(-effect));
    assert_eq!(turned["lower"].as_f64(), Some(-upper));

    let history = ["history", "--model", name, "--record", at, "-o", "json"];
    let history = lab.stage.mlship(&history, "8").document();
    let entries = history["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{history:#}");
    for entry in entries {
        let took_part = &entry["experiments"][0];
        assert_eq!(took_part["experiment"], test["experiment"], "{entry:#}");
        assert_eq!(took_part["outcome"], "challenger_better");
        let is_second = entry["version"] == "2";
        assert_eq!(took_part["variant"] == "challenger", is_second, "{entry:#}");
    }
    // Of one service the ledger is asked where it is named; one that is not there fails nothing.
    let challenger = lab
        .on("history", "challenger", &["--record", at])
        .document();
    assert_eq!(challenger["entries"][0]["experiments"][0]["id"], test["id"]);
    let quiet = lab.on("history", "challenger", &[]).document();
    assert_eq!(quiet["entries"][0].get("experiments"), None);
    let lost = ["--record", "s3://no-such-bucket-anywhere"];
    let lost = lab.on("history", "challenger", &lost);
    assert_eq!(lost.code, 0, "{}", lost.stderr);
    assert!(
        lost.document()["ledger_errors"][0].is_string(),
        "{}",
        lost.stdout
    );

    let shown = compare(["1", "2"], &[]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    for words in [
        "2 held against 1\n",
        "+3.00 pp",
        "2 is better",
        "training and production differ",
    ] {
        assert!(shown.stdout.contains(words), "{words}: {}", shown.stdout);
    }
    let unknown = compare(["1", "3"], &json);
    assert_eq!(unknown.code, 11, "{}{}", unknown.stdout, unknown.stderr);
    let error = unknown.result()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("knows version 3 of"), "{error}");
    let same = compare(["1", "1"], &json);
    assert_eq!(same.code, 2, "{}", same.stderr);
}
