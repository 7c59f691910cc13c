//! Where the bytes of plugins lie: in files named for their hash, beside the database; their logs lie there too.
//!
//! What a file holds is believed only if it has the hash that the database gives, so whoever can write here can stop a
//! plugin, but not slip in another.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use hookwright_runtime::plugins::{Journal, PluginError, PluginFile};

use crate::failure::{Failure, Kind};

/// How the names of files end, so that a person sees what they are.
const WASM: &str = "wasm";
const TOPICS: &str = "topics";

/// A folder of plugins. It is made when the first is kept.
#[derive(Clone, Debug)]
pub(crate) struct PluginFolder(PathBuf);

impl PluginFolder {
    pub(crate) fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The file of the plugin with this hash, as a component and as a file of topics.
    fn paths(&self, hash: &str) -> [PathBuf; 2] {
        [WASM, TOPICS].map(|ending| self.0.join(format!("{hash}.{ending}")))
    }

    /// Keeps a plugin's bytes, durably, before anybody relies on them.
    ///
    /// # Errors
    ///
    /// When the folder or the file cannot be written.
    pub(crate) fn keep(&self, file: &PluginFile) -> Result<(), Failure> {
        let hash = file.hash();
        if self.read(&hash).is_ok() {
            return Ok(());
        }
        let [wasm, topics] = self.paths(&hash);
        let path = if file.is_wasm() { wasm } else { topics };
        let part = self.0.join(format!("{hash}.{}.part", process::id()));
        let written = make_private(&self.0).and_then(|()| write(&part, &file.bytes)).and_then(|()| {
            fs::rename(&part, &path)?;
            sync_names(&self.0)
        });
        written.map_err(|error| {
            let _ = fs::remove_file(&part);
            Failure::new(Kind::Io, format!("cannot keep the plugin in {}: {error}", self.0.display()))
                .hint("name another folder with --plugins or HOOKWRIGHT_PLUGINS")
        })
    }

    /// The bytes with this hash.
    ///
    /// # Errors
    ///
    /// When they are not there, or are other bytes.
    pub(crate) fn read(&self, hash: &str) -> Result<Vec<u8>, Failure> {
        let [wasm, topics] = self.paths(hash);
        let path = if topics.exists() { topics } else { wasm };
        let file = PluginFile::read(&path).map_err(|error| match error {
            PluginError::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Failure::new(Kind::Io, format!("its file {} is missing", path.display()))
                    .hint("install it again, or name the folder where it is with --plugins or HOOKWRIGHT_PLUGINS")
            }
            error => Failure::new(Kind::Io, format!("{}: {error}", path.display())),
        })?;
        if file.hash() == hash {
            return Ok(file.bytes);
        }
        Err(Failure::new(Kind::Io, format!("its file {} is damaged", path.display())).hint("install it again"))
    }

    /// The plugins' logs, beside their bytes.
    pub(crate) fn journal(&self) -> Journal {
        Journal::in_folder(&self.0)
    }

    /// Removes the bytes with this hash, if they are there.
    pub(crate) fn remove(&self, hash: &str) {
        // One file too many does no harm.
        self.paths(hash).into_iter().for_each(|path| drop(fs::remove_file(path)));
    }
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Else a crash could forget the name of a file.
#[cfg(unix)]
fn sync_names(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn sync_names(_: &Path) -> io::Result<()> {
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_or_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let folder = PluginFolder::at(home.path().join("a.db.plugins"));
        let file = PluginFile { bytes: b"some bytes".to_vec() };
        let hash = file.hash();
        assert!(folder.read(&hash).unwrap_err().lines()[0].contains("is missing"));
        folder.keep(&file).unwrap();
        folder.keep(&file).unwrap();
        assert_eq!(folder.read(&hash).unwrap(), file.bytes);
        assert_eq!(fs::read_dir(home.path().join("a.db.plugins")).unwrap().count(), 1);

        assert!(folder.paths(&hash)[1].exists(), "it is no WebAssembly");
        fs::write(&folder.paths(&hash)[1], "other bytes").unwrap();
        assert!(folder.read(&hash).unwrap_err().lines()[0].contains("is damaged"));
        folder.keep(&file).unwrap();
        assert_eq!(folder.read(&hash).unwrap(), file.bytes);
        folder.remove(&hash);
        assert!(folder.read(&hash).is_err());

        let file = PluginFile { bytes: b"\0asm and more".to_vec() };
        folder.keep(&file).unwrap();
        assert!(folder.paths(&file.hash())[0].exists());
        assert_eq!(folder.read(&file.hash()).unwrap(), file.bytes);
    }
}
