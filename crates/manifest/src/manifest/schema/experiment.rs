//! `kind: Experiment`: an A/B test between releases that run side by side.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ApiVersion, Period};

/// An A/B test: which releases share the traffic, how it is shared, and what decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Experiment {
    /// The version of this format.
    pub api_version: ApiVersion,
    /// What this file describes.
    pub kind: ExperimentKind,
    /// What the experiment is called.
    pub metadata: Metadata,
    /// The ARN of the load balancer's rule that shares the traffic: one that ECS does not own.
    #[schemars(length(min = 1), example = &"arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/0123456789abcdef/0123456789abcdef/0123456789abcdef")]
    pub listener_rule: String,
    /// How long a client keeps its variant, by a cookie of the load balancer: 1 second to 7 days,
    /// such as `7d`. 0, the default, turns it off: every request is assigned anew.
    #[schemars(with = "Option<Period>", example = &"7d", example = 0)]
    pub stickiness: Option<String>,
    /// How callers assign themselves, instead of `stickiness`.
    pub assignment: Option<Assignment>,
    /// What is expected to happen and why, in up to 256 characters. It is kept with the rule, as
    /// a tag: characters that tags don't take become `_` there.
    #[schemars(length(min = 1, max = 256), example = &"v9 knows the new merchants, so more clients convert")]
    pub hypothesis: Option<String>,
    /// The releases that are compared: 2 to 5, exactly one of them the control.
    #[schemars(length(min = 2, max = 5))]
    pub variants: Vec<Variant>,
    /// The shares of the traffic that the challengers get together before they get those of
    /// their weights, in percent, ascending: each a phase that is analysed on its own.
    #[serde(default)]
    #[schemars(length(max = 20), inner(range(min = 1, max = 99)), extend("examples" = [[5, 25, 50]]))]
    pub ramp: Vec<u32>,
    /// The metric that decides.
    pub primary: Primary,
    /// Metrics that must not get worse, whatever the primary one does.
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub guardrails: Vec<Guardrail>,
    /// Business metrics, by name: in `CloudWatch`, where each carries a dimension `Variant` with the
    /// variant's name, or in rows of clients. `error_rate` and `slow_requests` are built in.
    #[serde(default)]
    pub metrics: BTreeMap<String, Metric>,
    /// How long after a client is first seen the outcomes of the business metrics may come, such as
    /// `2d`; 0 where they come at once. With it the outcomes of one phase are kept out of the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Period>", example = &"2d", example = 0)]
    pub outcome_within: Option<String>,
    /// The chance of a wrong winner, over all looks together; 0.05 by default.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 0.5))]
    pub alpha: Option<f64>,
    /// The trials that are planned, over all variants together: clients, or requests where
    /// requests are compared.
    #[schemars(range(min = 100, max = 2_147_483_647), example = 40000)]
    pub planned_sample: u32,
    /// The successes that each variant must have before anything is decided; of a mean its
    /// effective events, (Σx)²/Σx², which are few where the sum comes from a few large values. 100
    /// by default.
    #[schemars(range(min = 1, max = 2_147_483_647))]
    pub minimum_events_per_arm: Option<u32>,
    /// The days after which the experiment should have ended: 1 to 455, as long as `CloudWatch`
    /// keeps metrics. Left out, there is no such day.
    #[schemars(range(min = 1, max = 455), example = 14)]
    pub maximum_days: Option<u32>,
    /// How often the primary metric is looked at: `sequential`, the default, at any time, or
    /// `group-sequential`, a few times that are planned, which finds more in the same sample.
    pub design: Option<TestDesign>,
    /// How many looks a group-sequential design has, at even parts of `plannedSample`: 2 to 10; 5 by
    /// default. `maximumDays` takes the last one where the sample is not full by then.
    #[schemars(range(min = 2, max = 10), example = 5)]
    pub looks: Option<u32>,
    /// Where the record of the experiment is kept once it ended: `s3://BUCKET/PREFIX/`, the
    /// address of an `MLflow` server, or the ARN of one in `SageMaker`. By default the model registry of
    /// the variants, where that is an `MLflow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256), example = &"s3://ml-ledger/experiments/")]
    pub record: Option<String>,
    /// What `experiment run` does once a challenger is better: `keep`, the default, moves nothing
    /// and says what to do; `promote` deploys the winner's model, image and runtime to the
    /// control's service, and then gives that all the traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_winner: Option<OnWinner>,
}

/// What follows once a challenger is better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnWinner {
    /// Nothing is moved.
    #[default]
    Keep,
    /// The control's service gets the winner's model, image and runtime, and then all the traffic.
    Promote,
}

/// How often the primary metric is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TestDesign {
    /// At any time: its intervals hold at all looks together.
    Sequential,
    /// A few times that are planned; what is read in between decides nothing.
    GroupSequential,
}

/// What a manifest of an experiment describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ExperimentKind {
    /// An A/B test between releases.
    Experiment,
}

/// What an experiment is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// The experiment's name: 1 to 64 letters, digits, hyphens and underscores.
    #[schemars(length(min = 1, max = 64), regex(pattern = r"^[a-zA-Z0-9_-]{1,64}$"), example = &"fraud-v9-vs-v8")]
    pub name: String,
}

/// How callers assign themselves to variants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assignment {
    /// The request header that names the variant. Requests without it, or with another name in
    /// it, go to the control. The weights then are the shares that callers are expected to make.
    #[schemars(length(min = 1, max = 40), regex(pattern = r"^[a-zA-Z0-9_-]{1,40}$"), example = &"x-mlship-variant")]
    pub header: String,
}

