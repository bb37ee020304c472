//! References to images in Amazon ECR.

use std::fmt;

use mlship_text::arn::is_account;

/// An image in a private ECR repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EcrImage {
    /// The account of the registry.
    pub registry: String,
    /// The registry's region.
    pub region: String,
    /// The repository.
    pub repository: String,
    /// Which image of it.
    pub reference: ImageReference,
}

/// Which image of a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImageReference {
    /// The one that carries this tag now.
    Tag(String),
    /// Exactly this one: `sha256:…`.
    Digest(String),
}

/// A tag that names another image than it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The container.
    pub container: String,
    /// Its image, as it was written.
    pub written: String,
    /// The image that ran, by its digest.
    pub pinned: String,
}

impl EcrImage {
    /// Reads an image as a container definition has it; nothing when it lies elsewhere.
    #[must_use]
    pub fn parse(image: &str) -> Option<Self> {
        let (host, path) = image.split_once('/')?;
        let (registry, region) = registry_of(host)?;
        let (repository, reference) = split(path);
        Some(Self {
            registry: registry.to_owned(),
            region: region.to_owned(),
            repository: repository.to_owned(),
            reference,
        })
    }

    /// Returns another image of the same repository.
    #[must_use]
    pub fn with(&self, reference: ImageReference) -> Self {
        Self {
            reference,
            ..self.clone()
        }
    }
}

impl fmt::Display for EcrImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repository = &self.repository;
        match &self.reference {
            ImageReference::Tag(tag) => write!(f, "{repository}:{tag}"),
            ImageReference::Digest(digest) => write!(f, "{repository}@{digest}"),
        }
    }
}

/// Returns account and region of a registry's host: `ACCOUNT.dkr.ecr.REGION.amazonaws.com`, with
/// `-fips` behind `ecr`, or the dual-stack form `ACCOUNT.dkr-ecr.REGION.on.aws`.
fn registry_of(host: &str) -> Option<(&str, &str)> {
    let (account, rest) = host.split_once('.')?;
    let forms = ["dkr.ecr.", "dkr.ecr-fips.", "dkr-ecr.", "dkr-ecr-fips."];
    let rest = forms.iter().find_map(|form| rest.strip_prefix(form))?;
    let region = rest.split('.').next()?;
    (is_account(account) && !region.is_empty()).then_some((account, region))
}

/// A digest beats a tag that stands beside it.
fn split(path: &str) -> (&str, ImageReference) {
    let (name, digest) = match path.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (path, None),
    };
    let (repository, tag) = name.split_once(':').unwrap_or((name, "latest"));
    let reference = digest.map_or_else(
        || ImageReference::Tag(tag.to_owned()),
        |digest| ImageReference::Digest(digest.to_owned()),
    );
    (repository, reference)
}

/// Returns an image by its digest, in the words of a container definition.
#[must_use]
pub fn pinned(written: &str, digest: &str) -> String {
    let name = written.split('@').next().unwrap_or(written);
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let repository = match name[slash..].find(':') {
        Some(colon) => &name[..slash + colon],
        None => name,
    };
    format!("{repository}@{digest}")
}
