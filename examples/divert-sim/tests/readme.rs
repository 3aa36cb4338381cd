//! The commands of the README, as they are printed there.

use std::path::Path;
use std::process::Command;

const PREFIX: &str = "cargo run --release -p divert-sim -- ";

#[test]
fn the_commands_of_the_readme_work_as_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    std::fs::create_dir_all(&folder).unwrap();
    let mut count = 0;
    for line in readme.lines().filter_map(|line| line.strip_prefix(PREFIX)) {
        // A year takes its time in a debug build.
        if line.contains("365") {
            continue;
        }
        let output = Command::new(env!("CARGO_BIN_EXE_divert-sim"))
            .args(line.split(' '))
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        count += 1;
    }
    assert_eq!(count, 13, "all commands were found");
    for made in [
        "day.png",
        "divert/docs/broken-day.svg",
        "pictures/2026-04-15-s1-balanced.svg",
        "days/2026-04-17-s42.csv",
    ] {
        assert!(folder.join(made).exists(), "{made}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
