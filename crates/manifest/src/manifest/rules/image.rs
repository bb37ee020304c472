//! The image reference: `[registry/]repository[:tag][@digest]`.

use super::check::Check;
use crate::manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    let image = &check.release.image;
    if image.is_empty() {
        return;
    }
    match parse(image) {
        Err(wrong) => {
            let image = check.quote("image", image);
            check.error(
                "image",
                Code::BAD_IMAGE,
                format!("`image` can't be {image}: {wrong}"),
                "write `repository:tag` or `repository@sha256:…`, as in \
                 `111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8`",
            );
        }
        Ok(Pin::Digest | Pin::Tag) => {}
        Ok(Pin::Latest) => check.warn(
            "image",
            Code::MUTABLE_IMAGE,
            "the image's tag is `latest`, so nobody can tell what a release runs",
            "give each build a tag of its own, such as its git commit",
        ),
        Ok(Pin::None) => check.warn(
            "image",
            Code::MUTABLE_IMAGE,
            "the image has no tag, which means `latest`: nobody can tell what a release runs",
            "give each build a tag of its own, such as its git commit",
        ),
    }
}

/// What a reference is pinned to.
#[derive(Debug, PartialEq, Eq)]
enum Pin {
    Digest,
    Tag,
    Latest,
    None,
}

fn parse(image: &str) -> Result<Pin, &'static str> {
    if image.contains(char::is_whitespace) {
        return Err("it holds a space");
    }
    if image.contains("://") {
        return Err("an image has no `https://`");
    }
    let (rest, digest) = match image.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (image, None),
    };
    if let Some(digest) = digest {
        let hex = digest
            .strip_prefix("sha256:")
            .ok_or("a digest begins with `sha256:`")?;
        if hex.len() != 64
            || !hex
                .chars()
                .all(|character| matches!(character, '0'..='9' | 'a'..='f'))
        {
            return Err("a digest has 64 lower-case hexadecimal digits");
        }
    }
    let (path, tag) = split_tag(rest);
    repository(path)?;
    if let Some(tag) = tag {
        let allowed =
            |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
        let first = tag.chars().next().ok_or("the tag is empty")?;
        if tag.len() > 128 || !tag.chars().all(allowed) || ".-".contains(first) {
            return Err("a tag has up to 128 letters, digits and `_`, `.`, `-`");
        }
    }
    Ok(match (digest, tag) {
        (Some(_), _) => Pin::Digest,
        (None, Some("latest")) => Pin::Latest,
        (None, Some(_)) => Pin::Tag,
        (None, None) => Pin::None,
    })
}

/// Splits the tag off; a colon before the last slash belongs to the registry's port.
fn split_tag(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (text, None),
    }
}

fn repository(path: &str) -> Result<(), &'static str> {
    let (registry, path) = match path.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => {
            (Some(first), rest)
        }
        _ => (None, path),
    };
    let host = |character: char| character.is_ascii_alphanumeric() || ".-:".contains(character);
    if registry.is_some_and(|registry| !registry.chars().all(host)) {
        return Err("the registry's name holds a character that no host has");
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    for part in path.split('/') {
        if part.is_empty() {
            return Err("a part of the repository's name is empty");
        }
        if part.chars().any(|character| character.is_ascii_uppercase()) {
            return Err("a repository's name is in lower case");
        }
        if !part.chars().all(allowed) || part.starts_with(['.', '-', '_']) {
            return Err("a repository's name has letters, digits and `.`, `_`, `-`, `/`");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(image: &str, expected: Result<Pin, &str>) {
        let outcome = parse(image);
        match expected {
            Ok(pin) => assert_eq!(outcome, Ok(pin), "{image}"),
            Err(part) => assert!(outcome.is_err_and(|wrong| wrong.contains(part)), "{image}"),
        }
    }

    #[test]
    fn references_are_told_apart_by_their_pin() {
        let digest = format!("fraud@sha256:{}", "a".repeat(64));
        check(&digest, Ok(Pin::Digest));
        check("fraud:8", Ok(Pin::Tag));
        check("localhost:5000/fraud", Ok(Pin::None));
        check("localhost:5000/fraud:8", Ok(Pin::Tag));
        check(
            "public.ecr.aws/docker/library/nginx:latest",
            Ok(Pin::Latest),
        );
        check(
            "763104351884.dkr.ecr.us-east-1.amazonaws.com/a/b_c.d:2.19-cpu",
            Ok(Pin::Tag),
        );
        check("pytorch/torchserve", Ok(Pin::None));
    }

    #[test]
    fn a_broken_reference_says_what_is_broken() {
        check("Fraud:8", Err("lower case"));
        check("fraud:", Err("tag is empty"));
        check("fraud: 8", Err("space"));
        check("https://host/fraud", Err("https"));
        check("fraud@sha256:abc", Err("64"));
        check("fraud@md5:abc", Err("sha256"));
        check("host.com//fraud", Err("empty"));
        check("fraud:a+b", Err("tag"));
    }
}
