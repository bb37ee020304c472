//! Ports that a kept load balancer or a kept Service Connect needs: without them ECS refuses the
//! update, once a revision is registered already.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Refusal;
use super::settings::{self, LOAD_BALANCERS};
use crate::release::{LiveService, LiveTaskDefinition, Release};
use crate::shape::items;
use mlship_manifest::Code;

const CONNECT: &str = "serviceConnectConfiguration";

/// Returns a release whose task definition has the ports that what is kept of the service needs.
///
/// # Errors
/// Where the release has no container that they could be of.
pub(super) fn with_kept_ports<'a>(
    release: &'a Release,
    service: &LiveService,
    serving: Option<&LiveTaskDefinition>,
) -> Result<Cow<'a, Release>, Refusal> {
    let mut carried = Cow::Borrowed(release);
    if settings::at(&release.desired.service, LOAD_BALANCERS).is_none() {
        for balancer in items(settings::at(&service.document, LOAD_BALANCERS)) {
            let (name, port) = (text(&balancer["containerName"]), &balancer["containerPort"]);
            if port.is_null() {
                continue;
            }
            let is_port = |mapping: &Value| mapping["containerPort"] == *port;
            carry(
                carried.to_mut(),
                serving,
                name,
                is_port,
                || json!({"containerPort": port, "protocol": "tcp"}),
            )
            .ok_or_else(|| missing(release, "load balancer", name, &port.to_string()))?;
        }
    }
    if settings::at(&release.desired.service, CONNECT).is_none() {
        let connect = settings::at(&service.document, CONNECT).filter(|it| it["enabled"] == true);
        for named in items(connect.map(|connect| &connect["services"])) {
            let port_name = text(&named["portName"]);
            let is_port = |mapping: &Value| mapping["name"] == port_name;
            let holder = holder_of(serving, &is_port).unwrap_or_default();
            let mapping = mapping_of(serving, &holder, &is_port);
            carry(carried.to_mut(), serving, &holder, is_port, || {
                mapping.clone().unwrap_or_default()
            })
            .ok_or_else(|| missing(release, "Service Connect", &holder, port_name))?;
        }
    }
    Ok(carried)
}

/// Adds a port to a container of the release, as the revision that serves has it, unless it has
/// that port.
fn carry(
    release: &mut Release,
    serving: Option<&LiveTaskDefinition>,
    name: &str,
    is_port: impl Fn(&Value) -> bool,
    otherwise: impl Fn() -> Value,
) -> Option<()> {
    let mapping = mapping_of(serving, name, &is_port).unwrap_or_else(otherwise);
    let document = &mut release.desired.task_definition;
    let containers = document.get_mut("containerDefinitions")?.as_array_mut()?;
    let container = containers
        .iter_mut()
        .find(|container| container["name"] == name)?
        .as_object_mut()?;
    let ports = container.entry("portMappings").or_insert_with(|| json!([]));
    let ports = ports.as_array_mut()?;
    if !ports.iter().any(is_port) {
        ports.push(mapping);
    }
    Some(())
}

fn mapping_of(
    serving: Option<&LiveTaskDefinition>,
    name: &str,
    is_port: &impl Fn(&Value) -> bool,
) -> Option<Value> {
    let containers = serving?.document.get("containerDefinitions");
    let container = items(containers).find(|container| container["name"] == name)?;
    items(container.get("portMappings"))
        .find(|mapping| is_port(mapping))
        .cloned()
}

fn holder_of(
    serving: Option<&LiveTaskDefinition>,
    is_port: &impl Fn(&Value) -> bool,
) -> Option<String> {
    let containers = serving?.document.get("containerDefinitions");
    let holder =
        items(containers).find(|container| items(container.get("portMappings")).any(is_port))?;
    Some(text(&holder["name"]).to_owned())
}

fn missing(release: &Release, who: &str, container: &str, port: &str) -> Refusal {
    Refusal {
        code: Code::PORT_NOT_MAPPED,
        path: "runtime",
        message: format!(
            "the {who} that service {} keeps sends requests to port {port} of container `{container}`, \
             which the release does not have",
            release.service
        ),
        help: format!(
            "write runtime.container: {container}, or traffic and overrides of the service anew"
        ),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
