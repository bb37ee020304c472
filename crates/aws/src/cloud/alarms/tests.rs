//! Exchanges in the shapes of the service's model.

use std::collections::BTreeMap;

use ciborium::{Value, cbor};
use serde_json::json;

use super::super::testing::Recorded;
use super::*;
use mlship_core::release::AlarmQuery;

const ARN: &str = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:mlship-fraud-ab-blue-errorRate";

fn metric(name: &str, statistic: &str) -> AlarmSource {
    AlarmSource::Metric {
        namespace: "AWS/ApplicationELB".to_owned(),
        name: name.to_owned(),
        dimensions: BTreeMap::from([("TargetGroup".to_owned(), "targetgroup/blue/1".to_owned())]),
        statistic: statistic.to_owned(),
        period: 60,
    }
}

fn query(id: &str, is_returned: bool, source: AlarmSource) -> AlarmQuery {
    AlarmQuery {
        id: id.to_owned(),
        is_returned,
        source,
    }
}

fn alarm(queries: Vec<AlarmQuery>) -> AlarmDefinition {
    AlarmDefinition {
        name: "mlship-fraud-ab-blue-errorRate".to_owned(),
        description: "Fails deployments.".to_owned(),
        queries,
        comparison: "GreaterThanThreshold".to_owned(),
        threshold: 2.0,
        periods: 3,
        points: 3,
        missing: "notBreaching".to_owned(),
        acts: false,
    }
}

fn rate() -> AlarmDefinition {
    alarm(vec![
        query("requests", false, metric("RequestCount", "Sum")),
        query(
            "watched",
            true,
            AlarmSource::Expression("100 / requests".to_owned()),
        ),
    ])
}

fn hosts() -> AlarmDefinition {
    alarm(vec![query(
        "m",
        true,
        metric("UnHealthyHostCount", "Maximum"),
    )])
}

fn nothing() -> Value {
    Value::Map(Vec::new())
}

/// What was asked, as the answer to a later question has it.
fn described(asked: &str) -> Value {
    let mut asked: serde_json::Value = serde_json::from_str(asked).unwrap();
    asked["AlarmArn"] = json!(ARN);
    asked["StateValue"] = json!("OK");
    Value::serialized(&json!({"MetricAlarms": [asked], "CompositeAlarms": []})).unwrap()
}

fn tags() -> BTreeMap<String, String> {
    BTreeMap::from([("mlship:service".to_owned(), "ml/fraud".to_owned())])
}

#[tokio::test]
async fn an_alarm_is_put_whole_with_its_tags_and_read_back_as_it_was_put() {
    for alarm in [rate(), hosts()] {
        let recorded = Recorded::default().answer_cbor("PutMetricAlarm", 200, &nothing());
        recorded.cloud().put_alarm(&alarm, &tags()).await.unwrap();
        let asked = recorded.asked().remove(0);
        let sent: serde_json::Value = serde_json::from_str(&asked).unwrap();
        assert_eq!(
            sent["Tags"],
            json!([{"Key": "mlship:service", "Value": "ml/fraud"}])
        );
        assert_eq!(sent["TreatMissingData"], "notBreaching");
        assert_eq!(sent["DatapointsToAlarm"], 3);
        assert_eq!(sent.get("AlarmActions"), None);
        let tagged = cbor!({"Tags" => [{"Key" => "mlship:service", "Value" => "ml/fraud"}]});
        let recorded = Recorded::default()
            .answer_cbor("DescribeAlarms", 200, &described(&asked))
            .answer_cbor(ARN, 200, &tagged.unwrap());
        let found = recorded.cloud().alarms("mlship-fraud-ab-").await.unwrap();
        assert_eq!(found[0].definition.as_ref(), Some(&alarm));
        assert_eq!(found[0].tags, tags());
        assert!(recorded.asked()[0].contains(r#""AlarmNamePrefix":"mlship-fraud-ab-""#));
    }
}

#[tokio::test]
async fn one_metric_goes_by_itself_and_several_with_their_expression() {
    let sent = |alarm: AlarmDefinition| async move {
        let recorded = Recorded::default().answer_cbor("PutMetricAlarm", 200, &nothing());
        recorded.cloud().put_alarm(&alarm, &tags()).await.unwrap();
        serde_json::from_str::<serde_json::Value>(&recorded.asked()[0]).unwrap()
    };
    let one = sent(hosts()).await;
    assert_eq!(one["Statistic"], "Maximum");
    assert_eq!((&one["Period"], one.get("Metrics")), (&json!(60), None));
    let several = sent(rate()).await;
    assert_eq!(several.get("MetricName"), None);
    assert_eq!(
        several["Metrics"][1],
        json!({"Id": "watched", "Expression": "100 / requests",
        "ReturnData": true})
    );
    assert_eq!(several["Metrics"][0]["MetricStat"]["Stat"], "Sum");
    let slow = alarm(vec![query("m", true, metric("TargetResponseTime", "p95"))]);
    let slow = sent(slow).await;
    assert_eq!(
        (&slow["ExtendedStatistic"], slow.get("Statistic")),
        (&json!("p95"), None)
    );
}

#[tokio::test]
async fn an_alarm_of_other_alarms_has_a_name_and_no_definition() {
    let composite = cbor!({"MetricAlarms" => [], "CompositeAlarms" => [
        {"AlarmName" => "mlship-fraud-ab-blue-errorRate", "AlarmArn" => ARN}]});
    let recorded = Recorded::default()
        .answer_cbor("DescribeAlarms", 200, &composite.unwrap())
        .answer_cbor("ListTagsForResource", 200, &cbor!({"Tags" => []}).unwrap());
    let found = recorded.cloud().alarms("mlship-fraud-ab-").await.unwrap();
    assert_eq!((found.len(), found[0].definition.as_ref()), (1, None));
}

#[tokio::test]
async fn what_is_gone_already_keeps_nothing_else_from_being_deleted() {
    let gone = cbor!({"__type" => "ResourceNotFound", "message" => "no"}).unwrap();
    let recorded = Recorded::default()
        .answer_cbor(r#"["a","b"]"#, 404, &gone)
        .answer_cbor(r#"["a"]"#, 404, &gone)
        .answer_cbor(r#"["b"]"#, 200, &nothing());
    let names = ["a".to_owned(), "b".to_owned()];
    assert_eq!(recorded.cloud().delete_alarms(&names).await, Ok(()));
    assert_eq!(recorded.left(), 0);
}
