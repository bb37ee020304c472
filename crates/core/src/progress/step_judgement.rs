//! What a step of a release's traffic came to beside the release that serves.

use jiff::Timestamp;
use serde::Serialize;

use mlship_stats::{Gate, Interval};

/// What a step of a release's traffic came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepJudgement {
    /// The step, counted from 1.
    pub step: u32,
    /// How many steps there are.
    pub steps: u32,
    /// Which look at it this is, counted from 1.
    pub look: u32,
    /// What becomes of the release.
    pub decision: Decision,
    /// The first minute that was compared.
    pub from: Timestamp,
    /// The minute after the last.
    pub to: Timestamp,
    /// When there is enough for the next look, where nothing is decided.
    pub next: Option<Timestamp>,
    /// What was compared, in the manifest's order.
    pub metrics: Vec<MetricJudgement>,
}

/// What becomes of a release after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It takes the next step.
    GoesOn,
    /// It is taken back.
    GoesBack,
    /// Nobody can tell yet.
    Undecided,
}

/// What a metric says of both releases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricJudgement {
    /// The metric, with its threshold where it has one: `slow_requests (300ms)`.
    pub metric: String,
    /// How much worse is still acceptable, absolute.
    pub margin: f64,
    /// The release that serves.
    pub live: Counted,
    /// The new one.
    pub new: Counted,
    /// By how much the new one's rate is greater, which is worse; none where one is not known.
    pub difference: Option<f64>,
    /// Where that lies, by how it varies from minute to minute.
    pub interval: Option<Interval>,
    /// Whether it holds.
    pub gate: Gate,
    /// Why that is not known, where it is not.
    pub lack: Option<Lack>,
    /// How many requests of each it takes to tell anything.
    pub requests_needed: u64,
    /// How many minutes more it may take at these rates, where that can be said.
    pub minutes_more: Option<u32>,
}

/// What was counted of one release.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Counted {
    /// Its requests.
    pub requests: u64,
    /// The share of these that went wrong; none without requests.
    pub rate: Option<f64>,
}

/// What is missing to know whether a metric holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Nothing was counted of one of both.
    Data,
    /// Requests: `minimumRequests`, or as many as would show a harm of the margin.
    Requests,
    /// Minutes in which both had requests.
    Minutes,
    /// The harm may be below the margin as well as above it.
    Certainty,
}

impl StepJudgement {
    /// Returns what was compared and what that came to, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let minutes = self.to.duration_since(self.from).as_secs() / 60;
        let metrics: Vec<String> = self.metrics.iter().map(MetricJudgement::words).collect();
        format!(
            "step {} of {} over {minutes} minutes: {}",
            self.step,
            self.steps,
            metrics.join("; ")
        )
    }
}

impl MetricJudgement {
    fn words(&self) -> String {
        let Self {
            metric,
            live,
            new,
            margin,
            ..
        } = self;
        let lack = match self.lack {
            None => None,
            Some(Lack::Data) => Some(format!(
                "nothing to compare: {} requests of the new release, {} of the live one",
                new.requests, live.requests
            )),
            Some(Lack::Requests) => Some(format!(
                "too few requests: {} of the new release, {} of the live one, where it takes {} of \
                 each",
                new.requests, live.requests, self.requests_needed
            )),
            Some(Lack::Minutes) => Some("too few minutes in which both had requests".to_owned()),
            Some(Lack::Certainty) => Some("too wide to tell".to_owned()),
        };
        let more = self.minutes_more.map(|minutes| {
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            format!("about {minutes} {unit} more")
        });
        let rates = new.rate.zip(live.rate);
        let rates =
            rates.map(|(new, live)| format!("{} % beside {} %", hundredths(new), hundredths(live)));
        let apart = self.interval.map(|interval| {
            format!(
                "{} to {} points more where {} is acceptable",
                hundredths(interval.lower),
                hundredths(interval.upper),
                hundredths(*margin)
            )
        });
        let parts = [rates, apart, lack, more].into_iter().flatten();
        format!("{metric} {}", parts.collect::<Vec<_>>().join(", "))
    }
}

/// Returns a share in percent, with as many of two decimals as it takes.
fn hundredths(share: f64) -> String {
    // What rounds to nothing has no sign.
    let percent = (share * 10_000.0).round() / 100.0 + 0.0;
    format!("{percent}")
}
