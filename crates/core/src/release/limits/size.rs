//! Size limits: of the task definition, and of what its containers share.

use serde_json::Value;

use super::check::{Check, name};
use mlship_manifest::Code;

const MOST_BYTES: usize = 64 * 1024;

pub(super) fn check(check: &mut Check<'_>) {
    bytes(check);
    share(check, "memory", Code::MEMORY_SPLIT, "MiB", held_memory);
    share(check, "cpu", Code::CPU_SPLIT, "CPU units", |container| {
        container["cpu"].as_u64().unwrap_or(0)
    });
    let size = number(check.task.get("memory"));
    for container in check.containers {
        memory_of(check, container, size);
    }
}

fn bytes(check: &mut Check<'_>) {
    let bytes = Value::Object(check.release.registration())
        .to_string()
        .len();
    if bytes > MOST_BYTES {
        check.error(
            "runtime",
            Code::TASK_DEFINITION_TOO_LARGE,
            format!("the task definition has {bytes} bytes, and ECS takes {MOST_BYTES} (64 KB)"),
            "keep long values in a file in the image, in S3 or in SSM",
        );
    }
}

fn share(check: &mut Check<'_>, field: &str, code: Code, unit: &str, held: impl Fn(&Value) -> u64) {
    let Some(size) = number(check.task.get(field)) else {
        return;
    };
    let sum: u64 = check.containers.iter().map(held).sum();
    if sum > size {
        let overridden = format!("overrides.taskDefinition.{field}");
        let path = if check.is_written(&overridden) {
            overridden
        } else {
            format!("runtime.{field}")
        };
        check.error(
            &path,
            code,
            format!("the containers are promised {sum} {unit} together, and the task has {size}"),
            format!("raise it to {sum} or more, or lower the containers' share"),
        );
    }
}

fn memory_of(check: &mut Check<'_>, container: &Value, size: Option<u64>) {
    let name = name(container);
    let limit = container["memory"].as_u64();
    let reserved = container["memoryReservation"].as_u64();
    // Written wrongly it is missing here, and has its own complaint.
    let sized = size.is_some() || check.is_written("runtime.memory");
    if limit.or(reserved).is_none() && !sized {
        check.error(
            &check.in_container(container, "memory"),
            Code::CONTAINER_MEMORY_MISSING,
            format!("container `{name}` has neither `memory` nor `memoryReservation`"),
            "add one of them, or `runtime.memory` for the task as a whole",
        );
    }
    if let (Some(limit), Some(reserved)) = (limit, reserved)
        && reserved >= limit
    {
        check.error(
            &check.in_container(container, "memoryReservation"),
            Code::MEMORY_RESERVATION,
            format!("container `{name}` reserves {reserved} MiB, and may have less than {limit}"),
            "`memory` must be more than `memoryReservation`",
        );
    }
}

/// What a container takes of the task's memory: what it is promised, not what it may use.
fn held_memory(container: &Value) -> u64 {
    let promised = container["memoryReservation"].as_u64();
    promised.or(container["memory"].as_u64()).unwrap_or(0)
}

/// Sizes of tasks are texts in ECS: `2048`, `2GB` or `1 vCPU`.
pub(super) fn number(value: Option<&Value>) -> Option<u64> {
    let text = value?.as_str()?.trim().to_ascii_lowercase();
    for unit in ["gb", "vcpu"] {
        if let Some(count) = text.strip_suffix(unit) {
            return count.trim().parse::<u64>().ok()?.checked_mul(1024);
        }
    }
    text.parse().ok()
}
