//! Recognises causes that only a container's log shows.

use super::Cause;

/// What a log line means to somebody who serves a model.
pub(super) struct LogPattern {
    /// What a line must hold, all of it, in lower case.
    parts: &'static [&'static str],
    /// The cause that it is, where it says more than that the container exited.
    pub(super) cause: Option<Cause>,
    /// In plain words.
    pub(super) summary: &'static str,
    /// The next step.
    pub(super) help: &'static str,
}

/// Returns what the log of a container that failed says of why. The last line that is understood
/// counts: what comes before may have been survived.
pub(super) fn meaning(lines: &[String]) -> Option<&'static LogPattern> {
    lines.iter().rev().find_map(|line| {
        let line = line.to_lowercase();
        let holds = |pattern: &&LogPattern| pattern.parts.iter().all(|part| line.contains(part));
        MEANINGS.iter().find(holds)
    })
}

/// Returns whether a log that ends here is that of a server still on its way: it says that it
/// loads, and nowhere that it listens or answers.
pub(super) fn still_loads(lines: &[String]) -> bool {
    let says = |words: &[&str]| {
        let mut lines = lines.iter().map(|line| line.to_lowercase());
        lines.any(|line| words.iter().any(|word| line.contains(word)))
    };
    says(LOADING) && !says(READY)
}

const LOADING: &[&str] = &[
    "waiting for application startup",
    "loading",
    "downloading",
    "fetching",
    "warming up",
    "warmup",
    "initializing",
    "compiling",
];

const READY: &[&str] = &[
    "application startup complete",
    "running on http",
    "listening",
    "server started",
    "started httpservice",
    "started grpcinferenceservice",
    "exporting http/rest api",
    "running grpc modelserver",
    "ready to serve",
    // Requests in an access log.
    "http/1.",
];

macro_rules! meanings {
    ($($parts:expr => $cause:expr, $summary:literal, $help:literal;)*) => {
        &[$(LogPattern { parts: &$parts, cause: $cause, summary: $summary, help: $help }),*]
    };
}

