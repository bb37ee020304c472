//! Names of AWS regions, by their form alone.

/// Returns whether a name is formed as those of AWS are, `us-gov-east-1`, or is a single word, as
/// emulators have their own.
#[must_use]
pub fn is_region(name: &str) -> bool {
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_lowercase());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    // FIPS is a switch; such a name is how old tools turned it on.
    if name.len() > 63 || name.starts_with("fips-") {
        return false;
    }
    match name.rsplit_once('-') {
        Some((words, number)) => {
            is_number(number) && words.contains('-') && words.split('-').all(is_word)
        }
        None => is_word(name),
    }
}

/// Returns the region that a name is another spelling, or a zone, of.
#[must_use]
pub fn meant_region(name: &str) -> Option<String> {
    let plain = name.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let without_zone = plain.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let found = [&*plain, without_zone].into_iter().find(|it| is_region(it));
    found.map(str::to_owned)
}
