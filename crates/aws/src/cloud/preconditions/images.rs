//! Images in ECR: whether they can be pulled, and for which platforms they are.

use serde_json::Value;

use super::super::api::EcrApi;
use super::super::ecr::{describe, identifier, there};
use super::super::lacks::{Lacks, member, text};
use super::super::operation::Operation;
use super::plain::PlainHttp;
use mlship_core::cloud::preconditions::{ImageState, Platform};
use mlship_core::cloud::{Answer, CloudError, ErrorKind};
use mlship_core::release::EcrImage;

/// What manifests are, of one platform and of several.
pub(super) const MANIFESTS: [&str; 4] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/// Returns what becomes of a pull.
pub(super) async fn state(client: &EcrApi, image: &EcrImage) -> Answer<ImageState> {
    match describe(client, image).await? {
        Some(found) if found.is_archived => Ok(ImageState::Archived),
        Some(_) => Ok(ImageState::There),
        None if is_pulled_through(client, image).await? => Ok(ImageState::PullThrough),
        None => Ok(ImageState::Absent),
    }
}

/// Returns whether ECR would fetch an image from another registry.
async fn is_pulled_through(client: &EcrApi, image: &EcrImage) -> Answer<bool> {
    let request = |token| {
        client
            .describe_pull_through_cache_rules()
            .registry_id(&image.registry)
            .set_next_token(token)
            .customize()
            .config_override(there(image))
            .send()
    };
    let operation = Operation::DescribePullThroughCacheRules;
    let found = client.pages(operation, usize::MAX, request, |answer| {
        let rules = answer.pull_through_cache_rules;
        let rules = member(rules, "pullThroughCacheRules")?;
        let prefixes = rules.iter().map(|rule| {
            let prefix = text(rule.ecr_repository_prefix(), "ecrRepositoryPrefix")?;
            Ok(prefix.to_owned())
        });
        Ok((prefixes.collect::<Result<_, Lacks>>()?, answer.next_token))
    });
    let prefixes: Vec<String> = match found.await {
        // An emulator that has no such rules.
        Err(error) if error.kind == ErrorKind::Rejected => Vec::new(),
        found => found?,
    };
    Ok(prefixes.iter().any(|prefix| {
        let below = image.repository.strip_prefix(&**prefix);
        prefix == "ROOT" || below.is_some_and(|below| below.starts_with('/'))
    }))
}

/// Returns what an image is for; nothing where its manifest does not say.
pub(super) async fn platforms(
    client: &EcrApi,
    plain: &PlainHttp,
    image: &EcrImage,
) -> Answer<Vec<Platform>> {
    let request = || {
        let request = client.batch_get_image().registry_id(&image.registry);
        let request = request.repository_name(&image.repository);
        let request = request.image_ids(identifier(image));
        let accepted = MANIFESTS.map(str::to_owned).to_vec();
        let request = request.set_accepted_media_types(Some(accepted));
        request.customize().config_override(there(image)).send()
    };
    let manifest = client.ask(Operation::BatchGetImage, request, |answer| {
        match (answer.images().first(), answer.failures().first()) {
            (Some(found), _) => Ok(text(found.image_manifest(), "imageManifest")?.to_owned()),
            (None, Some(_)) => Ok(String::new()),
            (None, None) => Err(Lacks::new("it does not tell of the image")),
        }
    });
    match described(&manifest.await?) {
        Described::Platforms(platforms) => Ok(platforms),
        Described::Config(digest) => {
            let url = layer(client, image, &digest).await?;
            let config = plain.get(&url, &[]).await.map_err(|words| CloudError {
                operation: Operation::GetDownloadUrlForLayer.name(),
                kind: ErrorKind::Unreachable,
                code: None,
                message: words,
                hint: None,
            })?;
            Ok(of_config(&config.body).into_iter().collect())
        }
    }
}

async fn layer(client: &EcrApi, image: &EcrImage, digest: &str) -> Answer<String> {
    let request = || {
        let request = client.get_download_url_for_layer();
        let request = request.registry_id(&image.registry).layer_digest(digest);
        let request = request.repository_name(&image.repository);
        request.customize().config_override(there(image)).send()
    };
    client
        .ask(Operation::GetDownloadUrlForLayer, request, |answer| {
            Ok(text(answer.download_url(), "downloadUrl")?.to_owned())
        })
        .await
}

/// What a manifest says of platforms.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Described {
    /// These.
    Platforms(Vec<Platform>),
    /// It is of one, which this blob names.
    Config(String),
}

/// Reads a manifest.
pub(super) fn described(manifest: &str) -> Described {
    let manifest: Value = serde_json::from_str(manifest).unwrap_or_default();
    if let Some(of_platforms) = manifest["manifests"].as_array() {
        let platforms = of_platforms
            .iter()
            .filter_map(|one| platform(&one["platform"]));
        return Described::Platforms(platforms.collect());
    }
    match manifest["config"]["digest"].as_str() {
        Some(digest) => Described::Config(digest.to_owned()),
        None => Described::Platforms(Vec::new()),
    }
}

/// Reads the blob that a manifest of one platform names.
pub(super) fn of_config(blob: &[u8]) -> Option<Platform> {
    platform(&serde_json::from_slice(blob).ok()?)
}

/// What attests to an image is for no platform.
fn platform(value: &Value) -> Option<Platform> {
    let system = value["os"].as_str()?;
    let architecture = value["architecture"].as_str()?;
    (architecture != "unknown").then(|| Platform {
        system: system.to_owned(),
        architecture: architecture.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_names_its_platforms_and_what_attests_to_them_is_none() {
        let platform = |system: &str, architecture: &str| Platform {
            system: system.to_owned(),
            architecture: architecture.to_owned(),
        };
        let index = r#"{"manifests": [
            {"platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
            {"platform": {"os": "unknown", "architecture": "unknown"}}, {}]}"#;
        let expected = Described::Platforms(vec![platform("linux", "arm64")]);
        assert_eq!(described(index), expected);
        let single = r#"{"config": {"digest": "sha256:ab"}}"#;
        assert_eq!(described(single), Described::Config("sha256:ab".to_owned()));
        for other in ["", "{}", "[]", "x"] {
            assert_eq!(described(other), Described::Platforms(Vec::new()));
        }
        let config = br#"{"os": "linux", "architecture": "amd64", "rootfs": {}}"#;
        assert_eq!(of_config(config), Some(platform("linux", "amd64")));
    }
}
