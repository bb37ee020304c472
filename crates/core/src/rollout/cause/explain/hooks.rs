//! Explains functions that did not let a deployment go on, and pauses that ran out.

use super::{Group, Words};
use crate::rollout::cause::text::normalize;

/// What ECS's words say of a hook.
struct Hook<'a> {
    /// Where it was asked.
    stage: Option<&'a str>,
    /// Its function, by its ARN.
    function: Option<&'a str>,
}

impl<'a> Hook<'a> {
    fn of(reason: &'a str) -> Self {
        let before = reason.split_once(" lifecycle hook");
        let before = before.or_else(|| reason.split_once(" pause hook"));
        let stage = before.and_then(|(before, _)| before.rsplit(' ').next());
        let is_stage = |word: &&str| {
            let is_its = |letter: char| letter.is_ascii_uppercase() || letter == '_';
            !word.is_empty() && word.chars().all(is_its)
        };
        let mut words = reason.split_whitespace();
        let function = words.find(|word| word.starts_with("arn:") && word.contains(":function:"));
        Self {
            stage: stage.filter(is_stage),
            function: function.map(|arn| arn.trim_end_matches(['.', ',', ':', ';', ')'])),
        }
    }

    fn at(&self) -> String {
        self.stage
            .map_or_else(String::new, |stage| format!(" at {stage}"))
    }

    /// Returns the function's name, with the version or alias that is called.
    fn name(&self) -> Option<&'a str> {
        self.function?
            .split_once(":function:")
            .map(|(_, name)| name)
    }
}

pub(super) fn hook_failed(group: &Group) -> Words {
    let hook = Hook::of(&group.reason);
    let said = normalize(&group.reason);
    let who = hook.name();
    let who = who.map_or_else(
        || "a function".to_owned(),
        |name| format!("function {name}"),
    );
    let at = hook.at();
    let what = if said.contains("returned failed") {
        format!("{who} said no{at}")
    } else if said.contains("unable to assume") {
        format!("ECS may not assume the role of the function that it asks{at}")
    } else if said.contains("unable to invoke") {
        format!("ECS could not call {who}{at}")
    } else if said.contains("unable to parse") {
        format!("ECS could not read what {who} answered{at}")
    } else if said.contains("timed out") {
        format!("{who} did not say yes in time{at}")
    } else {
        format!("{who} failed{at}")
    };
    let next = if said.contains("unable to assume") {
        "check that the role in rollout.hooks exists, and trusts ecs.amazonaws.com".to_owned()
    } else {
        let log = match hook.name().and_then(|name| name.split(':').next()) {
            Some(name) => format!(
                "read the function's log (log group /aws/lambda/{name}, unless it has another)"
            ),
            None => "read the log of the function in rollout.hooks".to_owned(),
        };
        if said.contains("unable to invoke") {
            format!(
                "check that it exists, and that the role in rollout.hooks may call it \
                 (lambda:InvokeFunction); {log}"
            )
        } else if said.contains("unable to parse") {
            format!("let it return {{\"hookStatus\": \"SUCCEEDED\"}}, FAILED or IN_PROGRESS; {log}")
        } else {
            log
        }
    };
    Words::new(what, format!("{next}, then deploy again"))
}

pub(super) fn pause_timed_out(group: &Group) -> Words {
    let at = Hook::of(&group.reason).at();
    Words::new(
        format!("nobody let the deployment go on: its pause{at} ran out"),
        "whoever may call ecs:ContinueServiceDeployment on it could have, with mlship promote: \
         deploy again and promote it in time, or give it longer (timeoutMinutes of rollout.pause, \
         or of rollout.analysis)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Cause;

    const SMOKE: &str = "arn:aws:lambda:eu-west-1:111122223333:function:smoke-test";

    fn failed(why: &str) -> [String; 2] {
        let reason = format!(
            "Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. {why}"
        );
        let words = hook_failed(&Group::without_tasks(Cause::HookFailed, &reason));
        [words.summary, words.help]
    }

    #[test]
    fn a_function_is_named_with_its_stage_and_its_log_group() {
        let log = "read the function's log (log group /aws/lambda/smoke-test, unless it has \
                   another), then deploy again";
        for (why, summary, help) in [
            (
                format!("Lifecycle hook target {SMOKE} returned FAILED status."),
                "function smoke-test said no at PRE_SCALE_UP",
                log.to_owned(),
            ),
            (
                format!("Lifecycle hook target {SMOKE}:live timed out."),
                "function smoke-test:live did not say yes in time at PRE_SCALE_UP",
                log.to_owned(),
            ),
            (
                format!(
                    "ECS was unable to parse the response from {SMOKE} due to HookStatus must not \
                     be null"
                ),
                "ECS could not read what function smoke-test answered at PRE_SCALE_UP",
                format!(
                    "let it return {{\"hookStatus\": \"SUCCEEDED\"}}, FAILED or IN_PROGRESS; {log}"
                ),
            ),
            (
                format!("ECS was unable to invoke hook target {SMOKE} due to AccessDenied"),
                "ECS could not call function smoke-test at PRE_SCALE_UP",
                format!(
                    "check that it exists, and that the role in rollout.hooks may call it \
                     (lambda:InvokeFunction); {log}"
                ),
            ),
            (
                "ECS was unable to assume role arn:aws:iam::111122223333:role/hooks".to_owned(),
                "ECS may not assume the role of the function that it asks at PRE_SCALE_UP",
                "check that the role in rollout.hooks exists, and trusts ecs.amazonaws.com, then \
                 deploy again"
                    .to_owned(),
            ),
        ] {
            assert_eq!(failed(&why), [summary, &help], "{why}");
        }
    }

    #[test]
    fn what_is_not_told_is_not_made_up() {
        let words = |reason: &str| hook_failed(&Group::without_tasks(Cause::HookFailed, reason));
        let found = words("hook execution failure(s) detected");
        assert_eq!(found.summary, "a function failed");
        assert!(
            found
                .help
                .starts_with("read the log of the function in rollout.hooks")
        );
        assert_eq!(words("").summary, "a function failed");
    }

    #[test]
    fn a_pause_that_ran_out_says_who_could_have_promoted_and_what_to_do_now() {
        let reason = "Service deployment rolled back because POST_SCALE_UP pause hook timed out.";
        let words = pause_timed_out(&Group::without_tasks(Cause::PauseTimedOut, reason));
        assert_eq!(
            words.summary,
            "nobody let the deployment go on: its pause at POST_SCALE_UP ran out"
        );
        for part in [
            "ecs:ContinueServiceDeployment",
            "mlship promote",
            "deploy again",
        ] {
            assert!(words.help.contains(part), "{}", words.help);
        }
    }
}
