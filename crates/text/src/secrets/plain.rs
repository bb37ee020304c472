//! Tells words and names from what is drawn at random.

use super::names;

/// Returns whether a text consists of words, names, hosts and numbers: `auth-service`,
/// `db01.internal:5432`, `https://auth/x`.
pub(super) fn is_plain(text: &str) -> bool {
    let is_border = |c: char| c.is_whitespace() || "-_./:,@()[]#\"'".contains(c);
    text.split(is_border).all(is_word)
}

fn is_word(part: &str) -> bool {
    let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = part.len() - letters.len();
    let is_short = part.len() < 6
        && part.chars().all(char::is_alphanumeric)
        && (part.len() < 4 || is_name(part));
    // `worker12`, `oauth2proxy`
    let letters = letters.strip_prefix("oauth2").unwrap_or(letters);
    is_short
        || letters.is_empty()
        || (digits <= 4 && letters.chars().all(char::is_alphabetic) && is_name(letters))
}

/// Returns whether a part of a path may have been thought of by somebody: cases don't change in it
/// letter by letter.
pub(super) fn is_name(part: &str) -> bool {
    let words = names::words(part);
    let words = words.iter().filter(|word| !word.contains(char::is_numeric));
    let (number, letters) = words.fold((0, 0), |(number, letters), word| {
        (number + 1, letters + word.chars().count())
    });
    let least = if letters > 8 { 3 } else { 2 };
    number <= 1 || letters >= number * least
}