/// A release that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Variant {
    /// The variant's name, and the value of the dimension `Variant` of business metrics: 1 to 64
    /// letters, digits, hyphens and underscores.
    #[schemars(length(min = 1, max = 64), regex(pattern = r"^[a-zA-Z0-9_-]{1,64}$"), example = &"challenger")]
    pub name: String,
    /// The manifest of its release, relative to this file. Each variant has a service and a
    /// target group of its own.
    #[schemars(length(min = 1), example = &"fraud-challenger.yaml")]
    pub release: String,
    /// Its share of the traffic, relative to the other weights: 0 to 999.
    #[schemars(range(min = 0, max = 999), example = 50)]
    pub weight: u32,
    /// Whether the others are compared with it; false by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<bool>,
}

/// The metric that decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Primary {
    /// A name under `metrics`, or `error_rate` or `slow_requests`.
    #[schemars(length(min = 1), example = &"conversion")]
    pub metric: String,
    /// What is compared.
    #[serde(rename = "type")]
    pub kind: MetricType,
    /// Which way is better.
    pub direction: Direction,
    /// The smallest difference to the control that matters, absolute: 0.005 is half a percentage
    /// point of a proportion, and in the metric's unit for a mean.
    #[schemars(extend("exclusiveMinimum" = 0), example = 0.005)]
    pub minimum_effect: f64,
    /// The control's proportion as it is known before: with it, the chance to find the smallest
    /// difference in the planned sample is computed. Left out, 0.05 stands in its place.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1), example = 0.05)]
    pub baseline: Option<f64>,
    /// For `slow_requests`: the response time from which a request is slow, such as `300ms`.
    #[schemars(with = "Option<Period>", example = &"300ms")]
    pub threshold: Option<String>,
    /// For `error_rate`: which requests are errors. Left out, those that a target answered with
    /// 5XX, and those that no target answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<Answers>,
}

/// A metric that must not get worse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Guardrail {
    /// A name under `metrics`, or `error_rate` or `slow_requests`.
    #[schemars(length(min = 1), example = &"error_rate")]
    pub metric: String,
    /// What is compared.
    #[serde(rename = "type")]
    pub kind: MetricType,
    /// Which way is better.
    pub direction: Direction,
    /// How much worse than the control is still acceptable, absolute: 0.002 is a fifth of a
    /// percentage point of a proportion, and in the metric's unit for a mean.
    #[schemars(extend("exclusiveMinimum" = 0), example = 0.002)]
    pub margin: f64,
    /// For `slow_requests`: the response time from which a request is slow, such as `300ms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Period>", example = &"300ms")]
    pub threshold: Option<String>,
    /// For `error_rate`: which requests are errors. Left out, those that a target answered with
    /// 5XX, and those that no target answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<Answers>,
    /// For a metric of requests whose clients stay with their variant: when it is a breach. Left
    /// out, as soon as it is worse over time. `at-once` where a few clients have percents of all
    /// requests, since one of these that fails for days looks as a variant that does harm: then
    /// only what is 25 points worse within minutes is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breach: Option<Breach>,
}

/// When a guardrail of requests is a breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Breach {
    /// When a variant is 25 points worse in five minutes on end, or has no healthy target.
    AtOnce,
}

/// Which requests are errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answers {
    /// Those that a target answered with 5XX alone: for services with `WebSockets`, whose upgrades
    /// count as no answer.
    Target5xx,
}

/// What is compared between variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MetricType {
    /// Successes among trials.
    Proportion,
    /// The mean of a value.
    Mean,
    /// The ratio of two sums over clients, such as what was spent a visit. It takes rows.
    Ratio,
}

/// Which way a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

/// A business metric: the names of `CloudWatch` metrics whose sums make a proportion (`successes`
/// and `trials`) or a mean (`sum`, `sumSquares` and `count`), or `rows`: a column of a table with
/// one row a client, for a ratio two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metric {
    /// The `CloudWatch` namespace, unless the metric is in `rows`.
    #[schemars(length(min = 1, max = 255), example = &"Fraud")]
    pub namespace: Option<String>,
    /// Of a proportion: the metric that counts successes.
    #[schemars(length(min = 1, max = 255), example = &"Converted")]
    pub successes: Option<String>,
    /// Of a proportion: the metric that counts trials.
    #[schemars(length(min = 1, max = 255), example = &"Clients")]
    pub trials: Option<String>,
    /// Of a mean: the metric that adds the values up.
    #[schemars(length(min = 1, max = 255), example = &"BasketSum")]
    pub sum: Option<String>,
    /// Of a mean: the metric that adds the squares of the values up, since `CloudWatch` gives no
    /// variance.
    #[schemars(length(min = 1, max = 255), example = &"BasketSumSquares")]
    pub sum_squares: Option<String>,
    /// Of a mean: the metric that counts the values.
    #[schemars(length(min = 1, max = 255), example = &"Clients")]
    pub count: Option<String>,
    /// What one trial is; `client` by default.
    pub unit: Option<Unit>,
    /// What the time of its points is. Left out, each is put when it happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamped: Option<Stamp>,
    /// Whether it is in the rows of `experiment status --rows`, in a column of the metric's name;
    /// false by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<bool>,
    /// Of a ratio in rows: the column whose sum is divided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255), example = &"spent")]
    pub numerator: Option<String>,
    /// Of a ratio in rows: the column by whose sum it is divided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255), example = &"visits")]
    pub denominator: Option<String>,
}

/// What the time of a metric's points is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stamp {
    /// When the client was first seen, of its trial and of its outcome, whenever that comes.
    Exposure,
}

/// What one trial of a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A client, however many requests it makes: what a cookie assigns.
    Client,
    /// A request: what is assigned without a cookie.
    Request,
}
