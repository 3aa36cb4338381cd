//! The page in a real browser, against the real bridge with a simulated station: see `page/`.

mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use support::{Folder, Program, bridge, hash};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/page");
/// Characters that are something else in addresses, forms and JSON.
const PASSWORD: &str = "p&ss+w#rd \"ä\"";
const ASSETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/web");

/// Where Chromium is, and the modules that drive it; `None`, with a line that says why, where they
/// are not. In CI that fails.
fn browser() -> Option<&'static (PathBuf, PathBuf)> {
    static ONCE: OnceLock<Option<(PathBuf, PathBuf)>> = OnceLock::new();
    ONCE.get_or_init(|| match find() {
        Ok(found) => Some(found),
        Err(problem) => {
            assert!(std::env::var_os("CI").is_none(), "the page cannot be tested: {problem}");
            let line = format!("SKIPPED: the page cannot be tested: {problem}\n");
            // Not by println!: the test runner would swallow it.
            std::io::stderr().write_all(line.as_bytes()).expect("stderr");
            None
        }
    })
    .as_ref()
}

fn find() -> Result<(PathBuf, PathBuf), String> {
    let chromium =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser"].into_iter().map(PathBuf::from);
    let chromium = chromium
        .chain(std::env::var_os("CHROMIUM").map(PathBuf::from))
        .rfind(|path| path.exists())
        .ok_or("there is no Chromium (apt-get install chromium, or CHROMIUM=path)")?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    let output = Command::new(format!("{HERE}/install")).arg(&folder).output();
    match output {
        Ok(output) if output.status.success() => Ok((chromium, folder)),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(problem) => Err(problem.to_string()),
    }
}

/// A bridge, and the address of its page.
struct Served {
    url: String,
    bridge: Program,
}

fn serve(arguments: &[&str]) -> Served {
    let mut all = vec!["--http", "127.0.0.1:0"];
    all.extend(arguments);
    let mut bridge = bridge(&all);
    let line = bridge.out.wait("the address of the page", |line| line.contains("http://"));
    let url = line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address");
    Served { url: url.trim_end_matches('/').to_owned(), bridge }
}

/// Runs a script of `page/` on the page of a bridge, and returns what it has printed.
fn drive(script: &str, arguments: &[&str]) -> String {
    let Some((chromium, modules)) = browser() else { return String::new() };
    let served = serve(arguments);
    let output = Command::new("timeout")
        .args(["180", "node", &format!("{HERE}/{script}")])
        .env("PAGE_MODULES", modules)
        .env("PAGE_URL", &served.url)
        .env("PAGE_PASSWORD", PASSWORD)
        .env("PAGE_BRIDGE", served.bridge.id().to_string())
        .env("CHROMIUM", chromium)
        .stdin(Stdio::null())
        .output()
        .expect("node");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// A day as the bridge keeps it, a point for each second but those that are left out: sun by day, and a
/// car that follows it from the sixth hour on.
fn full_day(path: &Path, left_out: &std::ops::Range<u64>) {
    let now = UNIX_EPOCH.elapsed().unwrap().as_secs();
    let mut text = "at,solar,grid,house,ev,milliamps,pilot,soc,reason\n".to_owned();
    for second in 0..86_400_u64 {
        if left_out.contains(&second) {
            continue;
        }
        let solar = (second % 43_200).min(43_200 - second % 43_200) / 4;
        let house = 300 + second * 7919 % 251;
        let amps = if second < 6 * 3600 { 0 } else { (solar / 230).min(32) };
        let grid = i64::try_from(house + amps * 230).unwrap() - i64::try_from(solar).unwrap();
        let reason = match amps {
            0 => "pause: not enough sun".to_owned(),
            _ => format!("{amps} A: {solar} W of sun"),
        };
        writeln!(
            text,
            "{},{solar},{grid},{house},{},{},{amps},,\"{reason}\"",
            now - 86_400 + second,
            amps * 230,
            amps * 1000,
        )
        .unwrap();
    }
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_car_that_comes_charges_and_leaves_is_seen_in_words() {
    drive("status.mjs", &[]);
}

#[test]
fn what_is_set_on_the_page_happens_in_the_station() {
    drive("controls.mjs", &["--grid", "test/grid"]);
}

#[test]
fn the_day_is_curves_words_and_a_table() {
    drive("chart.mjs", &[]);
}

#[test]
fn rapi_is_sent_decoded_remembered_and_refused_in_words() {
    drive("rapi.mjs", &[]);
}

#[test]
fn the_mqtt_panel_complains_at_the_field_and_saves() {
    drive("mqtt.mjs", &[]);
}

#[test]
fn the_log_shows_what_happens() {
    drive("log.mjs", &[]);
}

#[test]
fn the_whole_page_works_without_a_mouse() {
    drive("keyboard.mjs", &[]);
}

#[test]
fn axe_has_no_complaint_in_light_and_dark_and_nothing_is_wider_than_a_phone() {
    drive("accessible.mjs", &[]);
}

#[test]
fn who_is_away_is_named_with_what_to_do() {
    drive("lost.mjs", &["--evse", "tcp://127.0.0.1:1", "--mqtt", "mqtt://127.0.0.1:1"]);
}

#[test]
fn a_bridge_in_standby_says_that_it_waits() {
    drive("standby.mjs", &["--mqtt", "mqtt://127.0.0.1:1", "--set", "bridge.standby=true"]);
}

#[test]
fn each_of_several_stations_has_a_page() {
    let folder = Folder::new("page");
    let config = folder.0.join("two.toml");
    std::fs::write(&config, "[[station]]\nname = \"left\"\n[[station]]\nname = \"right\"\n")
        .unwrap();
    drive("stations.mjs", &["--config", config.to_str().unwrap()]);
}

#[test]
fn who_wants_to_change_something_is_asked_for_the_password() {
    let hash = format!("http.password_hash={}", hash(PASSWORD));
    drive("signin.mjs", &["--set", &hash]);
}

/// Not in CI: a time is of the machine. `cargo test --release -p rapi-bridge --test page -- --ignored --nocapture`
#[test]
#[ignore = "measures"]
fn the_first_paint_with_a_full_day_is_measured() {
    let folder = Folder::new("paint");
    full_day(&folder.0.join("openevse.csv"), &(0..0));
    println!("{}", drive("paint.mjs", &["--state-dir", folder.0.to_str().unwrap()]));
}

#[test]
fn a_day_that_was_recorded_before_is_drawn_with_its_gap() {
    let folder = Folder::new("day");
    full_day(&folder.0.join("openevse.csv"), &(36_000..39_600));
    drive("day.mjs", &["--state-dir", folder.0.to_str().unwrap()]);
}

#[test]
fn page_and_assets_are_small() {
    let mut folders = vec![PathBuf::from(ASSETS)];
    let mut sum = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                sum += entry.metadata().unwrap().len();
            }
        }
    }
    assert!((50_000..=300_000).contains(&sum), "{sum} bytes");
}
