//! Says no to regions and addresses that can't be any, before a request fails for them: the SDK
//! would call that an AWS out of reach, which pipelines try again.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::Variables;
use super::profiles::Profiles;
use super::refusal::{mistaken, refused};
use crate::cloud::transport::host;
use mlship_core::cloud::CloudError;

/// Returns a region, if its name can be the label of a host.
pub(super) fn region_name(place: &str, name: &str) -> Result<String, CloudError> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let at_ends = name.starts_with('-') || name.ends_with('-');
    if !name.is_empty() && name.len() <= 63 && !at_ends && name.chars().all(is_plain) {
        return Ok(name.to_owned());
    }
    Err(refused(
        format!("{place}: `{name}` is no AWS region"),
        "write it as AWS does, such as eu-west-1",
    ))
}

/// Refuses a switch of addresses that is neither on nor off: the SDK would take it for off.
pub(super) fn switches(variables: &Variables, profiles: &Profiles) -> Result<(), CloudError> {
    for (name, key) in [
        ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        (
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "ignore_configured_endpoint_urls",
        ),
    ] {
        let set = variables.get(name).map(|value| (name.to_owned(), value));
        let written = || {
            let place = format!("{key} of the profile {}", profiles.name);
            profiles.get(key).map(|value| (place, value))
        };
        let Some((place, value)) = set.or_else(written) else {
            continue;
        };
        if !["true", "false"]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word))
        {
            let message = format!("{place}: `{value}` is neither true nor false");
            return Err(mistaken(
                message,
                "write true or false, or unset it".to_owned(),
            ));
        }
    }
    Ok(())
}

/// Returns what to write instead of what is no address.
#[must_use]
pub fn endpoint_problem(url: &str) -> Option<String> {
    if url.starts_with("http://") || url.starts_with("https://") {
        let mut request = HttpRequest::new(SdkBody::empty());
        let is_whole = host(url).is_some_and(|host| !host.is_empty());
        let fits = is_whole && has_port(url) && request.set_uri(url).is_ok();
        return (!fits).then(|| "write http://HOST:PORT or https://HOST".to_owned());
    }
    let local = ["localhost", "127.", "[::1]", "0.0.0.0"];
    let is_local = local.iter().any(|host| url.starts_with(host));
    let scheme = if is_local { "http" } else { "https" };
    let rest = url.rsplit("://").next().unwrap_or_default();
    Some(format!("write {scheme}://{rest}"))
}

/// Returns whether what an address says of a port is one.
fn has_port(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let after_host = authority.rsplit(']').next().unwrap_or_default();
    let port = after_host.rsplit_once(':').map(|(_, port)| port);
    port.is_none_or(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlship_core::cloud::ErrorKind;

    #[test]
    fn a_region_is_the_label_of_a_host() {
        for name in ["eu-west-1", "us-gov-east-1", "local"] {
            assert_eq!(region_name("AWS_REGION", name).as_deref(), Ok(name));
        }
        for name in ["", "us east 1", "eu-west-1\n", "-eu", "eu/west"] {
            let error = region_name("AWS_REGION", name).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Credentials, "{name}");
            assert!(error.message.starts_with("AWS_REGION: "), "{error}");
        }
    }

    #[test]
    fn an_endpoint_names_its_scheme() {
        for url in ["http://127.0.0.1:4566", "https://ecs.example.com"] {
            assert_eq!(endpoint_problem(url), None);
        }
        let advice = |url| endpoint_problem(url).unwrap();
        assert_eq!(advice("127.0.0.1:4570"), "write http://127.0.0.1:4570");
        assert_eq!(advice("ecs.example.com"), "write https://ecs.example.com");
        assert_eq!(advice("ftp://example.com"), "write https://example.com");
        for url in [
            "http://",
            "https:// x",
            "http://127.0.0.1:port",
            "http://:80",
        ] {
            assert_eq!(advice(url), "write http://HOST:PORT or https://HOST");
        }
    }
}
