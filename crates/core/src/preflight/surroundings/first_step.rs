//! What the first step of a shift has to see before more traffic moves, by what it takes to see it.

use mlship_manifest::schema::Rollout;
use mlship_manifest::{AlarmMetric, LEAST_REQUESTS};
use serde_json::Value;

use crate::cloud::preconditions::Question;
use crate::release::{Document, Release, Shift, Wiring};

/// The first step of a release whose traffic moves in several.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstStep {
    /// Its share of production traffic, in percent.
    pub percent: f64,
    /// The load balancer, as metrics name it.
    pub balancer: String,
    /// Both groups, as metrics name them.
    pub groups: [String; 2],
    /// What looks at it.
    pub lookers: Vec<Looker>,
}

/// What tells of a release only above so many requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looker {
    /// The metric, as the manifest names it.
    pub metric: String,
    /// How many requests the new release has to get.
    pub requests: u64,
    /// Within how many minutes.
    pub minutes: u64,
}

impl Looker {
    /// Says whether so many requests a minute are enough.
    #[must_use]
    pub fn sees(&self, a_minute: f64) -> bool {
        a_minute >= self.least()
    }

    /// Returns how many requests a minute the new release has to get.
    #[expect(clippy::cast_precision_loss, reason = "both are small")]
    #[must_use]
    pub fn least(&self) -> f64 {
        self.requests as f64 / self.minutes as f64
    }
}

impl FirstStep {
    /// Reads it of a service as ECS will have it; nothing where traffic moves at once, or nothing
    /// counts requests.
    #[must_use]
    pub fn of(release: &Release, rollout: Option<&Rollout>, service: &Document) -> Option<Self> {
        let configuration = service.get("deploymentConfiguration");
        let shift = configuration
            .and_then(Value::as_object)
            .and_then(Shift::of_configuration)
            .filter(|shift| shift.steps() > 1)?;
        let wiring = Wiring::of(service)?;
        let lookers = lookers(release, rollout, &shift);
        (!lookers.is_empty()).then(|| Self {
            percent: shift.percent_after(1),
            balancer: wiring.production.load_balancer(),
            groups: wiring.groups.each_ref().map(|it| it.dimension().to_owned()),
            lookers,
        })
    }

    /// Returns what to ask of it.
    #[must_use]
    pub fn question(&self) -> Question {
        Question::Requests {
            balancer: self.balancer.clone(),
            groups: self.groups.to_vec(),
        }
    }
}

/// The alarms that are made come on each group: what they take stands once for each metric.
fn lookers(release: &Release, rollout: Option<&Rollout>, shift: &Shift) -> Vec<Looker> {
    let mut found: Vec<Looker> = Vec::new();
    for alarm in &release.desired.alarms {
        let counts = match alarm.terms.metric {
            AlarmMetric::ErrorRate | AlarmMetric::AverageLatency | AlarmMetric::Percentile(_) => {
                true
            }
            AlarmMetric::UnhealthyHosts => false,
        };
        let looker = Looker {
            metric: alarm.terms.metric.name().to_owned(),
            requests: u64::from(LEAST_REQUESTS),
            minutes: 1,
        };
        if counts && !found.contains(&looker) {
            found.push(looker);
        }
    }
    let analysis = rollout.and_then(|rollout| rollout.analysis.as_ref());
    let judged = analysis.and_then(|analysis| {
        let minutes = analysis.judged_minutes(shift.step_bake_minutes())?;
        Some((analysis, minutes))
    });
    if let Some((analysis, minutes)) = judged {
        found.extend(analysis.metrics.iter().map(|metric| Looker {
            metric: format!("rollout.analysis of {}", metric.metric.name()),
            requests: metric.minimum_requests(),
            minutes: u64::from(minutes),
        }));
    }
    found
}
