//! Numbers with a unit, where a field wants the number alone: `2GB` for 2048 MiB.

/// The unit a field counts in, by a word of its description, and what others are worth in it.
const UNITS: [(&str, &[(&str, u64)]); 5] = [
    (
        "MiB",
        &[
            ("m", 1),
            ("mb", 1),
            ("mi", 1),
            ("mib", 1),
            ("g", 1024),
            ("gb", 1024),
            ("gi", 1024),
            ("gib", 1024),
        ],
    ),
    (
        "GiB",
        &[
            ("g", 1),
            ("gb", 1),
            ("gi", 1),
            ("gib", 1),
            ("t", 1024),
            ("tb", 1024),
            ("tib", 1024),
        ],
    ),
    (
        "CPU units",
        &[("vcpu", 1024), ("vcpus", 1024), ("cpu", 1024)],
    ),
    (
        "Seconds",
        &[
            ("s", 1),
            ("sec", 1),
            ("seconds", 1),
            ("m", 60),
            ("min", 60),
            ("h", 3600),
        ],
    ),
    ("percent", &[("%", 1)]),
];

/// Returns the number that was meant, in the unit that the field's description names.
pub(super) fn convert(text: &str, description: &str) -> Option<u64> {
    let (_, worth) = UNITS.iter().find(|(unit, _)| description.contains(unit))?;
    let text = text.trim();
    let end = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let unit = unit.trim().to_ascii_lowercase();
    let (_, factor) = worth.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, description: &str, expected: Option<u64>) {
        assert_eq!(convert(text, description), expected, "{text}");
    }

    #[test]
    fn a_unit_is_converted_to_the_fields_own() {
        check("2GB", "Memory of the task, in MiB.", Some(2048));
        check("512 MiB", "Memory of the task, in MiB.", Some(512));
        check("40Gi", "Disk of the task, in GiB.", Some(40));
        check("1 vCPU", "in ECS CPU units", Some(1024));
        check("5m", "Seconds after a start", Some(300));
        check("100%", "in percent", Some(100));
    }

    #[test]
    fn what_is_no_number_with_a_unit_stays_what_it_is() {
        check("big", "in MiB", None);
        check("2 apples", "in MiB", None);
        check("2GB", "no unit", None);
        check("99999999999999999999GB", "in MiB", None);
        check("18446744073709551615GB", "in MiB", None);
    }
}
