//! Whether the subnets lead to what the tasks need. For tasks on Fargate alone: elsewhere it is the
//! instance that pulls and reads.

use super::ranges::holds;
use super::ways::{Destination, Reach, Way, destinations, reach, way};
use crate::cloud::preconditions::{
    Endpoint, Question, RouteTable, RuleSource, SecurityGroup, Subnet, Transport,
};
use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::{Network, Surroundings};

const FIELDS: &[&str] = &[
    "network.subnets",
    "network",
    "overrides.service.networkConfiguration",
];
const OPEN_HELP: &str = "route the subnet by a NAT gateway, or make the endpoints that are missing";

pub(in crate::preflight) fn routes(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    let Some(network) = &release.network else {
        return Vec::new();
    };
    let subnets = told!(answers, Question::Subnets(network.subnets.clone()), Subnets);
    let each = network.subnets.iter().map(|id| {
        let about = About::new(Check::Route, id, FIELDS);
        let subnets = match &subnets {
            Ok(subnets) => subnets,
            Err(untold) => return Some(about.untold(untold)),
        };
        let Some(subnet) = subnets.iter().find(|subnet| subnet.id == *id) else {
            return Some(about.fail("is not there", "correct `network.subnets`"));
        };
        if subnet.free == Some(0) {
            return Some(about.warn(
                "has no free address, and each task takes one",
                "name more subnets, or free some addresses",
            ));
        }
        let on_fargate = release.compute.is_fargate();
        on_fargate.then(|| from(&about, subnet, release, network, answers))
    });
    each.flatten().collect()
}

fn from(
    about: &About,
    subnet: &Subnet,
    release: &Surroundings,
    network: &Network,
    answers: &Answers,
) -> Finding {
    let tables = match told!(
        answers,
        Question::RouteTables(subnet.vpc.clone()),
        RouteTables
    ) {
        Ok(tables) => tables,
        Err(untold) => return about.untold(&untold),
    };
    let own = tables
        .iter()
        .find(|table| table.subnets.contains(&subnet.id));
    let Some(table) = own.or_else(|| tables.iter().find(|table| table.is_main)) else {
        return about.unchecked("its route table was not told");
    };
    let needed = destinations(release);
    let way = way(table, network.has_public_ip);
    match &way {
        Way::Out(by) => return about.pass(format!("leads out by {by}")),
        Way::Unknown(by) => {
            return about.unchecked(format!(
                "where its default route by {by} leads is not known"
            ));
        }
        Way::OnlyPublic(_) | Way::Others(_) | Way::Closed => {}
    }
    let endpoints = match told!(answers, Question::Endpoints(subnet.vpc.clone()), Endpoints) {
        Ok(endpoints) => endpoints,
        Err(untold) => return about.untold(&untold),
    };
    let is_own = subnet.owner.as_deref() == release.caller.account.known();
    let closed = Closed {
        subnet,
        table,
        way: &way,
        is_own,
        endpoints,
    };
    closed.judge(about, &needed, network, answers)
}

/// A subnet that has no way out of its VPC.
struct Closed<'a> {
    subnet: &'a Subnet,
    table: &'a RouteTable,
    way: &'a Way,
    /// Whether whoever asks sees all of its VPC.
    is_own: bool,
    endpoints: &'a [Endpoint],
}

impl Closed<'_> {
    fn judge(
        &self,
        about: &About,
        needed: &[Destination],
        network: &Network,
        answers: &Answers,
    ) -> Finding {
        let mut doubts: Vec<String> = Vec::new();
        for need in needed {
            match reach(self.endpoints, self.table, &need.service) {
                Reach::Open(groups) => {
                    if let Some(finding) = self.before(about, need, &groups, network, answers) {
                        return finding;
                    }
                }
                Reach::Perhaps(why) => doubts.push(format!("{}: {why}", need.name)),
                Reach::None if !need.is_here || !self.is_own => {
                    doubts.push(format!("nobody saw whether it leads to {}", need.name));
                }
                Reach::None => return self.missing(about, need),
            }
        }
        if doubts.is_empty() {
            return about.pass("leads by endpoints to all that the tasks need");
        }
        let from = self.words();
        about.warn(format!("{from}: {}", doubts.join("; ")), OPEN_HELP)
    }

    fn missing(&self, about: &About, need: &Destination) -> Finding {
        let from = self.words();
        let message = format!("{from}, and no endpoint leads to {}", need.name);
        match self.way {
            // Endpoints may be shared by a network in between.
            Way::Others(by) => about.unchecked(format!("{message}; {} may", by.join(", "))),
            Way::OnlyPublic(_) => about.fail(
                message,
                "set network.assignPublicIp, route by a NAT gateway, or make the endpoint",
            ),
            Way::Closed | Way::Out(_) | Way::Unknown(_) => about.fail(message, OPEN_HELP),
        }
    }

    fn words(&self) -> String {
        match self.way {
            Way::OnlyPublic(by) => {
                format!("leads out by {by} alone, which takes only tasks with a public address")
            }
            Way::Others(_) | Way::Closed | Way::Out(_) | Way::Unknown(_) => {
                "has no way out of its VPC".to_owned()
            }
        }
    }

    /// Looks at the security groups that stand before an endpoint.
    fn before(
        &self,
        about: &About,
        need: &Destination,
        groups: &[String],
        network: &Network,
        answers: &Answers,
    ) -> Option<Finding> {
        if groups.is_empty() {
            return None;
        }
        let question = Question::SecurityGroups(groups.to_vec());
        let found = match told!(answers, question, SecurityGroups) {
            Ok(found) => found,
            Err(untold) => return Some(about.untold(&untold)),
        };
        let lets_in = found.iter().any(|group| self.lets_in(group, network));
        (!lets_in).then(|| {
            about.warn(
                format!(
                    "leads to {} by an endpoint whose security groups let nothing in from here by \
                     443: {}",
                    need.name,
                    groups.join(", ")
                ),
                "let the endpoint's security group take 443 from the tasks'",
            )
        })
    }

    fn lets_in(&self, group: &SecurityGroup, network: &Network) -> bool {
        group.ingress.iter().any(|rule| {
            let is_open = rule.transport != Transport::Other
                && rule.ports.is_none_or(|(from, to)| from <= 443 && 443 <= to);
            is_open
                && rule.sources.iter().any(|source| match source {
                    RuleSource::Group(id) => {
                        network.groups.contains(id) || network.groups.is_empty()
                    }
                    RuleSource::Range(range) => {
                        let own = self.subnet.range.as_deref();
                        own.is_none_or(|own| holds(range, own) != Some(false))
                    }
                    RuleSource::List(_) => true,
                })
        })
    }
}
