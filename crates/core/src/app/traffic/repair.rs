//! Mending a rule that sends requests to the wrong place: by the tasks that serve, and only when
//! somebody asks for it.

use super::sight::{as_wired, look};
use crate::app::verify::as_it_will_be;
use crate::app::{Cleared, Context, ResultRecord, Subject, ended_by};
use crate::cloud::{Cloud, CloudError};
use crate::experiment::{TrafficUpdateError, shift};
use crate::progress::{Conclusion, Refusal};
use crate::release::ServiceDeploymentStatus as Status;
use crate::release::ids::{RuleArn, ServiceId, TargetGroupArn};
use crate::release::{Forward, ListenerRule, LiveService, Wiring, resolve};
pub use crate::traffic::ShareChange;
use crate::traffic::{Intent, Live, Obstacle, Repair, Sight, changes, obstacles, remarks, repair};

/// What became of a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// Requests go where they should.
    Right,
    /// They don't, and nothing was written.
    Shown,
    /// They do by now.
    Repaired,
    /// Nobody could know how to mend it, or must not now; with the next step.
    Refused(String, Option<String>),
    /// Somebody else changed the rule meanwhile.
    Stale,
    /// AWS gave no usable answer.
    Unanswered(CloudError),
}

/// What was found of the rule of a service, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mending {
    /// The rule, where the service has one.
    pub rule: Option<RuleArn>,
    /// What is wrong, worst first.
    pub wrong: Vec<String>,
    /// The shares that change, by the order of the pair.
    pub shares: Vec<ShareChange>,
    /// What is worth a line besides.
    pub remarks: Vec<String>,
    /// What became of it.
    pub end: End,
}

impl Mending {
    /// Returns how a command ends for it.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match &self.end {
            End::Right | End::Shown => Conclusion::Unchanged,
            End::Repaired => Conclusion::Succeeded,
            End::Refused(..) => Conclusion::Refused(Refusal::Check),
            End::Stale => Conclusion::Refused(Refusal::Stale),
            End::Unanswered(error) => ended_by(error),
        }
    }

    /// Returns how it ended as a record, for whoever tells why it did not.
    #[must_use]
    pub fn result(&self, service: &ServiceId) -> ResultRecord {
        let mut result = ResultRecord::new(service, self.conclusion());
        (result.error, result.hint) = match &self.end {
            End::Right | End::Shown | End::Repaired => (None, None),
            End::Refused(why, next) => (Some(why.clone()), next.clone()),
            End::Stale => (
                Some("the rule was changed by somebody else meanwhile".to_owned()),
                Some("look at it again".to_owned()),
            ),
            End::Unanswered(error) => (Some(error.to_string()), error.hint.clone()),
        };
        result
    }

    fn nothing(end: End) -> Self {
        Self {
            rule: None,
            wrong: Vec::new(),
            shares: Vec::new(),
            remarks: Vec::new(),
            end,
        }
    }
}

/// What is asked for. Writing takes a service that was cleared for it.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// What would be written.
    Shown(&'a Subject),
    /// To write it.
    Written(Cleared<'a>),
}

impl Asked<'_> {
    fn subject(&self) -> &Subject {
        match self {
            Self::Shown(subject) => subject,
            Self::Written(subject) => subject,
        }
    }
}

/// Looks at the rule of a service, and where somebody asks for it mends it.
pub async fn mend<C: Cloud>(context: &Context<'_, C>, asked: Asked<'_>) -> Mending {
    let mended = Box::pin(seen_and_mended(context, asked)).await;
    mended.unwrap_or_else(|error| Mending::nothing(End::Unanswered(error)))
}

