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
        (
            &["compare", "--rules", "best", "a.csv"][..],
            "a rule is sun-only, little-grid, balanced, ",
        ),
        (&["compare", "--rules", "own:875", "a.csv"], "own:SHARE/BUCKET"),
        (
            &["compare", "--rules", "own:2000/20", "a.csv"],
            "sun_share is 2000, allowed is 100 to 990",
        ),
        (&["compare", "--rules", "debt-0", "a.csv"], "debt-1 to debt-1000"),
        (&["compare", "--period", "0", "a.csv"], "seconds from 0.1 to 900"),
        (&["compare", "--latency", "-3", "a.csv"], "seconds from 0 to 900"),
        (&["compare", "--phases", "2", "a.csv"], "1 or 3 phases"),
        (&["compare"], "--generate <NUMBER>"),
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
    // A pager that was left.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut program = Command::new(env!("CARGO_BIN_EXE_divert-sim"));
    let status = program.args(["--completions", "bash"]).stdout(writer).status().unwrap();
    assert!(status.success());
}

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    fn join(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn days_that_were_written_lead_to_the_same_table_as_days_made_up_at_once() {
    let folder = Folder::new("written");
    let (code, out, err) = output(&["generate", "2", "--seed", "9", "--folder", &folder.join("")]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let files: Vec<&str> = out.lines().collect();
    assert_eq!(files.len(), 2);
    assert!(files[1].ends_with("2026-04-16-s9.csv"), "{out}");
    let rules = ["compare", "--json", "--rules", "balanced,v5,evcc,debt-60,own:420/20"];
    let (_, made_up, _) = output(&[&rules[..], &["--generate", "2", "--seed", "9"]].concat());
    // The last row of a file holds for a minute: the day is then 50 s longer, at night.
    let (_, read, _) = output(&[&rules[..], &files].concat());
    assert_eq!(read, made_up);
}

#[test]
fn a_week_of_every_rule_keeps_within_its_bound() {
    let (code, out, _) = output(&["compare", "--json", "--generate", "7", "--date", "2026-06-01"]);
    assert_eq!(code, Some(0));
    let rules: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
    assert_eq!(rules.len(), 15);
    for rule in rules {
        let share = rule["total"]["of_bound"].as_f64().unwrap();
        assert!((0.5..=1.0).contains(&share), "{}: {share}", rule["rule"]);
    }
}

#[test]
fn a_late_meter_makes_the_gateway_oscillate_and_ours_not() {
    let sets = |rule: &str, latency: &str| {
        let days = ["--generate", "1", "--weather", "fair", "--date", "2026-06-01"];
        let rule = ["run", "--json", "--no-bound", "--rule", rule, "--latency", latency];
        let (_, out, _) = output(&[&rule[..], &days].concat());
        let rules: serde_json::Value = serde_json::from_str(&out).unwrap();
        rules[0]["total"]["sets"].as_u64().unwrap()
    };
    assert!(sets("v5", "20") > 4 * sets("v5", "0"));
    assert!(sets("balanced", "20") < 2 * sets("balanced", "0"));
}

#[test]
fn a_sweep_marks_what_is_ahead_of_the_gateway() {
    let arguments = ["sweep", "--share", "800..900:50", "--bucket", "20", "--generate", "3"];
    let (code, out, err) = output(&arguments);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("\nv5  "), "{out}");
    assert!(out.contains("\n  850  20  300 "), "{out}");
    let (_, json, _) = output(&[&arguments[..], &["--json"]].concat());
    let points: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(points.as_array().unwrap().len(), 3);
    assert_eq!(points[1]["sun_share"], 850);
    let (code, _, err) = output(&["sweep", "--share", "5000", "--generate", "1"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("sun_share is 5000, allowed is 100 to 990"), "{err}");
    let (code, _, err) = output(&["sweep", "--bucket", "9..1:2", "--generate", "1"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("10,20,40 or 800..950:25"), "{err}");
}

#[test]
fn a_day_is_drawn_in_the_terminal_without_colours_where_there_is_none() {
    let (code, out, err) = output(&["plot", "--generate", "1", "--weather", "clear"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(!out.contains('\u{1b}'));
    assert!(out.starts_with("2026-04-15-s1, rule balanced\n"), "{out}");
    assert!(out.contains("kWh of surplus, "), "{out}");
    assert!(out.contains("  start at 6 A: bucket full, "), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    assert!(out.contains('█') && out.contains('▒'), "{out}");
}

#[test]
fn a_day_is_drawn_as_svg_and_as_png() {
    let folder = Folder::new("drawn");
    let day = ["--generate", "1", "--weather", "clear", "--rule", "v5"];
    let (code, out, err) = output(&[&["plot", "--folder", &folder.join("")][..], &day].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out.trim_end(), folder.join("2026-04-15-s1-v5.svg"));
    let svg = std::fs::read_to_string(folder.join("2026-04-15-s1-v5.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    for word in ["rule v5", "car, from the grid", "start at 6 A: ", "A of sun, on average 6."] {
        assert!(svg.contains(word), "{word}");
    }
    let path = folder.join("day.png");
    let (code, _, err) = output(&[&["plot", "--out", &path, "--width", "600"][..], &day].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(&path).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    assert_eq!((reader.info().width, reader.info().height), (600, 480));
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let blue = pixels.chunks(3).filter(|pixel| *pixel == [58, 125, 190]).count();
    assert!(blue > 10_000, "the car takes a good part of the picture: {blue}");

    let (code, _, err) = output(&[&["plot", "--out", "day.gif"][..], &day].concat());
    assert_eq!(code, Some(1));
    assert!(err.contains("day.gif: a picture ends in .svg or .png"), "{err}");
    // The pictures of two days of the same name would be one.
    let pictures = folder.join("pictures");
    let mut files = ["one", "two"].map(|inner| folder.join(inner));
    for inner in &mut files {
        std::fs::create_dir_all(&*inner).unwrap();
        inner.push_str("/monday.csv");
        std::fs::write(&*inner, "t_s,solar_w\n0,3000\n").unwrap();
    }
    let (code, _, err) = output(&["plot", "--folder", &pictures, &files[0], &files[1]]);
    assert_eq!(code, Some(1));
    assert!(err.contains("two days are called monday"), "{err}");
    let (code, _, err) = output(&["plot", "--out", "day.svg", "--generate", "2"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("2 days do not fit into day.svg: give one day, or --folder"), "{err}");
}
