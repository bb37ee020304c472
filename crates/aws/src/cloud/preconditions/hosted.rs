//! Images in other registries, by the distribution API. ECS may pull as somebody else than whoever
//! asks from here, so that only a plain answer counts.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::super::transport::{host as host_of, is_loopback};
use super::docker::{Login, login};
use super::images::{Described, MANIFESTS, described, of_config};
use super::plain::{PlainAnswer, PlainHttp};
use mlship_core::cloud::Answer;
use mlship_core::cloud::preconditions::{HostAnswer, RegistryImage};

/// A registry, and how to ask it.
struct Host<'a> {
    plain: &'a PlainHttp,
    image: &'a RegistryImage,
    base: String,
}

/// Returns whether a registry has an image, and for which platforms.
pub(super) async fn look(plain: &PlainHttp, image: &RegistryImage) -> Answer<HostAnswer> {
    look_as(plain, image, async || login(&image.host).await).await
}

/// Looks as whoever is logged in, who is asked for only where the registry wants to know.
async fn look_as(
    plain: &PlainHttp,
    image: &RegistryImage,
    login: impl AsyncFnOnce() -> Option<Login>,
) -> Answer<HostAnswer> {
    let host = match &*image.host {
        "docker.io" | "index.docker.io" => "registry-1.docker.io",
        host => host,
    };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let scheme = if is_loopback(name) { "http" } else { "https" };
    let host = Host {
        plain,
        image,
        base: format!("{scheme}://{host}/v2/{}", image.repository),
    };
    Ok(host.look(login).await.unwrap_or_else(HostAnswer::NotTold))
}

impl Host<'_> {
    async fn look(&self, login: impl AsyncFnOnce() -> Option<Login>) -> Result<HostAnswer, String> {
        let address = format!("{}/manifests/{}", self.base, self.image.reference);
        let accept = ("accept", MANIFESTS.join(", "));
        // Docker Hub counts what is got, not what is asked for.
        let first = self
            .plain
            .head(&address, std::slice::from_ref(&accept))
            .await?;
        let mut headers = vec![accept];
        let found = if first.status == 401 {
            headers.extend(self.proof(&first, login().await).await?);
            self.plain.head(&address, &headers).await?
        } else {
            first
        };
        match found.status {
            200 => self.platforms(&address, &headers).await,
            404 => Ok(absent(&self.plain.get(&address, &headers).await?)),
            401 | 403 => Err(format!(
                "the registry does not let this machine look (HTTP {}), which says nothing of ECS",
                found.status
            )),
            status => Err(format!("the registry answers HTTP {status}")),
        }
    }

    async fn platforms(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
    ) -> Result<HostAnswer, String> {
        let manifest = self.plain.get(address, headers).await;
        // It is there all the same.
        let Ok(manifest) = manifest else {
            return Ok(HostAnswer::There(Vec::new()));
        };
        let text = String::from_utf8_lossy(&manifest.body);
        let digest = match described(&text) {
            Described::Platforms(found) => return Ok(HostAnswer::There(found)),
            Described::Config(digest) => digest,
        };
        let blob = self
            .plain
            .get(&format!("{}/blobs/{digest}", self.base), headers)
            .await;
        let found = blob.ok().and_then(|blob| of_config(&blob.body));
        Ok(HostAnswer::There(found.into_iter().collect()))
    }

    /// Returns the header that proves who asks, as an answer wants it.
    async fn proof(
        &self,
        answer: &PlainAnswer,
        login: Option<Login>,
    ) -> Result<Option<(&'static str, String)>, String> {
        let challenge = answer.challenge.as_deref().unwrap_or_default();
        if scheme_of(challenge).eq_ignore_ascii_case("basic") {
            return Ok(match login {
                Some(Login::Basic(user, password)) => Some(basic(&user, &password)),
                Some(Login::Token(_)) | None => None,
            });
        }
        let realm = parameter(challenge, "realm")
            .ok_or_else(|| "the registry does not say how to prove who asks".to_owned())?;
        let is_safe = realm.starts_with("https://") || host_of(realm).is_some_and(is_loopback);
        if !is_safe {
            return Err("the registry wants credentials in the clear".to_owned());
        }
        let service = parameter(challenge, "service").unwrap_or_default();
        let answer = self.token(realm, service, login).await?;
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let token = body["token"].as_str().or(body["access_token"].as_str());
        match token {
            Some(token) => Ok(Some(("authorization", format!("Bearer {token}")))),
            None => Err(format!(
                "the registry gives no token to this machine (HTTP {}), which says nothing of ECS",
                answer.status
            )),
        }
    }

    /// Asks for a token to look with: by name and password, or by what stands for both.
    async fn token(
        &self,
        realm: &str,
        service: &str,
        login: Option<Login>,
    ) -> Result<PlainAnswer, String> {
        let scope = format!("repository:{}:pull", self.image.repository);
        let by_name = match login {
            Some(Login::Token(refresh)) => {
                let form = [
                    ("grant_type", "refresh_token"),
                    ("service", service),
                    ("client_id", "mlship"),
                    ("scope", &scope),
                    ("refresh_token", &refresh),
                ];
                return self.plain.post(realm, &form).await;
            }
            Some(Login::Basic(user, password)) => Some(basic(&user, &password)),
            None => None,
        };
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let separator = if realm.contains('?') { '&' } else { '?' };
        let address = format!(
            "{realm}{separator}service={}&scope={}",
            encoded(service),
            encoded(&scope)
        );
        let headers: Vec<_> = by_name.into_iter().collect();
        self.plain.get(&address, &headers).await
    }
}

fn basic(user: &str, password: &str) -> (&'static str, String) {
    let pair = aws_smithy_types::base64::encode(format!("{user}:{password}"));
    ("authorization", format!("Basic {pair}"))
}

/// A page of somebody else is no answer of a registry.
fn absent(answer: &PlainAnswer) -> HostAnswer {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = body["errors"][0]["code"].as_str();
    if matches!(code, Some("MANIFEST_UNKNOWN" | "NAME_UNKNOWN")) {
        return HostAnswer::Absent;
    }
    HostAnswer::NotTold(format!(
        "the registry answers HTTP {}, and does not say that the image is unknown",
        answer.status
    ))
}

fn scheme_of(challenge: &str) -> &str {
    challenge.split(' ').next().unwrap_or_default()
}

/// Returns a parameter of a challenge: `Bearer realm="…",service="…"`.
fn parameter<'a>(challenge: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = challenge.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests;