async fn seen_and_mended<C: Cloud>(
    context: &Context<'_, C>,
    asked: Asked<'_>,
) -> Result<Mending, CloudError> {
    let subject = asked.subject();
    let (cloud, id) = (context.cloud, subject.service());
    let service = cloud.service(id).await?.filter(LiveService::is_active);
    let Some(wiring) = wiring(subject, service.as_ref()) else {
        return match service {
            Some(_) => Ok(Mending::nothing(End::Right)),
            None => Err(CloudError::no_service(id)),
        };
    };
    let production = wiring.production.clone();
    if let Some(running) = service.as_ref().and_then(LiveService::running) {
        let why = format!(
            "deployment {} of {} is running, and moves traffic itself",
            running.id,
            running.task_definition.short()
        );
        let [watch, abort] = ["watch", "abort"].map(|name| command(context, name, subject));
        let next = format!("wait for its end with {watch}, or take it back with {abort}");
        return Ok(Mending {
            rule: Some(production),
            ..Mending::nothing(End::Refused(why, Some(next)))
        });
    }
    let sight = look(cloud, id, service.as_ref(), wiring).await?;
    let found = obstacles(&sight, &Intent::default());
    let seen = Mending {
        rule: Some(production),
        wrong: found.iter().map(Obstacle::to_string).collect(),
        shares: Vec::new(),
        remarks: remarks(&sight, &Intent::default()),
        end: End::Right,
    };
    let (rule, to, chosen) = match repair(&sight) {
        Repair::Nothing => return Ok(seen),
        Repair::Not(why) => {
            let next = next_step(context, &sight, subject);
            return Ok(Mending {
                end: End::Refused(why, next),
                ..seen
            });
        }
        Repair::Weights { rule, to, chosen } => (rule, to, chosen),
    };
    let failed = match &sight.live {
        Ok(Live::In(live)) => never_succeeded(cloud, id, live).await,
        Ok(Live::NoService | Live::Nowhere | Live::NotTold) | Err(_) => None,
    };
    let remarks = seen.remarks.iter().cloned().chain(chosen).chain(failed);
    let seen = Mending {
        shares: changes(&sight.wiring, &rule, &to),
        remarks: remarks.collect(),
        ..seen
    };
    let end = match asked {
        Asked::Shown(_) => End::Shown,
        Asked::Written(_) => write(cloud, &rule, &to).await,
    };
    Ok(Mending { end, ..seen })
}

/// Says so where the tasks behind a group are of a release that failed, and none succeeded before:
/// then nobody knows that they should answer.
async fn never_succeeded<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    live: &TargetGroupArn,
) -> Option<String> {
    // It is a warning only, for which nobody waits.
    let deployments = cloud.service_deployments(id).await.ok()?;
    let mut all = deployments.iter();
    let is_known = all.len() > 0;
    let has_succeeded = all.any(|deployment| deployment.status == Status::Successful);
    (is_known && !has_succeeded).then(|| {
        format!(
            "warning: the tasks in {} are of a release that failed, and none succeeded before: where \
             they must not answer, set the service's count to 0 first (aws ecs update-service \
             --desired-count 0)",
            live.name()
        )
    })
}

/// Writes the weights once, and looks whether they are there.
async fn write<C: Cloud>(cloud: &C, rule: &ListenerRule, to: &Forward) -> End {
    if rule.arn.is_listener() {
        let why = "mlship does not write the listeners of network load balancers";
        let next = "write these weights with aws elbv2 modify-listener";
        return End::Refused(why.to_owned(), Some(next.to_owned()));
    }
    match shift(cloud, rule, to).await {
        Ok(()) => End::Repaired,
        Err(TrafficUpdateError::Stale) => End::Stale,
        Err(TrafficUpdateError::Gone) => {
            End::Refused("the rule of production traffic is gone".to_owned(), None)
        }
        Err(TrafficUpdateError::Cloud(error) | TrafficUpdateError::TagsNotWritten(error)) => {
            End::Unanswered(error)
        }
    }
}

/// Returns how a service is wired: as its manifest says, where all of that can be read.
fn wiring(subject: &Subject, service: Option<&LiveService>) -> Option<Wiring> {
    let of_live = || service.and_then(|service| Wiring::of(&service.document));
    let Some(manifest) = subject.whole() else {
        return of_live();
    };
    let region = subject.destination().region.as_deref().unwrap_or_default();
    let release = resolve(&manifest.release, region, &manifest.secrets);
    as_wired(service, &as_it_will_be(&release, service))
}

fn command<C>(context: &Context<'_, C>, name: &str, subject: &Subject) -> String {
    context.invocation.command_for(name, subject.address())
}

/// Says what there is to look at where mlship does not know what to write.
fn next_step<C>(context: &Context<'_, C>, sight: &Sight, subject: &Subject) -> Option<String> {
    sight.production.as_ref().ok()?.as_ref()?;
    let status = command(context, "status", subject);
    Some(format!(
        "look what serves with {status}, then write the weights with aws elbv2 modify-rule"
    ))
}
