//! `divert-sim plot`.

use std::path::Path;

use anyhow::Context as _;

use super::{progress, say, terminal_width};
use crate::cli::Plot;
use crate::drawing::{Sketch, picture, terminal};

/// Runs the command.
///
/// # Errors
/// A day cannot be read, or a picture cannot be written.
pub fn plot(args: &Plot) -> anyhow::Result<()> {
    let setup = args.surroundings.setup()?;
    let days = args.days.load()?;
    if args.out.is_none() && args.folder.is_none() {
        for day in &days {
            let mut rule = args.rule.build(setup.wiring)?;
            let sketch = Sketch::new(day, &args.rule.to_string(), &mut *rule, &setup);
            say(format_args!("{}", terminal::chart(&sketch, terminal_width())));
        }
        return Ok(());
    }
    if let (Some(out), 2..) = (&args.out, days.len()) {
        let out = out.display();
        anyhow::bail!("{} days do not fit into {out}: give one day, or --folder", days.len());
    }
    let folder = match (&args.folder, &args.out) {
        (Some(folder), _) => Some(folder.as_path()),
        (None, out) => out.as_deref().and_then(Path::parent),
    };
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    // They are called as the files are, and those may lie in several folders.
    let mut names: Vec<&str> = days.iter().map(|day| day.name.as_str()).collect();
    names.sort_unstable();
    if let Some([name, _]) = names.windows(2).find(|two| two.first() == two.last()) {
        anyhow::bail!(
            "two days are called {name}, and so would their pictures be: draw them apart"
        );
    }
    let bar = progress(days.len());
    for day in &days {
        bar.set_message(day.name.clone());
        let path = match (&args.out, &args.folder) {
            (Some(out), _) => out.clone(),
            (None, folder) => {
                let folder = folder.clone().unwrap_or_default();
                folder.join(format!("{}-{}.svg", day.name, args.rule.file_name()))
            }
        };
        let mut rule = args.rule.build(setup.wiring)?;
        let sketch = Sketch::new(day, &args.rule.to_string(), &mut *rule, &setup);
        picture::draw(&sketch, &path, (args.width, args.height))?;
        bar.suspend(|| say(format_args!("{}", path.display())));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}
