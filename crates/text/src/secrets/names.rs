//! Which names go with secrets, as whole words: `DB_PASS` does, `BYPASS_CACHE` does not.

use super::vocabulary::{
    ABOUT, ABOUT_PAIRS, CODES, COUNTED, FILES, KEY_KINDS, KEY_OWNERS, LIKELY, LIKELY_ENDS, PAIRS,
    PASS_OWNERS, PASSED_ON, PASSERS, SURE, SURE_ENDS, SWITCHED, WHOSE,
};

/// How sure a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// It may only speak of one: `token_service`. What looks like no word, name or number is one.
    Possible,
    /// What goes by it may be a switch, a number or prose as well: `auth`, `token`.
    Likely,
    /// Whatever goes by it is a secret: `password`.
    Sure,
}

/// Returns whether a value that goes by this name is a secret, whatever it looks like.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    certainty(name) > Some(Certainty::Possible)
}

/// Returns how sure it is that a value of this name is a secret.
pub(super) fn certainty(name: &str) -> Option<Certainty> {
    // Nothing that long is a name, and nobody should wait for it: its end says what it is.
    let start = name.len().saturating_sub(512);
    let start = (start..=name.len()).find(|start| name.is_char_boundary(*start));
    let name = &name[start.unwrap_or_default()..];
    let words: Vec<String> = words(name)
        .into_iter()
        .filter(|word| !is_number(word))
        .collect();
    let last = speaks_about(name, &words);
    if last == Last::About {
        return None;
    }
    let certainty = (0..words.len()).filter_map(|at| of_word(&words, at)).max();
    certainty.map(|certainty| match last {
        Last::Whose => Certainty::Possible,
        Last::About | Last::Other => certainty,
    })
}

/// What the last word of a name does to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// It says that only something about a secret goes by the name.
    About,
    /// It may say that, or whose secret it is.
    Whose,
    Other,
}

fn speaks_about(name: &str, words: &[String]) -> Last {
    let ends_with =
        |(first, second): &(&str, &str)| words.ends_with(&[first.to_string(), second.to_string()]);
    // The address of such a hook is all that it takes to use it.
    let is_address = ["url", "uri"]
        .iter()
        .any(|end| words.last().is_some_and(|word| word == end));
    let last = words.last().map(String::as_str).unwrap_or_default();
    let is_hook = is_address
        && words.len() > 2
        && words[words.len() - 2] == "webhook"
        && PAIRS.contains(&(words[words.len() - 3].as_str(), "webhook"));
    let extension = name
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase());
    // Operations such as DescribeSecret: what asks about a secret is told none.
    let asks = words.first().is_some_and(|word| word == "describe");
    let is_about = asks
        || ABOUT.contains(&last)
        || ABOUT_PAIRS.iter().any(ends_with)
        || is_id_of_key(words)
        || extension.is_some_and(|end| FILES.contains(&end.as_str()));
    // With an access key's id somebody is known to AWS.
    let is_access_key = ends_with(&("key", "id")) && words.iter().any(|word| word == "access");
    match last {
        _ if is_hook || is_access_key => Last::Other,
        _ if is_about => Last::About,
        last if WHOSE.contains(&last) => Last::Whose,
        _ => Last::Other,
    }
}

/// `ENCRYPTION_KEY_ID`: a key that never leaves its store has a name.
fn is_id_of_key(words: &[String]) -> bool {
    let kinds = ["encryption", "kms", "signing"];
    match words {
        [.., kind, key, id] => key == "key" && id == "id" && kinds.contains(&kind.as_str()),
        _ => false,
    }
}

