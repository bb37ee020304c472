//! Tags: how many, how long, and which belong to others.

use super::super::path;
use super::check::Check;
use crate::manifest::Code;

/// ECS takes 50; the rest is for those by which mlship knows its releases again.
const MOST: usize = 37;
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

pub(super) fn check(check: &mut Check<'_>) {
    let tags = &check.release.tags;
    if tags.len() > MOST {
        check.error(
            "tags",
            Code::TOO_MANY_TAGS,
            format!("{} tags are written, and at most {MOST} fit", tags.len()),
            "ECS takes 50, and mlship keeps 13 for itself",
        );
    }
    for (key, value) in tags {
        let path = path::member("tags", key);
        let lower = key.to_ascii_lowercase();
        for prefix in ["aws:", "mlship:"] {
            if lower.starts_with(prefix) {
                let message = format!("a tag can't begin with `{prefix}`");
                check.error(
                    &path,
                    Code::RESERVED_TAG,
                    message,
                    "choose another name for the tag",
                );
            }
        }
        let allowed =
            |character: char| character.is_alphanumeric() || " +-=._:/@".contains(character);
        if key.is_empty() || !key.chars().all(allowed) || !value.chars().all(allowed) {
            check.error(
                &path,
                Code::BAD_TAG,
                "a tag's key and value take letters, digits, spaces and + - = . _ : / @",
                "leave the other characters out",
            );
        }
        let lengths = [("key", key, LONGEST_KEY), ("value", value, LONGEST_VALUE)];
        for (what, text, most) in lengths {
            let length = text.chars().count();
            if length > most {
                let message =
                    format!("a tag's {what} has at most {most} characters, found {length}");
                check.error(&path, Code::TAG_TOO_LONG, message, "shorten it");
            }
        }
    }
}
