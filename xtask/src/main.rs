//! `cargo xtask`: the one entry point for those who work on this repository.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use xtask::spec;

/// What there is to do in this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run all checks, or only some steps: what CI runs, the same here
    Ci {
        /// Steps, for instance `fmt clippy`; without any, all of them
        steps: Vec<String>,
        /// Print the names of the steps
        #[arg(long)]
        list: bool,
    },
    /// Draw the pictures of the documents anew, by the commands that stand in them
    Pictures,
    /// Write the table of commands in spec/rapi.md anew from that of rapi-core
    Spec {
        /// Change nothing: fail if it is not up to date
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().task {
        Task::Ci { list: true, .. } => ci(&["--list".to_owned()]),
        Task::Ci { steps, list: false } => ci(&steps),
        Task::Pictures => pictures().map(|()| ExitCode::SUCCESS),
        Task::Spec { check } => table(check).map(|()| ExitCode::SUCCESS),
    }
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn ci(steps: &[String]) -> anyhow::Result<ExitCode> {
    let status = Command::new("bash")
        .arg(".ci/run")
        .args(steps)
        .current_dir(root())
        .status()
        .context("cannot start bash: .ci/run is a script for it")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn pictures() -> anyhow::Result<()> {
    for document in ["docs/divert.md", "examples/divert-sim/README.md"] {
        let text = std::fs::read_to_string(root().join(document))
            .with_context(|| format!("cannot read {document}"))?;
        // A picture in a folder belongs to a document; one without is for the reader to try.
        let drawn = text.lines().filter_map(|line| {
            let words =
                line.split_once("divert-sim -- ").or_else(|| line.split_once("divert-sim "))?.1;
            words.split_once("--out ")?.1.contains('/').then_some(words)
        });
        for words in drawn {
            let status = Command::new(env!("CARGO"))
                .args(["run", "--quiet", "--release", "-p", "divert-sim", "--"])
                .args(words.split(' '))
                .current_dir(root())
                .status()
                .context("cannot start cargo")?;
            if !status.success() {
                bail!("this draws no picture: divert-sim {words}");
            }
        }
    }
    Ok(())
}

fn table(check: bool) -> anyhow::Result<()> {
    let path = root().join("spec/rapi.md");
    let old = std::fs::read_to_string(&path).context("cannot read spec/rapi.md")?;
    let new = spec::with_table(&old).context("spec/rapi.md has lost the marks of its table")?;
    if new == old {
        println!("spec/rapi.md is up to date");
    } else if check {
        bail!("spec/rapi.md is not what the table of rapi-core says: run `cargo xtask spec`");
    } else {
        std::fs::write(&path, new).context("cannot write spec/rapi.md")?;
        println!("spec/rapi.md is written");
    }
    Ok(())
}
