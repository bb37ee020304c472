//! What the manifest's own fields can say of a service.

use serde_json::{Value, json};

use super::live::Live;
use super::overrides::Overrides;
use super::{Obstacle, Reading, runtime, strategy, weights};
use crate::release::fields::{Request, read};
use crate::shape::items;

/// Who leaves one of these out has no manifest.
const NEEDED: [&str; 7] = [
    "apiVersion",
    "kind",
    "model.name",
    "model.version",
    "image",
    "service.cluster",
    "service.name",
];

/// Fields that say nothing one by one.
const WHOLE: [&str; 6] = [
    "model.artifact",
    "runtime.logs",
    "runtime.env",
    "runtime.secrets",
    "health.container",
    "autoscaling",
];

/// A manifest without `overrides`, by its sections.
pub(super) struct Draft(Value);

impl Draft {
    pub(super) fn of(live: &Live) -> Self {
        let mut draft = Self(json!({"apiVersion": "mlship/v1", "kind": "ModelRelease"}));
        draft.identify(live);
        let container = &live.container;
        for (field, value) in read(&live.task_definition, Request::TaskDefinition, container) {
            draft.set(field, value);
        }
        for (field, value) in read(&live.service, Request::Service, container) {
            draft.set(field, value);
        }
        runtime::add(&mut draft, live);
        weights::add(&mut draft, live);
        draft.network(live);
        draft.traffic(live);
        draft.rollout(live);
        strategy::add(&mut draft, live);
        draft.count(live);
        let tags = live.tags();
        if !tags.is_empty() {
            draft.set("tags", json!(tags));
        }
        draft
    }

    /// Returns the manifest with what is left to ECS's own fields.
    pub(super) fn with(&self, overrides: &Overrides) -> Value {
        let mut manifest = self.0.clone();
        if let Some(overrides) = overrides.written() {
            manifest["overrides"] = overrides;
        }
        manifest
    }

    /// Writes a field.
    pub(super) fn set(&mut self, path: &str, value: Value) {
        let mut at = &mut self.0;
        for step in path.split('.') {
            at = &mut at[step];
        }
        *at = value;
    }

    fn has(&self, path: &str) -> bool {
        !path
            .split('.')
            .fold(&self.0, |at, step| &at[step])
            .is_null()
    }

    /// Returns how many items a field has, if it is a list.
    fn items_of(&self, path: &str) -> usize {
        let found = path.split('.').fold(&self.0, |at, step| &at[step]);
        found.as_array().map_or(0, Vec::len)
    }

    /// Takes a field out, or the one that holds it. Returns whether there was one that can go.
    pub(super) fn drop_field(&mut self, field: &str) -> bool {
        let whole = WHOLE.iter().find(|whole| within(field, whole));
        let field = whole.copied().unwrap_or(field);
        // No override has tags.
        let is_needed = NEEDED.contains(&field) || within(field, "tags");
        if is_needed || !self.has(field) {
            return false;
        }
        let mut steps: Vec<&str> = field.split('.').collect();
        let last = steps.pop().unwrap_or_default();
        let holder = steps.iter().fold(&mut self.0, |at, step| &mut at[*step]);
        if let Value::Object(members) = holder {
            members.remove(last);
        }
        self.drop_empty_sections();
        true
    }

    fn drop_empty_sections(&mut self) {
        if let Value::Object(sections) = &mut self.0 {
            for section in sections.values_mut() {
                if let Value::Object(fields) = section {
                    fields.retain(|_, value| *value != json!({}));
                }
            }
            sections.retain(|name, value| name == "runtime" || *value != json!({}));
        }
    }

    /// Takes out the fields that break a rule: `overrides` say the same to ECS, and only ECS
    /// judges them.
    pub(super) fn drop_broken(&mut self, reading: &Reading) -> Result<(), Obstacle> {
        let mut fields = self.fields();
        let whole = WHOLE.iter().filter(|field| self.has(field));
        fields.extend(whole.map(|field| (*field).to_owned()));
        let mut dropped = false;
        for error in &reading.errors {
            let (Some(manifest), Some(span)) = (&reading.draft, &error.span) else {
                continue;
            };
            let at = span.range();
            let holds = |path: &str| {
                let own = manifest.places.span(path).range();
                let is_written = manifest.places.is_written(path);
                is_written && own.start <= at.start && at.end <= own.end
            };
            let around = fields.iter().filter(|field| {
                let items = self.items_of(field);
                holds(field) || (0..items).any(|index| holds(&format!("{field}[{index}]")))
            });
            let broken: Vec<String> = around.cloned().collect();
            dropped |= broken.iter().any(|field| self.drop_field(field));
        }
        if dropped {
            return Ok(());
        }
        let first = reading.errors.first();
        let message = first.map_or("it can't be read", |error| &*error.message);
        let help = first.and_then(|error| error.help.as_deref());
        Err(Obstacle::new(
            format!("a manifest of this service would break a rule: {message}"),
            help.unwrap_or("change it in the service, or write the manifest by hand"),
        ))
    }

