//! MLflow's REST API, checked against MLflow 3.17.

use std::collections::BTreeMap;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::base64;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::http::{Authorize, Client, Exchange, RetryPolicy, Trust, error_message};
use super::{
    Answer, Pending, RegisteredVersion, Registry, RegistryError, RegistryErrorKind, ReleaseTag,
};
use mlship_core::registry::truncated;
use mlship_manifest::{Reference, Selector};

const API: &str = "/api/2.0/mlflow";

/// The tag of a version by which a team approves it: MLflow itself knows no approval.
const APPROVAL: &str = "validation_status";

/// An MLflow server.
pub(super) struct Mlflow {
    client: Client,
    /// Where people see it.
    pages: Option<String>,
}

/// Who asks, by MLflow's own variables.
pub(super) enum Credentials {
    Nobody,
    /// The whole `Authorization` header.
    Header(String),
}

impl Credentials {
    pub(super) fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        // MLflow's own client prefers a user to a token, too.
        let user = variable("MLFLOW_TRACKING_USERNAME");
        match (user, variable("MLFLOW_TRACKING_PASSWORD")) {
            (Some(user), Some(password)) => {
                let pair = base64::encode(format!("{user}:{password}"));
                Self::Header(format!("Basic {pair}"))
            }
            _ => variable("MLFLOW_TRACKING_TOKEN").map_or(Self::Nobody, |token| {
                Self::Header(format!("Bearer {token}"))
            }),
        }
    }
}

impl Authorize for Credentials {
    fn authorize(&self, request: &mut HttpRequest, _body: &[u8]) -> Answer<()> {
        if let Self::Header(value) = self
            && request
                .headers_mut()
                .try_insert("authorization", value.clone())
                .is_err()
        {
            let message = "MLflow's credentials hold characters that no header takes";
            return Err(RegistryError::new(RegistryErrorKind::Refused, message)
                .hint("check MLFLOW_TRACKING_TOKEN for a line break"));
        }
        Ok(())
    }

    fn secrets(&self) -> Vec<&str> {
        match self {
            Self::Header(value) => {
                let parts = value.split(' ').skip(1);
                parts.filter(|part| !part.is_empty()).collect()
            }
            Self::Nobody => Vec::new(),
        }
    }

    fn hint(&self) -> &'static str {
        "looked at MLFLOW_TRACKING_USERNAME with MLFLOW_TRACKING_PASSWORD, and \
         MLFLOW_TRACKING_TOKEN, in this order"
    }
}

impl Mlflow {
    pub(super) fn connect(
        uri: &str,
        credentials: Credentials,
        trust: &Trust,
        patience: RetryPolicy,
    ) -> Answer<Self> {
        let client = Client::new(trust, uri, Box::new(credentials), patience)?;
        let pages = client.base().to_owned();
        Ok(Self::new(client, Some(pages)))
    }

    pub(super) fn new(client: Client, pages: Option<String>) -> Self {
        Self { client, pages }
    }

    /// Returns the connection.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Returns where people see a run.
    pub(super) fn page_of_run(&self, experiment: &str, run: &str) -> Option<String> {
        let base = self.pages.as_ref()?;
        Some(format!("{base}/#/experiments/{experiment}/runs/{run}"))
    }

    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Answer<Value> {
        self.taken(self.client.get(&format!("{API}/{path}"), query).await)
    }

    async fn post(&self, path: &str, body: &Value) -> Answer<()> {
        self.ask(path, body).await.map(|_| ())
    }

    /// Sends what does the same twice, and returns the answer.
    pub(super) async fn ask(&self, path: &str, body: &Value) -> Answer<Value> {
        self.taken(self.client.post(&format!("{API}/{path}"), body).await)
    }

    /// Sends what would do more twice, once.
    pub(super) async fn ask_once(&self, path: &str, body: &Value) -> Answer<Value> {
        let path = format!("{API}/{path}");
        self.taken(self.client.post_once(&path, body).await)
    }

    fn taken(&self, exchange: Answer<Exchange>) -> Answer<Value> {
        let exchange = exchange?;
        if exchange.status == 200 {
            return Ok(exchange.body);
        }
        let kind = match exchange.body["error_code"].as_str() {
            Some("RESOURCE_DOES_NOT_EXIST") => RegistryErrorKind::Missing,
            Some(_) => RegistryErrorKind::Refused,
            None => RegistryErrorKind::NotARegistry,
        };
        let words = match error_message(&exchange.body) {
            words if words.is_empty() => ": no reason".to_owned(),
            words => words,
        };
        Err(RegistryError::new(
            kind,
            format!("MLflow at {}{words}", self.client.base()),
        ))
    }

