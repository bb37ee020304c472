//! EC2's `DescribeSubnets`, `DescribeSecurityGroups`, `DescribeRouteTables` and
//! `DescribeVpcEndpoints`, by filters: an id that is not there would spoil the whole answer.

use super::super::api::QueryApi;
use super::super::lacks::{Lacks, member, text};
use super::super::operation::Operation;
use super::super::query::Element;
use mlship_core::cloud::Answer;
use mlship_core::cloud::preconditions::{
    Endpoint, EndpointKind, Route, RouteTable, Rule, RuleSource, SecurityGroup, Subnet, Transport,
};

pub(super) async fn subnets(client: &QueryApi, ids: &[String]) -> Answer<Vec<Subnet>> {
    let asked = (Operation::DescribeSubnets, "subnet-id", ids);
    described(client, asked, "subnetSet", |item| {
        Ok(Subnet {
            id: text(item.text("subnetId"), "subnetId")?.to_owned(),
            vpc: text(item.text("vpcId"), "vpcId")?.to_owned(),
            owner: item.text("ownerId").map(str::to_owned),
            range: item.text("cidrBlock").map(str::to_owned),
            free: number(item.text("availableIpAddressCount")),
        })
    })
    .await
}

pub(super) async fn security_groups(
    client: &QueryApi,
    ids: &[String],
) -> Answer<Vec<SecurityGroup>> {
    let asked = (Operation::DescribeSecurityGroups, "group-id", ids);
    described(client, asked, "securityGroupInfo", |item| {
        let rules = |list: &str| -> Vec<Rule> {
            let items = item.items(list).unwrap_or_default().iter();
            items.map(rule).collect()
        };
        Ok(SecurityGroup {
            id: text(item.text("groupId"), "groupId")?.to_owned(),
            vpc: item.text("vpcId").map(str::to_owned),
            ingress: rules("ipPermissions"),
            egress: rules("ipPermissionsEgress"),
        })
    })
    .await
}

fn rule(item: &Element) -> Rule {
    let transport = match item.text("ipProtocol") {
        Some("-1") => Transport::Any,
        Some("tcp" | "6") => Transport::Tcp,
        Some(_) | None => Transport::Other,
    };
    let ports = number(item.text("fromPort")).zip(number(item.text("toPort")));
    let list = |name: &str, of: &str, make: fn(String) -> RuleSource| -> Vec<RuleSource> {
        let items = item.items(name).unwrap_or_default().iter();
        let items = items.filter_map(|source| source.text(of));
        items.map(|text| make(text.to_owned())).collect()
    };
    let sources = [
        list("ipRanges", "cidrIp", RuleSource::Range),
        list("ipv6Ranges", "cidrIpv6", RuleSource::Range),
        list("groups", "groupId", RuleSource::Group),
        list("prefixListIds", "prefixListId", RuleSource::List),
    ];
    Rule {
        transport,
        ports: ports.filter(|_| transport != Transport::Any),
        sources: sources.concat(),
    }
}

pub(super) async fn route_tables(client: &QueryApi, vpc: &str) -> Answer<Vec<RouteTable>> {
    let vpc = [vpc.to_owned()];
    let asked = (Operation::DescribeRouteTables, "vpc-id", &vpc[..]);
    described(client, asked, "routeTableSet", table).await
}

fn table(item: &Element) -> Result<RouteTable, Lacks> {
    let associations = item.items("associationSet").unwrap_or_default();
    let routes = item.items("routeSet").unwrap_or_default();
    Ok(RouteTable {
        id: text(item.text("routeTableId"), "routeTableId")?.to_owned(),
        is_main: associations
            .iter()
            .any(|one| one.text("main") == Some("true")),
        subnets: associations
            .iter()
            .filter_map(|one| one.text("subnetId"))
            .map(str::to_owned)
            .collect(),
        routes: routes.iter().filter_map(route).collect(),
    })
}

/// By what a route leads stands in a member of its own kind.
fn route(item: &Element) -> Option<Route> {
    const TO: [&str; 3] = [
        "destinationCidrBlock",
        "destinationIpv6CidrBlock",
        "destinationPrefixListId",
    ];
    const BY: [&str; 10] = [
        "natGatewayId",
        "transitGatewayId",
        "vpcPeeringConnectionId",
        "localGatewayId",
        "carrierGatewayId",
        "coreNetworkArn",
        "egressOnlyInternetGatewayId",
        "networkInterfaceId",
        "instanceId",
        // Also of virtual private gateways and of endpoints.
        "gatewayId",
    ];
    let to = TO.iter().find_map(|name| item.text(name))?;
    let by = BY.iter().find_map(|name| item.text(name)).unwrap_or("?");
    Some(Route {
        to: to.to_owned(),
        by: by.to_owned(),
        is_active: item.text("state") != Some("blackhole"),
    })
}

pub(super) async fn endpoints(client: &QueryApi, vpc: &str) -> Answer<Vec<Endpoint>> {
    let vpc = [vpc.to_owned()];
    let asked = (Operation::DescribeVpcEndpoints, "vpc-id", &vpc[..]);
    described(client, asked, "vpcEndpointSet", |item| {
        Ok(Endpoint {
            service: text(item.text("serviceName"), "serviceName")?.to_owned(),
            kind: kind(item),
            is_available: item
                .text("state")
                .is_none_or(|state| state.eq_ignore_ascii_case("available")),
        })
    })
    .await
}

fn kind(item: &Element) -> EndpointKind {
    let tables = item.items("routeTableIdSet").unwrap_or_default().iter();
    let tables: Vec<String> = tables.map(|table| table.own_text().to_owned()).collect();
    match item.text("vpcEndpointType") {
        Some("Interface") => EndpointKind::Interface {
            private_dns: item.text("privateDnsEnabled") == Some("true"),
            groups: item
                .items("groupSet")
                .unwrap_or_default()
                .iter()
                .filter_map(|group| group.text("groupId"))
                .map(str::to_owned)
                .collect(),
        },
        Some("Gateway") => EndpointKind::Gateway(tables),
        // Emulators leave the type out.
        None if !tables.is_empty() => EndpointKind::Gateway(tables),
        Some(_) | None => EndpointKind::Other,
    }
}

/// Reads a list of what a filter leaves, page by page.
async fn described<T>(
    client: &QueryApi,
    (operation, filter, values): (Operation, &str, &[String]),
    list: &str,
    item: impl Fn(&Element) -> Result<T, Lacks>,
) -> Answer<Vec<T>> {
    let request = |token| {
        let request = client.request(operation);
        let request = request.with("Filter.1.Name", filter);
        let request = request.list("Filter.1.Value", values);
        request.maybe("NextToken", token).send()
    };
    client
        .pages(operation, usize::MAX, request, |answer| {
            read(&answer, list, &item)
        })
        .await
}

fn read<T>(
    answer: &Element,
    list: &str,
    item: impl Fn(&Element) -> Result<T, Lacks>,
) -> Result<(Vec<T>, Option<String>), Lacks> {
    let items = member(answer.items(list), list)?;
    let items = items.iter().map(item).collect::<Result<_, Lacks>>()?;
    Ok((items, answer.text("nextToken").map(str::to_owned)))
}

fn number<N: std::str::FromStr>(text: Option<&str>) -> Option<N> {
    text?.parse().ok()
}
