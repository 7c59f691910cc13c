//! What the reference texts of the repository say is so: their tables and examples are read from the files themselves.
//!
//! Decides how a text is read; what it must agree with is decided by the module of each text.

mod contract;
mod dialects;
mod features;
mod filters;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file by its path from the root of the repository.
fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
struct Block<'t> {
    /// What stands behind the fence.
    info: &'t str,
    /// Without the last line end.
    content: &'t str,
    /// All that stands before it.
    before: &'t str,
}

/// The blocks whose first word behind the fence is this one.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<Block<'t>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("\n```").map(|offset| at + offset) {
        let (info, rest) = text[start + 4..].split_once('\n').expect("a fence is a line");
        let end = rest.find("\n```").unwrap_or_else(|| panic!("the block `{info}` has no end"));
        if info.split(' ').next() == Some(language) {
            found.push(Block { info: info[language.len()..].trim(), content: &rest[..end], before: &text[..start] });
        }
        at = text.len() - rest.len() + end + 4;
    }
    found
}

/// The rows of all tables with this line above them, each with as many cells as it.
fn rows(text: &str, head: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while lines.any(|line| line == head) {
        for line in lines.by_ref().skip(1).take_while(|line| line.starts_with('|')) {
            let row = cells(line);
            assert_eq!(row.len(), cells(head).len(), "another number of cells than the head of the table: {line}");
            found.push(row);
        }
    }
    assert!(!found.is_empty(), "there is no table under {head}");
    found
}

fn cells(line: &str) -> Vec<String> {
    // A bar with `\` before it is text.
    let line = line.replace(r"\|", "\0");
    let line = line.trim().trim_start_matches('|').trim_end_matches('|');
    line.split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
}

/// What stands in backticks.
fn code(cell: &str) -> Vec<&str> {
    assert_eq!(cell.matches('`').count() % 2, 0, "a backtick is open: {cell}");
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn texts_are_read_as_they_stand() {
    let text = "# T\n\n```a x y\none\n\ntwo\n```\n\n```b\n1\n```\n\n| p | q |\n| --- | --- |\n| `a` | b\\|c |\n\n```a\nz\n```\n";
    let found: Vec<_> = blocks(text, "a").into_iter().map(|block| (block.info, block.content)).collect();
    assert_eq!(found, [("x y", "one\n\ntwo"), ("", "z")]);
    assert_eq!(rows(text, "| p | q |"), [["`a`", "b|c"]]);
    assert_eq!(code("`a` and `b c`"), ["a", "b c"]);
}
