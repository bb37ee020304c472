//! Rules for tasks on instances instead of Fargate.

use super::super::schema::Compute;
use super::check::Check;
use crate::manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    let release = check.release;
    let runtime = &release.runtime;
    let named = runtime.capacity_providers.is_some();
    let instances = match runtime.compute {
        Some(Compute::Ec2 | Compute::ManagedInstances) => true,
        Some(Compute::Fargate) => false,
        None => named && !check.on_fargate(),
    };
    if !instances {
        return;
    }
    let memory = check.is_written("runtime.memory")
        || check.overrides_task("memory")
        || check.overrides_task("containerDefinitions");
    if !memory {
        check.error(
            "runtime",
            Code::MEMORY_MISSING,
            "`runtime.memory` is missing, and ECS starts no container without a limit",
            "add it in MiB, such as `memory: 2048`",
        );
    }
    if let (Some(shared), Some(memory)) = (runtime.shared_memory_mib, runtime.memory)
        && shared > memory
    {
        check.error(
            "runtime.sharedMemoryMiB",
            Code::SHARED_MEMORY_TOO_LARGE,
            format!("{shared} MiB of shared memory don't fit into a task of {memory} MiB"),
            "what is in `/dev/shm` counts as the task's memory: raise `memory`",
        );
    }
    if runtime.ephemeral_storage_gib.is_some() {
        check.error(
            "runtime.ephemeralStorageGiB",
            Code::EPHEMERAL_STORAGE_EC2,
            "only Fargate sets the size of a task's disk",
            "remove it; on EC2 tasks share the instance's disk",
        );
    }
    let public = release
        .network
        .as_ref()
        .and_then(|network| network.assign_public_ip);
    if public == Some(true) {
        check.error(
            "network.assignPublicIp",
            Code::PUBLIC_IP_EC2,
            "tasks on EC2 can't have public addresses of their own",
            "remove it; let them out through a NAT gateway",
        );
    }
}