    async fn found(&self, reference: &Reference) -> Answer<RegisteredVersion> {
        let name = &reference.name;
        let answer = match &reference.selector {
            Selector::Alias(alias) => {
                let version = self.by_alias(name, alias).await?;
                version.ok_or_else(|| {
                    RegistryError::new(
                        RegistryErrorKind::Missing,
                        format!("model {name} has no alias {alias}"),
                    )
                    .hint("set it in MLflow, or name a version")
                })?
            }
            Selector::Version(version) => {
                let query = [("name", &**name), ("version", &**version)];
                let answer = self.get("model-versions/get", &query).await;
                let mut answer = answer.map_err(|error| no_such(error, reference))?;
                answer["model_version"].take()
            }
        };
        self.check(&answer, reference)?;
        self.completed(&answer).await
    }

    /// Takes nothing for the version that was asked for but that: what is released, and tagged in
    /// AWS, is what the answer says.
    fn check(&self, answer: &Value, reference: &Reference) -> Answer<()> {
        let version = answer["version"].as_str().unwrap_or_default();
        let is_number =
            !version.is_empty() && version.chars().all(|character| character.is_ascii_digit());
        let is_asked_for = match &reference.selector {
            Selector::Alias(_) => is_number,
            Selector::Version(asked) => version == asked,
        };
        if is_asked_for && answer["name"] == *reference.name {
            return Ok(());
        }
        let base = self.client.base();
        let message = format!("MLflow at {base} answers for another version than {reference}");
        Err(RegistryError::new(RegistryErrorKind::NotARegistry, message)
            .hint("names are case-sensitive; check what answers at that address"))
    }

    /// Returns the version that an alias names.
    async fn by_alias(&self, name: &str, alias: &str) -> Answer<Option<Value>> {
        let query = [("name", name), ("alias", alias)];
        let path = format!("{API}/registered-models/alias");
        let exchange = self.client.get(&path, &query).await;
        // An alias that is not there is an invalid parameter in MLflow's terms.
        if let Ok(exchange) = &exchange
            && exchange.status == 400
            && exchange.body["error_code"] == "INVALID_PARAMETER_VALUE"
        {
            return Ok(None);
        }
        let answer = self.taken(exchange);
        let mut answer = answer.map_err(|error| {
            let reference = Reference {
                name: name.to_owned(),
                selector: Selector::Alias(alias.to_owned()),
            };
            no_such(error, &reference)
        })?;
        Ok(Some(answer["model_version"].take()))
    }

    /// Adds what the run and the logged model know of a version.
    async fn completed(&self, found: &Value) -> Answer<RegisteredVersion> {
        let text = |member: &str| found[member].as_str().filter(|text| !text.is_empty());
        let (Some(name), Some(version)) = (text("name"), text("version")) else {
            let message = format!("MLflow at {} names no version", self.client.base());
            return Err(RegistryError::new(RegistryErrorKind::NotARegistry, message));
        };
        let run = self.run(text("run_id")).await?;
        let mut metrics = numbers(&run["data"]["metrics"]);
        let logged = text("source").and_then(|source| source.strip_prefix("models:/"));
        if let Some(id) = logged.filter(|id| id.starts_with("m-")) {
            let odd: Vec<_> = metrics.extract_if(.., |_, value| value.is_nan()).collect();
            metrics.extend(self.logged_model_metrics(id).await?);
            // A metric of a logged model that is not a number reads 0.
            metrics.extend(odd);
        }
        let address = self.download_uri(name, version).await?;
        let tags = pairs(&found["tags"]);
        let status = text("status").unwrap_or("READY");
        Ok(RegisteredVersion {
            name: name.to_owned(),
            version: version.to_owned(),
            run_id: text("run_id").map(str::to_owned),
            git_sha: pairs(&run["data"]["tags"]).remove("mlflow.source.git.commit"),
            metrics,
            approved: tags.get(APPROVAL).is_some_and(|value| value == "approved"),
            tags,
            artifact_uri: address,
            trained: moment(&run["info"]["end_time"])
                .or_else(|| moment(&run["info"]["start_time"])),
            created: moment(&found["creation_timestamp"]),
            unusable: (status != "READY").then(|| format!("its status is {}", truncated(status))),
            page: self.page(name, version, &run["info"]),
        })
    }

