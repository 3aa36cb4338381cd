//! The files of the repository, and the documents taken apart.

pub mod commands;

use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Every file that git knows or would take, by its path from the top folder.
pub fn files(endings: &[&str]) -> Vec<(String, String)> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    assert!(output.status.success(), "git lists the files");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
        // One that is deleted and not committed yet is still listed.
        .filter_map(|path| {
            Some((path.to_owned(), std::fs::read_to_string(root().join(path)).ok()?))
        })
        .collect()
}

/// A block of code with its language, which is empty for one that is only indented.
pub struct Block {
    pub language: String,
    pub code: String,
}

pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                open = Some(Block { language: language.to_string(), code: String::new() });
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                open = Some(Block { language: String::new(), code: String::new() });
            }
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.code.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

/// What stands in backticks within the sentences of a document, or of the comments of a source.
pub fn spans(path: &str, text: &str) -> Vec<String> {
    if path.ends_with(".md") {
        let code = |event| match event {
            Event::Code(code) => Some(code.to_string()),
            _ => None,
        };
        return Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(code).collect();
    }
    let is_comment = |line: &&str| !path.ends_with(".rs") || line.trim_start().starts_with("//");
    let lines = text.lines().filter(is_comment);
    lines.flat_map(|line| line.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// Where the links and pictures of a document lead.
pub fn links(text: &str) -> Vec<String> {
    let mut links: Vec<String> = Parser::new(text)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.to_string())
            }
            _ => None,
        })
        .collect();
    // Pictures that are not Markdown, for instance two for a light and a dark page.
    for attribute in ["src=\"", "srcset=\""] {
        links.extend(
            text.split(attribute)
                .skip(1)
                .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
        );
    }
    links
}

/// The anchors that a document can be entered at: written ones, and those of its headings.
pub fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = text
        .split("<a id=\"")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect();
    let mut heading: Option<String> = None;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let text = heading.take().unwrap_or_default().to_lowercase();
                anchors.push(
                    text.chars()
                        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                        .map(|c| if c == ' ' { '-' } else { c })
                        .collect(),
                );
            }
            _ => {}
        }
    }
    anchors
}
