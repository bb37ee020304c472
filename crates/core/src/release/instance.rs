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
