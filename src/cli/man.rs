//! `mlship man`

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};

use super::{Cli, examples, output};
use crate::report::failed_to_write;
use mlship_core::progress::ExitCode;
use mlship_text::words::counted;

/// Write a man page for each command
#[derive(Debug, Args)]
#[command(after_help = examples::MAN)]
pub(super) struct Man {
    /// Where to: the folder is made
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(command: &Man) -> ExitCode {
    let folder = &command.folder;
    let written = fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
        .and_then(|()| pages(folder));
    match written {
        Ok(pages) => {
            let pages = counted(pages, "page");
            output::line(&format!("{pages} in {}", folder.display()));
            ExitCode::Done
        }
        Err(error) => {
            failed_to_write(&format!("man pages to {}", folder.display()), &error);
            ExitCode::Unexpected
        }
    }
}

fn pages(folder: &Path) -> std::io::Result<usize> {
    let files = fs::read_dir(folder)?.filter_map(Result::ok);
    let is_own = |file: &fs::DirEntry| file.file_name().to_string_lossy().starts_with("mlship");
    Ok(files.filter(is_own).count())
}
