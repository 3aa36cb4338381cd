//! Where the configuration comes from, and how a change finds its way back.

use std::path::PathBuf;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use super::overlay::Overlay;
use super::{Config, LogFormat, Override, load, words};
use crate::files;

/// A file, and what outranks it.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// In their order.
    pub overrides: Vec<Override>,
}

/// Where a change was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the file of the configuration.
    File,
    /// In this file, and why not in that of the configuration.
    Beside(PathBuf, String),
}

impl Source {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn load(&self) -> Result<Config, String> {
        let overlay = self.overlay()?;
        let changes = [overlay.changes(), self.overrides.as_slice()].concat();
        load(self.file.as_deref(), &changes)
    }

    /// How to log what is wrong with the rest of it, as far as that is known without the file.
    #[must_use]
    pub fn log_format(&self) -> LogFormat {
        let format = self.overrides.iter().rfind(|given| given.key == "log.format");
        if format.is_some_and(|given| given.value == "json") {
            LogFormat::Json
        } else {
            LogFormat::Text
        }
    }

    /// The file with the page's changes, and what it changes, if it changes anything.
    ///
    /// # Errors
    ///
    /// It cannot be read, or says where it is; in words.
    pub fn beside(&self) -> Result<Option<(PathBuf, Vec<String>)>, String> {
        let overlay = self.overlay()?;
        let outranked = |change: &&Override| self.outranked(change).is_none();
        let keys = overlay.changes().iter().filter(outranked).map(|change| change.key.clone());
        let keys: Vec<_> = keys.collect();
        Ok((!keys.is_empty()).then(|| (overlay.path().to_owned(), keys)))
    }

    fn overlay(&self) -> Result<Overlay, String> {
        Overlay::open(&load(self.file.as_deref(), &self.overrides)?.bridge.state_dir)
    }

    /// What outranks a change that is kept: a flag, or a variable of the environment.
    #[must_use]
    pub fn outranked(&self, change: &Override) -> Option<&str> {
        let stands_for = |given: &Override| {
            let all = given.key.strip_prefix("station.").filter(|key| !key.contains('.'));
            let suffix = all.map(|key| format!(".{key}"));
            given.key == change.key
                || suffix.is_some_and(|suffix| {
                    change.key.starts_with("station.") && change.key.ends_with(&suffix)
                })
        };
        self.overrides.iter().find(|given| stands_for(given)).map(|given| given.source.as_str())
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

    /// Writes changes to the file, whose comments stay, or, where that is not possible, beside it.
    ///
    /// # Errors
    ///
    /// They cannot be written; in words.
    pub fn keep(&self, changes: &[Override]) -> Result<Kept, String> {
        let written = self.write(changes);
        let mut overlay = self.overlay()?;
        match written {
            // It would outrank what is in the file.
            Ok(()) => overlay.unset(changes).map(|()| Kept::File),
            Err(why) => match overlay.set(changes) {
                Ok(()) => Ok(Kept::Beside(overlay.path().to_owned(), why)),
                Err(problem) => Err(format!("{why}; {problem}")),
            },
        }
    }

    fn write(&self, changes: &[Override]) -> Result<(), String> {
        let file = self.file.as_deref().ok_or("it has no file (--config)")?;
        let wrong = |what: &str, error: &dyn std::fmt::Display| {
            format!("cannot {what} {}: {error}", file.display())
        };
        let text = std::fs::read_to_string(file).map_err(|error| wrong("read", &error))?;
        let text = edit(&text, changes, false).map_err(|error| wrong("change", &error))?;
        files::replace(file, &text, None).map_err(|error| wrong("write", &error))
    }
}

/// Puts changes into a file; `new`: stations that are not in it, too.
pub(super) fn edit(text: &str, changes: &[Override], new: bool) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error| format!("{error}"))?;
    for change in changes {
        // As it was read before it was kept.
        let as_toml = change.value.parse::<Value>().ok();
        let is_text = as_toml.as_ref().is_some_and(Value::is_str);
        let as_text = (!is_text).then(|| Value::from(change.value.as_str()));
        let mut problem = None;
        let changed = as_toml.into_iter().chain(as_text).find_map(|mut value| {
            let mut document = document.clone();
            let item = place(&mut document, change, new)?;
            // With the comment behind it.
            let decor = item.as_value().map(|old| old.decor().clone());
            *value.decor_mut() = decor.unwrap_or_default();
            *item = Item::Value(value);
            match toml::from_str::<Config>(&document.to_string()) {
                Ok(_) => Some(document),
                Err(error) => {
                    let message = words::plain(error.message());
                    problem.get_or_insert(format!("{}: {message}", change.key));
                    None
                }
            }
        });
        document = changed.ok_or_else(|| {
            problem.unwrap_or_else(|| format!("{} has no place in it", change.key))
        })?;
    }
    Ok(document.to_string())
}

