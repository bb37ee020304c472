//! Says no to regions and addresses that can't be any, before a request fails for them: the SDK
//! would call that an AWS out of reach, which pipelines try again.

use mlship_core::cloud::{CloudError, ErrorKind};

/// Returns a region, if its name can be the label of a host.
pub(super) fn region_name(name: String) -> Result<String, CloudError> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let at_ends = name.starts_with('-') || name.ends_with('-');
    if !name.is_empty() && name.len() <= 63 && !at_ends && name.chars().all(is_plain) {
        return Ok(name);
    }
    Err(CloudError {
        operation: "",
        kind: ErrorKind::Credentials,
        code: None,
        message: format!("`{name}` is no AWS region"),
        hint: Some("write it as AWS does, such as eu-west-1".to_owned()),
    })
}

/// Refuses an address that requests can't be sent to.
pub(super) fn endpoint_url(url: &str) -> Result<(), CloudError> {
    endpoint_problem(url).map_or(Ok(()), |advice| {
        Err(CloudError {
            operation: "",
            kind: ErrorKind::Setting,
            code: None,
            message: format!("the endpoint `{url}` has no scheme"),
            hint: Some(advice),
        })
    })
}

/// Returns what to write instead of an address without a scheme.
#[must_use]
pub fn endpoint_problem(url: &str) -> Option<String> {
    if url.starts_with("http://") || url.starts_with("https://") {
        return None;
    }
    let local = ["localhost", "127.", "[::1]", "0.0.0.0"];
    let is_local = local.iter().any(|host| url.starts_with(host));
    let scheme = if is_local { "http" } else { "https" };
    let rest = url.rsplit("://").next().unwrap_or_default();
    Some(format!("write {scheme}://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_the_label_of_a_host() {
        for name in ["eu-west-1", "us-gov-east-1", "local"] {
            assert_eq!(region_name(name.to_owned()).as_deref(), Ok(name));
        }
        for name in ["", "us east 1", "eu-west-1\n", "-eu", "eu/west"] {
            let error = region_name(name.to_owned()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Credentials, "{name}");
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
    }
}
