//! The check of a deploy before it begins: where requests go now, and where the tasks are.

use super::look;
use crate::app::deploy::Deploy;
use crate::app::{Address, Context, Report, ResultRecord, Subject};
use crate::cloud::Cloud;
use crate::plan::Plan;
use crate::progress::{Conclusion, Event, Refusal};
use crate::registry::Registries;
use crate::release::{LiveService, Wiring};
use crate::traffic::{Inspection, Intent, Obstacle, Repair, changes, repair};

impl<C: Cloud + Registries> Deploy<'_, C> {
    /// Returns why a release must not begin: ECS would find it only after a fleet of tasks was
    /// started, or not at all. While another deployment moves traffic there is nothing to tell.
    pub(in crate::app) fn misrouted(&self, plan: &Plan, address: &Address) -> Option<ResultRecord> {
        let inspection = inspection(plan)?;
        let insists = self.options.force || self.options.own_experiment.is_some();
        let stands =
            |obstacle: &&Obstacle| !(insists && matches!(obstacle, Obstacle::Experiment(_)));
        let found: Vec<&Obstacle> = inspection.obstacles.iter().filter(stands).collect();
        if found.is_empty() {
            return None;
        }
        let mut refused =
            ResultRecord::new(&plan.service, Conclusion::Refused(Refusal::Check)).with_plan(plan);
        refused.error = Some(sentence(inspection, &found));
        refused.hint = Some(next_step(
            inspection,
            &found,
            &repair_command(self.context, address),
        ));
        Some(refused)
    }

    /// Tells what holds nothing up.
    pub(in crate::app) fn remark(plan: &Plan, report: &mut dyn Report) {
        let remarks = inspection(plan).map(|inspection| &inspection.remarks);
        for message in remarks.cloned().unwrap_or_default() {
            report.event(&plan.service, &Event::Note { message });
        }
    }
}

/// Returns what was seen, unless a deployment moves traffic meanwhile.
fn inspection(plan: &Plan) -> Option<&Inspection> {
    let seen = plan.traffic.as_deref();
    seen.filter(|_| plan.running.is_none())
}

fn repair_command<C>(context: &Context<'_, C>, address: &Address) -> String {
    context.invocation.command_for("traffic repair", address)
}

/// Says what stands in the way, and where requests go.
fn sentence(inspection: &Inspection, found: &[&Obstacle]) -> String {
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let found = found.join("; ");
    match inspection.told() {
        Some(rule) => format!("{found} (the rule of production traffic: {rule})"),
        None => found,
    }
}

/// Says what to do: also which weights mend the rule, where anybody can know them.
fn next_step(inspection: &Inspection, found: &[&Obstacle], command: &str) -> String {
    let mut steps: Vec<String> = found.iter().filter_map(|found| found.help()).collect();
    if found.iter().any(|found| found.is_repairable()) {
        match repair(&inspection.sight) {
            Repair::Weights { rule, to, .. } => {
                let shares = changes(&inspection.sight.wiring, &rule, &to);
                let shares: Vec<String> = shares.iter().map(ToString::to_string).collect();
                steps.push(format!(
                    "{command} shows the weights that mend it, and writes them with --apply: {}",
                    shares.join(", ")
                ));
            }
            // What forbids it has its own next step.
            Repair::Not(_) if found.iter().any(|found| found.forbids_repair()) => {}
            Repair::Not(why) => steps.push(format!("no weights are proposed: {why}")),
            Repair::Nothing => {}
        }
    }
    steps.dedup();
    steps.join("; ")
}

/// Returns what a plan's traffic is worth a warning of, for whoever only looks or rescues.
pub(in crate::app) fn warnings<C>(
    context: &Context<'_, C>,
    plan: &Plan,
    address: &Address,
) -> Vec<String> {
    let inspection = inspection(plan);
    inspection.map_or_else(Vec::new, |inspection| {
        worth_a_line(context, inspection, address)
    })
}

fn worth_a_line<C>(
    context: &Context<'_, C>,
    inspection: &Inspection,
    address: &Address,
) -> Vec<String> {
    let mut warnings = Vec::new();
    let found: Vec<&Obstacle> = inspection.obstacles.iter().collect();
    if !found.is_empty() {
        let (sentence, command) = (
            sentence(inspection, &found),
            repair_command(context, address),
        );
        warnings.push(format!(
            "warning: {sentence}; {}",
            next_step(inspection, &found, &command)
        ));
    }
    warnings.extend(inspection.remarks.iter().cloned());
    warnings
}

/// Returns the same of a service as it is, for whoever rescues it: what can't be seen holds nobody
/// up.
pub(in crate::app) async fn warnings_of_live<C: Cloud>(
    context: &Context<'_, C>,
    service: &LiveService,
    subject: &Subject,
) -> Vec<String> {
    let Some(wiring) = Wiring::of(&service.document).filter(|_| service.running().is_none()) else {
        return Vec::new();
    };
    let looking = look(context.cloud, subject.service(), Some(service), wiring);
    match Box::pin(looking).await {
        Ok(sight) => {
            let inspection = Inspection::of(sight, &Intent::default());
            worth_a_line(context, &inspection, subject.address())
        }
        Err(error) => vec![format!("not checked: where requests go ({error})")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::ListenerRule;
    use crate::release::ids::{RuleArn, TargetGroupArn};
    use crate::traffic::{Live, Sight};

    fn offered(experiment: Option<&str>, live: Live) -> String {
        let [a, b] = ["blue", "green"]
            .map(|name| format!("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/{name}/1"));
        let rule = ListenerRule::forwarding("arn:rule", &[(&a, 95), (&b, 5)]);
        let sight = Sight {
            wiring: Wiring {
                production: RuleArn::new("arn:rule"),
                test: None,
                groups: [&a, &b].map(TargetGroupArn::new),
            },
            production: Ok(Some(rule)),
            test: Ok(None),
            live: Ok(live),
            empty: Ok([TargetGroupArn::new(&b)].into()),
            experiment: experiment.map(str::to_owned),
        };
        let inspection = Inspection::of(sight, &Intent::default());
        let found: Vec<&Obstacle> = inspection.obstacles.iter().collect();
        next_step(&inspection, &found, "mlship traffic repair m.yaml")
    }

    #[test]
    fn a_repair_is_offered_with_its_shares_and_only_where_it_would_be_made() {
        let blue =
            TargetGroupArn::new("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1");
        assert_eq!(
            offered(None, Live::In(blue.clone())),
            "mlship traffic repair m.yaml shows the weights that mend it, and writes them with \
             --apply: blue 95 % → 100 %, green 5 % → 0 %"
        );
        assert_eq!(
            offered(Some("prices"), Live::In(blue)),
            "end experiment prices first, with mlship experiment stop"
        );
        assert_eq!(
            offered(None, Live::NotTold),
            "no weights are proposed: ECS does not say in which group the tasks are that serve"
        );
    }
}
