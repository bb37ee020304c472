//! A container instance, as `DescribeContainerInstances` shows it.

use serde::Deserialize;

/// An instance that tasks are placed on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerInstance {
    #[serde(default)]
    status: String,
    #[serde(default)]
    agent_connected: bool,
    #[serde(default)]
    registered_resources: Vec<Resource>,
    #[serde(default)]
    remaining_resources: Vec<Resource>,
    #[serde(default)]
    attributes: Vec<Attribute>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Attribute {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    #[serde(default)]
    name: String,
    #[serde(default)]
    integer_value: u64,
    #[serde(default)]
    string_set_value: Vec<String>,
}

/// A port of an instance that each task takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostPort {
    /// For TCP.
    Tcp(u16),
    /// For UDP.
    Udp(u16),
}

impl HostPort {
    /// Returns its number.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Self::Tcp(number) | Self::Udp(number) => number,
        }
    }
}

impl ContainerInstance {
    /// Returns whether ECS places tasks on it.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.status == "ACTIVE" && self.agent_connected
    }

    /// Returns its architecture, as its agent tells it: `x86_64` or `arm64`.
    #[must_use]
    pub fn architecture(&self) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let told = attributes.find(|attribute| attribute.name == "ecs.cpu-architecture")?;
        Some(&told.value)
    }

    /// Returns its CPU units.
    #[must_use]
    pub fn cpu(&self) -> u64 {
        amount(&self.registered_resources, "CPU")
    }

    /// Returns its MiB.
    #[must_use]
    pub fn memory(&self) -> u64 {
        amount(&self.registered_resources, "MEMORY")
    }

    /// Returns the CPU units that no task has.
    #[must_use]
    pub fn cpu_left(&self) -> u64 {
        amount(&self.remaining_resources, "CPU")
    }

    /// Returns the MiB that no task has.
    #[must_use]
    pub fn memory_left(&self) -> u64 {
        amount(&self.remaining_resources, "MEMORY")
    }

    /// Says whether somebody has a port of it, or its agent keeps it: those are what ECS lists.
    #[must_use]
    pub fn has_taken(&self, port: HostPort) -> bool {
        let name = match port {
            HostPort::Tcp(_) => "PORTS",
            HostPort::Udp(_) => "PORTS_UDP",
        };
        let mut lists = self.remaining_resources.iter();
        let list = lists.find(|resource| resource.name == name);
        let number = port.number().to_string();
        list.is_some_and(|list| list.string_set_value.contains(&number))
    }

    /// Returns its GPUs.
    #[must_use]
    pub fn gpus(&self) -> usize {
        ids(&self.registered_resources, "GPU")
    }

    /// Returns the GPUs that no task has.
    #[must_use]
    pub fn gpus_left(&self) -> usize {
        ids(&self.remaining_resources, "GPU")
    }
}

fn amount(resources: &[Resource], name: &str) -> u64 {
    let found = resources.iter().find(|resource| resource.name == name);
    found.map_or(0, |resource| resource.integer_value)
}

fn ids(resources: &[Resource], name: &str) -> usize {
    let found = resources.iter().find(|resource| resource.name == name);
    found.map_or(0, |resource| resource.string_set_value.len())
}
