//! Which requests go through a proxy: by the variables that every tool reads, with what is on the
//! machine itself left out.

use std::net::IpAddr;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::exceptions::Exceptions;

/// The proxies of the environment.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    except: Exceptions,
    http: Option<ProxyConfig>,
    https: Option<ProxyConfig>,
}

impl Proxies {
    /// Reads the variables, in either case of letters. An empty one is not set.
    ///
    /// # Errors
    /// What is wrong with one of them, by its name: its value may hold a password.
    pub fn of(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let set = |name: &'static str| Some((name, variable(name).filter(|it| !it.is_empty())?));
        let first = |names: [&'static str; 2]| names.into_iter().find_map(set);
        let except = first(["NO_PROXY", "no_proxy"]);
        let except = except.map(|(_, list)| Exceptions::of(&list));
        // Others than HTTP's are meant for other tools.
        let all = first(["ALL_PROXY", "all_proxy"]).filter(|(_, url)| is_http(url));
        let proxy = |names, of: fn(&str) -> Option<ProxyConfig>| {
            let Some((name, url)) = first(names).or_else(|| all.clone()) else {
                return Ok(None);
            };
            let url = if url.contains("://") {
                url
            } else {
                format!("http://{url}")
            };
            match of(&url) {
                None => Err(format!("{name} is no address of a proxy")),
                Some(proxy) => Ok(Some(proxy)),
            }
        };
        Ok(Self {
            except: except.unwrap_or_default(),
            http: proxy(["HTTP_PROXY", "http_proxy"], |url| {
                ProxyConfig::http(url).ok()
            })?,
            https: proxy(["HTTPS_PROXY", "https_proxy"], |url| {
                ProxyConfig::https(url).ok()
            })?,
        })
    }

    /// Prepares a way for each kind of request.
    pub(crate) fn route<C>(&self, connect: impl Fn(Option<&ProxyConfig>) -> C) -> Routed<C> {
        Routed {
            except: self.except.clone(),
            direct: connect(None),
            http: self.http.as_ref().map(|proxy| connect(Some(proxy))),
            https: self.https.as_ref().map(|proxy| connect(Some(proxy))),
        }
    }
}

fn is_http(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_none_or(|scheme| matches!(scheme, "http" | "https"))
}

/// A way for each kind of request: through a proxy, or not.
#[derive(Debug)]
pub(crate) struct Routed<C> {
    except: Exceptions,
    pub(super) direct: C,
    http: Option<C>,
    https: Option<C>,
}

impl<C> Routed<C> {
    fn way(&self, uri: &str) -> &C {
        // Whoever gives credentials to this machine alone can't be reached from a proxy, and what
        // is asked of them is nobody else's to see.
        if host(uri).is_some_and(|host| is_here(host) || self.except.name(host, port(uri))) {
            return &self.direct;
        }
        let proxied = if uri.starts_with("https:") {
            &self.https
        } else {
            &self.http
        };
        proxied.as_ref().unwrap_or(&self.direct)
    }

    /// Makes of each way another.
    pub(super) fn map<D>(&self, make: impl Fn(&C) -> D) -> Routed<D> {
        Routed {
            except: self.except.clone(),
            direct: make(&self.direct),
            http: self.http.as_ref().map(&make),
            https: self.https.as_ref().map(&make),
        }
    }
}

impl<C: HttpConnector> HttpConnector for Routed<C> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.way(request.uri()).call(request)
    }
}

/// Returns the host of an address.
pub(crate) fn host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    match host.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => host.split(':').next(),
    }
}

/// Returns the port of an address.
fn port(uri: &str) -> u16 {
    let (scheme, rest) = uri.split_once("://").unwrap_or(("", uri));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let after_address = authority.rsplit(']').next().unwrap_or_default();
    let named = after_address.rsplit_once(':').map(|(_, port)| port);
    let usual = if scheme == "https" { 443 } else { 80 };
    named.and_then(|port| port.parse().ok()).unwrap_or(usual)
}

