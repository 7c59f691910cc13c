//! Decides what outlasts a process of what plugins say and of their failures: lines of JSON in a file for each plugin,
//! outside the database, so that no transaction takes them back.
//!
//! Any number of processes append at once: each under a lock, whole lines only. A file that has reached its size makes
//! way for the next, and one before it is kept. Knows nothing of hooks; what is written is what it is given.

mod entry;
mod follow;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

pub use entry::{JournalEntry, JournalKind};
pub use follow::JournalReader;

/// A file that has so many bytes is followed by the next; a plugin has two at most.
const FILE_BYTES: u64 = 1 << 20;

const ENDING: &str = ".log";

/// The logs of a site's plugins, in one folder.
#[derive(Clone, Debug)]
pub struct Journal {
    folder: PathBuf,
    file_bytes: u64,
}

impl Journal {
    /// The logs in this folder, which is made when the first line is written.
    #[must_use]
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), file_bytes: FILE_BYTES }
    }

    /// The file with the newest lines of a plugin. None of what cannot be a plugin's name.
    #[must_use]
    pub fn file(&self, plugin: &str) -> Option<PathBuf> {
        let sound = !plugin.is_empty() && plugin.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        sound.then(|| self.folder.join(format!("{plugin}{ENDING}")))
    }

    /// Names of the plugins that have a log.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read; none where it does not exist.
    pub fn plugins(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            names.extend(name.to_str().and_then(|name| name.strip_suffix(ENDING)).map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Appends entries of one plugin, all or none of them.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn append(&self, plugin: &str, entries: &[JournalEntry]) -> io::Result<()> {
        let path = self.file(plugin).ok_or_else(|| io::Error::other("a plugin has no such name"))?;
        let mut lines = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut lines, entry)?;
            lines.push(b'\n');
        }
        make_folder(&self.folder)?;
        let mut file = self.open_locked(&path)?;
        if !ends_with_a_line(&mut file)? {
            // Somebody died in the middle of one.
            lines.insert(0, b'\n');
        }
        file.write_all(&lines)
    }

    /// All that is kept of a plugin, and from then on what is added.
    #[must_use]
    pub fn read(&self, plugin: &str) -> Option<JournalReader> {
        self.file(plugin).map(JournalReader::of)
    }

    /// Removes the log of a plugin.
    pub fn remove(&self, plugin: &str) {
        let Some(path) = self.file(plugin) else { return };
        // What is left does no harm.
        let _ = fs::remove_file(former(&path));
        let _ = fs::remove_file(path);
    }

    /// The file to append to, locked, after a full one has made way.
    fn open_locked(&self, path: &Path) -> io::Result<File> {
        loop {
            let file = open_private(path)?;
            file.lock()?;
            if !is_at(&file, path) {
                // Another process has put a new one in its place while this one waited.
                continue;
            }
            if file.metadata()?.len() < self.file_bytes {
                return Ok(file);
            }
            fs::rename(path, former(path))?;
        }
    }
}

/// Where the file before this one is kept.
fn former(path: &Path) -> PathBuf {
    let mut former = path.as_os_str().to_owned();
    former.push(".1");
    former.into()
}

fn ends_with_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == [b'\n'])
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Whether an open file is still the one that has this name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let identity = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata(), fs::metadata(path)), (Ok(one), Ok(other)) if identity(&one) == identity(&other))
}

/// Whether an open file is still the one that has this name, as far as its length and age show.
#[cfg(not(unix))]
fn is_at(file: &File, path: &Path) -> bool {
    let identity = |metadata: &fs::Metadata| (metadata.len(), metadata.created().ok());
    matches!((file.metadata(), fs::metadata(path)), (Ok(one), Ok(other)) if identity(&one) == identity(&other))
}

#[cfg(test)]
mod tests;