fn of_word(words: &[String], at: usize) -> Option<Certainty> {
    let word = words[at].as_str();
    // `密码是`: the verb stands in one word with the noun.
    let word = ["是", "为", "は", "는", "은"]
        .iter()
        .find_map(|verb| word.strip_suffix(verb))
        .unwrap_or(word);
    let before = at.checked_sub(1).map_or("", |before| &words[before]);
    let after = words.get(at + 1).map_or("", String::as_str);
    let counted = COUNTED.contains(&before);
    let owner = |ends: &str| {
        word.strip_suffix(ends)
            .is_some_and(|owner| PASS_OWNERS.contains(&owner))
    };
    match word {
        "pass" | "token" | "tokens" if counted => None,
        "pass" if PASSED_ON.contains(&after) => None,
        "tokens" if KEY_OWNERS.contains(&before) || before == "refresh" => Some(Certainty::Likely),
        // What models read, or what lets somebody in.
        "tokens" => Some(Certainty::Possible),
        "key" | "keys" => (KEY_OWNERS.contains(&before) || KEY_KINDS.contains(&after))
            .then_some(Certainty::Likely),
        _ if SURE.contains(&word)
            || owner("pass")
            || owner("pwd")
            || owner("pw")
            || word == "oldpwd" =>
        {
            Some(Certainty::Sure)
        }
        _ if SURE_ENDS.iter().any(|end| word.ends_with(end)) => Some(Certainty::Sure),
        _ if LIKELY.contains(&word) => Some(Certainty::Likely),
        _ if LIKELY_ENDS.iter().any(|end| word.ends_with(end)) => Some(Certainty::Likely),
        _ => PAIRS.contains(&(before, word)).then_some(Certainty::Likely),
    }
}

/// Returns whether a word before `pass` and `token` says that they are of a program or a model.
pub(super) fn is_counted(before: &str) -> bool {
    COUNTED.contains(&before)
}

/// Returns whether `pass` is a verb behind a word.
pub(super) fn is_passer(before: &str) -> bool {
    PASSERS.contains(&before)
}

/// Returns whether on and off are what goes by the name: `ALLOW_EMPTY_PASSWORD`.
pub(super) fn is_switched(name: &str) -> bool {
    words(name)
        .iter()
        .any(|word| SWITCHED.contains(&word.as_str()))
}

/// Returns whether few digits are all that there is to the secret.
pub(super) fn is_code(name: &str) -> bool {
    let words = words(name);
    CODES
        .iter()
        .any(|(first, second)| words.ends_with(&[first.to_string(), second.to_string()]))
}

/// Returns whether this is where a shell stands, which is told by a path.
pub(super) fn is_working_directory(name: &str) -> bool {
    ["pwd", "oldpwd"].contains(&&*name.to_ascii_lowercase())
}

/// Returns whether the name says where credentials are, as Google's libraries have it.
pub(super) fn is_credentials(name: &str) -> bool {
    words(name).last().is_some_and(|word| word == "credentials")
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits a name at what is neither a letter nor a digit, at digits, and where the case says so:
/// `dbAccessKey2` is `db`, `access`, `key`, `2`, and `APIKey` is `api`, `key`.
pub(super) fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let is_border = before.is_some_and(|before| {
            before.is_numeric() != letter.is_numeric()
                || (letter.is_uppercase()
                    && (before.is_lowercase()
                        || (before.is_uppercase()
                            && after.is_some_and(|after| after.is_lowercase())
                            && !is_plural(&letters[at..]))))
        });
        if (is_border || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The `s` of `APIs` begins no word.
fn is_plural(rest: &[char]) -> bool {
    rest.get(1) == Some(&'s') && !rest.get(2).is_some_and(|letter| letter.is_alphabetic())
}

/// Returns whether the name speaks of a way to authenticate, which may be told by its own name.
pub(super) fn is_of_authentication(name: &str) -> bool {
    let ways = [
        "auth",
        "authorization",
        "cred",
        "credential",
        "credentials",
        "creds",
    ];
    words(name)
        .iter()
        .any(|word| ways.contains(&word.as_str()) || word.ends_with("auth"))
}

/// Returns whether whatever goes by the name is a secret.
pub(super) fn is_sure_name(name: &str) -> bool {
    certainty(name) == Some(Certainty::Sure)
}
