//! What is published says what it is, before anybody has downloaded it.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod support;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::root;

/// The packages that nobody has kept from being published, as cargo describes them.
fn published() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().filter(|package| package["publish"].is_null()).cloned().collect()
}

fn beside(package: &Value, name: &str) -> String {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let path = manifest.with_file_name(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Five of each is what a registry takes, and twenty letters for a keyword.
#[test]
fn every_published_package_can_be_found() {
    let packages = published();
    let script = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    assert_eq!(packages.len(), 6);
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        assert!(script.contains(name), "{name} is not packaged by .ci/run");
        let words = |key: &str| package[key].as_array().unwrap().clone();
        let short = |word: &Value| word.as_str().unwrap().len() <= 20;
        assert!((1..=5).contains(&words("keywords").len()), "{name}");
        assert!(words("keywords").iter().all(short), "{name}");
        assert!((1..=5).contains(&words("categories").len()), "{name}");
        assert!(package["description"].as_str().is_some_and(|text| text.len() > 40), "{name}");
        assert_eq!(package["license"], "MIT OR Apache-2.0", "{name}");
        assert!(package["rust_version"].is_string(), "{name}");
    }
}

#[test]
fn every_library_is_documented_with_all_its_features_and_begins_with_its_readme() {
    for package in published() {
        let name = package["name"].as_str().unwrap();
        let source = beside(&package, "src/lib.rs");
        assert!(source.contains("#![doc = include_str!(\"../README.md\")]"), "{name}");
        if package["features"].as_object().unwrap().is_empty() {
            continue;
        }
        let hosted = &package["metadata"]["docs"]["rs"];
        assert_eq!(hosted["all-features"], true, "{name}");
        assert_eq!(hosted["rustdoc-args"], serde_json::json!(["--cfg", "docsrs"]), "{name}");
        assert!(source.contains("#![cfg_attr(docsrs, feature(doc_cfg))]"), "{name}");
    }
}

/// Every feature has its word on the front page.
#[test]
fn every_feature_is_named_in_the_readme_and_the_changelog() {
    for package in published() {
        let name = package["name"].as_str().unwrap();
        let features = package["features"].as_object().unwrap();
        for feature in features.keys().filter(|feature| *feature != "default") {
            for document in ["README.md", "CHANGELOG.md"] {
                let text = beside(&package, document);
                assert!(text.contains(&format!("`{feature}`")), "{name}: {document}: {feature}");
            }
        }
    }
}

#[test]
fn every_changelog_keeps_its_form() {
    for package in published() {
        let name = package["name"].as_str().unwrap();
        let version = package["version"].as_str().unwrap();
        let text = beside(&package, "CHANGELOG.md");
        let mut releases = Vec::new();
        for line in text.lines() {
            if let Some(kind) = line.strip_prefix("### ") {
                let kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
                assert!(kinds.contains(&kind), "{name}: {line}");
            } else if let Some(release) = line.strip_prefix("## ") {
                releases.push(release);
            }
        }
        let first = releases.first().copied().unwrap_or_default();
        let released = first.starts_with(&format!("[{version}] - 20"));
        assert!(first == "[Unreleased]" || released, "{name}: {first}");
    }
}
