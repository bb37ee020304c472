//! A ledger in MLflow: a run an experiment that ended, in an MLflow experiment `mlship/NAME`.
//!
//! The record itself is in tags of the run, which every MLflow keeps, wherever its artifacts are;
//! parameters and metrics are for MLflow's own pages and searches.

mod artifact;
mod fields;
mod found;

use artifact::Artifact;
use fields::{document, metrics, parameters, tags};
use found::Found;
use serde_json::{Value, json};

use super::super::mlflow::Mlflow;
use super::super::{Answer, Pending, RegistryError, RegistryErrorKind};
use super::objects::Objects;
use mlship_core::ledger::{Entries, Entry, ExperimentRecord, Ledger, StartId, Written};

/// The tag of a run that tells the start it is of: creating a run takes no token.
const START: &str = "mlship.start";

/// What the names of MLflow experiments begin with.
const PREFIX: &str = "mlship/";

/// How often a run is looked for and made, where nobody knows whether it was.
const ATTEMPTS: u32 = 3;

/// The most pages that a search takes.
const MOST_PAGES: usize = 1000;

/// Runs in a server.
pub(super) struct MlflowRuns {
    server: Mlflow,
    objects: Objects,
}

impl MlflowRuns {
    pub(super) fn new(server: Mlflow, objects: Objects) -> Self {
        Self { server, objects }
    }

    async fn put(&self, entry: &Entry<'_>) -> Answer<Written> {
        let record = entry.record;
        let experiment = self.experiment(&record.experiment).await?;
        let run = self.run(&experiment, record).await?;
        let mut parameters = parameters(record);
        // One that is there can't be changed, and need not: what a start is asked stays.
        parameters.retain(|(name, _)| !run.parameters.contains_key(name));
        let pair = |(key, value): (String, String)| json!({"key": key, "value": value});
        let body = json!({
            "run_id": run.id,
            "params": parameters.into_iter().map(pair).collect::<Vec<_>>(),
            "metrics": metrics(record),
            "tags": tags(record).into_iter().map(pair).collect::<Vec<_>>(),
        });
        self.server.ask("runs/log-batch", &body).await?;
        let ended = json!({
            "run_id": run.id, "status": "FINISHED",
            "end_time": record.ended.as_millisecond(),
        });
        self.server.ask("runs/update", &ended).await?;
        let artifact = Artifact {
            client: self.server.client(),
            objects: &self.objects,
            location: &run.artifacts,
        };
        let report = artifact.put("report.html", entry.page, "text/html").await;
        let page = self.server.page_of_run(&experiment, &run.id);
        Ok(Written {
            place: page.unwrap_or_else(|| {
                let name = &record.experiment;
                format!("run {} of {PREFIX}{name} in {}", run.id, self.address())
            }),
            lacks: report.err().map(|why| format!("without the report: {why}")),
        })
    }

    /// Returns the id of the MLflow experiment, made where it is not there: its name is its own.
    async fn experiment(&self, name: &str) -> Answer<String> {
        if let Some(id) = self.experiment_id(name).await? {
            return Ok(id);
        }
        let body = json!({"name": format!("{PREFIX}{name}")});
        match self.server.ask("experiments/create", &body).await {
            Ok(made) => id(&made["experiment_id"]).ok_or_else(|| self.unreadable()),
            // Somebody was quicker, or it was an answer of ours that was lost.
            Err(error) => match self.experiment_id(name).await? {
                Some(id) => Ok(id),
                None => Err(error),
            },
        }
    }

    async fn experiment_id(&self, name: &str) -> Answer<Option<String>> {
        let name = format!("{PREFIX}{name}");
        let query = [("experiment_name", &*name)];
        let found = match self.server.get("experiments/get-by-name", &query).await {
            Ok(found) => found,
            Err(error) if error.kind == RegistryErrorKind::Missing => return Ok(None),
            Err(error) => return Err(error),
        };
        let found = &found["experiment"];
        if found["lifecycle_stage"] == "deleted" {
            let message = format!("the experiment {name} of MLflow is deleted");
            return Err(RegistryError::new(RegistryErrorKind::Refused, message)
                .hint("restore it with `mlflow experiments restore`, or record elsewhere"));
        }
        Ok(Some(
            id(&found["experiment_id"]).ok_or_else(|| self.unreadable())?,
        ))
    }

