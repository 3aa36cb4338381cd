//! The program as a person meets it.

use std::path::{Path, PathBuf};
use std::process::Command;

fn output(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_divert-sim")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A file that is removed in the end.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn an_hour_of_sun_is_worth_what_one_can_reckon() {
    let day = File::new("hour.csv", "t_s,solar_w,house_w\n0,3000,120\n3540,3000,120\n");
    let (code, out, err) = output(&["compare", "--rules", "balanced", "--json", day.path()]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let rule = &serde_json::from_str::<serde_json::Value>(&out).unwrap()[0];
    assert_eq!(rule["rule"], "balanced");
    let total = &rule["total"];
    assert_eq!(total["surplus_kwh"], 2.88);
    assert_eq!((total["starts"].as_u64(), total["sets"].as_u64()), (Some(1), Some(1)));
    assert_eq!(total["import_kwh"], 0.0);
    assert_eq!(total["peak_import_w"], 0);
    let (solar, bound) =
        (total["solar_kwh"].as_f64().unwrap(), total["bound_kwh"].as_f64().unwrap());
    assert!((bound - 2.88).abs() < 1e-6, "12 A all the time: {bound}");
    // The bucket is half full after 10 Wh / (2880 W - 0.875 * 2880 W) = 100 s.
    assert!((solar - 2.88 * 3500.0 / 3600.0).abs() < 0.01, "{solar}");
}

#[test]
fn a_wrong_file_is_named_with_its_line() {
    let day = File::new("wrong.csv", "t_s,solar_w\n0,3000\n60,much\n120,0\n");
    let (code, _, err) = output(&["compare", day.path()]);
    assert_eq!(code, Some(1));
    assert!(err.contains("wrong.csv: line 3: solar_w is `much`, expected are watts"), "{err}");
    let (code, _, err) = output(&["compare", "nowhere.csv"]);
    assert_eq!(code, Some(1));
    assert!(err.starts_with("divert-sim: cannot read nowhere.csv: "), "{err}");
}

#[test]
fn a_wrong_command_line_says_what_would_be_right() {
    for (arguments, hint) in [
        (&["compare", "--rules", "best", "a.csv"][..], "a rule is balanced, "),
        (&["compare", "--rules", "own:875", "a.csv"], "own:SHARE/BUCKET"),
        (
            &["compare", "--rules", "own:2000/20", "a.csv"],
            "sun_share is 2000, allowed is 100 to 990",
        ),
        (&["compare", "--rules", "debt-0", "a.csv"], "debt-1 to debt-1000"),
        (&["compare", "--period", "0", "a.csv"], "seconds from 0.1 to 900"),
        (&["compare", "--phases", "2", "a.csv"], "1 or 3 phases"),
        (&["nonsense"], "unrecognized subcommand"),
    ] {
        let (code, _, err) = output(arguments);
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(err.contains(hint), "{arguments:?}: {err}");
    }
}

#[test]
fn help_version_and_completions_are_there() {
    let (code, help, _) = output(&["--help"]);
    assert_eq!(code, Some(0));
    for word in ["compare", "--completions", "t_s, solar_w"] {
        assert!(help.contains(word), "{word}");
    }
    let (_, version, _) = output(&["--version"]);
    assert_eq!(version.trim(), concat!("divert-sim ", env!("CARGO_PKG_VERSION")));
    let (_, script, _) = output(&["--completions", "bash"]);
    assert!(script.contains("complete"));
}
