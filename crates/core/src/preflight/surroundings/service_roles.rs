//! The roles that ECS itself takes on for a service: to move its traffic, and to call its hooks.

use serde_json::Value;

use crate::release::{Document, Wiring};
use crate::shape::items;
use mlship_text::arn::Arn;

/// A role that ECS itself takes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRole {
    /// Its ARN.
    pub arn: String,
    /// For what.
    pub used: RoleUse,
}

/// What ECS takes a role on for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleUse {
    /// To move traffic.
    Traffic(Wiring),
    /// To call a function before a stage.
    Hook(Function),
}

/// A function of Lambda, as a service names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its ARN.
    pub arn: String,
}

impl Function {
    /// Returns its region and account; nothing where its ARN does not say them.
    #[must_use]
    pub fn home(&self) -> Option<(&str, &str)> {
        let arn = Arn::parse(&self.arn)?;
        Some((arn.region, arn.account))
    }
}

/// Returns them, each use once.
pub(super) fn service_roles(service: &Document) -> Vec<ServiceRole> {
    let wiring = Wiring::of(service);
    let balancers = items(service.get("loadBalancers"));
    let mut traffic = balancers.filter_map(|balancer| {
        let role = balancer["advancedConfiguration"]["roleArn"].as_str()?;
        Some(role.to_owned())
    });
    let traffic = traffic.next().zip(wiring).map(|(arn, wiring)| ServiceRole {
        arn,
        used: RoleUse::Traffic(wiring),
    });
    let configuration = service.get("deploymentConfiguration");
    let hooks = configuration.and_then(|configuration| configuration.get("lifecycleHooks"));
    let hooks = items(hooks).filter_map(hook);
    let mut found: Vec<ServiceRole> = traffic.into_iter().collect();
    for hook in hooks {
        if !found.contains(&hook) {
            found.push(hook);
        }
    }
    found
}

fn hook(hook: &Value) -> Option<ServiceRole> {
    let function = Function {
        arn: hook["hookTargetArn"].as_str()?.to_owned(),
    };
    Some(ServiceRole {
        arn: hook["roleArn"].as_str()?.to_owned(),
        used: RoleUse::Hook(function),
    })
}
