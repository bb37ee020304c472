//! Whether the tasks' security groups let requests in, and pulls out.

use super::ranges::holds;
use crate::cloud::preconditions::{Question, Rule, RuleSource, SecurityGroup, Transport};
use crate::preflight::answers::{Answers, Untold, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::{Balanced, Network, Surroundings};

const FIELDS: &[&str] = &[
    "network.securityGroups",
    "network",
    "overrides.service.networkConfiguration",
];

pub(in crate::preflight) fn security_groups(
    release: &Surroundings,
    answers: &Answers,
) -> Vec<Finding> {
    let Some(network) = release
        .network
        .as_ref()
        .filter(|network| !network.groups.is_empty())
    else {
        return Vec::new();
    };
    let subject = network.groups.join(", ");
    let about = About::new(Check::SecurityGroups, subject, FIELDS);
    let question = Question::SecurityGroups(network.groups.clone());
    let groups = match told!(answers, question, SecurityGroups) {
        Ok(groups) => groups,
        Err(untold) => return vec![about.untold(&untold)],
    };
    let is_there = |id: &&String| groups.iter().any(|group| group.id == **id);
    let missing: Vec<&str> = network
        .groups
        .iter()
        .filter(|id| !is_there(id))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        let message = match &network.groups[..] {
            [_] => "there is no such security group".to_owned(),
            _ => format!("there is no {}", missing.join(", ")),
        };
        return vec![about.fail(message, "correct `network.securityGroups`")];
    }
    let mut found = Vec::new();
    if let Some(elsewhere) = elsewhere(network, groups, answers) {
        let help = "name security groups and subnets of one VPC";
        found.push(about.fail(elsewhere, help));
    }
    let lets_out = groups.iter().flat_map(|group| &group.egress);
    if release.compute.is_fargate() {
        found.push(if lets_out.into_iter().any(|rule| covers(rule, 443)) {
            about.pass("let the tasks out by 443")
        } else {
            about.fail(
                "let nothing out by 443, by which images and secrets come",
                "allow 443 out of one of them",
            )
        });
    }
    for balanced in &release.balanced {
        if let Some(port) = balanced.port {
            found.push(ingress(&about, network, groups, (balanced, port), answers));
        }
    }
    found
}

/// Says that the groups are not where the subnets are.
fn elsewhere(network: &Network, groups: &[SecurityGroup], answers: &Answers) -> Option<String> {
    let question = Question::Subnets(network.subnets.clone());
    let subnets = told!(answers, question, Subnets).ok()?;
    let vpc = &subnets.first()?.vpc;
    let other = groups.iter().find_map(|group| {
        let own = group.vpc.as_ref()?;
        (own != vpc).then_some((&group.id, own))
    });
    let (id, own) = other?;
    Some(format!("{id} is in {own}, and the subnets are in {vpc}"))
}

fn covers(rule: &Rule, port: u16) -> bool {
    let is_open = rule
        .ports
        .is_none_or(|(from, to)| from <= port && port <= to);
    is_open && rule.transport != Transport::Other && !rule.sources.is_empty()
}

/// Looks whether the load balancer's requests come in.
fn ingress(
    about: &About,
    network: &Network,
    groups: &[SecurityGroup],
    (balanced, port): (&Balanced, u16),
    answers: &Answers,
) -> Finding {
    let rules = groups.iter().flat_map(|group| &group.ingress);
    let rules: Vec<&Rule> = rules.filter(|rule| covers(rule, port)).collect();
    let help = "let the load balancer's security group in by that port";
    if rules.is_empty() {
        return about.fail(
            format!("let nothing in by port {port}, where requests go"),
            help,
        );
    }
    let sources: Vec<&RuleSource> = rules.iter().flat_map(|rule| &rule.sources).collect();
    let is_anybody = |source: &&RuleSource| match source {
        RuleSource::Range(range) => holds(range, "0.0.0.0/0") == Some(true),
        RuleSource::Group(_) | RuleSource::List(_) => false,
    };
    if sources.iter().any(is_anybody) {
        return about.pass(format!("let everybody in by port {port}"));
    }
    match balancers(balanced, answers) {
        Ok(theirs) => {
            let is_theirs = |source: &&RuleSource| match source {
                RuleSource::Group(id) => theirs.iter().all(|own| own.contains(id)),
                RuleSource::Range(_) | RuleSource::List(_) => false,
            };
            let is_group = |source: &&RuleSource| match source {
                RuleSource::Group(id) => !network.groups.contains(id),
                RuleSource::Range(_) | RuleSource::List(_) => false,
            };
            if !theirs.is_empty() && sources.iter().any(is_theirs) {
                about.pass(format!("let the load balancer in by port {port}"))
            } else if sources.iter().all(is_group) && theirs.iter().all(|own| !own.is_empty()) {
                let message =
                    format!("let other groups than the load balancer's in by port {port}");
                about.warn(message, help)
            } else {
                about.unchecked(format!(
                    "whether they let the load balancer in by port {port}"
                ))
            }
        }
        Err(untold) => about.untold(&untold),
    }
}

/// Returns the security groups of each load balancer before a target group.
fn balancers<'a>(balanced: &Balanced, answers: &'a Answers) -> Result<&'a [Vec<String>], Untold> {
    let question = Question::TargetGroup(balanced.group.clone());
    match told!(answers, question, TargetGroup)? {
        Some(group) if !group.load_balancers.is_empty() => {
            let question = Question::LoadBalancers(group.load_balancers.clone());
            told!(answers, question, LoadBalancers).map(|found| &found[..])
        }
        Some(_) | None => Err(Untold::because(
            "which load balancer sends requests is not known",
        )),
    }
}
