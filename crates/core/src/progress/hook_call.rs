//! A function that a deployment asked, and whose answer it waits for.

use jiff::Timestamp;
use serde::Serialize;

use super::pause::place;
use crate::release::{HookAction, LifecycleStage};

/// A function that a deployment asked, and whose answer it waits for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HookCall {
    /// ECS's name of the call; each stage and each step has another.
    pub hook: String,
    /// The function's ARN, where ECS says so.
    pub lambda: Option<String>,
    /// The stage that the deployment has come to, where ECS says so.
    pub stage: Option<LifecycleStage>,
    /// Which step of production traffic, counted from 1; none at stages that belong to none.
    pub step: Option<u32>,
    /// How many steps there are.
    pub steps: Option<u32>,
    /// Until when it is waited for, by ECS's clock.
    pub until: Option<Timestamp>,
    /// What happens then.
    pub on_timeout: HookAction,
}

impl HookCall {
    /// Returns the function's name.
    #[must_use]
    pub fn function(&self) -> &str {
        let arn = self.lambda.as_deref().unwrap_or("a function");
        let name = arn.split_once(":function:").map_or(arn, |(_, name)| name);
        // What follows is a version or an alias.
        name.split(':').next().unwrap_or(name)
    }

    /// Returns where it was asked, in words.
    #[must_use]
    pub fn place(&self) -> String {
        place(self.stage.as_ref(), self.step.zip(self.steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_without_where_it_lives_and_without_its_version() {
        let named = |lambda: Option<&str>| {
            let call = HookCall {
                hook: "ecs-lambda-1".to_owned(),
                lambda: lambda.map(str::to_owned),
                stage: None,
                step: None,
                steps: None,
                until: None,
                on_timeout: HookAction::Rollback,
            };
            call.function().to_owned()
        };
        let arn = "arn:aws:lambda:eu-west-1:1:function:check";
        assert_eq!(named(Some(arn)), "check");
        assert_eq!(named(Some(&format!("{arn}:live"))), "check");
        assert_eq!(named(Some("check")), "check");
        assert_eq!(named(None), "a function");
    }
}
