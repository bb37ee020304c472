//! Examines the texts of manifests, many of them at the same time.

use std::num::NonZero;
use std::sync::Arc;

use super::ManifestReader;
use mlship_manifest::{Examined, Given, ReadOptions, Source, Values};

/// How many manifests are worth another thread.
pub(super) const WORTH_A_THREAD: usize = 64;

impl ManifestReader<'_> {
    /// Examines all manifests, in their order; many of them on all processors.
    pub(super) fn examine(&self, sources: &[Arc<Source>]) -> Vec<Examined> {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let threads = processors.min(sources.len() / WORTH_A_THREAD);
        if threads <= 1 {
            return self.examine_here(sources);
        }
        std::thread::scope(|scope| {
            let shares = sources.chunks(sources.len().div_ceil(threads));
            let running: Vec<_> = shares
                .map(|share| scope.spawn(move || self.examine_here(share)))
                .collect();
            let ended = running.into_iter().map(|thread| match thread.join() {
                Ok(examined) => examined,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            ended.flatten().collect()
        })
    }

    fn examine_here(&self, sources: &[Arc<Source>]) -> Vec<Examined> {
        let sources = sources.iter().map(Arc::clone);
        sources.map(|source| self.examine_one(source)).collect()
    }

    pub(super) fn examine_one(&self, source: Arc<Source>) -> Examined {
        let examined = mlship_manifest::examine(source, &self.options());
        (self.check)(examined).without_placeholders()
    }

    pub(super) fn options(&self) -> ReadOptions<'_> {
        ReadOptions {
            environment: self.environment,
            variables: self,
        }
    }
}

impl Values for ManifestReader<'_> {
    fn variable(&self, name: &str) -> Given {
        self.files.over(&self.environment_variables, name)
    }
}
