//! What is said of settings that can't lead to AWS, by their names.

use mlship_core::cloud::{CloudError, ErrorKind};

/// Says that there is no way in by what is set.
pub(super) fn refused(message: String, hint: &str) -> CloudError {
    CloudError {
        operation: "",
        kind: ErrorKind::Credentials,
        code: None,
        message,
        hint: Some(hint.to_owned()),
    }
}

/// Says that a setting is none that anybody could have meant.
pub(super) fn mistaken(message: String, hint: String) -> CloudError {
    CloudError {
        operation: "",
        kind: ErrorKind::Setting,
        code: None,
        message,
        hint: Some(hint),
    }
}

/// Says that a profile is nowhere.
pub(super) fn no_profile(name: &str, places: &str) -> CloudError {
    refused(
        format!("there is no AWS profile named {name} in {places}"),
        "see which there are with aws configure list-profiles",
    )
}
