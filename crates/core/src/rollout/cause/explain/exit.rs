//! Explains containers that ran and exited.

use super::{Circumstances, Group, Words};

pub(super) fn out_of_memory(group: &Group, around: &Circumstances) -> Words {
    let limit = around
        .memory_mib
        .map_or_else(|| "its memory".to_owned(), |mib| format!("its {mib} MiB"));
    let (who, _) = failed(group).unwrap_or(("the container", None));
    Words::new(
        format!("{who} used more than {limit} and was killed"),
        "raise runtime.memory, or load less at once (fewer workers, a smaller model)",
    )
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
        return Words::new(
            "an essential container ended",
            "read the container's log for its last words",
        );
    };
    let (what, help) = meaning(code, around);
    Words::new(format!("{who} exited with code {code}: {what}"), help)
}

/// What an exit code says by the conventions of shells: 128 and more is the number of a signal.
fn meaning(code: i32, around: &Circumstances) -> (String, &'static str) {
    let memory = around
        .memory_mib
        .map_or_else(String::new, |mib| format!(" of {mib} MiB"));
    let (what, help) = match code {
        0 => (
            "it ended by itself, and a service's container must not",
            "let the command stay in the foreground (runtime.command)",
        ),
        132 => (
            "the program needs instructions that this processor lacks",
            "use a build for an older processor, or another instance type",
        ),
        134 => (
            "the program gave up (abort)",
            "read its log for an assertion",
        ),
        137 => {
            let what = format!(
                "it was killed (SIGKILL), which may be the memory limit{memory} or a stop that \
                 took too long; ECS doesn't say"
            );
            return (what, "compare its memory use with runtime.memory first");
        }
        139 => (
            "the program crashed (segmentation fault)",
            "check that native libraries and processor match",
        ),
        143 => (
            "it was asked to end (SIGTERM)",
            "look for what stopped it: another essential container, or a person",
        ),
        3 => (
            "the program failed (gunicorn says so when a worker does not boot)",
            "read the container's log for its last words",
        ),
        _ => (
            "the program failed",
            "read the container's log for its last words",
        ),
    };
    (what.to_owned(), help)
}

/// Returns the container that ended the tasks, and its exit code where all agree.
fn failed(group: &Group) -> Option<(&str, Option<i32>)> {
    // The reason names it where the exit code is the reason.
    let named = group.evidence.exit_codes.iter().find(|(name, codes)| {
        let said = |code: &i32| format!("container {name} exited with code {code}");
        codes.iter().any(|code| group.reason == said(code))
    });
    if let Some((name, _)) = named {
        let code = group.reason.rsplit(' ').next()?.parse().ok();
        return Some((name, code));
    }
    let mut failed = group.evidence.exit_codes.iter();
    let (name, codes) = failed.find(|(_, codes)| codes.iter().any(|code| *code != 0))?;
    let only = codes.first().filter(|_| codes.len() == 1);
    Some((name, only.copied()))
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
