//! The one reader of what files say of the connection: each that can't be read is named, with who
//! points at it, and ends the command. The SDK takes such a file for an empty one, and keys would go
//! to an address, and for an account, that nobody meant.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Variables;
use super::refusal::refused;
use mlship_core::cloud::CloudError;

/// A file, with what points at it.
#[derive(Debug)]
pub(super) struct Named {
    /// Such as a variable; empty for a file that is looked for by itself.
    place: String,
    path: PathBuf,
    /// The next step where it can't be read.
    hint: &'static str,
}

impl Named {
    /// A token, which whoever starts this command writes.
    pub(super) fn token(place: &str, path: &str) -> Self {
        Self {
            place: place.to_owned(),
            path: PathBuf::from(path),
            hint: "see that whoever starts this writes the token there, or unset it",
        }
    }

    /// The authorities whose certificates are trusted.
    pub(super) fn bundle(place: &str, path: &str) -> Self {
        Self {
            place: place.to_owned(),
            path: PathBuf::from(path),
            hint: "point it at a PEM file of certificates, or unset it",
        }
    }

    /// One of the files that tools of AWS share, where the SDK looks for it.
    pub(super) fn shared(variables: &Variables, variable: &str, default: &str) -> Self {
        let home = variables.get("HOME").unwrap_or("~");
        let path = match variables.get(variable) {
            Some(named) => match named.strip_prefix("~/") {
                Some(rest) => Path::new(home).join(rest),
                None => PathBuf::from(named),
            },
            None => Path::new(home).join(".aws").join(default),
        };
        let is_named = variables.get(variable).is_some();
        Self {
            place: if is_named { variable } else { "" }.to_owned(),
            path,
            hint: "mend that file, or move it away",
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses it.
    pub(super) fn refuse(&self, why: &str) -> CloudError {
        let blank = if self.place.is_empty() { "" } else { " " };
        let path = self.path.display();
        refused(format!("{}{blank}{path}: {why}", self.place), self.hint)
    }

    /// Returns what it holds.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, CloudError> {
        std::fs::read(&self.path).map_err(|error| self.refuse(&error.to_string()))
    }

    /// Returns its text.
    pub(super) fn text(&self) -> Result<String, CloudError> {
        self.as_text(self.bytes()?)
    }

    /// Returns its text, or none where no such file is there.
    pub(super) fn text_if_there(&self) -> Result<String, CloudError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => self.as_text(bytes),
            Err(error) => match error.kind() {
                // A home such as /dev/null has no files in it.
                ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(String::new()),
                _ => Err(self.refuse(&error.to_string())),
            },
        }
    }

    /// Refuses a token that no request can be made with.
    pub(super) fn holds_token(&self) -> Result<(), CloudError> {
        if self.text()?.trim().is_empty() {
            return Err(self.refuse("it is empty"));
        }
        Ok(())
    }

    fn as_text(&self, bytes: Vec<u8>) -> Result<String, CloudError> {
        String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..good];
            let line = before.split(|byte| *byte == b'\n').count();
            self.refuse(&format!("line {line} is not UTF-8"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(home: &Path, more: &[(&str, &str)]) -> Named {
        let mut variables = vec![("HOME".to_owned(), home.display().to_string())];
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        variables.extend(more.iter().map(owned));
        let variables: Variables = variables.into_iter().collect();
        Named::shared(&variables, "AWS_CONFIG_FILE", "config")
    }

    #[test]
    fn a_shared_file_is_where_the_sdk_looks_for_it() {
        let path = |more: &[(&str, &str)]| of(Path::new("/home/me"), more).path;
        assert_eq!(path(&[]), Path::new("/home/me/.aws/config"));
        assert_eq!(path(&[("AWS_CONFIG_FILE", "~/c")]), Path::new("/home/me/c"));
        assert_eq!(path(&[("AWS_CONFIG_FILE", "/etc/c")]), Path::new("/etc/c"));
    }

    #[test]
    fn a_shared_file_may_be_missing_and_must_be_readable() {
        let home = std::env::temp_dir().join(format!("mlship-files-{}", fastrand::u64(..)));
        std::fs::create_dir_all(home.join("config")).unwrap();
        assert_eq!(of(&home, &[]).text_if_there().unwrap(), "");
        assert_eq!(of(Path::new("/dev/null"), &[]).text_if_there().unwrap(), "");
        let directory = home.join("config").display().to_string();
        let error = of(&home, &[("AWS_CONFIG_FILE", &directory)])
            .text_if_there()
            .unwrap_err();
        assert!(error.message.starts_with("AWS_CONFIG_FILE /"), "{error}");
        let latin = home.join("latin");
        std::fs::write(&latin, b"[default]\n# M\xfcller\n").unwrap();
        let latin = latin.display().to_string();
        let named = of(&home, &[("AWS_CONFIG_FILE", &latin)]);
        let error = named.text_if_there().unwrap_err();
        assert!(
            error.message.ends_with("latin: line 2 is not UTF-8"),
            "{error}"
        );
        std::fs::remove_dir_all(home).unwrap();
    }
}
