//! Explains containers that ran and exited.

use std::collections::BTreeSet;

use super::{Circumstances, Group, LogTarget, Words};

pub(super) fn out_of_memory(group: &Group, around: &Circumstances) -> Words {
    let (who, _) = failed(group).unwrap_or(("the container", None));
    let limit = around
        .limit_of(who)
        .map_or_else(|| "its memory".to_owned(), |mib| format!("its {mib} MiB"));
    let help = if around.is_sidecar(who) {
        format!(
            "raise the memory of {who} (overrides.taskDefinition.containerDefinitions), or \
             runtime.memory"
        )
    } else {
        "raise runtime.memory, or load less at once (fewer workers, a smaller model)".to_owned()
    };
    Words::new(format!("{who} used more than {limit} and was killed"), help)
}

pub(super) fn exec_format(around: &Circumstances) -> Words {
    let wanted = around.architecture.as_deref().unwrap_or("X86_64");
    Words::new(
        format!("the program in the image is for another processor than the task's ({wanted})"),
        "build the image for that platform (docker build --platform), or change runtime.arch",
    )
}

pub(super) fn command_not_found(group: &Group) -> Words {
    let (who, code) = failed(group).unwrap_or(("the container", None));
    let denied = group.reason.to_lowercase().contains("permission denied");
    if code == Some(126) || denied {
        return Words::new(
            format!("{who} starts a file that cannot be executed"),
            "make the file executable (chmod +x) in the image, with a first line that names its \
             interpreter",
        );
    }
    Words::new(
        format!("{who} starts a program that the image does not have"),
        "check runtime.command and runtime.entryPoint against what the image holds",
    )
}

pub(super) fn container_exited(group: &Group, around: &Circumstances) -> Words {
    let (who, code) = failed(group).unwrap_or(("the container", None));
    let Some(code) = code else {
        let help = with_log(None, who, around);
        return Words::new("an essential container ended", help);
    };
    let (what, help) = meaning(code, who, around);
    Words::new(
        format!("{who} exited with code {code}: {what}"),
        with_log(help, who, around),
    )
}

/// Returns the next step; where a container's last words are lost, how to keep them.
fn with_log(help: Option<&str>, who: &str, around: &Circumstances) -> String {
    let log = match around.logs.get(who) {
        Some(LogTarget::Nowhere) => keep_log(who, around),
        Some(LogTarget::Elsewhere(driver)) => {
            format!("read the log of {who} where {driver} sends it")
        }
        Some(LogTarget::CloudWatch) | None => {
            let read = "read the container's log for its last words";
            return help.unwrap_or(read).to_owned();
        }
    };
    match help {
        Some(help) => format!("{help}; {log}"),
        None => log,
    }
}

/// Returns how the next failure of a container can be explained, where it logs to nowhere.
pub(super) fn keep_log(who: &str, around: &Circumstances) -> String {
    if around.is_sidecar(who) {
        format!(
            "give {who} a logConfiguration in overrides.taskDefinition.containerDefinitions, so \
             that its last words are kept"
        )
    } else {
        "set runtime.logs (a log group of CloudWatch), so that the container's last words are \
         kept, and deploy again"
            .to_owned()
    }
}

/// What an exit code says by the conventions of shells: 128 and more is the number of a signal.
/// Without a next step of its own the log is it.
fn meaning(code: i32, who: &str, around: &Circumstances) -> (String, Option<&'static str>) {
    let (what, help) = match code {
        0 => (
            "it ended by itself, and a service's container must not",
            Some("let the command stay in the foreground (runtime.command)"),
        ),
        132 => (
            "the program needs instructions that this processor lacks",
            Some("use a build for an older processor, or another instance type"),
        ),
        134 => ("the program gave up (abort)", None),
        137 => {
            let memory = around
                .limit_of(who)
                .map_or_else(String::new, |mib| format!(" of {mib} MiB"));
            let what = format!(
                "it was killed (SIGKILL), which may be the memory limit{memory} or a stop that \
                 took too long; ECS doesn't say"
            );
            let help = "compare its memory use with runtime.memory first";
            return (what, Some(help));
        }
        139 => (
            "the program crashed (segmentation fault)",
            Some("check that native libraries and processor match"),
        ),
        143 => (
            "it was asked to end (SIGTERM)",
            Some("look for what stopped it: another essential container, or a person"),
        ),
        3 => (
            "the program failed (gunicorn says so when a worker does not boot)",
            None,
        ),
        _ => ("the program failed", None),
    };
    (what.to_owned(), help)
}

/// Returns the container that ended the tasks, and its exit code where all agree.
fn failed(group: &Group) -> Option<(&str, Option<i32>)> {
    let evidence = &group.evidence;
    let only = |codes: &BTreeSet<i32>| codes.first().filter(|_| codes.len() == 1).copied();
    if let Some(name) = &evidence.container {
        // The reason names the code where the code is the reason.
        let said = format!("container {name} exited with code ");
        let said = group.reason.strip_prefix(&said);
        let said = said.and_then(|code| code.parse().ok());
        return Some((name, said.or_else(|| only(evidence.exit_codes.get(name)?))));
    }
    let mut failed = evidence.exit_codes.iter();
    let (name, codes) = failed.find(|(_, codes)| codes.iter().any(|code| *code != 0))?;
    Some((name, only(codes)))
}

pub(super) fn weights_missing() -> Words {
    Words::new(
        "the weights could not be fetched from S3",
        "check that model.artifact.uri exists, and that runtime.roles.task may read it \
         (s3:GetObject, s3:ListBucket)",
    )
}

pub(super) fn weights_corrupt() -> Words {
    Words::new(
        "the weights are not the ones that the manifest means",
        "compare model.artifact.sha256 with the file at model.artifact.uri",
    )
}
