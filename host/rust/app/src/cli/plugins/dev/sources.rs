//! Decides which files of a project are its sources, and when they have changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What builds and tools make; whatever begins with a full stop is none either.
const MADE: [&str; 7] = ["target", "node_modules", "__pycache__", "dist", "build", "out", "package-lock.json"];

/// The endings of files that builds and tools make.
const MADE_ENDINGS: [&str; 4] = [".wasm", ".lock", ".log", ".pyc"];

/// The files of a project, with time of change and size.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sources(BTreeMap<PathBuf, (Option<SystemTime>, u64)>);

impl Sources {
    /// Those in a folder. What cannot be read is not there.
    pub(super) fn of(folder: &Path) -> Self {
        let mut sources = Self::default();
        sources.add(folder);
        sources
    }

    fn add(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.filter_map(Result::ok) {
            if entry.file_name().to_str().is_none_or(is_made) {
                continue;
            }
            let path = entry.path();
            // Not through links: they may lead round in circles.
            match entry.metadata() {
                Ok(found) if found.is_dir() => self.add(&path),
                Ok(found) if found.is_file() => drop(self.0.insert(path, (found.modified().ok(), found.len()))),
                _ => {}
            }
        }
    }
}

fn is_made(name: &str) -> bool {
    name.starts_with('.') || MADE.contains(&name) || MADE_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_author_writes_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
            Sources::of(folder.path())
        };
        let first = write("src/lib.rs", "one");
        for made in ["target/debug/x", "a.wasm", "Cargo.lock", "node_modules/x/y.js", ".git/index", ".venv/x.py"] {
            assert_eq!(write(made, "made"), first, "{made}");
        }
        let second = write("src/lib.rs", "longer");
        assert_ne!(second, first);
        assert_ne!(write("src/more.rs", ""), second);
        fs::remove_file(folder.path().join("src/more.rs")).unwrap();
        assert_eq!(Sources::of(folder.path()), second);
        assert_eq!(Sources::of(&folder.path().join("none")), Sources::default());
    }
}
