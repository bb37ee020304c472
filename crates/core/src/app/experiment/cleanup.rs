//! Scales down the losing variants, once they serve no clients.

use serde_json::{Value, json};

use super::comparison::Comparison;
use super::outcome::{Conclusion, Details, Outcome};
use super::report::{ExperimentEvent, ExperimentReport};
use crate::app::Context;
use crate::apply::{retry_idempotent, retry_until_visible};
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Answer, Balancing, Cloud, CloudError, ErrorKind};
use crate::experiment::stop::{losers, serving, without_cookie};
use crate::experiment::{Arm, End, Record, TrafficUpdateError, shift, tag};
use crate::release::{Document, ScalingWrite};

/// Scales down the services that lost, once no client is with them.
pub(super) async fn clean_up<C: Cloud + Balancing>(
    context: &Context<'_, C>,
    comparison: &Comparison,
    report: &mut dyn ExperimentReport,
) -> Result<Outcome, Outcome> {
    let (cloud, definition) = (context.cloud, &comparison.definition);
    let rule = cloud.listener_rule(&definition.rule).await?;
    let record = rule.as_ref().and_then(|rule| Record::read(&rule.tags));
    let definition = &match &record {
        Some(record) => definition.as_in(record),
        None => definition.clone(),
    };
    let losers = match losers(definition, record.as_ref(), (context.clock)()) {
        Ok(losers) => losers,
        Err(refusal) => return Err(comparison.refused(vec![refusal])),
    };
    // The record is of the end: since then they may have got other work.
    let serving = serving(&losers, &cloud.all_rules().await?);
    if !serving.is_empty() {
        return Err(comparison.refused(serving));
    }
    // Nothing says that the cookie's time begins once: a client that keeps coming may stay.
    if let Some(rule) = &rule
        && let Some(forward) = without_cookie(&losers, rule)
    {
        match shift(cloud, rule, &forward).await {
            // Where targets are sticky themselves the rule must be, too, and out of the rule their
            // service can't be scaled.
            Err(TrafficUpdateError::Cloud(error)) if error.kind == ErrorKind::Rejected => {}
            done => done?,
        }
    }
    let mut done = Vec::new();
    let mut gone = Vec::new();
    for arm in losers {
        match scale_down(cloud, arm).await? {
            ScaleDown::Done => {
                report.event(&ExperimentEvent::ScaledDown(arm));
                done.push(arm.service.to_string());
            }
            ScaleDown::Gone => gone.push(arm.service.to_string()),
            ScaleDown::NothingToDo => {}
        }
    }
    if let Some(record) = record {
        let cleaned = Record {
            end: record.end.clone().map(|end| End {
                cleaned: Some((context.clock)()),
                ..end
            }),
            ..record
        };
        let tags = cleaned.tags();
        tag(cloud, &definition.rule, &tags).await?;
    }
    let message = format!("{}: no loser runs any more", definition.name);
    let scaled = (!done.is_empty()).then(|| format!("scaled down: {}", done.join(", ")));
    let gone = (!gone.is_empty()).then(|| {
        format!(
            "not there any more, so that nothing was scaled down: {}",
            gone.join(", ")
        )
    });
    let details = Details::CleanedUp { scaled_down: done };
    let outcome = Outcome::done(Conclusion::CleanedUp, message, details);
    Ok(outcome.adding(scaled.into_iter().chain(gone)))
}

/// What became of a loser's service.
enum ScaleDown {
    /// It was scaled down.
    Done,
    /// It had no tasks to run.
    NothingToDo,
    /// There is no such service.
    Gone,
}

/// Scales a service down, and says what there was to scale.
async fn scale_down<C: Cloud>(cloud: &C, arm: &Arm) -> Answer<ScaleDown> {
    let live = cloud.service(&arm.service).await?;
    let Some(live) = live.filter(|live| live.status == "ACTIVE") else {
        return Ok(ScaleDown::Gone);
    };
    // Autoscaling would have its least number of tasks again at once.
    if cloud.scaling(&arm.service).await?.is_some() {
        let service = &arm.service;
        retry_until_visible(
            async || cloud.write_scaling(service, &ScalingWrite::DropAll).await,
            async || Ok(cloud.scaling(service).await?.is_none()),
            CloudError::not_shown("DeregisterScalableTarget", "Application Auto Scaling"),
        )
        .await?;
    }
    if live.desired_count == 0 {
        return Ok(ScaleDown::NothingToDo);
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
    retry_idempotent(WhileBusy::no_longer(), async || {
        cloud.update_service(&update).await.map(drop)
    })
    .await?;
    Ok(ScaleDown::Done)
}