    /// Returns the one run of a start: searched for before it is made, and again where nobody knows
    /// whether it was.
    async fn run(&self, experiment: &str, record: &ExperimentRecord) -> Answer<Found> {
        let mut attempt = 1;
        loop {
            if let Some(found) = self.found(experiment, &record.id).await? {
                return Ok(found);
            }
            let body = json!({
                "experiment_id": experiment,
                "run_name": record.id,
                "start_time": record.started.as_millisecond(),
                "tags": [{"key": START, "value": record.id}],
            });
            match self.server.ask_once("runs/create", &body).await {
                Ok(_) => {}
                Err(error)
                    if error.kind == RegistryErrorKind::Unreachable && attempt < ATTEMPTS => {}
                Err(error) => return Err(error),
            }
            attempt += 1;
            if attempt > ATTEMPTS {
                let found = self.found(experiment, &record.id).await?;
                return found.ok_or_else(|| self.unreadable());
            }
        }
    }

    /// Returns the run of a start. Where two wrote at once there are two, of which all take the
    /// same.
    async fn found(&self, experiment: &str, start: &StartId) -> Answer<Option<Found>> {
        let filter = format!("tags.`{START}` = '{start}'");
        let runs = self.runs(&[experiment.to_owned()], Some(&filter)).await?;
        Ok(runs.into_iter().min_by(|one, other| one.id.cmp(&other.id)))
    }

    async fn runs(&self, experiments: &[String], filter: Option<&str>) -> Answer<Vec<Found>> {
        let body = json!({"experiment_ids": experiments, "filter": filter, "max_results": 200});
        let runs = self.pages("runs/search", body, "runs").await?;
        Ok(runs.iter().filter_map(Found::read).collect())
    }

    /// Asks for a list page by page.
    async fn pages(&self, path: &str, mut body: Value, list: &str) -> Answer<Vec<Value>> {
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let mut answer = self.server.ask(path, &body).await?;
            if let Value::Array(items) = answer[list].take() {
                all.extend(items);
            }
            match answer["next_page_token"].take() {
                Value::String(token) if !token.is_empty() => body["page_token"] = json!(token),
                _ => return Ok(all),
            }
        }
        Err(self.unreadable())
    }

    async fn entries(&self, experiment: Option<&str>) -> Answer<Entries> {
        let experiments: Vec<String> = if let Some(name) = experiment {
            self.experiment_id(name).await?.into_iter().collect()
        } else {
            let filter = format!("name LIKE '{PREFIX}%'");
            let body = json!({"filter": filter, "max_results": 200});
            let found = self.pages("experiments/search", body, "experiments");
            let found = found.await?;
            let ids = found.iter().filter_map(|found| id(&found["experiment_id"]));
            ids.collect()
        };
        let mut entries = Entries::default();
        // A search takes so many experiments at once, and none means all.
        for some in experiments.chunks(50) {
            for run in self.runs(some, None).await? {
                if let Some(text) = document(&run.tags) {
                    entries.take(&format!("run {}", run.id), &text);
                }
            }
        }
        let mut known = Entries::default();
        known.extend(entries);
        Ok(known)
    }

    fn unreadable(&self) -> RegistryError {
        let message = format!("MLflow at {}: an answer that says nothing", self.address());
        RegistryError::new(RegistryErrorKind::NotARegistry, message)
            .hint("check what answers at that address")
    }
}

fn id(value: &Value) -> Option<String> {
    let id = value.as_str().filter(|id| !id.is_empty())?;
    Some(id.to_owned())
}

impl Ledger for MlflowRuns {
    fn address(&self) -> String {
        self.server.client().base().to_owned()
    }

    fn write<'a>(&'a self, entry: &'a Entry<'a>) -> Pending<'a, Written> {
        Box::pin(self.put(entry))
    }

    fn read<'a>(&'a self, experiment: Option<&'a str>) -> Pending<'a, Entries> {
        Box::pin(self.entries(experiment))
    }
}

#[cfg(test)]
mod tests;