const MEANINGS: &[LogPattern] = meanings! {
    ["exec format error"] => Some(Cause::ExecFormat),
        "the program in the image is for another processor",
        "build the image for the processor in runtime.arch, for example with docker build --platform";
    ["executable file not found"] => Some(Cause::CommandNotFound),
        "the image has no such program",
        "check runtime.command and runtime.entryPoint against what the image holds";
    ["cuda", "out of memory"] => None,
        "the model does not fit into the GPU's memory",
        "use a smaller batch, context or precision, or a GPU with more memory; runtime.memory is not the GPU's";
    ["oom when allocating"] => None,
        "the model does not fit into the GPU's memory",
        "use a smaller batch, context or precision, or a GPU with more memory; runtime.memory is not the GPU's";
    ["driver version is insufficient"] => None,
        "the instance's NVIDIA driver is older than the image's CUDA",
        "use a newer GPU-optimised AMI, or an image with an older CUDA";
    ["nvidia driver on your system is too old"] => None,
        "the instance's NVIDIA driver is older than the image's CUDA",
        "use a newer GPU-optimised AMI, or an image with an older CUDA";
    ["found no nvidia driver"] => None, "the container sees no GPU",
        "ask for one with runtime.gpu on EC2 or managed instances (Fargate has none), or use a CPU build";
    ["libcuda.so"] => None, "the container sees no GPU",
        "ask for one with runtime.gpu on EC2 or managed instances (Fargate has none), or use a CPU build";
    ["no cuda-capable device"] => None, "the container sees no GPU",
        "ask for one with runtime.gpu on EC2 or managed instances (Fargate has none), or use a CPU build";
    ["no cuda gpus are available"] => None, "the container sees no GPU",
        "ask for one with runtime.gpu on EC2 or managed instances (Fargate has none), or use a CPU build";
    ["insufficient shared memory"] => None, "the container ran out of shared memory",
        "raise runtime.sharedMemoryMiB (EC2), or load data with fewer workers";
    ["bus error"] => None, "the container ran out of shared memory, most likely",
        "raise runtime.sharedMemoryMiB (EC2), or load data with fewer workers";
    ["no space left on device"] => None, "the task's disk is full",
        "raise runtime.ephemeralStorageGiB, or keep the weights out of the image";
    ["address already in use"] => None, "the port is taken by another process of the task",
        "start one server on each port: compare runtime.port, runtime.command and the sidecars";
    ["illegal instruction"] => None, "the program needs instructions that this processor lacks",
        "use a build for an older processor, or another instance type";
    ["invalid load key"] => Some(Cause::WeightsCorrupt),
        "the weights' file is not what the model's code expects",
        "check that the file is complete and no Git LFS pointer; model.artifact.sha256 would catch it";
    ["error while deserializing header"] => Some(Cause::WeightsCorrupt),
        "the weights' file is not what the model's code expects",
        "check that the file is complete and no Git LFS pointer; model.artifact.sha256 would catch it";
    ["loading state_dict"] => None, "the weights do not belong to this version of the model's code",
        "release weights and code that were made for each other";
    ["no module named"] => None, "a Python package is missing in the image",
        "add the package to the image";
    ["error while loading shared libraries"] => None, "a system library is missing in the image",
        "add the library to the image";
    ["cannot open shared object file"] => None, "a system library is missing in the image",
        "add the library to the image";
    ["unable to locate credentials"] => Some(Cause::RoleDenied),
        "the container has no AWS credentials",
        "give the task a role with runtime.roles.task";
    ["accessdenied"] => Some(Cause::RoleDenied), "AWS denies the task's role what the container asked for",
        "allow it to the role in runtime.roles.task";
    ["not authorized to perform"] => Some(Cause::RoleDenied),
        "AWS denies the task's role what the container asked for",
        "allow it to the role in runtime.roles.task";
    ["(403) when calling"] => Some(Cause::RoleDenied),
        "AWS denies the task's role what the container asked for",
        "allow it to the role in runtime.roles.task";
    ["perhaps out of memory"] => None, "a worker was killed, most likely because the memory ran out",
        "raise runtime.memory, or start fewer workers";
    ["memoryerror"] => None, "the program could not get the memory that it asked for",
        "raise runtime.memory, or start fewer workers";
    ["filenotfounderror"] => None, "a file is missing in the container",
        "check where the model's code looks for its files, and what the image and the weights bring";
    ["connection refused"] => None, "something that the container needs refuses the connection",
        "check the address in runtime.env and the security groups on the way";
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line as its program writes it.
    #[track_caller]
    fn check(line: &str, cause: Option<Cause>, summary: &str) {
        let lines = ["INFO: started".to_owned(), line.to_owned(), String::new()];
        let meaning = meaning(&lines).unwrap();
        assert_eq!((meaning.cause, meaning.summary), (cause, summary), "{line}");
    }

    #[test]
    fn a_program_for_another_processor_is_told_by_its_log_alone() {
        let summary = "the program in the image is for another processor";
        // github.com/aws-samples/amazon-bedrock-serverless-prompt-chaining/issues/213
        let line = "exec /usr/local/bin/streamlit: exec format error";
        check(line, Some(Cause::ExecFormat), summary);
        // github.com/runatlantis/atlantis/issues/2001
        let line = "standard_init_linux.go:228: exec user process caused: exec format error";
        check(line, Some(Cause::ExecFormat), summary);
    }

    #[test]
    fn what_goes_wrong_with_gpus_is_explained() {
        // github.com/fudan-generative-vision/hallo/issues/143
        check(
            "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 192.00 MiB. GPU",
            None,
            "the model does not fit into the GPU's memory",
        );
        // github.com/ContinuumIO/anaconda-issues/issues/11743
        check(
            "Could not load dynamic library 'libcuda.so.1'; dlerror: libcuda.so.1: cannot open \
             shared object file: No such file or directory",
            None,
            "the container sees no GPU",
        );
        check(
            "RuntimeError: CUDA driver version is insufficient for CUDA runtime version",
            None,
            "the instance's NVIDIA driver is older than the image's CUDA",
        );
    }

    #[test]
    fn what_goes_wrong_with_the_image_or_the_weights_is_explained() {
        let missing = "a Python package is missing in the image";
        check(
            "ModuleNotFoundError: No module named 'torch'",
            None,
            missing,
        );
        let full = "the task's disk is full";
        // github.com/CloudSnorkel/cdk-github-runners/issues/444
        check(
            "System.IO.IOException: No space left on device : '/x'",
            None,
            full,
        );
        let taken = "the port is taken by another process of the task";
        check("OSError: [Errno 98] Address already in use", None, taken);
        check(
            "_pickle.UnpicklingError: invalid load key, 'v'.",
            Some(Cause::WeightsCorrupt),
            "the weights' file is not what the model's code expects",
        );
        check(
            "botocore.exceptions.ClientError: An error occurred (403) when calling the \
             HeadObject operation: Forbidden",
            Some(Cause::RoleDenied),
            "AWS denies the task's role what the container asked for",
        );
    }

    #[test]
    fn other_lines_mean_nothing_to_us() {
        assert!(meaning(&["ValueError: bad model".to_owned()]).is_none());
        assert!(meaning(&[]).is_none());
    }

    #[test]
    fn a_server_that_loads_and_never_listened_is_still_on_its_way() {
        let loads = |lines: &[&str]| {
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            still_loads(&lines)
        };
        let waits = "INFO:     Waiting for application startup.";
        assert!(loads(&["INFO:     Started server process [1]", waits]));
        assert!(loads(&["Loading checkpoint shards:  33%|███       | 1/3"]));
        assert!(!loads(&[waits, "INFO:     Application startup complete."]));
        assert!(!loads(&["Loading model", r#""GET /ping HTTP/1.1" 503"#]));
        assert!(!loads(&["ready"]));
        assert!(!loads(&[]));
    }
}
