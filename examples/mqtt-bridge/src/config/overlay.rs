//! Changes of the page that the configuration's file cannot take, because it belongs to somebody else: a
//! file of their own in the state folder, with the same sections and keys, read over the other one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::Override;
use super::source::edit;
use super::words;
use crate::files;

const NAME: &str = "page.toml";
const HEAD: &str = "# Changed on the page, and read over the configuration. Delete a line, or this file, to end it.\n";

/// What is in the file; empty if there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    path: PathBuf,
    changes: Vec<Override>,
}

impl Overlay {
    /// Reads the one in this folder; without a folder there is none.
    pub(super) fn open(state_dir: &Path) -> Result<Self, String> {
        if state_dir.as_os_str().is_empty() {
            return Ok(Self::default());
        }
        let path = state_dir.join(NAME);
        let changes = match std::fs::read_to_string(&path) {
            Ok(text) => {
                let table = text.parse::<Table>().map_err(|error| {
                    format!("{}: {}", path.display(), words::of_file(&text, &error))
                });
                flat(&path, &table?)
            }
            // A folder that is none is told by whoever wants to write there.
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Vec::new()
            }
            Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
        };
        Ok(Self { path, changes })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn changes(&self) -> &[Override] {
        &self.changes
    }

    /// Takes these changes in.
    pub(super) fn set(&mut self, changes: &[Override]) -> Result<(), String> {
        if self.path.as_os_str().is_empty() {
            return Err("there is no folder for it (bridge.state_dir)".to_owned());
        }
        let mut all = self.without(changes);
        all.extend_from_slice(changes);
        self.write(all)
    }

    /// Leaves these out, because they stand somewhere else now.
    pub(super) fn unset(&mut self, changes: &[Override]) -> Result<(), String> {
        let rest = self.without(changes);
        if rest.len() == self.changes.len() { Ok(()) } else { self.write(rest) }
    }

    fn without(&self, changes: &[Override]) -> Vec<Override> {
        let stays = |old: &&Override| changes.iter().all(|new| new.key != old.key);
        self.changes.iter().filter(stays).cloned().collect()
    }

    fn write(&mut self, changes: Vec<Override>) -> Result<(), String> {
        let wrong =
            |error: std::io::Error| format!("cannot write {}: {error}", self.path.display());
        if changes.is_empty() {
            std::fs::remove_file(&self.path).map_err(wrong)?;
        } else {
            // Not as a part of what is edited: a comment without a section before it goes to the end.
            let text = edit("", &changes, true)?;
            // For nobody else's eyes: it may hold a password.
            let text = format!("{HEAD}\n{text}");
            files::replace(&self.path, &text, Some(0o600)).map_err(wrong)?;
        }
        self.changes = changes;
        Ok(())
    }
}

/// The values of a file, each with its key.
fn flat(path: &Path, table: &Table) -> Vec<Override> {
    let mut changes = Vec::new();
    let mut add = |key: String, value: &Value| {
        let source = format!("{}: {key}", path.display());
        changes.push(match value.as_str() {
            Some(text) => Override::text(source, key, text),
            None => Override { source, key, value: value.to_string() },
        });
    };
    for (section, value) in table {
        match value {
            Value::Table(values) => {
                values.iter().for_each(|(key, value)| add(format!("{section}.{key}"), value));
            }
            Value::Array(stations) => {
                for station in stations.iter().filter_map(Value::as_table) {
                    let name = station.get("name").and_then(Value::as_str).unwrap_or("openevse");
                    let values = station.iter().filter(|(key, _)| *key != "name");
                    values.for_each(|(key, value)| add(format!("{section}.{name}.{key}"), value));
                }
            }
            // Has no place in a configuration: that is told with its key.
            other => add(section.clone(), other),
        }
    }
    changes
}
