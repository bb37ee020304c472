//! Says no to regions and addresses that can't be any, before a request fails for them: the SDK
//! would call that an AWS out of reach, which pipelines try again.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::Variables;
use super::profiles::Profiles;
use super::refusal::{mistaken, refused};
use crate::cloud::transport::host;
use mlship_core::cloud::CloudError;
use mlship_text::region::{is_region, meant_region};

/// Returns a region, if there can be one of that name: others would be hosts that nobody finds.
pub(super) fn region_name(place: &str, name: &str) -> Result<String, CloudError> {
    if is_region(name) {
        return Ok(name.to_owned());
    }
    let hint = meant_region(name).map_or_else(
        || "write it as AWS does, such as eu-west-1".to_owned(),
        |region| format!("write {region}"),
    );
    Err(refused(
        format!("{place}: `{name}` is no AWS region"),
        &hint,
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
    if is_address(url) {
        return None;
    }
    let plain = url.trim();
    let (named, rest) = plain.split_once("://").unwrap_or(("", plain));
    let local = ["localhost", "127.", "[::1]", "0.0.0.0"];
    let is_local = local.iter().any(|host| rest.starts_with(host));
    let scheme = match &*named.to_ascii_lowercase() {
        known @ ("http" | "https") => known.to_owned(),
        _ => if is_local { "http" } else { "https" }.to_owned(),
    };
    let advised = format!("{scheme}://{rest}");
    Some(if is_address(&advised) {
        format!("write {advised}")
    } else {
        "write http://HOST:PORT or https://HOST".to_owned()
    })
}

/// Returns whether requests can be sent to an address.
fn is_address(url: &str) -> bool {
    let has_scheme = url.starts_with("http://") || url.starts_with("https://");
    let has_host = host(url).is_some_and(|host| !host.is_empty());
    let mut request = HttpRequest::new(SdkBody::empty());
    has_scheme && has_host && has_port(url) && request.set_uri(url).is_ok()
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
    fn a_region_is_named_as_aws_names_them() {
        for name in [
            "eu-west-1",
            "us-gov-east-1",
            "us-isob-east-1",
            "eusc-de-east-1",
            "ap-southeast-12",
            "local",
        ] {
            assert_eq!(region_name("AWS_REGION", name).as_deref(), Ok(name));
        }
        let other = "write it as AWS does, such as eu-west-1";
        let (us, eu) = ("write us-east-1", "write eu-west-1");
        for (name, hint) in [
            ("", other),
            ("us east 1", other),
            ("eu-west-1\n", eu),
            ("\"eu-west-1\"", eu),
            ("US-EAST-1", us),
            ("us-east-1a", us),
            ("us-west-2-lax-1a", other),
            ("aws-global", other),
            ("fips-us-east-1", other),
            ("us-east-1-fips", other),
            ("us-east", other),
            ("east-1", other),
            ("-eu", other),
            ("eu/west", other),
        ] {
            let error = region_name("AWS_REGION", name).unwrap_err();
            assert_eq!(error.hint.as_deref(), Some(hint), "{name}");
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
        assert_eq!(advice("ftp://127.0.0.1"), "write http://127.0.0.1");
        for url in [
            " http://127.0.0.1:4566 ",
            "HTTP://127.0.0.1:4566",
            "http://127.0.0.1:4566\n",
        ] {
            assert_eq!(advice(url), "write http://127.0.0.1:4566");
        }
        assert_eq!(advice(" http://ecs.test"), "write http://ecs.test");
        assert_eq!(advice("Https://ecs.test"), "write https://ecs.test");
        for url in [
            "http://",
            "https:// x",
            "http://127.0.0.1:port",
            "http://:80",
            "",
            "ecs example",
            "localhost:port",
        ] {
            assert_eq!(advice(url), "write http://HOST:PORT or https://HOST");
        }
    }
}
