//! How long a deployment that moves traffic is watched where nobody named a limit.

use super::traffic::at;
use super::*;

/// The bakes are part of what was asked for.
#[test]
fn the_limit_grows_by_what_the_shift_may_take_where_nobody_named_one() {
    let patient = Follow {
        adds_shift: true,
        ..follow()
    };
    let bake = deployment(at("BAKE_TIME", 100.0, 0));
    let (_, outcome) = feed(
        patient.clone(),
        &[(1, bake.clone()), (TIMEOUT + 899, bake.clone())],
    );
    assert_eq!(outcome, None);
    let (_, outcome) = feed(patient, &[(1, bake.clone()), (TIMEOUT + 900, bake)]);
    assert_eq!(outcome.unwrap().verdict, Verdict::TimedOut);
}

/// Traffic behind a network load balancer moves ten minutes late, each time.
#[test]
fn the_limit_grows_by_what_a_network_load_balancer_takes_once_it_is_seen() {
    let patient = Follow {
        adds_shift: true,
        ..follow()
    };
    let bake = deployment(at("BAKE_TIME", 100.0, 0));
    let mut seen = bake.clone();
    seen.service = service(json!({"loadBalancers": [{"targetGroupArn": "arn:a",
        "advancedConfiguration": {"alternateTargetGroupArn": "arn:b", "productionListenerRule":
            "arn:aws:elasticloadbalancing:eu-west-1:1:listener/net/ml/1/2"}}]}));
    // Two steps.
    let later = TIMEOUT + 900 + 2 * 600;
    let looks = [(1, bake.clone()), (2, seen), (later - 1, bake.clone())];
    let (_, outcome) = feed(patient.clone(), &looks);
    assert_eq!(outcome, None);
    let mut looks = looks.to_vec();
    looks.push((later, bake));
    let (_, outcome) = feed(patient, &looks);
    assert_eq!(outcome.unwrap().verdict, Verdict::TimedOut);
}
