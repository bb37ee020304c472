//! Whether the target groups fit the tasks, and give the model time to start.

use std::collections::BTreeSet;

use crate::cloud::preconditions::{GroupDetails, Question};
use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::{Balanced, Surroundings};

const FIELDS: &[&str] = &[
    "traffic.targetGroup",
    "traffic.targetGroups",
    "traffic",
    "overrides.service.loadBalancers",
];

pub(in crate::preflight) fn target_groups(
    release: &Surroundings,
    answers: &Answers,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for balanced in &release.balanced {
        let about = About::new(Check::TargetGroup, &balanced.group, FIELDS);
        match told!(
            answers,
            Question::TargetGroup(balanced.group.clone()),
            TargetGroup
        ) {
            Err(untold) => found.push(about.untold(&untold)),
            Ok(None) => {
                found.push(about.fail("is not there", "make the target group, or correct its ARN"));
            }
            Ok(Some(group)) => {
                found.push(fits(&about, release, group, answers));
                found.extend(port(&about, balanced, group));
                found.extend(start(release, balanced, group));
            }
        }
    }
    found
}

fn fits(about: &About, release: &Surroundings, group: &GroupDetails, answers: &Answers) -> Finding {
    let wanted = if release.is_awsvpc { "ip" } else { "instance" };
    if group.target_type != wanted {
        let targets = &group.target_type;
        return about.fail(
            format!(
                "takes targets of type {targets}, and these tasks are targets of type {wanted}"
            ),
            "make a target group of that type: it can't be changed",
        );
    }
    if group.load_balancers.is_empty() {
        return about.fail(
            "hangs on no listener or rule, so that ECS refuses it",
            "let a listener's rule forward to it first",
        );
    }
    let Some(network) = &release.network else {
        return about.pass("is there, and fits the tasks");
    };
    let subnets = told!(answers, Question::Subnets(network.subnets.clone()), Subnets);
    let vpcs: BTreeSet<&str> = match &subnets {
        Ok(subnets) => subnets.iter().map(|subnet| &*subnet.vpc).collect(),
        Err(untold) => return about.untold(untold),
    };
    match &group.vpc {
        Some(vpc) if vpcs.len() == 1 && vpcs.contains(&**vpc) => {
            about.pass("is there, and fits the tasks")
        }
        Some(vpc) if !vpcs.is_empty() && !vpcs.contains(&**vpc) => {
            let others: Vec<&str> = vpcs.into_iter().collect();
            about.fail(
                format!("is in {vpc}, and the subnets are in {}", others.join(", ")),
                "name a target group and subnets of one VPC",
            )
        }
        Some(_) | None => about.unchecked("in which VPC the subnets are was not seen"),
    }
}

fn port(about: &About, balanced: &Balanced, group: &GroupDetails) -> Option<Finding> {
    let checked: u16 = group.check_port.parse().ok()?;
    let serves = balanced.port?;
    (checked != serves).then(|| {
        about.warn(
            format!("checks port {checked}, and requests go to port {serves}"),
            "let the check use traffic-port, unless the container answers there, too",
        )
    })
}

fn start(release: &Surroundings, balanced: &Balanced, group: &GroupDetails) -> Option<Finding> {
    let needs = release.start_period.filter(|seconds| *seconds > 0)?;
    let fields = &["health.graceSeconds", "health", "traffic.targetGroup"];
    let about = About::new(Check::HealthCheck, &balanced.group, fields);
    let (Some(interval), Some(threshold)) = (group.interval, group.unhealthy_threshold) else {
        return Some(about.unchecked("how often it checks was not told"));
    };
    let patience = u64::from(interval) * u64::from(threshold);
    let waits = release.grace.saturating_add(patience);
    Some(if waits < needs {
        about.warn(
            format!(
                "gives tasks up after {waits} s (grace {} s, {threshold} checks every {interval} \
                 s), and the container may take {needs} s to start",
                release.grace
            ),
            "raise `health.graceSeconds`, or lower `health.container.startPeriod`",
        )
    } else {
        about.pass(format!(
            "waits {waits} s for a container that may take {needs} s to start"
        ))
    })
}
