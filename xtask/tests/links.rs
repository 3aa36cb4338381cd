//! Links of the documents lead somewhere, and no example is left out of the tests.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod support;

use std::path::{Component, Path, PathBuf};

use support::{anchors, blocks, files, links, root, spans};

/// `a/b/../c` without looking at the disk.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

#[test]
fn every_link_to_a_file_or_section_leads_there() {
    let mut count = 0;
    for (path, text) in files(&[".md"]) {
        let folder = Path::new(&path).parent().unwrap();
        for link in links(&text) {
            // Other places, and names of Rust items, which rustdoc resolves.
            if link.contains("://") || link.contains("::") || link.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = plain(&folder.join(file));
            let target = if file.is_empty() { PathBuf::from(&path) } else { target };
            let is_item = !file.is_empty() && !file.contains(['/', '.']);
            if is_item && !root().join(&target).exists() && path.contains("README") {
                continue;
            }
            assert!(root().join(&target).exists(), "{path}: there is no {link}");
            if !anchor.is_empty() && target.extension().is_some_and(|ending| ending == "md") {
                let text = std::fs::read_to_string(root().join(&target)).unwrap();
                assert!(anchors(&text).iter().any(|known| known == anchor), "{path}: {link}");
            }
            count += 1;
        }
    }
    assert!(count > 40, "{count} links");
}

/// `rapi-core/tests/table.rs` in a sentence is a file, from the top folder or from near the document.
#[test]
fn every_file_that_is_named_is_there() {
    let mut count = 0;
    for (path, text) in files(&[".md"]) {
        let folder = Path::new(&path).parent().unwrap();
        for name in spans(&path, &text) {
            let is_path = name.contains('/') && !name.contains([' ', '*', ':', '$', '<', '~']);
            let ending = Path::new(&name).extension().and_then(|ending| ending.to_str());
            if !is_path || !matches!(ending, Some("rs" | "md" | "tsv" | "txt" | "py" | "svg")) {
                continue;
            }
            let near = [PathBuf::new(), folder.to_owned(), folder.join("src"), folder.join("..")];
            let is_there = near.iter().any(|near| root().join(plain(&near.join(&name))).exists());
            assert!(is_there, "{path}: there is no {name}");
            count += 1;
        }
    }
    assert!(count > 20, "{count} names");
}

#[test]
fn no_example_is_left_out_of_the_tests() {
    let mut count = 0;
    for (path, text) in files(&[".md"]) {
        for block in blocks(&text) {
            assert!(!block.language.contains("ignore"), "{path} has a block that is ignored");
            count += usize::from(block.language.starts_with("rust"));
        }
    }
    for (path, text) in files(&[".rs"]) {
        for line in text.lines().map(str::trim_start) {
            let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
            let fence = comment.and_then(|text| text.trim_start().strip_prefix("```"));
            let left_out = fence.is_some_and(|language| language.contains("ignore"));
            assert!(!left_out, "{path} has a block that is ignored");
        }
    }
    assert!(count > 8, "{count} blocks of Rust");
}

/// A block of Rust is compiled only where rustdoc reads the document.
#[test]
fn every_document_with_rust_in_it_is_read_by_rustdoc() {
    let sources: String = files(&[".rs"]).into_iter().map(|(_, text)| text).collect();
    for (path, text) in files(&[".md"]) {
        let has_rust = blocks(&text).iter().any(|block| {
            block.language.is_empty() && path.ends_with("format.md")
                || block.language.starts_with("rust")
        });
        let name = Path::new(&path).file_name().unwrap().to_str().unwrap();
        if !has_rust {
            continue;
        }
        let included = if name == "README.md" {
            let library = Path::new(&path).with_file_name("src/lib.rs");
            path == "README.md"
                || std::fs::read_to_string(root().join(library))
                    .is_ok_and(|text| text.contains("include_str!(\"../README.md\")"))
        } else {
            sources.contains(&format!("{name}\")"))
        };
        assert!(included, "{path} has Rust that nobody compiles");
    }
}
