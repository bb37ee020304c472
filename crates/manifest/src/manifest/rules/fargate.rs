//! What Fargate takes: pairs of CPU and memory, and what it does not have at all.

use super::super::fargate::{has_cpu, is_size, nearest_sizes};
use super::super::schema::NetworkMode;
use super::check::Check;
use crate::manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    if !check.on_fargate() {
        return;
    }
    size(check);
    let release = check.release;
    let instead = "use `compute: ec2` or `compute: managed-instances`, or remove it";
    if release.runtime.gpu.is_some_and(|count| count > 0) {
        check.error(
            "runtime.gpu",
            Code::FARGATE_GPU,
            "Fargate has no GPUs",
            instead,
        );
    }
    if release.runtime.shared_memory_mib.is_some() {
        let message = "Fargate can't change the size of `/dev/shm`";
        check.error(
            "runtime.sharedMemoryMiB",
            Code::FARGATE_SHARED_MEMORY,
            message,
            instead,
        );
    }
    match release.network.as_ref().and_then(|network| network.mode) {
        None | Some(NetworkMode::Awsvpc) => {}
        Some(NetworkMode::Bridge | NetworkMode::Host) => {
            let message = "Fargate has the network mode `awsvpc` only";
            check.error(
                "network.mode",
                Code::FARGATE_NETWORK_MODE,
                message,
                "remove it",
            );
        }
    }
}

fn size(check: &mut Check<'_>) {
    let runtime = &check.release.runtime;
    let (Some(cpu), Some(memory)) = (runtime.cpu, runtime.memory) else {
        for field in ["cpu", "memory"] {
            let path = format!("runtime.{field}");
            if !check.is_written(&path) && !check.overrides_task(field) {
                let message = format!("`{path}` is missing, and Fargate needs it");
                let help = "add `cpu: 1024` and `memory: 2048` for 1 vCPU with 2 GiB";
                check.error("runtime", Code::FARGATE_SIZE_MISSING, message, help);
            }
        }
        return;
    };
    if check.overrides_task("cpu") || check.overrides_task("memory") || is_size(cpu, memory) {
        return;
    }
    let known = has_cpu(cpu);
    let (path, wrong) = if known {
        ("runtime.memory", "memory")
    } else {
        ("runtime.cpu", "cpu")
    };
    let message = match wrong {
        "cpu" => format!("Fargate has no size with {cpu} CPU units"),
        _ => format!("Fargate has no size with {cpu} CPU units and {memory} MiB"),
    };
    check.error(
        path,
        Code::FARGATE_SIZE,
        message,
        nearest_sizes(cpu, memory),
    );
}
