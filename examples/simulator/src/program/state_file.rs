//! EEPROMs that survive the program.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use serde::{Deserialize, Serialize};

use super::Member;
use crate::Eeprom;

/// A file with the EEPROMs of all stations.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    content: Content,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// In the order of their numbers.
    stations: Vec<Eeprom>,
}

impl StateFile {
    /// Reads the file; one that is not there is made when there is something to keep.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is none of ours, by its field.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let content = match std::fs::read(path) {
            Ok(bytes) => {
                let mut json = serde_json::Deserializer::from_slice(&bytes);
                serde_path_to_error::deserialize(&mut json).map_err(|problem| {
                    anyhow!("{name} is no file of EEPROMs: {problem}; move it away to begin anew")
                })?
            }
            Err(problem) if problem.kind() == ErrorKind::NotFound => Content::default(),
            Err(problem) => return Err(problem).with_context(|| format!("cannot read {name}")),
        };
        Ok(Self { path: path.to_owned(), content })
    }

    /// Returns what was kept of the station at this place, counted from 0.
    #[must_use]
    pub fn eeprom(&self, place: usize) -> Option<Eeprom> {
        self.content.stations.get(place).copied()
    }

    /// Writes the file if an EEPROM has changed. It is never half written: a new one takes the place
    /// of the old one.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub async fn save(&mut self, members: &[Member]) -> anyhow::Result<()> {
        let mut content = self.content.clone();
        for (place, member) in members.iter().enumerate() {
            let eeprom = member.handle.snapshot().await.map_err(anyhow::Error::msg)?.eeprom;
            match content.stations.get_mut(place) {
                Some(kept) => *kept = eeprom,
                None => content.stations.push(eeprom),
            }
        }
        if content != self.content {
            self.content = content;
            self.write().with_context(|| format!("cannot write {}", self.path.display()))?;
        }
        Ok(())
    }

    fn write(&self) -> anyhow::Result<()> {
        let mut name = self.path.file_name().context("it is no file")?.to_owned();
        name.push(".new");
        let new = self.path.with_file_name(name);
        let mut file = File::create(&new)?;
        serde_json::to_writer_pretty(&file, &self.content)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        Ok(std::fs::rename(new, &self.path)?)
    }
}
