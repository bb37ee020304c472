//! What the stand-in knows of what releases lean on: what a test says, and nothing else.

use super::{FakeCloud, Fault, World, error};
use crate::cloud::preconditions::{Fact, ImageState, Question};
use crate::cloud::{Answer, CloudError, Preconditions};

impl Preconditions for FakeCloud {
    async fn look(&self, question: &Question) -> Answer<Fact> {
        let known = |world: &World| world.facts.get(question).cloned();
        let mut found = None;
        let operations = question.kind().operations();
        // Other registries have no operation, and are asked all the same.
        let asked = if operations.is_empty() {
            &["HEAD"]
        } else {
            operations
        };
        for operation in asked {
            let is_rest = *operation == "DescribePullThroughCacheRules";
            if is_rest && !matches!(found, Some(Fact::Image(ImageState::Absent))) {
                continue;
            }
            found = self.read(operation, known).await?;
        }
        found.ok_or_else(|| CloudError {
            message: "the stand-in does not know".to_owned(),
            ..error("Look", Fault::Rejected)
        })
    }
}