/// Where a key has its value, if there is a place for it.
fn place<'a>(document: &'a mut DocumentMut, change: &Override, new: bool) -> Option<&'a mut Item> {
    let (section, rest) = change.key.split_once('.')?;
    if section != "station" {
        let section = document.entry(section).or_insert_with(|| Item::Table(Table::new()));
        return Some(section.as_table_mut()?.entry(rest).or_insert(Item::None));
    }
    let (name, key) = rest.rsplit_once('.')?;
    let stations = document
        .entry(section)
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()))
        .as_array_of_tables_mut()?;
    let called =
        |table: &Table| table.get("name").and_then(Item::as_str).unwrap_or("openevse") == name;
    if new && !stations.iter().any(called) {
        stations.push(Table::from_iter([("name", name)]));
    } else if stations.is_empty() {
        stations.push(Table::new());
    }
    Some(stations.iter_mut().find(|table| called(table))?.entry(key).or_insert(Item::None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(key: &str, value: &str) -> Override {
        Override { source: "test".to_owned(), key: key.to_owned(), value: value.to_owned() }
    }

    fn exactly(key: &str, text: &str) -> Override {
        Override::text("test".to_owned(), key.to_owned(), text)
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
        let text = edit(text, &changes, false).unwrap();
        assert!(text.starts_with("# mine\n[mqtt]\nretain = false # why\n"), "{text}");
        let config: Config = toml::from_str(&text).unwrap();
        assert!(!config.mqtt.retain);
        assert_eq!(config.mqtt.password, "p\"1\\");
        assert_eq!((config.station[0].grid.as_str(), config.station[1].grid.as_str()), ("", "y"));
        assert!(edit(&text, &[change("station.c.grid", "y")], false).is_err());
        // A file without a station has the one by default.
        let config: Config =
            toml::from_str(&edit("", &[change("station.openevse.solar", "s")], false).unwrap())
                .unwrap();
        assert_eq!(config.station[0].solar.as_str(), "s");
    }

    #[test]
    fn a_text_that_looks_like_something_else_is_kept_as_a_text() {
        let folder = std::env::temp_dir().join(format!("rapi-texts-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (file, link) = (folder.join("bridge.toml"), folder.join("link.toml"));
        std::os::unix::fs::symlink("bridge.toml", &link).unwrap();
        let overrides = vec![change("bridge.state_dir", &folder.join("state").to_string_lossy())];
        let source = Source { file: Some(link.clone()), overrides };
        let looks =
            ["false", "true", "1234", "2.7", "inf", "1979-05-27", "[1]", "{a = 1}", "1 # 2"];
        let quoted = ["\"a\"", "'a'", "'a' # 2", "\\u0041"];
        let given: fn(&str, &str) -> Override = change;
        let texts = looks.into_iter().chain(quoted).map(|text| (exactly as _, text));
        for (change, text) in looks.into_iter().map(|text| (given, text)).chain(texts) {
            std::fs::write(&file, "[mqtt]\nretain = true # why\n").unwrap();
            let mut changes = vec![
                change("mqtt.user", text),
                change("mqtt.password", text),
                given("mqtt.retain", "false"),
                given("mqtt.version", "5"),
                given("mqtt.broker", "mqtt://broker.lan"),
            ];
            // No topic has a #.
            if !text.contains('#') {
                changes.push(change("station.openevse.base_topic", text));
                changes.push(change("station.openevse.solar", text));
            }
            assert_eq!(source.keep(&changes), Ok(Kept::File), "{text}");
            let config = source.load().unwrap();
            assert_eq!((&*config.mqtt.user, &*config.mqtt.password), (text, text));
            assert_eq!((config.mqtt.retain, config.mqtt.version), (false, 5));
            if !text.contains('#') {
                assert_eq!(
                    (&*config.station[0].base(), config.station[0].solar.as_str()),
                    (text, text)
                );
            }
            assert!(link.is_symlink());
            // The same before it is kept.
            assert_eq!(source.with(changes).load().unwrap().mqtt.password, text);
        }
        // What fits in no way is not written.
        let before = std::fs::read_to_string(&file).unwrap();
        for (key, value) in
            [("mqtt.retain", "perhaps"), ("mqtt.retian", "true"), ("retain", "true")]
        {
            let problem = source.keep(&[change(key, value)]).unwrap_err();
            assert!(problem.contains(key) && !problem.contains("perhaps"), "{problem}");
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_the_file_cannot_take_is_kept_beside_it_and_goes_back_when_it_can() {
        let folder = std::env::temp_dir().join(format!("rapi-source-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let (file, state) = (folder.join("bridge.toml"), folder.join("state"));
        // What is in the way is a folder: to root nothing is read-only.
        let obstacle = folder.join("bridge.toml.new");
        std::fs::create_dir_all(&obstacle).unwrap();
        let text =
            "[mqtt]\nuser = \"root's\"\n[[station]]\nname = \"a\"\n[[station]]\nname = \"b.c\"\n";
        std::fs::write(&file, text).unwrap();
        let overrides = vec![change("bridge.state_dir", &state.display().to_string())];
        let source = Source { file: Some(file.clone()), overrides };
        assert_eq!(source.beside(), Ok(None));
        let changes = [
            change("mqtt.user", "page's"),
            exactly("mqtt.password", "'1234'"),
            change("mqtt.retain", "false"),
            change("station.b.c.grid", "g"),
        ];
        let beside = state.join("page.toml");
        match source.keep(&changes) {
            Ok(Kept::Beside(path, why)) => {
                assert_eq!(path, beside);
                assert!(why.contains("cannot write") && why.contains("bridge.toml"), "{why}");
            }
            other => panic!("{other:?}"),
        }
        let config = source.load().unwrap();
        assert_eq!((&*config.mqtt.user, &*config.mqtt.password), ("page's", "'1234'"));
        assert!(!config.mqtt.retain);
        assert_eq!((config.station[0].grid.as_str(), config.station[1].grid.as_str()), ("", "g"));
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&beside).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o600, "there is a password in it");
        let text = std::fs::read_to_string(&beside).unwrap();
        assert!(text.starts_with("# Changed on the page, "), "{text}");
        // A second change keeps the first ones, and a flag outranks both.
        source.keep(&[change("mqtt.user", "second")]).unwrap();
        let keys = source.beside().unwrap().unwrap().1;
        assert_eq!(keys, ["mqtt.password", "mqtt.retain", "mqtt.user", "station.b.c.grid"]);
        let flag = source.with(vec![change("mqtt.user", "flag's"), change("station.grid", "f")]);
        let config = flag.load().unwrap();
        assert_eq!((&*config.mqtt.user, config.station[1].grid.as_str()), ("flag's", "f"));
        assert_eq!(flag.beside().unwrap().unwrap().1, ["mqtt.password", "mqtt.retain"]);
        assert_eq!(flag.outranked(&changes[3]), Some("test"));
        assert_eq!(source.outranked(&changes[3]), None);
        // What is wrong with it is told with its name.
        std::fs::write(&beside, "[mqtt]\nretian = true\n").unwrap();
        let problem = source.load().unwrap_err();
        assert!(problem.contains("page.toml: mqtt.retian: unknown field"), "{problem}");
        std::fs::write(&beside, "[mqtt]\nuser = \"second\"\nretain = false\n").unwrap();
        // Now it can be written: what is in the file is not outranked by what was before.
        std::fs::remove_dir(&obstacle).unwrap();
        assert_eq!(source.keep(&[change("mqtt.user", "third")]), Ok(Kept::File));
        assert_eq!(source.load().unwrap().mqtt.user, "third");
        assert_eq!(source.beside().unwrap().unwrap().1, ["mqtt.retain"]);
        assert_eq!(source.keep(&[change("mqtt.retain", "true")]), Ok(Kept::File));
        assert!(!beside.exists() && source.load().unwrap().mqtt.retain);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
