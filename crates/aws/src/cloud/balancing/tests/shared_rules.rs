//! Many rules at once: pages, batches, and what is deleted meanwhile.

use super::super::super::testing::Recorded;
use super::{answered, listener_arn, rule_arn};
use mlship_core::cloud::Balancing;
use mlship_core::release::ListenerRule;

fn arns(numbers: std::ops::Range<usize>) -> Vec<String> {
    let arns = numbers.map(|number| format!("{}/{number:02}", rule_arn()));
    arns.collect()
}

/// What every rule has.
const INNER: &str =
    "<Priority>1</Priority><Actions><member><Type>redirect</Type></member></Actions>";

fn page(arns: &[String], next: Option<&str>) -> String {
    let rules = arns
        .iter()
        .map(|arn| format!("<member><RuleArn>{arn}</RuleArn>{INNER}</member>"));
    let rules: String = rules.collect();
    let next = next.map_or_else(String::new, |next| {
        format!("<NextMarker>{next}</NextMarker>")
    });
    format!("<Rules>{rules}</Rules>{next}")
}

fn tagged(rules: &[ListenerRule]) -> Vec<String> {
    let own = |rule: &ListenerRule| rule.tags.get("of") == Some(&rule.arn.to_string());
    assert!(rules.iter().all(own), "{rules:?}");
    rules.iter().map(|rule| rule.arn.to_string()).collect()
}

#[tokio::test]
async fn rules_of_a_listener_come_in_pages_and_their_tags_in_batches() {
    let all = arns(0..43);
    let recorded = Recorded::default()
        .says("DescribeRules", &page(&all[..30], Some("more")))
        .answer(
            "Marker=more",
            200,
            &answered("DescribeRules", &page(&all[30..], None)),
        )
        .tags(&all[..20])
        .tags(&all[20..40])
        .tags(&all[40..]);
    let found = recorded.cloud().rules_of(&listener_arn()).await.unwrap();
    assert_eq!(tagged(&found), all);
    assert_eq!(recorded.left(), 0);
    let asked = recorded.asked();
    assert!(
        asked[0].contains(&format!("ListenerArn={}", listener_arn())),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_rule_that_is_deleted_meanwhile_takes_no_other_along() {
    let all = arns(0..4);
    let recorded = Recorded::default()
        .says("DescribeRules", &page(&all, None))
        .refuses("ResourceArns.member.4", "RuleNotFound")
        .tags(&all[..2])
        .refuses("ResourceArns.member.2", "RuleNotFound")
        .refuses(&all[2], "RuleNotFound")
        .tags(&all[3..]);
    let found = recorded.cloud().rules_of(&listener_arn()).await.unwrap();
    assert_eq!(tagged(&found), [&all[..2], &all[3..]].concat());
    assert_eq!(recorded.left(), 0);
}

#[tokio::test]
async fn rules_of_every_application_load_balancer_are_found() {
    let all = arns(0..3);
    let balancer = |kind: &str, arn: &str| {
        format!("<member><Type>{kind}</Type><LoadBalancerArn>{arn}</LoadBalancerArn></member>")
    };
    let balancers = [
        balancer("application", "one"),
        balancer("network", "not-asked"),
        balancer("application", "deleted"),
    ];
    let first = format!(
        "<LoadBalancers>{}</LoadBalancers><NextMarker>2</NextMarker>",
        balancers.concat()
    );
    let second = format!(
        "<LoadBalancers>{}</LoadBalancers>",
        balancer("application", "two")
    );
    let listeners = |arns: &[&str], next: &str| {
        let of = |arn: &&str| format!("<member><ListenerArn>{arn}</ListenerArn></member>");
        let all: String = arns.iter().map(of).collect();
        answered(
            "DescribeListeners",
            &format!("<Listeners>{all}</Listeners>{next}"),
        )
    };
    let rules = |arns: &[String]| answered("DescribeRules", &page(arns, None));
    let recorded = Recorded::default()
        .answer("Marker=2", 200, &answered("DescribeLoadBalancers", &second))
        .says("DescribeLoadBalancers", &first)
        .answer("Marker=3", 200, &listeners(&["http"], ""))
        .answer(
            "LoadBalancerArn=one",
            200,
            &listeners(&["https"], "<NextMarker>3</NextMarker>"),
        )
        .refuses("LoadBalancerArn=deleted", "LoadBalancerNotFound")
        .answer(
            "LoadBalancerArn=two",
            200,
            &listeners(&["gone", "grpc"], ""),
        )
        .answer("ListenerArn=https", 200, &rules(&all[..1]))
        .answer("ListenerArn=http", 200, &rules(&all[1..2]))
        .refuses("ListenerArn=gone", "ListenerNotFound")
        .answer("ListenerArn=grpc", 200, &rules(&all[2..]))
        .tags(&all);
    let found = recorded.cloud().all_rules().await.unwrap();
    assert_eq!(tagged(&found), all);
    assert_eq!(recorded.left(), 0);
}
