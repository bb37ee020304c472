//! What tasks must reach before they run, and where a subnet's routes lead.

use crate::cloud::preconditions::{Endpoint, EndpointKind, Route, RouteTable};
use crate::preflight::surroundings::{ImagePlace, SecretPlace, Surroundings};
use mlship_text::arn::Arn;

/// A service that a task's start takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::preflight) struct Destination {
    /// The service, as endpoints name it; empty where no endpoint leads there.
    pub(in crate::preflight) service: String,
    /// In words.
    pub(in crate::preflight) name: String,
    /// Whether it is in the region of the tasks, where endpoints are.
    pub(in crate::preflight) is_here: bool,
}

/// Where a subnet's default route leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// Out, by this.
    Out(String),
    /// To an internet gateway, which takes only those with a public address.
    OnlyPublic(String),
    /// Somewhere that is not known.
    Unknown(String),
    /// There is no default route, and these others lead elsewhere.
    Others(Vec<String>),
    /// There is no way out.
    Closed,
}

/// Whether an endpoint leads to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    /// One does, before which these security groups stand.
    Open(Vec<String>),
    /// One is there, and may lead there.
    Perhaps(&'static str),
    /// None does.
    None,
}

/// Returns what a start takes, each thing once.
pub(in crate::preflight) fn destinations(release: &Surroundings) -> Vec<Destination> {
    let here = &release.caller.region;
    let mut all: Vec<Destination> = Vec::new();
    let mut add = |region: &str, service: &str, name: &str| {
        let destination = Destination {
            service: format!("com.amazonaws.{region}.{service}"),
            name: name.to_owned(),
            is_here: region == here,
        };
        if !all.contains(&destination) {
            all.push(destination);
        }
    };
    let mut elsewhere = Vec::new();
    for image in &release.images {
        match &image.place {
            ImagePlace::Ecr(image) => {
                add(&image.region, "ecr.api", "ECR's API");
                add(&image.region, "ecr.dkr", "ECR's images");
                add(&image.region, "s3", "S3, which holds ECR's layers");
            }
            ImagePlace::Hosted(image) => elsewhere.push(image.host.clone()),
        }
    }
    for secret in &release.secrets {
        let arn = Arn::parse(&secret.value_from);
        let region = arn.map_or(&**here, |arn| arn.region);
        match secret.place {
            SecretPlace::Manager { .. } => add(region, "secretsmanager", "Secrets Manager"),
            SecretPlace::Parameter => add(region, "ssm", "the Parameter Store"),
        }
    }
    for group in &release.logs {
        let region = group.region.as_deref().unwrap_or(here);
        add(region, "logs", "CloudWatch Logs");
    }
    if release.weights.is_some() {
        add(here, "s3", "S3, which holds the weights");
    }
    elsewhere.sort();
    elsewhere.dedup();
    all.extend(elsewhere.into_iter().map(|host| Destination {
        service: String::new(),
        name: host,
        is_here: false,
    }));
    all
}

/// Returns where the routes of a table lead those who have no nearer one.
pub(super) fn way(table: &RouteTable, has_public_ip: bool) -> Way {
    let mut routes: Vec<&Route> = table
        .routes
        .iter()
        .filter(|route| route.is_active)
        .collect();
    // Gateway endpoints are told of by themselves, and a list of ranges is never all of them.
    routes.retain(|route| route.by != "local" && !route.to.starts_with("pl-"));
    let Some(default) = routes.iter().find(|route| route.to == "0.0.0.0/0") else {
        let is_ipv4 = |route: &&&Route| !route.to.contains(':');
        let others: Vec<String> = routes
            .iter()
            .filter(is_ipv4)
            .map(|route| route.by.clone())
            .collect();
        return if others.is_empty() {
            Way::Closed
        } else {
            Way::Others(others)
        };
    };
    let by = default.by.clone();
    let kind = by.split('-').next().unwrap_or_default();
    match kind {
        "igw" if has_public_ip => Way::Out(by),
        "igw" => Way::OnlyPublic(by),
        "nat" | "tgw" | "vgw" | "eni" | "i" | "lgw" | "cagw" | "vpce" => Way::Out(by),
        _ => Way::Unknown(by),
    }
}

/// Returns whether an endpoint leads from subnets of a table to a service.
pub(super) fn reach(endpoints: &[Endpoint], table: &RouteTable, service: &str) -> Reach {
    let mut best = Reach::None;
    for endpoint in endpoints {
        if endpoint.service != service || !endpoint.is_available {
            continue;
        }
        match &endpoint.kind {
            EndpointKind::Gateway(tables) if tables.contains(&table.id) => {
                return Reach::Open(Vec::new());
            }
            EndpointKind::Gateway(_) => {}
            EndpointKind::Interface {
                private_dns: true,
                groups,
            } => return Reach::Open(groups.clone()),
            EndpointKind::Interface {
                private_dns: false, ..
            } => best = Reach::Perhaps("its endpoint does not have the service's own name"),
            EndpointKind::Other => best = Reach::Perhaps("how its endpoint is reached is not told"),
        }
    }
    best
}
