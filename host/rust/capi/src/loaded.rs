//! The components that this process has loaded, so that each request of a long-lived process finds them ready.
//!
//! Decides when a component is the same still: by the file's place, size, time and number, or by the hash of bytes.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;
use std::path::PathBuf;
use std::process;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use hookwright_runtime::CodeCache;
use hookwright_runtime::dynamic::DynamicComponent;

use crate::EMBEDDED;
use crate::options::Options;
use crate::refusal::Refusal;

/// Components kept; a process has one, or another one after an upgrade of the file.
const KEPT: usize = 4;

static LOADED: Mutex<Loaded> = Mutex::new(Loaded { process: 0, components: Vec::new() });

struct Loaded {
    /// The process that loaded them. A child of fork has the memory, but not the threads.
    process: u32,
    components: Vec<(Identity, DynamicComponent)>,
}

/// What tells one component from another.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Identity {
    Embedded,
    File { path: PathBuf, len: u64, modified: Option<SystemTime>, number: u64 },
    Bytes { len: usize, hash: u64 },
}

/// The component of a file, or the one that is built in.
///
/// # Errors
///
/// `load`.
pub(crate) fn of_options(options: &Options) -> Result<DynamicComponent, Refusal> {
    match &options.path {
        Some(path) => find_or_load(identity_of(path)?, || DynamicComponent::from_file(path, &cache(options))),
        None if EMBEDDED.is_empty() => Err(Refusal::new(
            "load",
            "no component is built into this library; give the `path` of hookwright.wasm, or build the library after \
             `cargo xtask build-guest`",
        )),
        None => find_or_load(Identity::Embedded, || DynamicComponent::load(EMBEDDED, &cache(options))),
    }
}

/// The component that these bytes are.
///
/// # Errors
///
/// `load`.
pub(crate) fn of_bytes(bytes: &[u8], options: &Options) -> Result<DynamicComponent, Refusal> {
    // Not a matter of security: whoever gives the bytes runs in this process.
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let identity = Identity::Bytes { len: bytes.len(), hash: hasher.finish() };
    find_or_load(identity, || DynamicComponent::load(bytes, &cache(options)))
}

fn find_or_load(
    identity: Identity,
    load: impl FnOnce() -> Result<DynamicComponent, hookwright_runtime::LoadError>,
) -> Result<DynamicComponent, Refusal> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if loaded.process != process::id() {
        // Dropping them would wait for threads that only the parent has.
        mem::forget(mem::take(&mut loaded.components));
        loaded.process = process::id();
    }
    if let Some((_, component)) = loaded.components.iter().find(|(known, _)| *known == identity) {
        return Ok(component.clone());
    }
    let component = load().map_err(|error| Refusal::new("load", error.to_string()))?;
    if loaded.components.len() >= KEPT {
        loaded.components.remove(0);
    }
    loaded.components.push((identity, component.clone()));
    Ok(component)
}

fn identity_of(path: &PathBuf) -> Result<Identity, Refusal> {
    let metadata = fs::metadata(path)
        .map_err(|error| Refusal::new("load", format!("cannot read the core component {}: {error}", path.display())))?;
    let number = file_number(&metadata);
    Ok(Identity::File { path: path.clone(), len: metadata.len(), modified: metadata.modified().ok(), number })
}

#[cfg(unix)]
fn file_number(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn file_number(_metadata: &fs::Metadata) -> u64 {
    0
}

fn cache(options: &Options) -> CodeCache {
    options.cache.as_ref().map_or_else(CodeCache::disabled, CodeCache::in_folder)
}
