//! An experiment in an account of its own: manifests, traffic, and a look at the rule.

use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::registry::mlflow::Model;
use crate::stage::{Run, Running, Stage};

pub(crate) struct Lab {
    pub(crate) stage: Stage,
    folder: PathBuf,
}

/// What a variant's requests and clients come to in an hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hour {
    pub(crate) clients: u32,
    pub(crate) converted: u32,
    pub(crate) requests: u32,
    pub(crate) errors: u32,
    /// Requests that no target answered.
    pub(crate) unanswered: u32,
    pub(crate) slow: u32,
}

impl Hour {
    /// Requests that a target answered without an error.
    fn answered(&self) -> u32 {
        self.requests.saturating_sub(self.errors + self.unanswered)
    }
}

pub(crate) const HOUR: Hour = Hour {
    clients: 1000,
    converted: 50,
    requests: 3000,
    errors: 3,
    unanswered: 0,
    slow: 30,
};

pub(crate) const NOTHING: Hour = Hour {
    clients: 0,
    converted: 0,
    requests: 0,
    errors: 0,
    unanswered: 0,
    slow: 0,
};

/// How many hours of traffic there are.
pub(crate) const HOURS: i64 = 20;

impl Lab {
    /// Copies the example, with changes to the experiment.
    pub(crate) fn new(changes: &[(&str, &str)]) -> Option<Self> {
        let stage = Stage::with_controls()?;
        stage.set_speed(600);
        let name = format!("mlship-lab-{:x}", fastrand::u64(..));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        let lab = Self { stage, folder };
        for file in ["experiment.yaml", "control.yaml", "challenger.yaml"] {
            let text = std::fs::read_to_string(format!("manifests/fraud-ab/{file}")).unwrap();
            // Its images need not be in ECR.
            let ecr = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
            let text = text.replace(ecr, "registry.example.com");
            std::fs::write(lab.folder.join(file), text).unwrap();
        }
        lab.change("experiment.yaml", changes);
        Some(lab)
    }

    /// Makes the challenger the version that an alias of a registry's model names.
    pub(crate) fn challenger_from(&self, model: &Model, version: &str) {
        self.variant_from("challenger", "version: \"9\"", model, version);
    }

    /// Makes the control the version that another alias names.
    pub(crate) fn control_from(&self, model: &Model, version: &str) {
        self.variant_from("control", "version: \"8\"", model, version);
    }

    fn variant_from(&self, variant: &str, written: &str, model: &Model, version: &str) {
        model.set_alias(variant, version);
        let reference = format!(
            "ref: models:/{}@{variant}\n  registry: {{ type: mlflow, uri: \"{}\" }}",
            model.name,
            model.endpoint()
        );
        self.change(&format!("{variant}.yaml"), &[(written, &reference)]);
    }

