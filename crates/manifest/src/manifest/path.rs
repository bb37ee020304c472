//! Paths of fields, such as `runtime.env.MODEL_DIR` or `network.subnets[0]`.
//!
//! Text in, text out: what is at a path is `field_spans`' business.

/// Returns the path of a mapping's value.
#[must_use]
pub fn member(path: &str, key: &str) -> String {
    let bare = !key.is_empty() && !key.contains(['.', '[', ']', '"']);
    match (path.is_empty(), bare) {
        (true, true) => key.to_owned(),
        (false, true) => format!("{path}.{key}"),
        (_, false) => format!("{path}[{key:?}]"),
    }
}

/// Returns the path of a sequence's item.
pub(super) fn item(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}

/// Returns the path around this one; the document itself has the empty path.
pub(super) fn parent(path: &str) -> Option<&str> {
    if path.is_empty() {
        return None;
    }
    let mut quoted = false;
    let mut last = 0;
    let mut escaped = false;
    for (at, character) in path.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '.' | '[' if !quoted => last = at,
            _ => {}
        }
    }
    Some(&path[..last])
}

/// Returns the last key of a path.
pub(super) fn last(path: &str) -> &str {
    let parent = parent(path).unwrap_or_default();
    path[parent.len()..].trim_start_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_apart_where_it_was_put_together() {
        for key in ["cpu", "MODEL_DIR", "a.b", "a\"b]", "a\\", ""] {
            for path in ["", "runtime", "runtime.env", "network.subnets[3]"] {
                assert_eq!(parent(&member(path, key)), Some(path), "{path} {key}");
                assert_eq!(
                    parent(&item(path, 7)),
                    if path.is_empty() {
                        Some("")
                    } else {
                        Some(path)
                    }
                );
            }
        }
        assert_eq!(parent(""), None);
    }

    #[test]
    fn the_last_key_is_what_people_call_the_field() {
        assert_eq!(last("runtime.cpu"), "cpu");
        assert_eq!(last("image"), "image");
        assert_eq!(last("ports[1]"), "[1]");
    }
}
