//! Each fuzz target is run and described, and each of its seeds says what it is for.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::root;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect(path)
}

/// The words in backticks of the first column of a table, by the heading above it.
fn described(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let (mut rows, mut heading) = (BTreeMap::<_, BTreeSet<_>>::new(), String::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            name.clone_into(&mut heading);
        } else if line.starts_with("| `") {
            let column = line.split('|').nth(1).unwrap();
            let names = column.split('`').skip(1).step_by(2).map(str::to_owned);
            rows.entry(heading.clone()).or_default().extend(names);
        }
    }
    rows
}

fn names(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(folder)).expect(folder);
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_seed_says_what_it_is_for() {
    let described = described(&read("fuzz/seeds/README.md"));
    let mut folders = names("fuzz/seeds");
    folders.remove("README.md");
    assert_eq!(described.keys().cloned().collect::<BTreeSet<_>>(), folders);
    for (target, seeds) in described {
        assert_eq!(seeds, names(&format!("fuzz/seeds/{target}")), "{target}");
    }
}

#[test]
fn every_fuzz_target_is_run_and_described_and_has_seeds() {
    let manifest = read("fuzz/Cargo.toml");
    let bins = manifest.split("[[bin]]").skip(1).map(|bin| bin.split('"').nth(1).unwrap());
    let bins: BTreeSet<String> = bins.map(str::to_owned).collect();
    let script = read("fuzz/run");
    let list = script.split("set -- ").nth(1).unwrap().split("\nout=").next().unwrap();
    let run = list.split_whitespace().filter(|word| *word != "\\").map(str::to_owned);
    assert_eq!(bins, run.collect());
    assert_eq!(bins, described(&read("fuzz/README.md"))[""]);
    assert!(bins.is_subset(&names("fuzz/seeds")));
    let archives = bins.iter().map(|target| format!("{target}.tar.gz")).collect();
    assert_eq!(names("fuzz/found"), archives);
}