    /// Changes a manifest.
    pub(crate) fn change(&self, file: &str, changes: &[(&str, &str)]) {
        let path = self.folder.join(file);
        let mut text = std::fs::read_to_string(&path).unwrap();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replace(from, to);
        }
        std::fs::write(path, text).unwrap();
    }

    /// Copies a manifest to another name.
    pub(crate) fn copy(&self, from: &str, to: &str) {
        std::fs::copy(self.folder.join(from), self.folder.join(to)).unwrap();
    }

    pub(crate) fn path(&self, file: &str) -> String {
        self.folder.join(file).to_str().unwrap().to_owned()
    }

    /// Runs `mlship experiment COMMAND`, for programs.
    pub(crate) fn run(&self, command: &str, more: &[&str]) -> Run {
        let path = self.path("experiment.yaml");
        let arguments = ["experiment", command, &path, "-o", "json"];
        self.stage.mlship(&[&arguments, more].concat(), "8")
    }

    /// Starts the experiment.
    pub(crate) fn start(&self) {
        let run = self.run("start", &[]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert_eq!(run.result()["verdict"], "started");
    }

    /// Begins to start the experiment.
    pub(crate) fn begin(&self) -> Running {
        let path = self.path("experiment.yaml");
        self.stage
            .start(&["experiment", "start", &path, "-o", "json"], "8")
    }

    /// Reads the experiment, from before there was traffic.
    pub(crate) fn status(&self, more: &[&str]) -> (i32, Value) {
        let run = self.run("status", &[&["--from", "2d"], more].concat());
        (run.code, run.document())
    }

    /// Runs a command on the manifest of a variant.
    pub(crate) fn on(&self, command: &str, variant: &str, more: &[&str]) -> Run {
        let path = self.path(&format!("{variant}.yaml"));
        self.stage
            .mlship(&[&[command, &path, "-o", "json"], more].concat(), "8")
    }

    /// Puts traffic of control and challenger, hour by hour, the last an hour ago.
    pub(crate) fn traffic(&self, control: Hour, challenger: Hour) {
        // Once: where an hour begins meanwhile, two would be in one.
        let now = Timestamp::now();
        for hour in 1..=HOURS {
            let at = now - SignedDuration::from_hours(hour);
            for (variant, traffic) in [("control", control), ("challenger", challenger)] {
                self.put(variant, at, traffic);
            }
        }
    }

    /// Puts what a variant had at a time, as load balancer and application would.
    pub(crate) fn put(&self, variant: &str, at: Timestamp, traffic: Hour) {
        let of_variant = [("Variant", variant)];
        let group = self.group(variant);
        let group = &group[group.rfind(':').unwrap() + 1..];
        let balancer = self.stage.export("LOAD_BALANCER");
        let balancer = balancer.split_once("loadbalancer/").unwrap().1;
        let of_group = [("LoadBalancer", balancer), ("TargetGroup", group)];
        let fast = traffic.requests.saturating_sub(traffic.slow);
        self.data(
            "Fraud",
            &of_variant,
            at,
            &[
                ("Clients", &[(traffic.clients, 1)]),
                ("Converted", &[(traffic.converted, 1)]),
            ],
        );
        self.data(
            "AWS/ApplicationELB",
            &of_group,
            at,
            &[
                ("RequestCount", &[(traffic.requests, 1)]),
                ("HTTPCode_Target_2XX_Count", &[(traffic.answered(), 1)]),
                ("HTTPCode_Target_5XX_Count", &[(traffic.errors, 1)]),
                ("HealthyHostCount", &[(2, 1)]),
            ],
        );
        // In milliseconds here, a tenth of a second and a whole one.
        self.times(&of_group, at, [("0.1", fast), ("1.0", traffic.slow)]);
    }

    fn data(
        &self,
        namespace: &str,
        dimensions: &[(&str, &str)],
        at: Timestamp,
        metrics: &[(&str, &[(u32, u32)])],
    ) {
        let mut put = Put::new(namespace);
        for (name, values) in metrics {
            // Where nothing was counted there is no point.
            if values.iter().any(|(value, _)| *value > 0) {
                let values = values
                    .iter()
                    .map(|(value, count)| (value.to_string(), *count));
                put.metric(name, dimensions, at, values);
            }
        }
        put.send(&self.stage);
    }

    fn times(&self, dimensions: &[(&str, &str)], at: Timestamp, values: [(&str, u32); 2]) {
        let mut put = Put::new("AWS/ApplicationELB");
        let values = values.into_iter().filter(|(_, count)| *count > 0);
        let values = values.map(|(value, count)| (value.to_owned(), count));
        put.metric("TargetResponseTime", dimensions, at, values);
        put.send(&self.stage);
    }

    fn group(&self, variant: &str) -> String {
        let name = format!("{}_TARGET_GROUP", variant.to_uppercase());
        self.stage.export(&name).to_owned()
    }

    /// Returns control's and challenger's weights, and whether clients stick to their variant.
    pub(crate) fn rule(&self) -> (u32, u32, bool) {
        let text = self.stage.ask_elb(&[
            ("Action", "DescribeRules"),
            ("RuleArns.member.1", self.stage.export("LISTENER_RULE")),
        ]);
        let weight = |variant: &str| self.weight(&self.group(variant)).unwrap_or(0);
        let is_sticky = text
            .split("<TargetGroupStickinessConfig>")
            .nth(1)
            .is_some_and(|rest| rest.to_lowercase().contains("<enabled>true"));
        (weight("control"), weight("challenger"), is_sticky)
    }

    /// Returns the weight of a target group in the rule, if it is there.
    pub(crate) fn weight(&self, group: &str) -> Option<u32> {
        self.stage.weight(self.stage.export("LISTENER_RULE"), group)
    }

    /// Returns how many rules the listener has.
    pub(crate) fn rules(&self) -> usize {
        let rule = self.stage.export("LISTENER_RULE");
        let listener = rule.replacen(":listener-rule/", ":listener/", 1);
        let listener = listener.rsplit_once('/').unwrap().0;
        let answer = self
            .stage
            .ask_elb(&[("Action", "DescribeRules"), ("ListenerArn", listener)]);
        answer.matches("<RuleArn>").count()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A `PutMetricData` in the making.
struct Put {
    parameters: Vec<(String, String)>,
    metrics: usize,
}

impl Put {
    fn new(namespace: &str) -> Self {
        let parameters = [("Action", "PutMetricData"), ("Namespace", namespace)];
        Self {
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            metrics: 0,
        }
    }

    fn metric(
        &mut self,
        name: &str,
        dimensions: &[(&str, &str)],
        at: Timestamp,
        values: impl IntoIterator<Item = (String, u32)>,
    ) {
        self.metrics += 1;
        let mut member = String::new();
        let _ = write!(member, "MetricData.member.{}", self.metrics);
        let mut add = |field: String, value: String| {
            self.parameters.push((format!("{member}.{field}"), value));
        };
        add("MetricName".to_owned(), name.to_owned());
        add("Timestamp".to_owned(), at.to_string());
        for (place, (name, value)) in dimensions.iter().enumerate() {
            let place = place + 1;
            add(
                format!("Dimensions.member.{place}.Name"),
                (*name).to_owned(),
            );
            add(
                format!("Dimensions.member.{place}.Value"),
                (*value).to_owned(),
            );
        }
        for (place, (value, count)) in values.into_iter().enumerate() {
            let place = place + 1;
            add(format!("Values.member.{place}"), value);
            add(format!("Counts.member.{place}"), count.to_string());
        }
    }

    fn send(&self, stage: &Stage) {
        if self.metrics > 0 {
            let parameters = self.parameters.iter();
            let parameters: Vec<_> = parameters
                .map(|(name, value)| (&**name, &**value))
                .collect();
            stage.ask_cloudwatch(&parameters);
        }
    }
}