    /// A run can have been deleted, and versions can be made without one.
    async fn run(&self, id: Option<&str>) -> Answer<Value> {
        let Some(id) = id else {
            return Ok(Value::Null);
        };
        match self.get("runs/get", &[("run_id", id)]).await {
            Ok(mut answer) => Ok(answer["run"].take()),
            Err(error) if error.kind == RegistryErrorKind::Missing => Ok(Value::Null),
            Err(error) => Err(error),
        }
    }

    async fn logged_model_metrics(&self, id: &str) -> Answer<BTreeMap<String, f64>> {
        match self.get(&format!("logged-models/{id}"), &[]).await {
            Ok(answer) => Ok(numbers(&answer["model"]["data"]["metrics"])),
            Err(error) if error.kind == RegistryErrorKind::Missing => Ok(BTreeMap::new()),
            Err(error) => Err(error),
        }
    }

    async fn download_uri(&self, name: &str, version: &str) -> Answer<Option<String>> {
        let query = [("name", name), ("version", version)];
        let answer = self.get("model-versions/get-download-uri", &query).await?;
        let uri = answer["artifact_uri"].as_str();
        // A version is always a directory.
        Ok(uri.map(|uri| format!("{}/", uri.trim_end_matches('/'))))
    }

    async fn set_tag(&self, name: &str, version: &str, key: &str, value: &str) -> Answer<()> {
        let body = json!({"name": name, "version": version, "key": key, "value": value});
        self.post("model-versions/set-tag", &body).await
    }

    fn page(&self, name: &str, version: &str, run: &Value) -> Option<String> {
        let base = self.pages.as_ref()?;
        Some(
            match (run["experiment_id"].as_str(), run["run_id"].as_str()) {
                (Some(experiment), Some(run)) => {
                    let (experiment, run) = (truncated(experiment), truncated(run));
                    format!("{base}/#/experiments/{experiment}/runs/{run}")
                }
                _ => format!("{base}/#/models/{name}/versions/{version}"),
            },
        )
    }
}

impl Registry for Mlflow {
    fn find<'a>(&'a self, reference: &'a Reference) -> Pending<'a, RegisteredVersion> {
        Box::pin(self.found(reference))
    }

    fn aliased<'a>(&'a self, name: &'a str, alias: &'a str) -> Pending<'a, Option<String>> {
        Box::pin(async move {
            let version = self.by_alias(name, alias).await?;
            Ok(version.and_then(|version| version["version"].as_str().map(truncated)))
        })
    }

    fn set_alias<'a>(&'a self, name: &'a str, alias: &'a str, version: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            let body = json!({"name": name, "alias": alias, "version": version});
            self.post("registered-models/alias", &body).await
        })
    }

    fn set_trace<'a>(
        &'a self,
        name: &'a str,
        version: &'a str,
        key: &'a str,
        trace: &'a ReleaseTag<'a>,
    ) -> Pending<'a, ()> {
        Box::pin(async move { self.set_tag(name, version, key, &trace.json()).await })
    }
}

fn no_such(error: RegistryError, reference: &Reference) -> RegistryError {
    if error.kind == RegistryErrorKind::Missing {
        return RegistryError {
            message: format!("{reference} is not there: {}", error.message),
            ..error
        }
        .hint("names are case-sensitive; check the model's page in MLflow");
    }
    error
}

/// Reads MLflow's lists of keys with values.
pub(super) fn pairs(list: &Value) -> BTreeMap<String, String> {
    mlship_core::release::tags_of(list)
}

/// Reads a time, of which a run that has not ended may have a blank one.
fn moment(milliseconds: &Value) -> Option<Timestamp> {
    let at = milliseconds.as_i64().filter(|at| *at > 0)?;
    Timestamp::from_millisecond(at).ok()
}

/// Reads metrics. JSON has no word for what is not a number or has no end, so that MLflow writes
/// the first as a string, and for the second the greatest number there is.
fn numbers(list: &Value) -> BTreeMap<String, f64> {
    let number = |value: &Value| {
        let word = || value.as_str()?.parse().ok();
        let number: f64 = value.as_f64().or_else(word)?;
        let has_end = number.is_nan() || number.abs() < f64::MAX;
        Some(if has_end {
            number
        } else {
            number.signum() * f64::INFINITY
        })
    };
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(|metric| {
            Some((
                metric["key"].as_str()?.to_owned(),
                number(&metric["value"])?,
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests;
