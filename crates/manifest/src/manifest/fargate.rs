//! Fargate's table of sizes: which CPU goes with which memory.

/// One row of Fargate's table; memory in MiB.
struct Size {
    cpu: u32,
    least: u32,
    most: u32,
    step: u32,
}

const fn size_of(cpu: u32, least: u32, most: u32, step: u32) -> Size {
    Size {
        cpu,
        least: least * 1024,
        most: most * 1024,
        step: step * 1024,
    }
}

/// From the developer guide, "Task definition parameters for Fargate"; 256 and 32768 have gaps
/// that `memories` fills in.
const SIZES: [Size; 8] = [
    size_of(256, 1, 2, 1),
    size_of(512, 1, 4, 1),
    size_of(1024, 2, 8, 1),
    size_of(2048, 4, 16, 1),
    size_of(4096, 8, 30, 1),
    size_of(8192, 16, 60, 4),
    size_of(16384, 32, 120, 8),
    size_of(32768, 60, 120, 60),
];

/// Says whether Fargate has any size with this many CPU units.
pub(super) fn has_cpu(cpu: u32) -> bool {
    SIZES.iter().any(|size| size.cpu == cpu)
}

fn memories(size: &Size) -> Vec<u32> {
    let steps = (size.most - size.least) / size.step;
    let mut memories: Vec<u32> = (0..=steps)
        .map(|step| size.least + step * size.step)
        .collect();
    match size.cpu {
        256 => memories.insert(0, 512),
        32768 => memories.push(244 * 1024),
        _ => {}
    }
    memories
}

/// Says whether Fargate has a size.
#[must_use]
pub fn is_size(cpu: u32, memory: u32) -> bool {
    SIZES
        .iter()
        .any(|size| size.cpu == cpu && memories(size).contains(&memory))
}

/// Returns the pairs that come nearest: the same CPU with the next memory, and the same memory
/// with the next CPU.
#[must_use]
pub fn nearest_sizes(cpu: u32, memory: u32) -> String {
    let mut pairs: Vec<(u32, u32)> = SIZES
        .iter()
        .flat_map(|size| memories(size).into_iter().map(|memory| (size.cpu, memory)))
        .collect();
    // What is asked for must fit, if anything does: a smaller task may not run the model.
    let fits = |pair: &(u32, u32)| pair.0 >= cpu && pair.1 >= memory;
    let cost = |pair: &(u32, u32)| {
        let away = |size: u32, other: u32| {
            (f64::from(size.max(other)) / f64::from(size.min(other).max(1))).log2()
        };
        let short = if fits(pair) { 0.0 } else { 1.0 };
        away(pair.0, cpu) + away(pair.1, memory) + short
    };
    pairs.sort_by(|first, other| cost(first).total_cmp(&cost(other)));
    pairs.truncate(3);
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(cpu, memory)| format!("cpu {cpu} with memory {memory}"))
        .collect();
    match pairs.split_last() {
        Some((last, rest)) => format!("the nearest sizes are {} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_one_in_the_guide() {
        let count = |cpu: u32| {
            SIZES
                .iter()
                .find(|size| size.cpu == cpu)
                .map_or(0, |size| memories(size).len())
        };
        let counts = [256, 512, 1024, 2048, 4096, 8192, 16384, 32768].map(count);
        assert_eq!(counts, [3, 4, 7, 13, 23, 12, 12, 3]);
        for (cpu, memory) in [
            (256, 512),
            (1024, 8192),
            (8192, 20480),
            (16384, 122_880),
            (32768, 249_856),
        ] {
            assert!(is_size(cpu, memory), "{cpu} {memory}");
        }
        for (cpu, memory) in [
            (256, 4096),
            (1024, 1024),
            (8192, 17408),
            (32768, 65536),
            (300, 512),
        ] {
            assert!(!is_size(cpu, memory), "{cpu} {memory}");
        }
    }

    #[test]
    fn the_nearest_sizes_are_those_one_would_choose() {
        let says = |cpu, memory, expected: &str| {
            let said = nearest_sizes(cpu, memory);
            assert!(said.contains(expected), "{said}");
        };
        says(1024, 1024, "cpu 1024 with memory 2048");
        says(1024, 1024, "cpu 512 with memory 1024");
        says(256, 4096, "cpu 512 with memory 4096");
        says(1000, 2048, "cpu 1024 with memory 2048");
        says(1_000_000, 2, "cpu 32768");
    }
}
