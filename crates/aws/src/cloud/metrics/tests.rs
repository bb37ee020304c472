//! Exchanges in the shapes of the service's model.

use std::time::Duration;

use ciborium::{Value, cbor};
use jiff::Timestamp;
use serde_json::json;

use super::super::testing::Recorded;
use mlship_core::cloud::{Answer, ErrorKind, Metrics};
use mlship_core::release::{ExistingMetric, MetricFilter, Point, Query};

const MINUTE: i64 = 60;
const START: i64 = 1_795_608_000;

fn query(metric: &str) -> Query {
    Query {
        namespace: "AWS/ApplicationELB".to_owned(),
        metric: metric.to_owned(),
        dimensions: vec![("TargetGroup".to_owned(), "targetgroup/a/1".to_owned())],
        statistic: "Sum".to_owned(),
    }
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(START + minute * MINUTE).unwrap()
}

fn point(minute: i64, value: f64) -> Point {
    Point {
        start: at(minute),
        value,
    }
}

/// One query's part of an answer.
fn result(id: &str, status: &str, points: &[Point]) -> Value {
    // Times are seconds since 1970, tagged as such.
    let time = |point: &Point| Value::Tag(1, Box::new(Value::from(point.start.as_second())));
    let times: Vec<Value> = points.iter().map(time).collect();
    let values: Vec<f64> = points.iter().map(|point| point.value).collect();
    let given = [
        ("Id", Value::from(id)),
        ("StatusCode", Value::from(status)),
        ("Timestamps", Value::Array(times)),
        (
            "Values",
            Value::from(values.into_iter().map(Value::from).collect::<Vec<_>>()),
        ),
    ];
    let given = given.map(|(name, value)| (Value::from(name), value));
    Value::Map(given.into())
}

fn page(results: &[Value], next: Option<&str>) -> Value {
    let results = (
        Value::from("MetricDataResults"),
        Value::Array(results.to_vec()),
    );
    let next = next.map(|next| (Value::from("NextToken"), Value::from(next)));
    Value::Map(std::iter::once(results).chain(next).collect())
}

async fn points(recorded: &Recorded, queries: &[Query]) -> Answer<Vec<Vec<Point>>> {
    let cloud = recorded.cloud();
    cloud
        .points(queries, at(0), at(10), Duration::from_mins(1))
        .await
}

#[tokio::test]
async fn points_come_in_the_order_of_the_queries_from_all_pages() {
    let first = [
        result("q1", "PartialData", &[point(0, 1.5)]),
        result("q0", "Complete", &[point(0, 7.0), point(2, 8.0)]),
    ];
    let second = [
        result("q1", "Complete", &[point(1, 2.5)]),
        result("q2", "Complete", &[]),
    ];
    let recorded = Recorded::default()
        .answer_cbor(r#""NextToken":"more""#, 200, &page(&second, None))
        .answer_cbor("MetricDataQueries", 200, &page(&first, Some("more")));
    let queries = [
        query("RequestCount"),
        query("HTTPCode_Target_5XX_Count"),
        query("Idle"),
    ];
    let found = points(&recorded, &queries).await;
    let wanted = [
        vec![point(0, 7.0), point(2, 8.0)],
        vec![point(0, 1.5), point(1, 2.5)],
        vec![],
    ];
    assert_eq!(found, Ok(wanted.into()));
    let asked: serde_json::Value = serde_json::from_str(&recorded.asked()[0]).unwrap();
    let metric = |id: &str, metric: &str| {
        json!({
            "Id": id,
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/ApplicationELB",
                    "MetricName": metric,
                    "Dimensions": [{"Name": "TargetGroup", "Value": "targetgroup/a/1"}],
                },
                "Period": 60,
                "Stat": "Sum",
            },
        })
    };
    let wanted = json!({
        "MetricDataQueries": [
            metric("q0", "RequestCount"),
            metric("q1", "HTTPCode_Target_5XX_Count"),
            metric("q2", "Idle"),
        ],
        "StartTime": at(0).as_duration().as_secs_f64(),
        "EndTime": at(10).as_duration().as_secs_f64(),
        "ScanBy": "TimestampAscending",
    });
    assert_eq!(asked, wanted);
}

