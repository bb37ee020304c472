//! A text that is kept in several tags of a rule, one after the other, since one takes 256
//! characters.

use std::collections::BTreeMap;

use crate::release::as_tag;

/// How much of a text a tag takes.
pub(super) const LONGEST: usize = 256;

/// Returns the tags that have a text, as far as there is room.
pub(super) fn spread(text: &str, names: &[&str]) -> BTreeMap<String, String> {
    let characters: Vec<char> = text.chars().collect();
    let parts = characters.chunks(LONGEST).zip(names);
    parts
        .map(|(part, name)| {
            let part: String = part.iter().collect();
            ((*name).to_owned(), as_tag(&part))
        })
        .collect()
}
