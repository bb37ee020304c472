use proptest::prelude::*;

use super::*;
use crate::release::ids::{ClusterName, ServiceName};

fn service(cluster: &str, name: &str) -> ServiceId {
    ServiceId {
        cluster: ClusterName::new(cluster),
        name: ServiceName::new(name),
        place: None,
    }
}

fn group(name: &str) -> String {
    format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/{name}/0123")
}

fn manifest(groups: &[String], metrics: &[AlarmMetric]) -> ModelRelease {
    let limit = |metric: &AlarmMetric| match metric {
        AlarmMetric::ErrorRate => json!({metric.name(): {"above": "2%", "for": "3m"}}),
        AlarmMetric::AverageLatency | AlarmMetric::Percentile(_) => {
            json!({metric.name(): {"above": "300ms"}})
        }
        AlarmMetric::UnhealthyHosts => json!({metric.name(): {"above": 0}}),
    };
    let alarms: Vec<_> = metrics.iter().map(limit).collect();
    serde_json::from_value(json!({
        "apiVersion": "mlship/v1", "kind": "ModelRelease", "image": "m:1",
        "model": {"name": "m", "version": "1"},
        "service": {"cluster": "ml", "name": "fraud"},
        "runtime": {"cpu": 256, "memory": 512, "port": 80},
        "traffic": {"targetGroups": groups},
        "rollout": {"alarms": alarms},
    }))
    .unwrap()
}

#[test]
fn an_error_rate_is_the_share_of_requests_in_minutes_of_at_least_twenty() {
    let service = service("ml", "fraud");
    let groups = [group("green"), group("blue")];
    let found = described(&manifest(&groups, &[AlarmMetric::ErrorRate]), &service);
    let balancer = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/ml/ab";
    let alarm = found[0].definition(balancer, &service);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].words(), "above 2 % for 3 min on blue");
    assert_eq!(
        alarm
            .queries
            .iter()
            .find(|query| query.is_returned)
            .unwrap()
            .source,
        AlarmSource::Expression(
            "IF(requests >= 20, 100 * (FILL(failed, 0) + FILL(unreached, 0)) / requests)".into()
        )
    );
    let AlarmSource::Metric { dimensions, .. } = &alarm.queries[0].source else {
        panic!("{:?}", alarm.queries)
    };
    assert_eq!(dimensions["LoadBalancer"], "app/ml/ab");
    assert_eq!(dimensions["TargetGroup"], "targetgroup/blue/0123");
    assert_eq!((alarm.threshold, alarm.periods, alarm.points), (2.0, 3, 3));
    assert_eq!((&*alarm.missing, alarm.acts), ("notBreaching", false));
}

#[test]
fn an_alarm_returns_one_of_its_metrics() {
    let service = service("ml", "fraud");
    for alarm in described(&manifest(&[group("a")], &AlarmMetric::ALL), &service) {
        let alarm = alarm.definition("arn:a", &service);
        let returned = alarm.queries.iter().filter(|query| query.is_returned);
        assert_eq!(returned.count(), 1, "{alarm:?}");
        let is_alone = alarm.queries.len() == 1;
        assert_eq!(alarm.queries[0].id == ONLY_METRIC, is_alone);
    }
}

#[test]
fn limits_are_told_in_units_that_people_write() {
    let told = |metric, above| words(metric, above, 2, "blue");
    let percentile = AlarmMetric::Percentile(95);
    assert_eq!(told(percentile, 0.3), "above 300 ms for 2 min on blue");
    assert_eq!(told(percentile, 1.5), "above 1.5 s for 2 min on blue");
    assert_eq!(
        told(AlarmMetric::UnhealthyHosts, 0.0),
        "above 0 for 2 min on blue"
    );
}

proptest! {
    #[test]
    fn names_fit_differ_and_keep_whatever_is_written_first(
        (cluster, name) in ("[a-zA-Z0-9_-]{1,255}", "[a-zA-Z0-9_-]{1,255}"),
        other in "[a-zA-Z0-9_-]{1,255}",
        groups in prop::collection::btree_set("[a-z0-9-]{1,32}", 2),
        metrics in Just(AlarmMetric::ALL.to_vec()).prop_shuffle(),
    ) {
        let id = service(&cluster, &name);
        let groups: Vec<String> = groups.iter().map(|name| group(name)).collect();
        let found = described(&manifest(&groups, &AlarmMetric::ALL), &id);
        let mut names: Vec<_> = found.iter().map(|alarm| alarm.name.clone()).collect();
        prop_assert!(names.iter().all(|name| name.len() <= 255 && name.starts_with(&alarm_prefix(&id))));
        let swapped: Vec<String> = groups.iter().rev().cloned().collect();
        prop_assert_eq!(&described(&manifest(&swapped, &metrics), &id), &found);
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), 2 * AlarmMetric::ALL.len());
        let arn = format!("arn:aws:ecs:eu-west-1:111122223333:cluster/{cluster}");
        prop_assert_eq!(alarm_prefix(&service(&arn, &name)), alarm_prefix(&id));
        if other != name {
            prop_assert!(!names[0].starts_with(&alarm_prefix(&service(&cluster, &other))));
        }
    }
}