    /// Returns the paths of what is written, without those of sections.
    fn fields(&self) -> Vec<String> {
        fn collect(value: &Value, path: &str, found: &mut Vec<String>) {
            match value {
                Value::Object(members) => {
                    for (name, member) in members {
                        collect(member, &mlship_manifest::member(path, name), found);
                    }
                }
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => found.push(path.to_owned()),
            }
        }
        let mut found = Vec::new();
        collect(&self.0, "", &mut found);
        found
    }

    fn identify(&mut self, live: &Live) {
        let image = live.in_container("image").and_then(Value::as_str);
        let image = image.unwrap_or_default();
        self.set("model.name", json!(live.model()));
        let version = live.version().map(str::to_owned);
        let version = version.unwrap_or_else(|| version_of(image));
        self.set("model.version", json!(version));
        self.set("service.cluster", json!(live.id.cluster));
        self.set("service.name", json!(live.id.name));
        let family = live.task_definition.get("family").and_then(Value::as_str);
        if let Some(family) = family.filter(|family| *family != live.id.name.as_str()) {
            self.set("service.family", json!(family));
        }
        self.set("runtime", json!({}));
        if live.container != live.model() {
            self.set("runtime.container", json!(live.container));
        }
    }

    fn network(&mut self, live: &Live) {
        let mode = live.task_definition.get("networkMode");
        match mode.and_then(Value::as_str) {
            // What is left out means bridge to ECS.
            None => self.set("network.mode", json!("bridge")),
            Some("host") => self.set("network.mode", json!("host")),
            Some(_) => {}
        }
        let configuration = live.service.get("networkConfiguration");
        let configuration = configuration.and_then(|value| value.get("awsvpcConfiguration"));
        let Some(configuration) = configuration else {
            return;
        };
        for field in ["subnets", "securityGroups"] {
            if let Some(ids) = configuration.get(field) {
                self.set(&format!("network.{field}"), ids.clone());
            }
        }
        if configuration["assignPublicIp"] == "ENABLED" {
            self.set("network.assignPublicIp", json!(true));
        }
    }

    fn traffic(&mut self, live: &Live) {
        let balancers: Vec<&Value> = items(live.service.get("loadBalancers")).collect();
        if let [only] = balancers[..]
            && only["containerName"] == live.container.as_str()
            && let Some(group) = only.get("targetGroupArn")
        {
            self.set("traffic.targetGroup", group.clone());
        }
    }

    fn rollout(&mut self, live: &Live) {
        let configuration = live.service.get("deploymentConfiguration");
        let alarms = configuration.and_then(|value| value.get("alarms"));
        if let Some(names) = alarms.and_then(|alarms| alarms.get("alarmNames")) {
            self.set("rollout.alarms", names.clone());
        }
        if !self.has("rollout.circuitBreaker") {
            // Left out, a service that is made anew would have one.
            self.set("rollout.circuitBreaker", json!(false));
        }
    }

    fn count(&mut self, live: &Live) {
        if live.scaling.is_none() && live.stuck().is_none() {
            return self.set("service.desired", json!(live.desired));
        }
        // Autoscaling owns the count, or with it the rule would be broken that a rollout can begin.
        if let Value::Object(service) = &mut self.0["service"] {
            service.remove("desired");
        }
        let Some(scaling) = &live.scaling else {
            return;
        };
        let mut written = json!({"min": scaling.min, "max": scaling.max});
        let target = scaling
            .policies
            .iter()
            .find_map(|policy| policy.cpu.as_ref());
        if let Some(target) = target.and_then(|tracking| whole_percent(tracking.target)) {
            written["targetCpuPercent"] = json!(target);
        }
        self.set("autoscaling", written);
    }
}

fn within(field: &str, whole: &str) -> bool {
    let rest = field.strip_prefix(whole);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn whole_percent(target: f64) -> Option<u32> {
    (1..=100).find(|percent| (f64::from(*percent) - target).abs() < f64::EPSILON)
}

/// Returns what tells an image from others of its repository.
fn version_of(image: &str) -> String {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let last = name.rsplit('/').next().unwrap_or_default();
    let tag = last.split_once(':').map(|(_, tag)| tag.to_owned());
    let digest = digest.map(|digest| {
        let hex = digest.rsplit(':').next().unwrap_or_default();
        hex.chars().take(12).collect::<String>()
    });
    let version = tag.or(digest).filter(|version| !version.is_empty());
    version.unwrap_or_else(|| "imported".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_what_tells_an_image_from_others() {
        for (image, expected) in [
            ("fraud:8", "8"),
            ("registry.example.com:5000/team/fraud:v8", "v8"),
            ("registry.example.com:5000/team/fraud", "imported"),
            ("fraud@sha256:0123456789abcdef0123", "0123456789ab"),
            ("fraud:8@sha256:0123456789abcdef0123", "8"),
        ] {
            assert_eq!(version_of(image), expected, "{image}");
        }
    }
}
