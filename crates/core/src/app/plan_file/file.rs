//! Reads and writes plan files: readable by their owner alone, limited in size, regular files only.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

#[cfg(unix)]
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

/// The most bytes a plan file may have.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Reads a regular file, whose opening can't hang and whose end comes.
pub(super) fn read(path: &str) -> io::Result<String> {
    refuse_unless_file(&std::fs::metadata(path)?)?;
    let file = File::open(path)?;
    // It may have become another one since.
    refuse_unless_file(&file.metadata()?)?;
    let mut text = String::new();
    file.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::other("more than 16 MiB, so it is no plan"));
    }
    Ok(text)
}

fn refuse_unless_file(metadata: &std::fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    Err(io::Error::other("not a regular file"))
}

/// Writes a file that its owner alone can read, also where it was there before. A terminal or a
/// pipe stays what it is.
pub(super) fn write(path: &str, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let mut file = for_the_owner(&mut options).open(path)?;
    restrict(&file)?;
    file.write_all(text.as_bytes())?;
    file.flush()
}

#[cfg(unix)]
fn for_the_owner(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;

    // A pipe that nobody reads is an error, not a wait for somebody.
    let at_once = OFlags::NONBLOCK.bits().cast_signed();
    options.mode(0o600).custom_flags(at_once)
}

#[cfg(not(unix))]
fn for_the_owner(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn restrict(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    // Only to open it, not to write.
    let flags = fcntl_getfl(file)?.difference(OFlags::NONBLOCK);
    fcntl_setfl(file, flags)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn restrict(_file: &File) -> io::Result<()> {
    Ok(())
}
