//! How many requests target groups get, by `CloudWatch`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::super::AwsCloud;
use mlship_core::cloud::{Answer, Metrics};
use mlship_core::release::Query;

/// What is looked back on.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MINUTES: f64 = 60.0;

/// Returns how many requests the groups got a minute, all of them together, in the last hour. A
/// period of which nothing is told had none.
pub(super) async fn a_minute(cloud: &AwsCloud, balancer: &str, groups: &[String]) -> Answer<f64> {
    let queries = groups.iter().map(|group| Query {
        namespace: "AWS/ApplicationELB".to_owned(),
        metric: "RequestCount".to_owned(),
        dimensions: vec![
            ("LoadBalancer".to_owned(), balancer.to_owned()),
            ("TargetGroup".to_owned(), group.clone()),
        ],
        statistic: "Sum".to_owned(),
    });
    let queries: Vec<Query> = queries.collect();
    let to = Timestamp::now();
    let from = to.checked_sub(HOUR).unwrap_or(to);
    let points = cloud.points(&queries, from, to, Duration::from_mins(1));
    let points = points.await?;
    let all: f64 = points.iter().flatten().map(|point| point.value).sum();
    Ok(all / MINUTES)
}
