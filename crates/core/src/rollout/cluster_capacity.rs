//! Describes the free capacity of a cluster's container instances, in one sentence.

use crate::release::ContainerInstance;

/// Instances that a sentence can hold.
const NAMED: usize = 3;

/// Returns what a cluster has, for somebody whose task found no room in it.
pub(super) fn room(instances: &[ContainerInstance]) -> String {
    let mut ready: Vec<&ContainerInstance> = instances
        .iter()
        .filter(|instance| instance.is_ready())
        .collect();
    let count = ready.len();
    let of = instances.len();
    if of == 0 {
        return "the cluster has no container instances".to_owned();
    }
    if count == 0 {
        return format!("none of the cluster's {of} container instances takes tasks");
    }
    ready.sort_by_key(|instance| {
        std::cmp::Reverse((
            instance.gpus_left(),
            instance.memory_left(),
            instance.cpu_left(),
        ))
    });
    let named: Vec<String> = ready
        .iter()
        .take(NAMED)
        .map(|instance| left(instance))
        .collect();
    let more = if count > NAMED {
        "; others have less"
    } else {
        ""
    };
    format!(
        "of the cluster's {of} container instances {count} take tasks, with room for {}{more}",
        named.join("; ")
    )
}

fn left(instance: &ContainerInstance) -> String {
    let (cpu, memory) = (instance.cpu_left(), instance.memory_left());
    let gpus = match instance.gpus() {
        0 => String::new(),
        all => format!(" and {} of {all} GPUs", instance.gpus_left()),
    };
    format!("{cpu} CPU units, {memory} MiB{gpus}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn instance(
        status: &str,
        cpu: u32,
        memory: u32,
        gpus: &[&str],
        left: &[&str],
    ) -> ContainerInstance {
        let resources = |gpus: &[&str], cpu, memory| {
            json!([
                {"name": "CPU", "type": "INTEGER", "integerValue": cpu},
                {"name": "MEMORY", "type": "INTEGER", "integerValue": memory},
                {"name": "PORTS", "type": "STRINGSET", "stringSetValue": ["22"]},
                {"name": "GPU", "type": "STRINGSET", "stringSetValue": gpus},
            ])
        };
        let instance = json!({"status": status, "agentConnected": true,
            "registeredResources": resources(gpus, 4096, 16_384),
            "remainingResources": resources(left, cpu, memory)});
        serde_json::from_value(instance).unwrap()
    }

    #[test]
    fn a_cluster_without_instances_is_told() {
        assert_eq!(room(&[]), "the cluster has no container instances");
        let draining = instance("DRAINING", 1, 1, &[], &[]);
        assert_eq!(
            room(&[draining]),
            "none of the cluster's 1 container instances takes tasks"
        );
    }

    #[test]
    fn what_instances_have_left_is_told_with_the_most_gpus_first() {
        let all = [
            instance("ACTIVE", 4096, 9000, &["a"], &[]),
            instance("ACTIVE", 512, 1024, &["a", "b"], &["b"]),
        ];
        assert_eq!(
            room(&all),
            "of the cluster's 2 container instances 2 take tasks, with room for 512 CPU units, \
             1024 MiB and 1 of 2 GPUs; 4096 CPU units, 9000 MiB and 0 of 1 GPUs"
        );
    }
}