/// Returns whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let named = host.eq_ignore_ascii_case("localhost") || host.ends_with(".localhost");
    named
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Returns whether a host is this machine or next to it, as those that know its credentials.
fn is_here(host: &str) -> bool {
    let next_to_it = match host.parse() {
        Ok(IpAddr::V4(address)) => address.is_link_local(),
        // Of AWS's own: the instance's metadata and EKS's credentials.
        Ok(IpAddr::V6(address)) => {
            address.is_unicast_link_local() || address.segments()[..2] == [0xfd00, 0xec2]
        }
        Err(_) => false,
    };
    next_to_it || is_loopback(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Result<Proxies, String> {
        Proxies::of(&|name| {
            let found = variables.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    /// Which of the ways a request takes: none is direct.
    fn check(variables: &[(&str, &str)], uri: &str, through: Option<&str>) {
        let routed = proxies(variables)
            .unwrap()
            .route(|proxy| proxy.map(|proxy| format!("{proxy:?}")));
        let way = routed.way(uri);
        match through {
            None => assert_eq!(way, &None, "{uri}"),
            Some(host) => assert!(way.as_ref().unwrap().contains(host), "{uri}: {way:?}"),
        }
    }

    const AWS: &str = "https://ecs.eu-west-1.amazonaws.com/";

    #[test]
    fn either_case_of_letters_is_read_and_an_empty_variable_is_not_set() {
        check(&[], AWS, None);
        check(
            &[("HTTPS_PROXY", "http://proxy:3128")],
            AWS,
            Some("proxy:3128"),
        );
        check(
            &[("https_proxy", "proxy:3128")],
            AWS,
            Some("http://proxy:3128"),
        );
        let both = [("HTTPS_PROXY", ""), ("https_proxy", "http://lower:1")];
        check(&both, AWS, Some("lower"));
        check(&[("ALL_PROXY", "http://all:1")], AWS, Some("all"));
        check(&[("ALL_PROXY", "socks5://all:1")], AWS, None);
        check(&[("HTTP_PROXY", "http://proxy:3128")], AWS, None);
        check(
            &[("HTTP_PROXY", "http://plain:1")],
            "http://ecs.test/",
            Some("plain"),
        );
    }

    #[test]
    fn whoever_is_on_this_machine_is_asked_without_a_proxy() {
        let set = [
            ("HTTP_PROXY", "http://proxy:1"),
            ("HTTPS_PROXY", "http://proxy:1"),
        ];
        for uri in [
            "http://127.0.0.1:4566/",
            "http://localhost:4566",
            "https://ecs.localhost/",
            "http://[::1]:80/",
            "http://169.254.169.254/latest",
            "http://169.254.170.2/v2",
            "http://[fd00:ec2::254]/latest",
        ] {
            check(&set, uri, None);
        }
        for uri in [
            "http://10.0.0.1/",
            "http://169.255.0.1/",
            "http://localhost.example.com/",
        ] {
            check(&set, uri, Some("proxy"));
        }
    }

    #[test]
    fn whom_no_proxy_names_is_asked_without_a_proxy_over_either_scheme() {
        let check = |list, uri, through| {
            let set = [
                ("HTTP_PROXY", "http://proxy:1"),
                ("HTTPS_PROXY", "http://proxy:1"),
                ("no_proxy", list),
            ];
            check(&set, uri, through);
        };
        for uri in [
            AWS,
            "http://ecs.test/",
            "http://192.0.2.1:4566/",
            "http://[fe00::1]/",
        ] {
            check("*", uri, None);
            check("a.test", uri, Some("proxy"));
        }
        check("ecs.test:8443", "https://ecs.test:8443/", None);
        check("ecs.test:8443", "https://ecs.test/", Some("proxy"));
        check("ecs.test:443,192.0.2.1:80", "https://ecs.test/", None);
        check("ecs.test:443,192.0.2.1:80", "http://192.0.2.1/", None);
        check("[fe00::1]:90", "http://[fe00::1]:90/", None);
    }

    #[test]
    fn what_is_no_proxy_is_refused_by_the_name_of_its_variable() {
        for value in ["http://", "ftp://proxy", "://x", "http://me:hunter2@"] {
            let error = proxies(&[("HTTPS_PROXY", value)]).unwrap_err();
            assert_eq!(error, "HTTPS_PROXY is no address of a proxy");
        }
    }
}
