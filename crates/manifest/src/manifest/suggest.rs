//! "Did you mean": finds the nearest valid name.

/// Returns the known name that was most likely meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = simplify(written);
    known
        .into_iter()
        .map(|name| (distance(&plain, &simplify(name)), name))
        .filter(|(distance, name)| *distance <= tolerance(&plain, name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Returns a help that suggests the nearest name, if any, and says what `all` there are.
pub(super) fn help(written: &str, known: &[&str], all: &str) -> String {
    match nearest(written, known.iter().copied()) {
        Some(name) if known.len() == 1 => format!("did you mean `{name}`?"),
        Some(name) => format!("did you mean `{name}`? {all}"),
        None => all.to_owned(),
    }
}

/// Joins names as a sentence does: "`a`, `b` and `c`".
pub(super) fn list(names: &[&str]) -> String {
    join(names, "and")
}

/// Joins names of which one is right: "`a`, `b` or `c`".
pub(super) fn any_of(names: &[&str]) -> String {
    join(names, "or")
}

fn join(names: &[&str], last_word: &str) -> String {
    match names {
        [] => "none".to_owned(),
        [one] => format!("`{one}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            format!("{} {last_word} `{last}`", first.join(", "))
        }
    }
}

/// Drops what people vary: case, hyphens and underscores.
fn simplify(name: &str) -> String {
    name.chars()
        .filter(|character| !matches!(character, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .take(64)
        .collect()
}

fn distance(first: &str, other: &str) -> usize {
    if first == other {
        return 0;
    }
    // A plural or a shortened name is nearer than its letters say.
    let (short, long) = if first.len() < other.len() {
        (first, other)
    } else {
        (other, first)
    };
    if short.len() >= 3 && long.starts_with(short) {
        return 1;
    }
    strsim::damerau_levenshtein(first, other)
}

fn tolerance(written: &str, known: &str) -> usize {
    match written.chars().count().max(known.chars().count()) {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let known = [
            "memory",
            "minimumHealthyPercent",
            "port",
            "ports",
            "env",
            "cpu",
        ];
        assert_eq!(nearest(written, known), expected);
    }

    #[test]
    fn a_name_that_only_its_case_tells_apart_is_nearest() {
        assert_eq!(
            nearest("p95latency", ["p90Latency", "p95Latency"]),
            Some("p95Latency")
        );
    }

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        check("memroy", Some("memory"));
        check("mem", Some("memory"));
        check("minimum_healthy_percent", Some("minimumHealthyPercent"));
        check("Port", Some("port"));
        check("environment", Some("env"));
        check("cup", Some("cpu"));
        check("subnets", None);
        check("x", None);
        check("", None);
    }

    #[test]
    fn lists_read_like_a_sentence() {
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(list(&["a"]), "`a`");
    }
}
