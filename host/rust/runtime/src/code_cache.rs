//! Decides which compiled code may be loaded: only what this user has written, unchanged, for this engine.
//!
//! Compiled code is machine code: whoever can write it runs as this user. Therefore a folder that is not this user's
//! alone is never read. Knows nothing of the world `webhooks`.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use crate::engine::Engine;
use crate::private_folder;

/// Begins every entry; the number counts changes of this layout: the mark, SHA-256 of the code, the code.
const MARK: &[u8; 16] = b"hookwright-code1";
const HEADER_BYTES: usize = MARK.len() + 32;
const EXTENSION: &str = "code";

/// Entries that are kept, of the core and of plugins; older ones go when one is added.
const ENTRIES: usize = 48;

/// A folder of compiled components, by hash of the component and of the engine's settings.
///
/// It saves the compile time, a quarter of a second or so, of every start but the first. Whatever is wrong with it,
/// loading goes on without it, with a warning in the log.
#[derive(Clone, Debug)]
pub struct CodeCache {
    folder: Option<PathBuf>,
}

impl CodeCache {
    /// No cache: compile at every start.
    #[must_use]
    pub fn disabled() -> Self {
        Self { folder: None }
    }

    /// A cache in `folder`, which is made if it does not exist.
    #[must_use]
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()) }
    }

    /// The cache of this user: `$XDG_CACHE_HOME/hookwright`, else `~/.cache/hookwright`, else none.
    #[must_use]
    pub fn of_user() -> Self {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
        Self { folder: caches.map(|caches| caches.join("hookwright")) }
    }

    /// The component's code: from the cache, else compiled and kept there.
    ///
    /// # Errors
    ///
    /// When it does not compile.
    pub(crate) fn component(&self, engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Component> {
        self.find_or_compile(engine, wasm).map(|(component, _)| component)
    }

    fn find_or_compile(&self, engine: &Engine, wasm: &[u8]) -> wasmtime::Result<(Component, Source)> {
        let Some(folder) = self.folder.as_deref().filter(|folder| is_usable(folder)) else {
            return Ok((Component::new(engine.wasmtime(), wasm)?, Source::Compiler));
        };
        let entry = folder.join(entry_name(engine, wasm));
        match find(engine, &entry) {
            Ok(component) => return Ok((component, Source::Cache)),
            Err(Miss::Absent) => {}
            Err(Miss::Unusable(reason)) => {
                tracing::warn!(entry = %entry.display(), reason, "compiled code is unusable; compiling again");
                if let Err(error) = fs::remove_file(&entry) {
                    tracing::warn!(entry = %entry.display(), %error, "it could not be removed either");
                }
            }
        }
        let component = Component::new(engine.wasmtime(), wasm)?;
        if let Err(error) = keep(folder, &entry, &component.serialize()?) {
            tracing::warn!(entry = %entry.display(), %error, "compiled code could not be kept");
        }
        Ok((component, Source::Compiler))
    }
}

/// Where code came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Cache,
    Compiler,
}

enum Miss {
    Absent,
    Unusable(String),
}

fn is_usable(folder: &Path) -> bool {
    match private_folder::open(folder) {
        Ok(()) => true,
        Err(reason) => {
            tracing::warn!(folder = %folder.display(), %reason, "the folder for compiled code is not used");
            false
        }
    }
}

fn entry_name(engine: &Engine, wasm: &[u8]) -> String {
    let mut settings = HashOfSettings(Sha256::new());
    std::hash::Hash::hash(&engine.wasmtime().precompile_compatibility_hash(), &mut settings);
    format!("{}-{}.{EXTENSION}", hex(&Sha256::digest(wasm)), hex(&settings.0.finalize()[..8]))
}

fn find(engine: &Engine, entry: &Path) -> Result<Component, Miss> {
    let mut file = match File::open(entry) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Miss::Absent),
        Err(error) => return Err(Miss::Unusable(error.to_string())),
    };
    let unusable = |reason: &dyn ToString| Miss::Unusable(reason.to_string());
    private_folder::check_file(&file).map_err(|error| unusable(&error))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| unusable(&error))?;
    let code = unwrap_entry(&bytes).ok_or_else(|| unusable(&"it is not as it was written"))?;
    deserialize(engine, code).map_err(|error| unusable(&error))
}

#[expect(unsafe_code, reason = "wasmtime can only run compiled code if someone vouches for it")]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `code` comes from a file and folder that this user owns and nobody else can write (`private_folder`),
    // and it is what `keep` wrote there (`unwrap_entry`). wasmtime itself checks version and settings.
    unsafe { Component::deserialize(engine.wasmtime(), code) }
}

/// The code in an entry, if it is whole and unchanged.
fn unwrap_entry(bytes: &[u8]) -> Option<&[u8]> {
    let (header, code) = bytes.split_at_checked(HEADER_BYTES)?;
    let sum = header.strip_prefix(MARK)?;
    (Sha256::digest(code).as_slice() == sum).then_some(code)
}

/// Writes an entry so that no reader ever sees half of it, and drops the oldest.
fn keep(folder: &Path, entry: &Path, code: &[u8]) -> io::Result<()> {
    static WRITES: AtomicU64 = AtomicU64::new(0);
    let write = WRITES.fetch_add(1, Ordering::Relaxed);
    let unfinished = entry.with_extension(format!("{}-{write}.tmp", std::process::id()));
    let written = private_folder::create_file(&unfinished).and_then(|mut file| {
        file.write_all(MARK)?;
        file.write_all(&Sha256::digest(code))?;
        file.write_all(code)?;
        fs::rename(&unfinished, entry)
    });
    if written.is_err() {
        // There may be nothing to remove.
        let _ = fs::remove_file(&unfinished);
    }
    written?;
    drop_oldest(folder)
}

fn drop_oldest(folder: &Path) -> io::Result<()> {
    let mut entries: Vec<(SystemTime, PathBuf)> = Vec::new();
    for item in fs::read_dir(folder)? {
        let item = item?;
        if item.path().extension().is_some_and(|extension| extension == EXTENSION) {
            entries.push((item.metadata()?.modified()?, item.path()));
        }
    }
    entries.sort();
    let surplus = entries.len().saturating_sub(ENTRIES);
    entries.iter().take(surplus).try_for_each(|(_, path)| fs::remove_file(path))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes the engine's settings in a way that is the same in every process, which std's own hasher does not promise.
struct HashOfSettings(Sha256);

impl std::hash::Hasher for HashOfSettings {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests;
