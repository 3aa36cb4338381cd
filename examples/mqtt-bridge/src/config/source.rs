//! Where the configuration comes from, and how a change finds its way back.

use std::path::{Path, PathBuf};

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::{Config, Override, load};

/// A file, and what outranks it.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// In their order.
    pub overrides: Vec<Override>,
}

impl Source {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn load(&self) -> Result<Config, String> {
        load(self.file.as_deref(), &self.overrides)
    }

    /// This source with changes over it.
    #[must_use]
    pub fn with(&self, changes: Vec<Override>) -> Self {
        let mut source = self.clone();
        let changed = |old: &Override| changes.iter().any(|new| new.key == old.key);
        source.overrides.retain(|old| !changed(old));
        source.overrides.extend(changes);
        source
    }

    /// Writes changes to the file, whose comments stay; `false` if there is none.
    ///
    /// # Errors
    ///
    /// It cannot be written; in words.
    pub fn keep(&self, changes: &[Override]) -> Result<bool, String> {
        let Some(file) = &self.file else { return Ok(false) };
        let wrong = |what: &str, error: &dyn std::fmt::Display| {
            format!("cannot {what} {}: {error}", file.display())
        };
        let text = std::fs::read_to_string(file).map_err(|error| wrong("read", &error))?;
        let text = edit(&text, changes).map_err(|error| wrong("change", &error))?;
        replace(file, &text).map_err(|error| wrong("write", &error))?;
        Ok(true)
    }
}

/// Puts it in the place of the old one at once: whoever reads sees one or the other.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let new = file.with_extension("toml.new");
    let permissions = std::fs::metadata(file)?.permissions();
    std::fs::File::create(&new)?.set_permissions(permissions)?;
    std::fs::write(&new, text)?;
    std::fs::rename(&new, file)
}

fn edit(text: &str, changes: &[Override]) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error| format!("{error}"))?;
    for change in changes {
        let wrong = || format!("{} has no place in it", change.key);
        let (section, rest) = change.key.split_once('.').ok_or_else(wrong)?;
        let (table, key) = if section == "station" {
            let (name, key) = rest.rsplit_once('.').ok_or_else(wrong)?;
            let stations = document
                .entry(section)
                .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()))
                .as_array_of_tables_mut()
                .ok_or_else(wrong)?;
            if stations.is_empty() {
                stations.push(Table::new());
            }
            let called = |table: &Table| {
                table.get("name").and_then(Item::as_str).unwrap_or("openevse") == name
            };
            (stations.iter_mut().find(|table| called(table)).ok_or_else(wrong)?, key)
        } else {
            let section = document.entry(section).or_insert_with(|| Item::Table(Table::new()));
            (section.as_table_mut().ok_or_else(wrong)?, rest)
        };
        // As TOML if it is that, else a text.
        let item = match change.value.parse::<bool>() {
            Ok(bit) => value(bit),
            Err(_) => value(change.value.as_str()),
        };
        table.insert(key, item);
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(key: &str, value: &str) -> Override {
        Override { source: "test".to_owned(), key: key.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn a_change_leaves_comments_and_everything_else_as_it_was() {
        let text = "# mine\n[mqtt]\nretain = true # why\n\n[[station]]\nname = \"a\"\n\n\
                    [[station]]\nname = \"b\"\ngrid = \"x\"\n";
        let changes = [
            change("mqtt.retain", "false"),
            change("mqtt.password", "p\"1\\"),
            change("station.b.grid", "y"),
            change("http.user", "me"),
        ];
        let text = edit(text, &changes).unwrap();
        assert!(text.starts_with("# mine\n[mqtt]\n"), "{text}");
        let config: Config = toml::from_str(&text).unwrap();
        assert!(!config.mqtt.retain);
        assert_eq!(config.mqtt.password, "p\"1\\");
        assert_eq!((config.station[0].grid.as_str(), config.station[1].grid.as_str()), ("", "y"));
        assert!(edit(&text, &[change("station.c.grid", "y")]).is_err());
        // A file without a station has the one by default.
        let config: Config =
            toml::from_str(&edit("", &[change("station.openevse.solar", "s")]).unwrap()).unwrap();
        assert_eq!(config.station[0].solar.as_str(), "s");
    }
}
