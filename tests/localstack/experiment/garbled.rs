//! Somebody on the way who answers in Elastic Load Balancing's place.

use serde_json::{Value, json};

use super::lab::Lab;

fn garble(lab: &Lab, faults: &[Value]) {
    lab.stage.control("api-faults", json!({"faults": faults}));
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
