//! Docker's credentials for a registry: from its configuration, and from its credential helpers.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// How long a helper may take.
const WITHIN: Duration = Duration::from_secs(5);
/// How Docker's configuration names its own registry.
const HUB: &str = "https://index.docker.io/v1/";

/// Who pulls.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Login {
    /// By name and password.
    Basic(String, String),
    /// By a token that stands for both, and is changed for another each time.
    Token(String),
}

/// Returns who pulls from a registry from here; nothing where nobody is logged in.
pub(super) async fn login(host: &str) -> Option<Login> {
    let path = configuration(&|name| std::env::var_os(name).map(PathBuf::from))?;
    let text = tokio::fs::read(path).await.ok()?;
    let settings: Value = serde_json::from_slice(&text).ok()?;
    let name = if host == "docker.io" { HUB } else { host };
    match helper(&settings, name) {
        Some(helper) => helped(helper, name).await,
        None => stored(&settings["auths"], name),
    }
}

fn configuration(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let folder = variable("DOCKER_CONFIG").or_else(|| Some(variable("HOME")?.join(".docker")));
    folder.map(|folder| folder.join("config.json"))
}

fn helper<'a>(settings: &'a Value, name: &str) -> Option<&'a str> {
    let own = settings["credHelpers"][name].as_str();
    let helper = own.or(settings["credsStore"].as_str())?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    helper.chars().all(is_plain).then_some(helper)
}

async fn helped(helper: &str, name: &str) -> Option<Login> {
    let mut child = Command::new(format!("docker-credential-{helper}"))
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let output = async {
        let mut stdin = child.stdin.take()?;
        stdin.write_all(name.as_bytes()).await.ok()?;
        drop(stdin);
        child.wait_with_output().await.ok()
    };
    let output = tokio::time::timeout(WITHIN, output).await.ok()??;
    if !output.status.success() {
        return None;
    }
    let answer: Value = serde_json::from_slice(&output.stdout).ok()?;
    let secret = answer["Secret"].as_str()?.to_owned();
    Some(Login::of(answer["Username"].as_str()?, secret))
}

impl Login {
    /// Docker calls whoever has a token for name and password by this name.
    fn of(user: &str, secret: String) -> Self {
        match user {
            "<token>" => Self::Token(secret),
            user => Self::Basic(user.to_owned(), secret),
        }
    }
}

fn stored(auths: &Value, name: &str) -> Option<Login> {
    let own = [
        name.to_owned(),
        format!("https://{name}"),
        format!("https://{name}/v1/"),
    ];
    let entry = own
        .iter()
        .map(|name| &auths[name])
        .find(|entry| entry.is_object())?;
    if let Some(token) = entry["identitytoken"]
        .as_str()
        .filter(|token| !token.is_empty())
    {
        return Some(Login::Token(token.to_owned()));
    }
    let decoded = aws_smithy_types::base64::decode(entry["auth"].as_str()?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (user, password) = text.split_once(':')?;
    Some(Login::of(user, password.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_registry_is_named_as_docker_names_it() {
        let basic = |user: &str, password: &str| Login::Basic(user.to_owned(), password.to_owned());
        let auth = aws_smithy_types::base64::encode("ada:p:w");
        let auths = json!({"r.example.com": {"auth": auth}, HUB: {"identitytoken": "t"},
            "https://old.example.com/v1/": {"auth": auth}, "empty.example.com": {},
            "token.example.com": {"auth": aws_smithy_types::base64::encode("<token>:t")}});
        assert!(stored(&auths, "r.example.com") == Some(basic("ada", "p:w")));
        assert!(stored(&auths, "old.example.com") == Some(basic("ada", "p:w")));
        assert!(stored(&auths, HUB) == Some(Login::Token("t".to_owned())));
        let token = stored(&auths, "token.example.com");
        assert!(token == Some(Login::Token("t".to_owned())));
        assert!(stored(&auths, "empty.example.com").is_none());
        assert!(stored(&auths, "other.example.com").is_none());
    }

    #[test]
    fn the_helper_of_a_registry_goes_before_the_store_of_all() {
        let settings = json!({"credsStore": "all", "credHelpers": {"r.example.com": "own"}});
        assert_eq!(helper(&settings, "r.example.com"), Some("own"));
        assert_eq!(helper(&settings, "other.example.com"), Some("all"));
        assert_eq!(helper(&json!({"credsStore": "../x"}), "r"), None);
        assert_eq!(helper(&json!({}), "r"), None);
    }

    #[test]
    fn the_configuration_is_where_docker_looks_for_it() {
        let home = |name: &str| (name == "HOME").then(|| PathBuf::from("/home/ada"));
        let path = configuration(&home).unwrap();
        assert_eq!(path, PathBuf::from("/home/ada/.docker/config.json"));
        let set = |name: &str| (name == "DOCKER_CONFIG").then(|| PathBuf::from("/d"));
        assert_eq!(
            configuration(&set).unwrap(),
            PathBuf::from("/d/config.json")
        );
    }
}
