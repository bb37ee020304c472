//! What tasks ask of container instances, and whether all of these together have as much.

use serde_json::Value;

use crate::release::ids::ClusterName;
use crate::release::{ContainerInstance, Document, Release};
use mlship_text::words::{counted, plural};

/// What one task takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    cpu: u64,
    memory: u64,
    gpus: u64,
}

/// What the tasks of several services take.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Demand {
    services: usize,
    tasks: u64,
    all: Size,
}

impl Size {
    /// Returns what a task of a release takes of the cluster's container instances, where it is
    /// these that have to hold it.
    pub(super) fn on_instances(release: &Release) -> Option<Self> {
        let launch_type = release.desired.service.get("launchType");
        let is_held = launch_type.is_some_and(|launch_type| launch_type == "EC2");
        is_held.then(|| Self::of(&release.desired.task_definition))
    }

    fn of(definition: &Document) -> Self {
        let containers = definition.get("containerDefinitions");
        let containers = containers.and_then(Value::as_array);
        let containers = containers.map_or(&[][..], Vec::as_slice);
        let of_containers = |names: [&str; 2]| {
            let each = containers.iter().map(|container| {
                let amounts = names.iter().map(|name| number(&container[*name]));
                amounts.flatten().next().unwrap_or(0)
            });
            each.sum()
        };
        // The task's own size is what is set aside, where there is one.
        let task = |name: &str| definition.get(name).and_then(number);
        Self {
            cpu: task("cpu").unwrap_or_else(|| of_containers(["cpu", "cpu"])),
            memory: task("memory")
                .unwrap_or_else(|| of_containers(["memoryReservation", "memory"])),
            gpus: containers.iter().map(gpus).sum(),
        }
    }
}

impl Demand {
    /// Adds a service.
    pub(super) fn add(&mut self, size: Size, tasks: u32) {
        let tasks = u64::from(tasks);
        self.services += 1;
        self.tasks += tasks;
        for (sum, one) in [
            (&mut self.all.cpu, size.cpu),
            (&mut self.all.memory, size.memory),
            (&mut self.all.gpus, size.gpus),
        ] {
            *sum = sum.saturating_add(one.saturating_mul(tasks));
        }
    }

    /// Says what is asked beyond all that a cluster has, whatever else runs there.
    pub(super) fn beyond(
        &self,
        cluster: &ClusterName,
        instances: &[ContainerInstance],
    ) -> Option<String> {
        let ready: Vec<&ContainerInstance> = instances
            .iter()
            .filter(|instance| instance.is_ready())
            .collect();
        let has = |of: fn(&ContainerInstance) -> u64| -> u64 {
            ready.iter().map(|instance| of(instance)).sum()
        };
        let gpus = |instance: &ContainerInstance| u64::try_from(instance.gpus()).unwrap_or(0);
        let all = [
            (self.all.gpus, has(gpus), "GPUs"),
            (
                self.all.memory,
                has(ContainerInstance::memory),
                "MiB of memory",
            ),
            (self.all.cpu, has(ContainerInstance::cpu), "CPU units"),
        ];
        let (asked, there, what) = all.into_iter().find(|(asked, there, _)| asked > there)?;
        let tasks = usize::try_from(self.tasks).unwrap_or(usize::MAX);
        let [take, have] = if ready.len() == 1 {
            ["takes", "has"]
        } else {
            ["take", "have"]
        };
        Some(format!(
            "cluster {cluster} can't hold the {} of {}: together they ask for {asked} {what}, and \
             its {} container {} that {take} tasks {have} {there}",
            counted(tasks, "task"),
            counted(self.services, "service"),
            ready.len(),
            plural(ready.len(), "instance"),
        ))
    }
}

/// ECS has sizes as numbers in containers and as texts in tasks.
fn number(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

fn gpus(container: &Value) -> u64 {
    let asked = container["resourceRequirements"].as_array();
    let asked = asked.map_or(&[][..], Vec::as_slice).iter();
    let gpus = asked.filter(|asked| asked["type"] == "GPU");
    gpus.filter_map(|asked| number(&asked["value"])).sum()
}
