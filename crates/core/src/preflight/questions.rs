//! What to ask next about a release, by what was seen so far. Pure: the driver asks, each question once.

use std::collections::BTreeSet;

use super::answers::{Answers, told};
use super::grants::grants;
use super::surroundings::{FirstStep, Surroundings};
use crate::cloud::preconditions::{EndpointKind, Question};

/// Returns all questions that are known by now, asked or not.
#[must_use]
pub fn questions(release: &Surroundings, answers: &Answers) -> BTreeSet<Question> {
    let mut all = BTreeSet::new();
    for image in &release.images {
        all.insert(image.question());
        if release.platform.is_some() {
            all.insert(image.platforms());
        }
    }
    all.extend(
        release
            .secrets
            .iter()
            .map(super::surroundings::Secret::question),
    );
    let roles = [&release.execution_role, &release.task_role];
    all.extend(roles.into_iter().flatten().cloned().map(Question::Role));
    let roles = release.service_roles.iter();
    all.extend(roles.map(|role| Question::Role(role.arn.clone())));
    all.extend(
        grants(release, answers)
            .into_iter()
            .map(|grant| grant.question),
    );
    all.extend(
        release
            .logs
            .iter()
            .map(super::surroundings::LogGroup::question),
    );
    network(release, answers, &mut all);
    for balanced in &release.balanced {
        let question = Question::TargetGroup(balanced.group.clone());
        if let Ok(Some(group)) = told!(answers, question, TargetGroup)
            && !group.load_balancers.is_empty()
            && release.network.is_some()
        {
            all.insert(Question::LoadBalancers(group.load_balancers.clone()));
        }
        all.insert(question);
    }
    capacity(release, &mut all);
    all.extend(of_shift(release));
    all
}

/// Returns what is asked of the end of a rollout by what it does: its alarms, and whether there is
/// anything for them to see.
pub(super) fn of_shift(release: &Surroundings) -> Vec<Question> {
    let alarms = (!release.alarms.is_empty()).then(|| Question::Alarms(release.alarms.clone()));
    let step = release.first_step.as_ref().map(FirstStep::question);
    alarms.into_iter().chain(step).collect()
}

fn network(release: &Surroundings, answers: &Answers, all: &mut BTreeSet<Question>) {
    let Some(network) = &release.network else {
        return;
    };
    let subnets = Question::Subnets(network.subnets.clone());
    if !network.groups.is_empty() {
        all.insert(Question::SecurityGroups(network.groups.clone()));
    }
    let vpcs: BTreeSet<String> = match told!(answers, subnets, Subnets) {
        Ok(subnets) => subnets.iter().map(|subnet| subnet.vpc.clone()).collect(),
        Err(_) => BTreeSet::new(),
    };
    all.insert(subnets);
    if !release.compute.is_fargate() {
        return;
    }
    for vpc in vpcs {
        all.insert(Question::RouteTables(vpc.clone()));
        let endpoints = Question::Endpoints(vpc);
        if let Ok(endpoints) = told!(answers, endpoints, Endpoints) {
            for endpoint in endpoints {
                if let EndpointKind::Interface { groups, .. } = &endpoint.kind
                    && !groups.is_empty()
                    && needs_endpoint(release, &endpoint.service)
                {
                    all.insert(Question::SecurityGroups(groups.clone()));
                }
            }
        }
        all.insert(endpoints);
    }
}

fn needs_endpoint(release: &Surroundings, service: &str) -> bool {
    let needed = super::checks::destinations(release);
    needed.iter().any(|need| need.service == service)
}

fn capacity(release: &Surroundings, all: &mut BTreeSet<Question>) {
    let names = release.compute.providers();
    if !names.is_empty() {
        all.insert(Question::Cluster(release.cluster.clone()));
        all.insert(Question::CapacityProviders(names.to_vec()));
    }
    if release.compute.is_on_instances() {
        all.insert(Question::Instances(release.cluster.clone()));
    }
}
