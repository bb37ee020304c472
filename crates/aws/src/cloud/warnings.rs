//! What whoever uses a connection should know of it: each told once, when it is found out.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::transport::{host, is_loopback};

type Tell = Box<dyn Fn(&str) + Send + Sync>;

/// Warnings, and who hears them.
#[derive(Default)]
pub(super) struct Warnings(Mutex<State>);

#[derive(Default)]
struct State {
    found: Vec<String>,
    tell: Option<Tell>,
}

impl Warnings {
    pub(super) fn of(found: Vec<String>) -> Self {
        Self(Mutex::new(State { found, tell: None }))
    }

    /// Tells what there is, and from then on what comes.
    pub(super) fn hear(&self, tell: Tell) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.found.iter().for_each(|warning| tell(warning));
        state.tell = Some(tell);
    }

    pub(super) fn add(&self, warning: String) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.found.contains(&warning) {
            return;
        }
        if let Some(tell) = &state.tell {
            tell(&warning);
        }
        state.found.push(warning);
    }
}

impl fmt::Debug for Warnings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Warnings")
    }
}

/// Returns what there is to say of an address to which credentials go, or what is signed with them.
pub(super) fn in_the_clear(place: &str, url: &str) -> Option<String> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    let host = host(url).filter(|host| !is_loopback(host))?;
    (scheme == Some("http")).then(|| {
        format!(
            "{place}: your credentials, or what is signed with them, go to {host} over plain \
             http, where others can read and repeat it; write https://"
        )
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn each_warning_is_told_once_whenever_it_is_found() {
        let warnings = Warnings::of(vec!["one".to_owned()]);
        warnings.add("two".to_owned());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        warnings.hear(Box::new(move |text| {
            kept.lock().unwrap().push(text.to_owned());
        }));
        for text in ["two", "three", "three", "one"] {
            warnings.add(text.to_owned());
        }
        assert_eq!(*heard.lock().unwrap(), ["one", "two", "three"]);
    }

    #[test]
    fn only_another_machine_and_only_plain_http_are_warned_of() {
        for url in [
            "http://127.0.0.1:5000",
            "http://localhost",
            "http://[::1]:80/x",
            "https://a.b",
        ] {
            assert_eq!(in_the_clear("URI", url), None);
        }
        for url in [
            "http://mlflow.internal:5000/x",
            "http://10.0.0.1",
            "http://localhost.a.b",
        ] {
            assert!(
                in_the_clear("URI", url)
                    .unwrap()
                    .starts_with("URI: your credentials")
            );
        }
    }
}
