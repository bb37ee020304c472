//! Errors of model registries, by what they mean for the caller.

use mlship_text::secrets::redact;

/// Why a registry gave no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", redact(message))]
pub struct RegistryError {
    /// What it means.
    pub kind: RegistryErrorKind,
    /// What happened, with the address that was asked.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
}

/// What a failed call to a registry means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistryErrorKind {
    /// The model, version or alias is not there.
    Missing,
    /// It said no: no credentials or the wrong ones, or a request that it does not take.
    Refused,
    /// Somebody answers there, and it is no registry.
    NotARegistry,
    /// It is out of reach, too slow or broken.
    Unreachable,
}

impl RegistryError {
    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn new(kind: RegistryErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
        }
    }
}
