//! Capacity providers, and how many tasks there are.

use super::*;

#[test]
fn a_rollout_needs_room() {
    check(
        "maximumPercent: 200",
        "maximumPercent: 100",
        str![[r#"
error[rollout-stuck]: no rollout could ever begin: at least 100 % stay healthy (rounded up), and at most 100 % run (rounded down)
  --> release.yaml:33:19
   |
33 |   maximumPercent: 100
   |                   ^^^
   |
   = help: raise `maximumPercent` to 200, or lower `minimumHealthyPercent` to 0

"#]],
    );
    let text = with("desired: 3", "desired: 1");
    let text = text.replace("minimumHealthyPercent: 100", "minimumHealthyPercent: 50");
    assert_data_eq!(
        findings(&text.replace("maximumPercent: 200", "maximumPercent: 150")),
        str![[r#"
error[rollout-stuck]: no rollout of 1 task could ever begin: at least 50 % stay healthy (rounded up), and at most 150 % run (rounded down)
  --> release.yaml:33:19
   |
33 |   maximumPercent: 150
   |                   ^^^
   |
   = help: raise `maximumPercent` to 200, or lower `minimumHealthyPercent` to 0

"#]]
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "the messages are the point")]
fn capacity_providers_go_together_and_get_tasks() {
    let cpu = "  cpu: 1024";
    let runtime = |fields: &str| format!("  cpu: 1024\n  {fields}");
    for fields in [
        "capacityProviders: [{ name: FARGATE, base: 1, weight: 1 }, { name: FARGATE_SPOT, weight: 4 }]",
        "capacityProviders: [{ name: gpu-instances, weight: 1 }]\n  gpu: 1\n  sharedMemoryMiB: 1024",
        "compute: managed-instances\n  capacityProviders: [{ name: managed, weight: 1 }]\n  gpu: 1",
        "compute: fargate\n  capacityProviders: [{ name: FARGATE_SPOT, weight: 1 }]",
    ] {
        assert_eq!(good(&with(cpu, &runtime(fields))).warnings, [], "{fields}");
    }
    check(
        cpu,
        &runtime("capacityProviders: [{ name: FARGATE, weight: 1 }, { name: gpu }]"),
        str![[r#"
error[mixed-capacity]: `FARGATE` and `FARGATE_SPOT` can't be mixed with other capacity providers
  --> release.yaml:13:3
   |
13 |   capacityProviders: [{ name: FARGATE, weight: 1 }, { name: gpu }]
   |   ^^^^^^^^^^^^^^^^^
   |
   = help: keep either those two or the others

"#]],
    );
    check(
        cpu,
        &runtime("compute: ec2\n  capacityProviders: [{ name: FARGATE, weight: 1 }]"),
        str![[r#"
error[compute-and-providers]: `runtime.compute` and `runtime.capacityProviders` name different things to run on
  --> release.yaml:13:12
   |
13 |   compute: ec2
   |            ^^^
   |
   = help: remove `compute`: `FARGATE` and `FARGATE_SPOT` are Fargate

"#]],
    );
    check(
        cpu,
        &runtime("compute: fargate\n  capacityProviders: [{ name: gpu, weight: 1 }]"),
        str![[r#"
error[compute-and-providers]: `runtime.compute` and `runtime.capacityProviders` name different things to run on
  --> release.yaml:13:12
   |
13 |   compute: fargate
   |            ^^^^^^^
   |
   = help: write `compute: ec2` or `compute: managed-instances`, whichever the providers are

"#]],
    );
    check(
        cpu,
        &runtime("compute: managed-instances"),
        str![[r#"
warning[managed-instances-default]: managed instances are reached through a capacity provider, and none is named
  --> release.yaml:13:12
   |
13 |   compute: managed-instances
   |            ^^^^^^^^^^^^^^^^^
   |
   = help: add `capacityProviders: [{ name: … }]`, or make one the cluster's default

"#]],
    );
    check(
        cpu,
        &runtime(
            "capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]",
        ),
        str![[r#"
error[no-weight]: no capacity provider has a `weight` above 0, so that none gets tasks
  --> release.yaml:13:3
   |
13 |   capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]
   |   ^^^^^^^^^^^^^^^^^
   |
   = help: add `weight: 1` to one of them

error[bad-provider]: the names of Fargate's capacity providers are in capitals
  --> release.yaml:13:31
   |
13 |   capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]
   |                               ^^^^^^^^^^^^
   |
   = help: write `FARGATE_SPOT`

error[bad-provider]: `a:b` is not the name of a capacity provider
  --> release.yaml:13:66
   |
13 |   capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]
   |                                                                  ^^^^^
   |
   = help: names have letters, digits, `-` and `_`; ARNs don't work here

error[duplicate-provider]: `a:b` is written twice
  --> release.yaml:13:83
   |
13 |   capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]
   |                                                                                   ^^^^^
   |
   = help: keep one

"#]],
    );
    check(
        cpu,
        &runtime(
            "capacityProviders: [{ name: FARGATE, base: 1, weight: 1 }, { name: FARGATE_SPOT, base: 2 }]",
        ),
        str![[r#"
error[two-bases]: only one capacity provider can have a `base`
  --> release.yaml:13:90
   |
13 |   capacityProviders: [{ name: FARGATE, base: 1, weight: 1 }, { name: FARGATE_SPOT, base: 2 }]
   |                                                                                          ^
   |
   = help: remove the others; weights share out the rest

"#]],
    );
    // The providers' kind decides what else the manifest may say.
    check(
        cpu,
        &runtime("capacityProviders: [{ name: FARGATE_SPOT, weight: 1 }]\n  gpu: 1"),
        str![[r#"
error[fargate-gpu]: Fargate has no GPUs
  --> release.yaml:14:8
   |
14 |   gpu: 1
   |        ^
   |
   = help: use `compute: ec2` or `compute: managed-instances`, or remove it

"#]],
    );
    check(
        "  cpu: 1024\n  memory: 2048",
        "  capacityProviders: [{ name: gpu, weight: 1 }]",
        str![[r#"
error[memory-missing]: `runtime.memory` is missing, and ECS starts no container without a limit
  --> release.yaml:11:1
   |
11 | runtime:
   | ^^^^^^^
   |
   = help: add it in MiB, such as `memory: 2048`

"#]],
    );
}

#[test]
fn autoscaling_has_bounds_that_leave_room() {
    let add = |scaling: &str| adding(&format!("autoscaling: {{ {scaling} }}"));
    assert_eq!(
        good(&add("min: 2, max: 10, targetCpuPercent: 60")).warnings,
        []
    );
    assert_data_eq!(
        findings(&add("min: 5, max: 4")),
        str![[r#"
error[autoscaling-range]: `autoscaling.min` is 5, more than `autoscaling.max` with 4
  --> release.yaml:41:21
   |
41 | autoscaling: { min: 5, max: 4 }
   |                     ^
   |
   = help: lower `min` to 4, or raise `max` to 5

"#]]
    );
    assert_data_eq!(
        findings(&add("min: 0, max: 4, targetCpuPercent: 60")),
        str![[r#"
warning[autoscaling-from-zero]: with 0 tasks there is no CPU use to go by, so that nothing ever starts one
  --> release.yaml:41:21
   |
41 | autoscaling: { min: 0, max: 4, targetCpuPercent: 60 }
   |                     ^
   |
   = help: set `min` to 1 or more

"#]]
    );
    assert_data_eq!(
        findings(&add("min: 5, max: 10")),
        str![[r#"
warning[desired-out-of-range]: autoscaling keeps between 5 and 10 tasks, and `service.desired` is 3
  --> release.yaml:10:12
   |
10 |   desired: 3
   |            ^
   |
   = help: write 5, or remove it

"#]]
    );
    assert_data_eq!(
        findings(&add("min: 0, max: 0, targetCpuPercent: 0")),
        str![[r#"
error[out-of-range]: `autoscaling.max` must be at least 1, found 0
  --> release.yaml:41:29
   |
41 | autoscaling: { min: 0, max: 0, targetCpuPercent: 0 }
   |                             ^
   |
   = help: the nearest is 1; `autoscaling.max`: the greatest number of tasks

error[out-of-range]: `autoscaling.targetCpuPercent` must be 1 to 100, found 0
  --> release.yaml:41:50
   |
41 | autoscaling: { min: 0, max: 0, targetCpuPercent: 0 }
   |                                                  ^
   |
   = help: the nearest is 1; `autoscaling.targetCpuPercent`: the average CPU use that the number of tasks aims for, in percent. Left out, other policies decide

"#]]
    );
}
