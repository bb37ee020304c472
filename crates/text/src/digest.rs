//! SHA-256 digests of texts and documents.

use std::fmt::Write;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Returns the SHA-256 of a JSON value in hexadecimal; object members are in sorted order.
#[must_use]
pub fn digest(value: &Value) -> String {
    let hash = Sha256::digest(value.to_string().as_bytes());
    hash.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_members_counts_for_nothing_and_that_of_lists_does() {
        let pair = |text: &str| digest(&serde_json::from_str(text).unwrap());
        assert_eq!(pair(r#"{"a": 1, "b": 2}"#), pair(r#"{"b": 2, "a": 1}"#));
        assert_ne!(pair("[1, 2]"), pair("[2, 1]"));
    }

    #[test]
    fn it_is_the_sha_256_of_the_compact_json() {
        // printf '"fraud"' | sha256sum
        let expected = "c5512b6b34b2a802fec48964be4b776f9138ddf017802bed8c7aa2fbe2ec1a35";
        assert_eq!(digest(&json!("fraud")), expected);
    }
}
