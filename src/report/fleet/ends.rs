//! What is said of a release that ended, and what is kept of it.

use jiff::Timestamp;

use super::super::ResultRecord;
use super::super::summary::{registry_lines, sentence, style_of, warning_lines};
use super::Fleet;
use super::alike::Names;
use super::row::Row;
use super::track::Track;
use mlship_core::progress::Conclusion;

impl Fleet<'_> {
    pub(super) fn ended(&mut self, result: &ResultRecord, now: Timestamp) {
        let label = result.service_id().to_string();
        self.held_back(&label, now);
        let names = self.tracks.get_mut(&label).map(Track::end);
        let names = names.unwrap_or_else(|| Names::of_result(result));
        let cause = self.groups.add(&label, result, &names);
        if self.has_line(result.conclusion()) {
            let style = style_of(result.conclusion(), &self.color);
            let sentence = sentence(result);
            let said = sentence
                .strip_prefix(&format!("service {}: ", result.service))
                .unwrap_or(&sentence);
            let is_cause = result.failure.is_some() && !result.is_failed_return();
            let why = cause.as_ref().filter(|_| is_cause);
            let why = why.map_or_else(String::new, |cause| format!(": {cause}"));
            self.line(&label, now, &format!("{style}{said}{style:#}{why}"), now);
        }
        for line in warning_lines(result, &self.color).lines() {
            self.line(&label, now, line.trim_start(), now);
        }
        if let Some(registry) = &result.registry {
            let is_told = self.tells_all() || registry.error.is_some();
            for line in registry_lines(registry, &self.color).lines() {
                if is_told {
                    self.line(&label, now, line.trim_start(), now);
                }
            }
        }
        let before = self.rows.remove(&label);
        let row = Row::of(result, cause, before.as_ref());
        self.rows.insert(label, row);
        self.draw(now);
    }

    /// What the closing names in any case, and nothing can be done about before, has no line.
    fn has_line(&self, conclusion: Conclusion) -> bool {
        match conclusion {
            Conclusion::NotBegun => false,
            Conclusion::Interrupted(_)
            | Conclusion::Succeeded
            | Conclusion::Unchanged
            | Conclusion::Started
            | Conclusion::Returned => self.tells_all(),
            Conclusion::RolledBack
            | Conclusion::Failed
            | Conclusion::Misrouted
            | Conclusion::Superseded
            | Conclusion::TimedOut
            | Conclusion::Paused
            | Conclusion::Refused(_)
            | Conclusion::Error(_) => true,
        }
    }
}
