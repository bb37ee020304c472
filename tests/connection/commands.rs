//! Runs mlship in a home of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A home directory of nobody's, with the files that a test writes.
pub(crate) struct Home(pub(crate) PathBuf);

impl Home {
    pub(crate) fn new() -> Self {
        let name = format!("mlship-connection-{:x}", fastrand::u64(..));
        let home = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&home).unwrap();
        Self(home)
    }

    /// Writes a file, by its path in the home.
    pub(crate) fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    pub(crate) fn write_bytes(&self, path: &str, text: &[u8]) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn path(&self) -> &str {
        Path::to_str(&self.0).unwrap()
    }

    /// Asks where a model serves, which is a question that needs no manifest.
    pub(crate) fn run(&self, arguments: &[&str], variables: &[(&str, String)]) -> Run {
        let asked = [&["history", "--model", "fraud"], arguments].concat();
        self.command(&asked, variables)
    }

    /// Runs a command.
    pub(crate) fn command(&self, arguments: &[&str], variables: &[(&str, String)]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mlship"));
        command
            .env_clear()
            .env("HOME", &self.0)
            .env("PATH", std::env::var("PATH").unwrap_or_default())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("MLSHIP_TEST_HASTE", "1000")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .args(arguments);
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What came of it.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}