#[tokio::test]
async fn more_queries_than_a_request_takes_are_asked_in_several() {
    let queries: Vec<Query> = (0..501)
        .map(|number| query(&format!("m{number}")))
        .collect();
    let value_at = |at: usize| {
        if at == 499 {
            vec![point(0, 1.0)]
        } else {
            Vec::new()
        }
    };
    let all = (0..500).map(|at| result(&format!("q{at}"), "Complete", &value_at(at)));
    let all: Vec<Value> = all.collect();
    let recorded = Recorded::default()
        .answer_cbor("m499", 200, &page(&all, None))
        .answer_cbor(
            "m500",
            200,
            &page(&[result("q0", "Complete", &[point(0, 2.0)])], None),
        );
    let found = points(&recorded, &queries).await.unwrap();
    assert_eq!(found.len(), 501);
    assert_eq!(found[499..], [[point(0, 1.0)], [point(0, 2.0)]]);
}

#[tokio::test]
async fn what_lacks_data_is_no_answer() {
    for (status, kind) in [
        ("InternalError", ErrorKind::Lost),
        ("Forbidden", ErrorKind::Denied),
        ("PartialData", ErrorKind::Lost),
    ] {
        let page = page(&[result("q0", status, &[point(0, 1.0)])], None);
        let recorded = Recorded::default().answer_cbor("MetricDataQueries", 200, &page);
        let error = points(&recorded, &[query("RequestCount")])
            .await
            .unwrap_err();
        assert_eq!(error.kind, kind);
        assert_eq!(error.code.as_deref(), Some(status));
        assert!(
            error.message.contains("AWS/ApplicationELB RequestCount"),
            "{error}"
        );
        let hint = error.hint.unwrap_or_default();
        assert_eq!(
            hint.contains("cloudwatch:GetMetricData"),
            kind == ErrorKind::Denied
        );
    }
}

#[tokio::test(start_paused = true)]
async fn throttled_questions_are_asked_again_and_refused_ones_are_not() {
    let error = |code: &str| cbor!({"__type" => code, "message" => "no"}).unwrap();
    let idle = result("q0", "Complete", &[]);
    let recorded = Recorded::default()
        .answer_cbor("MetricDataQueries", 400, &error("Throttling"))
        .answer_cbor("MetricDataQueries", 500, &error("InternalServiceFault"))
        .answer_cbor("MetricDataQueries", 200, &page(&[idle], None))
        .answer_cbor("MetricDataQueries", 403, &error("AccessDenied"));
    assert_eq!(
        points(&recorded, &[query("RequestCount")]).await,
        Ok(vec![vec![]])
    );
    let denied = points(&recorded, &[query("RequestCount")])
        .await
        .unwrap_err();
    assert_eq!(denied.kind, ErrorKind::Denied);
    assert_eq!(
        denied.hint.as_deref(),
        Some("allow cloudwatch:GetMetricData to the caller")
    );
}

#[tokio::test(start_paused = true)]
async fn numbers_that_say_nothing_of_a_query_or_of_another_are_none() {
    let check = async |results: &[Value]| {
        let mut recorded = Recorded::default();
        for _ in 0..5 {
            recorded = recorded.answer_cbor("MetricDataQueries", 200, &page(results, None));
        }
        let queries = [query("RequestCount"), query("Idle")];
        let error = points(&recorded, &queries).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreadable, "{results:?}");
        assert_eq!(recorded.left(), 0);
    };
    let first = result("q0", "Complete", &[]);
    check(&[]).await;
    check(std::slice::from_ref(&first)).await;
    check(&[first.clone(), result("q2", "Complete", &[])]).await;
    check(&[first, result("unasked", "Complete", &[])]).await;
}

#[tokio::test]
async fn metrics_are_listed_by_what_they_are_like() {
    let dimension = cbor!({"Name" => "Variant", "Value" => "a"}).unwrap();
    let listed = cbor!({"Metrics" => [{
        "Namespace" => "Fraud", "MetricName" => "Converted", "Dimensions" => [dimension],
    }]});
    let recorded = Recorded::default().answer_cbor("MetricName", 200, &listed.unwrap());
    let like = MetricFilter {
        namespace: Some("Fraud".to_owned()),
        metric: Some("Converted".to_owned()),
        dimension: Some("Variant".to_owned()),
    };
    let found = recorded.cloud().existing_metrics(&like).await;
    let wanted = ExistingMetric {
        namespace: "Fraud".to_owned(),
        metric: "Converted".to_owned(),
        dimensions: vec![("Variant".to_owned(), "a".to_owned())],
    };
    assert_eq!(found, Ok(vec![wanted]));
    let asked: serde_json::Value = serde_json::from_str(&recorded.asked()[0]).unwrap();
    let wanted = json!({
        "Namespace": "Fraud",
        "MetricName": "Converted",
        "Dimensions": [{"Name": "Variant"}],
    });
    assert_eq!(asked, wanted);
}
