//! The manifest of one release with the model, the image and the runtime of another: what a service
//! becomes that takes over what runs beside it.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::diagnostic::Diagnostic;
use super::read::{Manifest, hide, in_order};
use super::rules;
use super::schema::ModelRelease;
use mlship_text::secrets::{KnownSecrets, redact_document};

/// What is taken over.
const TAKEN_OVER: [&str; 3] = ["model", "image", "runtime"];

/// A field that a manifest has to get, lose or change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// The field.
    pub path: String,
    /// What it says; none where it is not there. What is secret is hidden.
    pub before: Option<Value>,
    /// What it has to say; none where it has to go.
    pub after: Option<Value>,
}

impl fmt::Display for FieldChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: &Option<Value>| match value {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => "–".to_owned(),
        };
        let (before, after) = (show(&self.before), show(&self.after));
        write!(formatter, "{}: {before} → {after}", self.path)
    }
}

/// A manifest that was made of two.
#[derive(Debug, Clone)]
pub struct ComposedManifest {
    /// What was made.
    pub manifest: Manifest,
    /// What the one of before has to change to say the same.
    pub changes: Vec<FieldChange>,
}

impl Manifest {
    /// Returns this release with the model, the image and the runtime of another. Its service,
    /// network, health, traffic, rollout, autoscaling, tags and overrides stay.
    ///
    /// # Errors
    /// When the two don't go together, by the rules that any manifest is held to, each at the field
    /// where it was written.
    pub fn with_model_of(&self, other: &Self) -> Result<ComposedManifest, Vec<Diagnostic>> {
        let release = ModelRelease {
            model: other.release.model.clone(),
            image: other.release.image.clone(),
            runtime: other.release.runtime.clone(),
            ..self.release.clone()
        };
        let mut secrets = self.secrets.clone();
        secrets.extend(other.secrets.clone());
        let places = self.places.with_fields_of(&other.places, &TAKEN_OVER);
        let mut found = Vec::new();
        rules::check(&release, &places, &mut found);
        let found = in_order(hide(found, &secrets));
        if found.iter().any(Diagnostic::is_error) {
            return Err(found.into_iter().filter(Diagnostic::is_error).collect());
        }
        let changes = changes(&self.release, &release, &secrets);
        Ok(ComposedManifest {
            manifest: Self {
                release,
                places,
                warnings: found,
                secrets,
                unresolved: [&self.unresolved[..], &other.unresolved].concat(),
                again: None,
                ..self.clone()
            },
            changes,
        })
    }
}

/// Returns the fields in which two releases differ, of those that are taken over.
fn changes(
    before: &ModelRelease,
    after: &ModelRelease,
    secrets: &KnownSecrets,
) -> Vec<FieldChange> {
    let document = |release: &ModelRelease| {
        let ModelRelease {
            model,
            image,
            runtime,
            ..
        } = release;
        json!({ "model": model, "image": image, "runtime": runtime })
    };
    let shown = |document: &Value| redact_document(document, secrets).document;
    let (before, after) = (document(before), document(after));
    let shown = [shown(&before), shown(&after)];
    let mut found = Vec::new();
    compare(
        "",
        [Some(&before), Some(&after)],
        [Some(&shown[0]), Some(&shown[1])],
        &mut found,
    );
    found
}

fn compare(
    path: &str,
    whole: [Option<&Value>; 2],
    shown: [Option<&Value>; 2],
    found: &mut Vec<FieldChange>,
) {
    let whole = whole.map(|value| value.filter(|value| !is_nothing(value)));
    if whole[0] == whole[1] {
        return;
    }
    let members = whole.map(|value| value.and_then(Value::as_object));
    if members.iter().all(Option::is_none) || is_replaced(whole, members) {
        let [before, after] = [0, 1].map(|at| whole[at].and(shown[at]).cloned());
        found.push(FieldChange {
            path: path.to_owned(),
            before,
            after,
        });
        return;
    }
    let mut names: Vec<&String> = members.into_iter().flatten().flat_map(Map::keys).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let member = |of: Option<&Value>| of.and_then(|value| value.get(name)).cloned();
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        let (whole, shown) = (whole.map(member), shown.map(member));
        compare(
            &path,
            [whole[0].as_ref(), whole[1].as_ref()],
            [shown[0].as_ref(), shown[1].as_ref()],
            found,
        );
    }
}

/// Says whether something else than an object stands in the place of one.
fn is_replaced(whole: [Option<&Value>; 2], members: [Option<&Map<String, Value>>; 2]) -> bool {
    whole
        .iter()
        .zip(members)
        .any(|(whole, members)| whole.is_some() && members.is_none())
}

/// Says whether a value is what is left out in a manifest.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_nothing),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::{ReadOptions, read};
    use super::super::source::Source;
    use super::*;

    fn manifest(text: &str) -> Manifest {
        let variables = |name: &str| (name == "API_TOKEN").then(|| "HUNTER2HUNTER2".to_owned());
        let settings = ReadOptions {
            environment: None,
            variables: &variables,
        };
        let base = "apiVersion: mlship/v1\nkind: ModelRelease\n";
        read(Source::new("m.yaml", format!("{base}{text}")), &settings).unwrap()
    }

    const CONTROL: &str = "\
model: { name: m, version: \"8\" }
image: m:8
service: { cluster: ml, name: a, desired: 6 }
runtime: { cpu: 256, memory: 512, env: { WORKERS: \"2\", OLD: x } }
network: { subnets: [subnet-1] }
autoscaling: { min: 2, max: 9, targetCpuPercent: 60 }
";
    const CHALLENGER: &str = "\
model: { name: m, version: \"9\" }
image: m:9
service: { cluster: ml, name: b, desired: 1 }
runtime: { cpu: 512, memory: 1024, env: { WORKERS: \"2\", TOKEN: \"${API_TOKEN}\" } }
network: { subnets: [subnet-2] }
";

    #[test]
    fn what_runs_is_taken_over_and_where_it_runs_stays() {
        let (control, challenger) = (manifest(CONTROL), manifest(CHALLENGER));
        let composed = control.with_model_of(&challenger).unwrap();
        let made = &composed.manifest.release;
        assert_eq!(made.model, challenger.release.model);
        assert_eq!(made.image, "m:9");
        assert_eq!(made.runtime, challenger.release.runtime);
        assert_eq!(made.service, control.release.service);
        assert_eq!(made.network, control.release.network);
        assert_eq!(made.autoscaling, control.release.autoscaling);
        let lines = composed.changes.iter().map(FieldChange::to_string);
        assert_eq!(
            lines.collect::<Vec<_>>(),
            [
                "image: m:8 → m:9",
                "model.version: 8 → 9",
                "runtime.cpu: 256 → 512",
                "runtime.env.OLD: x → –",
                "runtime.env.TOKEN: – → ***",
                "runtime.memory: 512 → 1024",
            ]
        );
    }

    #[test]
    fn the_same_twice_changes_nothing() {
        let control = manifest(CONTROL);
        assert_eq!(control.with_model_of(&control).unwrap().changes, []);
    }

    #[test]
    fn two_that_do_not_go_together_are_refused() {
        let control = CONTROL
            .replace("cpu: 256,", "compute: ec2, cpu: 256,")
            .replace("{ subnets: [subnet-1] }", "{ mode: bridge }");
        let control = manifest(&control);
        // Fargate has no such network.
        let found = control.with_model_of(&manifest(CHALLENGER)).unwrap_err();
        assert!(!found.is_empty() && found.iter().all(Diagnostic::is_error));
    }
}
