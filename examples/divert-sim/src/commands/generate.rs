//! `divert-sim generate`.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Context as _;

use super::say;
use crate::cli::Generate;
use crate::day::Day;

/// Runs the command.
///
/// # Errors
/// A file cannot be written.
pub fn generate(args: &Generate) -> anyhow::Result<()> {
    let days = args.made_up.days(args.count)?;
    let Some(folder) = &args.folder else {
        for day in &days {
            // A reader that has seen enough is no error.
            if std::io::stdout().write_all(csv(day).as_bytes()).is_err() {
                break;
            }
        }
        return Ok(());
    };
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for day in &days {
        let path = folder.join(&day.name).with_extension("csv");
        std::fs::write(&path, csv(day))
            .with_context(|| format!("cannot write {}", path.display()))?;
        say(format_args!("{}", path.display()));
    }
    Ok(())
}

fn csv(day: &Day) -> String {
    let mut text = "t_s,solar_w,house_w\n".to_owned();
    for row in day.rows() {
        let _ = writeln!(text, "{},{},{}", row.at_s, row.solar_w, row.house_w);
    }
    text
}
