//! Somebody on the way who answers in Elastic Load Balancing's place.

use serde_json::{Value, json};

use super::lab::Lab;

fn garble(lab: &Lab, faults: &[Value]) {
    lab.stage.control("api-faults", json!({"faults": faults}));
}

#[test]
fn a_stop_drops_no_loser_and_blames_nobody_because_a_proxy_answered() {
    for fault in [
        json!({"kind": "html", "when": "after", "times": 1}),
        json!({"kind": "html", "status": 403, "times": 2}),
        json!({"kind": "empty", "times": 1}),
    ] {
        let Some(lab) = Lab::new(&[]) else { return };
        lab.start();
        let before = lab.stage.count("ModifyRule");
        let mut fault = fault;
        fault["operation"] = json!("ModifyRule");
        garble(&lab, std::slice::from_ref(&fault));
        let stopped = lab.run("stop", &["--no-winner"]);
        let told = format!("{fault}: {}{}", stopped.stdout, stopped.stderr);
        assert_eq!(stopped.code, 0, "{told}");
        // The loser is still on the rule, for the clients whose cookies name it.
        assert_eq!(lab.rule(), (100, 0, true), "{told}");
        assert_eq!(stopped.result()["clients_leave"], false, "{told}");
        assert_eq!(lab.stage.count("ModifyRule"), before + 1, "{told}");
    }
}

#[test]
fn reads_that_a_proxy_answers_are_asked_again_and_then_out_of_reach() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    for operation in ["DescribeRules", "DescribeTags"] {
        let fault = json!({"operation": operation, "kind": "html", "status": 403});
        garble(&lab, &[fault]);
        let stopped = lab.run("stop", &["--no-winner"]);
        assert_eq!(stopped.code, 21, "{}{}", stopped.stdout, stopped.stderr);
        garble(&lab, &[]);
        assert_eq!(lab.rule(), (50, 50, true));
    }
    // For a while only.
    let fault = json!({"operation": "DescribeRules", "kind": "html", "times": 2});
    garble(&lab, &[fault]);
    let stopped = lab.run("stop", &["--no-winner"]);
    assert_eq!(stopped.code, 0, "{}{}", stopped.stdout, stopped.stderr);
}

#[test]
fn tags_that_were_never_written_are_written_again() {
    let Some(lab) = Lab::new(&[]) else { return };
    let empty = json!({"operation": "AddTags", "kind": "empty", "times": 2});
    let service = json!({"operation": "TagResource", "kind": "answer", "body": "{}", "times": 1});
    garble(&lab, &[empty, service]);
    lab.start();
    assert_eq!(lab.rule(), (50, 50, true));
    let (_, status) = lab.status(&[]);
    assert_eq!(status["state"], "running");
    let services = json!({"cluster": "ml-prod", "include": ["TAGS"],
        "services": ["fraud-control", "fraud-challenger"]});
    let described = lab.stage.ask("DescribeServices", &services);
    for service in described["services"].as_array().unwrap() {
        let tags = service["tags"].to_string();
        assert!(tags.contains("mlship:experiment"), "{tags}");
    }
    let stopped = lab.run("stop", &["--no-winner"]);
    assert_eq!(stopped.code, 0, "{}{}", stopped.stdout, stopped.stderr);
}
