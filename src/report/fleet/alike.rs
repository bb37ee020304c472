//! What makes the words about two services one: the same, but for their names.

use super::super::ResultRecord;
use mlship_core::plan::Plan;
use mlship_core::release::ids::ServiceId;

/// What a service and what it runs are called.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    words: Vec<String>,
    image: Option<String>,
}

impl Names {
    pub(super) fn of_service(service: &ServiceId) -> Self {
        let mut names = Self::default();
        names.add(service.name.as_str());
        names
    }

    pub(super) fn of_result(result: &ResultRecord) -> Self {
        let mut names = Self::default();
        names.add(&result.service);
        if let Some(release) = &result.release {
            names.add(&release.model);
            names.image = Some(release.image.to_lowercase());
        }
        names
    }

    pub(super) fn learn(&mut self, plan: &Plan) {
        self.add(&plan.model.name);
        self.image = Some(plan.image.to_lowercase());
    }

    fn add(&mut self, name: &str) {
        let name = name.to_lowercase();
        if !name.is_empty() && !self.words.contains(&name) {
            self.words.push(name);
        }
    }

    /// Returns a text without what it is about. Names are whole words: that of a service called
    /// `a` is not the letter.
    pub(super) fn masked(&self, text: &str) -> String {
        let mut text = text.to_lowercase();
        if let Some(image) = self.image.as_ref().filter(|image| image.len() > 2) {
            text = text.replace(image.as_str(), "·");
        }
        let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        let mut out = String::new();
        let mut rest = &*text;
        while let Some(start) = rest.find(is_part) {
            let (before, from) = rest.split_at(start);
            let end = from.find(|c: char| !is_part(c)).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            out.push_str(before);
            let is_name = self.words.iter().any(|name| name == word);
            out.push_str(if is_name { "·" } else { word });
            rest = after;
        }
        out + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlship_core::release::ids::{ClusterName, ServiceName};

    #[track_caller]
    fn check(service: &str, text: &str, masked: &str) {
        let service = ServiceId {
            cluster: ClusterName::new("ml"),
            name: ServiceName::new(service),
            place: None,
        };
        assert_eq!(Names::of_service(&service).masked(text), masked);
    }

    #[test]
    fn names_are_left_out_as_whole_words() {
        check(
            "Fraud-01",
            "service fraud-01: no image",
            "service ·: no image",
        );
        check("a", "a task of a failed", "· task of · failed");
        check("fraud", "fraud-scorer and fraud", "fraud-scorer and ·");
        check("", "nothing", "nothing");
        check("ß·", "ß· ist da", "ß· ist da");
    }
}
