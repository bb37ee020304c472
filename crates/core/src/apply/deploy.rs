//! Writes the service and its tags, and starts the deployment.

use serde_json::{Value, json};

use super::baseline::DeploymentBaseline;
use super::idempotent::retry_idempotent;
use super::register::Registered;
use super::write_effect::{ExpectedDeployment, WriteEffect};
use super::{Applied, ApplyError};
use crate::cloud::retry::{Attempts, EffectChecks, WhileBusy};
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind, unless_closed};
use crate::pause::sleep;
use crate::plan::{Plan, ServiceWrite, Started};
use crate::progress::{Event, Observer};
use crate::release::ids::ServiceDeploymentArn;
use crate::release::{Document, LiveService};

pub(super) struct Run<'a, C> {
    pub(super) cloud: &'a C,
    pub(super) plan: &'a Plan,
    pub(super) observed: Option<&'a LiveService>,
    pub(super) registered: Option<Registered>,
    /// The deployments there were before, where somebody has listed them already.
    pub(super) known: Option<Vec<ServiceDeploymentArn>>,
    pub(super) busy: WhileBusy<'a>,
}

impl<C: Cloud> Run<'_, C> {
    pub(super) async fn write(&self, report: &mut dyn Observer) -> Result<Applied, ApplyError> {
        // Unrecorded, the next deploy would find a service of nobody's: that is known first.
        if self.plan.adopts {
            self.tag(&Applied::Nothing, report).await?;
        }
        self.put_alarms().await?;
        self.take_scaling_away().await?;
        let applied = match &self.plan.writes.service {
            Some(ServiceWrite::Create(document)) => {
                let mut document = self.with_task_definition(document);
                // ECS makes one service of all requests with one token, however many arrive.
                let token = format!("{:032x}", fastrand::u128(..));
                document.insert("clientToken".to_owned(), json!(token));
                self.deploy(&document, report, async || {
                    self.cloud.create_service(&document).await
                })
                .await?
            }
            Some(ServiceWrite::Deploy(document)) => {
                let document = self.with_task_definition(document);
                self.deploy(&document, report, async || {
                    self.cloud.update_service(&document).await
                })
                .await?
            }
            Some(ServiceWrite::Adjust(document)) => {
                self.adjust(document).await?;
                report.event(&self.plan.service, &Event::Adjusted);
                Applied::Adjusted
            }
            None => Applied::Adjusted,
        };
        if !self.plan.adopts {
            self.tag(&applied, report).await?;
        }
        self.set_scaling(&applied, report).await?;
        Ok(applied)
    }

    fn with_task_definition(&self, document: &Document) -> Document {
        let mut document = document.clone();
        if let Some(registered) = &self.registered {
            document.insert("taskDefinition".to_owned(), json!(registered.arn));
        }
        document
    }

    /// Sends a write that starts a deployment, and returns the deployment.
    async fn deploy(
        &self,
        document: &Document,
        report: &mut dyn Observer,
        send: impl AsyncFn() -> Answer<LiveService>,
    ) -> Result<Applied, ApplyError> {
        let asked = document.get("taskDefinition").and_then(Value::as_str);
        let serving = self
            .observed
            .map(|service| service.task_definition.as_str());
        let expected = ExpectedDeployment {
            before: self.observed,
            wanted: asked.or(serving),
        };
        let before = self.before().await;
        let mut attempts = Attempts::default();
        // What took its autoscaling away is brought to its end.
        let is_untouched = !self.plan.adopts && self.plan.writes.scaling.is_empty();
        loop {
            let answer = if is_untouched {
                let answered = unless_closed(Box::pin(send())).await;
                answered.map_err(ApplyError::NotBegun)?
            } else {
                send().await
            };
            let (error, is_accepted) = match answer {
                Ok(service) => match expected.effect(Some(&service)) {
                    WriteEffect::Started(started) => return Ok(self.started(started, report)),
                    WriteEffect::Conflict | WriteEffect::NotApplied => (no_deployment(), true),
                },
                Err(error) => (error, false),
            };
            let is_of_others = was_made_meanwhile(&error);
            let checks = if is_of_others {
                Some(EffectChecks::of_others())
            } else {
                attempts.failed(error.kind, self.busy)
            };
            let Some(mut checks) = checks else {
                return Err(error.into());
            };
            // What was accepted is never sent again; an answer can be behind.
            if is_accepted {
                checks = checks.of_accepted();
            }
            let mut effect = self.look(expected, &mut checks).await;
            if matches!(
                effect,
                Some(WriteEffect::Conflict | WriteEffect::NotApplied)
            ) {
                effect = match before.find_since(expected).await {
                    Ok(ended) => ended.map(WriteEffect::Started).or(effect),
                    // Ours may have come and gone.
                    Err(_) => None,
                };
            }
            match effect {
                Some(WriteEffect::Started(started)) => {
                    let what = format!("deployment {}", started.deployment);
                    let found = if is_of_others {
                        let message = format!(
                            "another run has made the service with the same release: {what}"
                        );
                        Event::Note { message }
                    } else {
                        Event::Adopted { what }
                    };
                    report.event(&self.plan.service, &found);
                    return Ok(self.started(started, report));
                }
                // Sending again would push aside what somebody else has just deployed.
                Some(WriteEffect::Conflict) => return Err(ApplyError::Stale),
                Some(WriteEffect::NotApplied) if checks.may_send_again() => {}
                Some(WriteEffect::NotApplied) | None => return Err(error.into()),
            }
        }
    }

    /// Returns what tells a deployment of ours from earlier ones, should its answer be lost.
    async fn before(&self) -> DeploymentBaseline<'_, C> {
        let service = &self.plan.service;
        let is_new = self
            .registered
            .as_ref()
            .is_some_and(|registered| registered.is_new);
        if is_new || self.observed.is_none() {
            DeploymentBaseline::of_new_revision(self.cloud, service)
        } else if let Some(known) = &self.known {
            DeploymentBaseline::listed(self.cloud, service, known)
        } else {
            DeploymentBaseline::of_known_revision(self.cloud, service).await
        }
    }

    /// Looks for our deployment after each wait. Returns nothing when the last look, after which
    /// the write would be sent again, was not answered.
    async fn look(
        &self,
        expected: ExpectedDeployment<'_>,
        checks: &mut EffectChecks,
    ) -> Option<WriteEffect> {
        let mut effect = None;
        while let Some(wait) = checks.next_wait() {
            sleep(wait).await;
            let service = self.cloud.service(&self.plan.service).await.ok();
            effect = service.map(|service| expected.effect(service.as_ref()));
            if let Some(WriteEffect::Started(_)) = effect {
                break;
            }
        }
        effect
    }

    fn started(&self, started: Started, report: &mut dyn Observer) -> Applied {
        let event = Event::Started {
            deployment: started.deployment.clone(),
            task_definition: started.task_definition.clone(),
            at: started.created_at,
        };
        report.event(&self.plan.service, &event);
        Applied::Deployment(started)
    }

    /// Sends a write that starts no deployment. Sent twice it does what it does once.
    async fn adjust(&self, document: &Document) -> Answer<()> {
        let send = async || self.cloud.update_service(document).await.map(|_| ());
        retry_idempotent(self.busy, send).await
    }
}

/// Says whether ECS refused to make a service because somebody else had just made one of that name:
/// what it brings is looked at.
fn was_made_meanwhile(error: &CloudError) -> bool {
    error.kind == ErrorKind::Rejected && error.message.contains("not idempotent")
}

fn no_deployment() -> CloudError {
    CloudError {
        operation: "UpdateService",
        kind: ErrorKind::Lost,
        code: Some("accepted".to_owned()),
        message: "the answer shows no deployment of what was asked for".to_owned(),
        hint: Some("run mlship status, then deploy again".to_owned()),
    }
}
