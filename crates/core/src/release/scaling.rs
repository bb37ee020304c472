//! How a service's number of tasks follows the load: Application Auto Scaling's part of a release.

use serde::{Deserialize, Serialize};

/// What the manifest asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesiredScaling {
    /// The least number of tasks.
    pub min: u32,
    /// The greatest number of tasks.
    pub max: u32,
    /// The average CPU use to aim for, in percent; nothing where other policies decide.
    pub target_cpu_percent: Option<u32>,
}

/// What AWS has: the scalable target of a service, and its policies.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// The least number of tasks.
    pub min: u32,
    /// The greatest number of tasks.
    pub max: u32,
    /// What moves the number of tasks.
    pub policies: Vec<Policy>,
}

/// A scaling policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name, unique in the service.
    pub name: String,
    /// How it tracks the service's average CPU use, if that is what it does.
    pub cpu: Option<Tracking>,
    /// The one target group whose requests it counts, if that is what it goes by, as AWS labels it:
    /// `app/NAME/ID/targetgroup/NAME/ID`.
    pub requests_of: Option<String>,
}

impl Policy {
    /// Returns the name of the one target group whose requests it counts.
    #[must_use]
    pub fn counts_requests_of(&self) -> Option<&str> {
        let (_, group) = self.requests_of.as_deref()?.split_once("targetgroup/")?;
        group.split('/').next()
    }
}

/// How a policy tracks the average CPU use.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tracking {
    /// The use that it aims for, in percent.
    pub target: f64,
    /// Seconds between two steps down.
    pub scale_in_cooldown: Option<i32>,
    /// Seconds between two steps up.
    pub scale_out_cooldown: Option<i32>,
    /// Whether it never takes tasks away.
    pub disable_scale_in: Option<bool>,
}

/// A write to Application Auto Scaling. Sent twice it does what it does once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScalingWrite {
    /// Takes the policy away.
    Drop {
        /// Its name.
        policy: String,
    },
    /// Takes the scalable target away, and all its policies with it.
    DropAll,
    /// Sets the bounds.
    Bounds {
        /// The least number of tasks.
        min: u32,
        /// The greatest number of tasks.
        max: u32,
    },
    /// Makes a policy track the CPU use.
    Track {
        /// Its name.
        policy: String,
        /// How.
        tracking: Tracking,
    },
}

impl ScalingWrite {
    /// Returns whether it takes something away, which comes before the service is written: the
    /// count that is written then stays.
    #[must_use]
    pub fn takes_away(&self) -> bool {
        match self {
            Self::Drop { .. } | Self::DropAll => true,
            Self::Bounds { .. } | Self::Track { .. } => false,
        }
    }
}
