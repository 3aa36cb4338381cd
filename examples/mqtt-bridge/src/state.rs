//! What outlives the bridge: wishes, the divert mode, and where the calendar's energy began.

use std::path::{Path, PathBuf};

use rapi_divert::Mode;
use serde::{Deserialize, Serialize};
use tracing::warn;

use crate::ledger::Ledger;
use crate::{control, files};

/// The file's contents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Eco, if somebody has chosen a mode.
    pub eco: Option<bool>,
    /// What was wished, and what was done for it.
    pub control: control::Saved,
    /// Energy by the calendar.
    pub energy: Ledger,
}

impl State {
    /// The divert mode that somebody has chosen.
    #[must_use]
    pub fn mode(&self) -> Option<Mode> {
        self.eco.map(|eco| if eco { Mode::Eco } else { Mode::Normal })
    }
}

/// Keeps the state of one station in a file; or nowhere.
#[derive(Debug)]
pub struct StateFile {
    path: Option<PathBuf>,
    written: String,
    /// Told once, until it works again.
    broken: bool,
}

impl StateFile {
    /// The file of a station in this folder; an empty folder is none. Reads what is in it.
    #[must_use]
    pub fn open(folder: &Path, base: &str) -> (Self, State) {
        let path = path(folder, base, "json");
        let mut state = State::default();
        if let Some(path) = &path {
            match std::fs::read_to_string(path) {
                Ok(text) => match serde_json::from_str(&text) {
                    Ok(read) => state = read,
                    Err(error) => warn!(
                        "{} is not what the bridge has written: {error}; it starts with the \
                         defaults",
                        path.display()
                    ),
                },
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => warn!("cannot read {}: {error}", path.display()),
            }
        }
        (Self { path, written: String::new(), broken: false }, state)
    }

    /// Whether there is a file.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.path.is_some()
    }

    /// Writes the state if it differs from what was written: all of it or nothing.
    pub fn keep(&mut self, state: &State) {
        let Some(path) = &self.path else { return };
        let Ok(text) = serde_json::to_string_pretty(state) else { return };
        if text == self.written {
            return;
        }
        match files::replace(path, &format!("{text}\n"), None) {
            Ok(()) => {
                self.written = text;
                self.broken = false;
            }
            Err(error) if !self.broken => {
                warn!(
                    "cannot write {}: {error}; let the bridge write there, or name another folder \
                     with bridge.state_dir: what is wished now is forgotten when the bridge ends",
                    path.display()
                );
                self.broken = true;
            }
            Err(_) => {}
        }
    }
}

/// The file of a station in this folder; an empty folder is none.
#[must_use]
pub fn path(folder: &Path, base: &str, extension: &str) -> Option<PathBuf> {
    let name: String = base
        .chars()
        .map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' })
        .collect();
    (!folder.as_os_str().is_empty()).then(|| folder.join(format!("{name}.{extension}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_again_and_what_is_broken_is_left_out() {
        let folder = std::env::temp_dir().join(format!("rapi-state-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (mut file, state) = StateFile::open(&folder, "home/evse 1");
        assert_eq!(state, State::default());
        let eco = State { eco: Some(true), ..State::default() };
        file.keep(&eco);
        let path = folder.join("home_evse_1.json");
        assert!(path.exists() && !folder.join("home_evse_1.json.new").exists());
        assert_eq!(StateFile::open(&folder, "home/evse 1").1, eco);
        for broken in ["", "{", "{\"eco\": 3}", "[]", "{\"control\": {\"wishes\": 1}}"] {
            std::fs::write(&path, broken).unwrap();
            assert_eq!(StateFile::open(&folder, "home/evse 1").1, State::default(), "{broken}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
        // A folder that is not there is made; none at all is no reason to stop.
        file.keep(&State::default());
        assert!(path.exists());
        std::fs::remove_dir_all(&folder).unwrap();
        StateFile::open(Path::new(""), "evse").0.keep(&eco);
    }
}
