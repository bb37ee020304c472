//! The final record of a run over several services.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::app::ResultRecord;
use crate::progress::ExitCode;

/// How a run over several services ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunRecord {
    /// That of the worst outcome.
    pub exit_code: ExitCode,
    /// How many services it was about.
    pub services: usize,
    /// How many of them ended in each way, by the word of the verdict.
    pub verdicts: BTreeMap<&'static str, usize>,
    /// From the first request to the last result, by the clock here.
    pub duration_seconds: f64,
    /// Requests sent to AWS, retries included.
    pub api_calls: u64,
}

impl RunRecord {
    /// Sums up the results of a run, in their order: a service whose release was taken back again
    /// has two, and stands where the last says. They go by what the run tells services apart by:
    /// where each is can be said more fully by one result than by the other.
    #[must_use]
    pub fn of<'a>(
        results: impl IntoIterator<Item = &'a ResultRecord>,
        duration_seconds: f64,
        api_calls: u64,
    ) -> Self {
        let (mut last, mut codes) = (HashMap::new(), Vec::new());
        for result in results {
            let word = result.conclusion().word();
            let named = result.named.as_ref().map(|named| &named.place);
            last.insert((named, &result.cluster, &result.service), word);
            codes.push(result.exit_code());
        }
        let mut verdicts = BTreeMap::new();
        for word in last.values() {
            *verdicts.entry(*word).or_default() += 1;
        }
        Self {
            exit_code: ExitCode::worst(codes),
            services: last.len(),
            verdicts,
            duration_seconds,
            api_calls,
        }
    }
}
