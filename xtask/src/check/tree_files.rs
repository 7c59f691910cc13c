//! Decides what a file of the repository must not be: too big to clone, too long to read, or tied to one machine.
//! Knows nothing of what the files say. Ignored files are not judged.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::judge;
use crate::command;
use crate::report::grouped;
use crate::steps::Verdict;
use crate::workspace::Workspace;

/// The most bytes of one file.
const SIZE_LIMIT: usize = 1_000_000;

/// The most lines of one source file in the languages below.
const LINE_LIMIT: usize = 400;
const SOURCE_ENDINGS: [&str; 2] = [".rs", ".wit"];

/// Where people and build machines keep their checkouts and their trials. Each ends where a name of theirs begins.
const CHECKOUT_FOLDERS: [&str; 5] = ["/home/", "/Users/", "/root/", "/work/", "/tmp/"];

/// Judges every file that git tracks or would track.
///
/// # Errors
/// A line for every problem, or the reason why files cannot be listed or read.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Verdict> {
    if !workspace.root().join(".git").exists() {
        return Ok(Verdict::Skipped("this is no git checkout, so nobody knows which files belong to it".to_owned()));
    }
    let mut list = workspace.command("git");
    let names = command::answer(list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let mut problems = Vec::new();
    for name in names.split_terminator('\0') {
        let path = workspace.root().join(name);
        // A deleted file stays listed until the deletion is committed; a link is judged where it leads.
        if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {name}"))?;
            problems.extend(problems_of(name, &bytes, workspace.root()));
        }
    }
    judge(problems)
}

fn problems_of(name: &str, bytes: &[u8], checkout: &Path) -> Vec<String> {
    if bytes.len() > SIZE_LIMIT {
        return vec![format!("{name}: {} bytes, more than {}", grouped(bytes.len()), grouped(SIZE_LIMIT))];
    }
    let Ok(text) = str::from_utf8(bytes) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if SOURCE_ENDINGS.iter().any(|ending| name.ends_with(ending)) && lines > LINE_LIMIT {
        problems.push(format!("{name}: {lines} lines, more than {LINE_LIMIT}: which of its decisions can move out?"));
    }
    for (index, line) in text.lines().enumerate() {
        if names_a_machine(line, checkout) {
            problems.push(format!("{name}:{}: a path of one machine: {}", index + 1, line.trim()));
        }
    }
    problems
}

fn names_a_machine(line: &str, checkout: &Path) -> bool {
    // A checkout right below the root, such as /app, is too common a word to look for.
    let checkout = checkout.to_str().filter(|path| path.matches(['/', '\\']).count() > 1);
    checkout.is_some_and(|path| line.contains(path))
        || CHECKOUT_FOLDERS.iter().any(|folder| begins_a_path(line, folder))
}

/// Whether `folder` stands in the line as the begin of an absolute path, rather than inside a URL or a longer path.
fn begins_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + folder.len()..].chars().next();
        before.is_none_or(|character| !(character.is_alphanumeric() || "._-~/}".contains(character)))
            && after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_in(name: &str, text: &str) -> Vec<String> {
        problems_of(name, text.as_bytes(), Path::new("/srv/ann/hookwright"))
    }

    /// Put together here, so that this file passes its own check.
    fn below(folder: &str, rest: &str) -> String {
        format!("/{folder}/{rest}")
    }

    #[test]
    fn a_path_of_a_machine_is_named_with_its_line() {
        let text = format!("first\nat {}\n", below("home", "ann/hookwright"));
        let problems = problems_in("notes.md", &text);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("notes.md:2: "), "{problems:?}");
        assert_eq!(problems_in("notes.md", "built in /srv/ann/hookwright/target\n").len(), 1);
    }

    #[test]
    fn urls_and_relative_paths_are_no_paths_of_a_machine() {
        let texts = [
            format!("https://example.com{}", below("home", "ann")),
            format!("src{}", below("work", "queue.rs")),
            format!("`{}`", below("home", "")),
            format!("${{PREFIX}}{}", below("root", "x")),
        ];
        for text in texts {
            assert_eq!(problems_in("notes.md", &text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn only_source_files_are_measured_in_lines() {
        let text = "line\n".repeat(LINE_LIMIT + 1);
        assert_eq!(problems_in("src/long.rs", &text).len(), 1);
        assert_eq!(problems_in("Cargo.lock", &text), Vec::<String>::new());
        assert_eq!(problems_in("src/full.rs", &"line\n".repeat(LINE_LIMIT)), Vec::<String>::new());
    }

    #[test]
    fn a_big_file_is_refused_whatever_it_holds() {
        let bytes = vec![0xff; SIZE_LIMIT + 1];
        assert_eq!(
            problems_of("blob.bin", &bytes, Path::new("/x")),
            ["blob.bin: 1,000,001 bytes, more than 1,000,000"]
        );
    }
}
