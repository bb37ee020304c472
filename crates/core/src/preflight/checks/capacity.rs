//! Whether the cluster has room for the tasks, and the capacity providers that bring it.

use std::fmt::Write as _;

use crate::cloud::preconditions::Question;
use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::{Room, Surroundings, is_fargates};
use crate::release::ContainerInstance;
use mlship_text::words::counted;

const FIELDS: &[&str] = &[
    "runtime.capacityProviders",
    "runtime.compute",
    "service.cluster",
];

/// The most instances that are asked about.
const PAGE: usize = 100;

pub(in crate::preflight) fn capacity_providers(
    release: &Surroundings,
    answers: &Answers,
) -> Vec<Finding> {
    let names = release.compute.providers();
    if names.is_empty() {
        return Vec::new();
    }
    let cluster = told!(answers, Question::Cluster(release.cluster.clone()), Cluster);
    let known = told!(
        answers,
        Question::CapacityProviders(names.to_vec()),
        CapacityProviders
    );
    let each = names.iter().map(|name| {
        let about = About::new(Check::CapacityProviders, name, FIELDS);
        match &cluster {
            Err(untold) => return about.untold(untold),
            Ok(None) => {
                return about.fail(
                    format!("there is no cluster {}", release.cluster),
                    "make the cluster, or correct `service.cluster`",
                );
            }
            Ok(Some(associated)) if !associated.contains(name) => {
                return about.fail(
                    format!("is not associated with cluster {}", release.cluster),
                    "associate it with aws ecs put-cluster-capacity-providers",
                );
            }
            Ok(Some(_)) => {}
        }
        // Fargate's own are always active.
        if is_fargates(name) {
            return about.pass("is associated with the cluster");
        }
        match &known {
            Err(untold) => about.untold(untold),
            Ok(known) => match known.iter().find(|provider| provider.name == *name) {
                Some(provider) if provider.is_active => about.pass("is active"),
                Some(_) => about.fail("is not active", "name another capacity provider"),
                None => about.fail("is not there", "name another capacity provider"),
            },
        }
    });
    each.collect()
}

pub(in crate::preflight) fn capacity(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    let room = &release.room;
    if !release.compute.is_on_instances() || room.desired == 0 {
        return Vec::new();
    }
    let about = About::new(Check::Capacity, &release.cluster, FIELDS);
    let instances = told!(
        answers,
        Question::Instances(release.cluster.clone()),
        Instances
    );
    let instances = match instances {
        Ok(instances) => instances,
        Err(untold) => return vec![about.untold(&untold)],
    };
    let names = release.compute.providers();
    let scales = match told!(
        answers,
        Question::CapacityProviders(names.to_vec()),
        CapacityProviders
    ) {
        _ if names.is_empty() => Some(false),
        Ok(providers) => Some(providers.iter().any(|provider| provider.scales)),
        Err(_) => None,
    };
    vec![held(&about, release, instances, scales)]
}

fn held(
    about: &About,
    release: &Surroundings,
    instances: &[ContainerInstance],
    scales: Option<bool>,
) -> Finding {
    let room = &release.room;
    let fitting: u64 = instances
        .iter()
        .filter(|instance| instance.is_ready() && runs(instance, release))
        .map(|instance| fits(room, instance))
        .fold(0, u64::saturating_add);
    let surge = room.surge().max(1);
    let mut task = format!(
        "a task of {} CPU units, {} MiB and {}",
        room.cpu,
        room.memory,
        counted(usize::try_from(room.gpus).unwrap_or(usize::MAX), "GPU"),
    );
    let ports = room.ports.iter().map(|port| port.number().to_string());
    let ports: Vec<String> = ports.collect();
    if !ports.is_empty() {
        let _ = write!(task, " with host port {}", ports.join(", "));
    }
    if fitting >= surge {
        let tasks = usize::try_from(surge).unwrap_or(usize::MAX);
        return about.pass(format!("has room for {} more", counted(tasks, "task")));
    }
    let message = if fitting == 0 {
        format!("has no room on its container instances for {task}")
    } else {
        format!("has room for {fitting} of the {surge} tasks that the rollout starts at a time")
    };
    if instances.len() >= PAGE {
        return about.unchecked(format!(
            "among its first {PAGE} container instances it {message}"
        ));
    }
    match scales {
        None => about.warn(
            format!("{message}; whether a capacity provider brings more was not seen"),
            "see whether the capacity provider scales the cluster",
        ),
        Some(true) => about.warn(
            format!("{message}; its capacity provider has to bring more first"),
            "let the release wait longer, or bring the instances beforehand",
        ),
        // A task that ends makes room for another.
        Some(false) if fitting == 0 && !room.may_stop_first() => about.fail(
            message,
            if room.ports.is_empty() {
                "add container instances, or make the tasks smaller"
            } else {
                "add a container instance, leave `hostPort` out, or let a task stop first with a \
                 lower `rollout.minimumHealthyPercent`"
            },
        ),
        Some(false) => about.warn(
            message,
            "add container instances, or the rollout takes longer",
        ),
    }
}

fn runs(instance: &ContainerInstance, release: &Surroundings) -> bool {
    let wanted = release
        .platform
        .as_ref()
        .map(|platform| &*platform.architecture);
    match (instance.architecture(), wanted) {
        (Some("x86_64"), Some(wanted)) => wanted == "amd64",
        (Some("arm64"), Some(wanted)) => wanted == "arm64",
        (Some(_) | None, _) => true,
    }
}

/// Returns how many tasks an instance takes: of those that want a port of it one, if nobody has it.
fn fits(room: &Room, instance: &ContainerInstance) -> u64 {
    if room.ports.iter().any(|port| instance.has_taken(*port)) {
        return 0;
    }
    let by_ports = if room.ports.is_empty() { u64::MAX } else { 1 };
    let gpus = u64::try_from(instance.gpus_left()).unwrap_or(u64::MAX);
    let parts = [
        (room.cpu, instance.cpu_left()),
        (room.memory, instance.memory_left()),
        (room.gpus, gpus),
    ];
    let parts = parts.iter().filter(|(takes, _)| *takes > 0);
    parts
        .map(|(takes, left)| left / takes)
        .min()
        .unwrap_or(u64::MAX)
        .min(by_ports)
}
