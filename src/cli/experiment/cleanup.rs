//! Scaling down what lost, and serves nobody.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::ending::{Conclusion, Ending};
use super::subject::Subject;
use crate::cli::{Format, Global, output};
use mlship_aws::cloud::AwsCloud;
use mlship_core::apply::{repeat, repeat_until_shown};
use mlship_core::cloud::{Answer, Autoscaling, Balancing, CloudError, Ecs, ErrorKind};
use mlship_core::experiment::stop::{losers, serving, without_cookie};
use mlship_core::experiment::{Arm, End, Record, ShiftError, shift, tag};
use mlship_core::release::{Document, ScalingWrite};

/// Scales down the services that lost, once no client is with them.
pub(super) async fn clean_up(
    cloud: &AwsCloud,
    subject: &Subject,
    global: &Global,
) -> Result<Ending, Ending> {
    let definition = &subject.definition;
    let rule = cloud.listener_rule(&definition.rule).await?;
    let record = rule.as_ref().and_then(|rule| Record::read(&rule.tags));
    let refused = |refusals| Ending::refused(&subject.findings(refusals), global);
    let losers = match losers(definition, record.as_ref(), Timestamp::now()) {
        Ok(losers) => losers,
        Err(refusal) => return Err(refused(vec![refusal])),
    };
    // The record is of the end: since then they may have got other work.
    let serving = serving(&losers, &cloud.all_rules().await?);
    if !serving.is_empty() {
        return Err(refused(serving));
    }
    // Nothing says that the cookie's time begins once: a client that keeps coming may stay.
    if let Some(rule) = &rule
        && let Some(forward) = without_cookie(&losers, rule)
    {
        match shift(cloud, rule, &forward).await {
            // Where targets are sticky themselves the rule must be, too, and out of the rule their
            // service can't be scaled.
            Err(ShiftError::Cloud(error)) if error.kind == ErrorKind::Rejected => {}
            done => done?,
        }
    }
    let mut done = Vec::new();
    for arm in losers {
        if scale_down(cloud, arm).await? {
            if global.output == Format::Human {
                output::line(&format!("{}: {} → 0 tasks", arm.name, arm.service));
            }
            done.push(arm.service.to_string());
        }
    }
    if let Some(record) = record {
        let cleaned = Record {
            end: record.end.clone().map(|end| End {
                cleaned: Some(Timestamp::now()),
                ..end
            }),
            ..record
        };
        let tags = cleaned.tags();
        tag(cloud, &definition.rule, &tags).await?;
    }
    let message = format!("{}: the losers are scaled down", definition.name);
    Ok(Ending::done(
        Conclusion::CleanedUp,
        message,
        json!({ "scaled_down": done }),
    ))
}

/// Scales a service down, and says whether there was anything to scale.
async fn scale_down(cloud: &AwsCloud, arm: &Arm) -> Answer<bool> {
    let live = cloud.service(&arm.service).await?;
    let Some(live) = live.filter(|live| live.status == "ACTIVE") else {
        return Ok(false);
    };
    // Autoscaling would have its least number of tasks again at once.
    if cloud.scaling(&arm.service).await?.is_some() {
        let service = &arm.service;
        repeat_until_shown(
            async || cloud.write_scaling(service, &ScalingWrite::DropAll).await,
            async || Ok(cloud.scaling(service).await?.is_none()),
            CloudError::not_shown("DeregisterScalableTarget", "Application Auto Scaling"),
        )
        .await?;
    }
    if live.desired_count == 0 {
        return Ok(false);
    }
    let update = json!({
        "cluster": arm.service.cluster,
        "service": arm.service.name,
        "desiredCount": 0,
    });
    let update: Document = match update {
        Value::Object(update) => update,
        _ => Document::new(),
    };
    repeat(async || cloud.update_service(&update).await.map(drop)).await?;
    Ok(true)
}
