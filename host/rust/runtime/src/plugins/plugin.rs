//! Decides whether a file is a plugin that this host can run, and what it says it is, before anybody relies on it.
//!
//! Knows neither which plugins are active nor where their files lie.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::bindings::PluginPre;
use super::declared;
use super::description::Description;
use super::imports::State;
use super::instance::Instance;
use super::limits::{DESCRIBE_DEADLINE, FILE_CAP_BYTES, PluginLimits};
use super::load_error::PluginError;
use super::world;
use crate::code_cache::{CodeCache, hex};
use crate::engine::Engine;
use crate::environment::{Environment, SystemEnvironment};
use crate::file_kind::FileKind;

/// The bytes of what may be a plugin.
#[derive(Clone, PartialEq, Eq)]
pub struct PluginFile {
    /// The whole file, at most [`FILE_CAP_BYTES`].
    pub bytes: Vec<u8>,
}

impl PluginFile {
    /// Whether it is WebAssembly, whole or not.
    #[must_use]
    pub fn is_wasm(&self) -> bool {
        self.bytes.starts_with(b"\0asm")
    }

    /// Reads a file, but none that is too large.
    ///
    /// # Errors
    ///
    /// [`PluginError::Unreadable`] and [`PluginError::TooLarge`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, PluginError> {
        let path = path.as_ref();
        let unreadable = |source| PluginError::Unreadable { path: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        if file.metadata().map_err(unreadable)?.len() > FILE_CAP_BYTES {
            return Err(PluginError::TooLarge);
        }
        let mut bytes = Vec::new();
        // It may grow while it is read.
        file.take(FILE_CAP_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > FILE_CAP_BYTES { Err(PluginError::TooLarge) } else { Ok(Self { bytes }) }
    }

    /// SHA-256 of the bytes, in lower-case hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(&self.bytes))
    }
}

impl fmt::Debug for PluginFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginFile").field("bytes", &self.bytes.len()).finish()
    }
}

/// A plugin, described: a component that was compiled and checked against the world `plugin`, or a file of topics.
/// Clones share it.
#[derive(Clone)]
pub struct Plugin {
    loaded: Arc<Loaded>,
}

struct Loaded {
    description: Description,
    hash: String,
    trapping_imports: Vec<String>,
    /// None of a file of topics.
    code: Option<Code>,
}

/// What instances are made from.
struct Code {
    // The instantiator goes first: it holds the compiled code.
    instantiator: PluginPre<State>,
    engine: Engine,
}

/// A page of a memory; wasmtime counts in them what a component requires.
const PAGE_BYTES: u64 = 65_536;

impl Plugin {
    /// Checks a plugin, compiles it or takes its code from the cache, and asks it what it is, under the usual limits. A
    /// file of topics, as JSON or TOML, is one too: it says what it is by itself.
    ///
    /// Compiling takes time by size, up to ten seconds for a plugin with a whole Python: load plugins when they are
    /// installed and at start, never while somebody waits.
    ///
    /// # Errors
    ///
    /// A [`PluginError`], which says what the plugin's author has to change.
    pub fn load(bytes: &[u8], cache: &CodeCache) -> Result<Self, PluginError> {
        Self::load_within(bytes, cache, PluginLimits::default())
    }

    /// As [`Plugin::load`], under the site's own limits.
    ///
    /// # Errors
    ///
    /// A [`PluginError`].
    pub fn load_within(bytes: &[u8], cache: &CodeCache, limits: PluginLimits) -> Result<Self, PluginError> {
        if bytes.len() as u64 > FILE_CAP_BYTES {
            return Err(PluginError::TooLarge);
        }
        let found = FileKind::of(bytes);
        if found == FileKind::Text && declared::is_meant(bytes) {
            let (description, hash) = (declared::read(bytes)?, hex(&Sha256::digest(bytes)));
            let loaded = Loaded { description, hash, trapping_imports: Vec::new(), code: None };
            return Ok(Self { loaded: Arc::new(loaded) });
        }
        if found != FileKind::Component {
            return Err(PluginError::NotAComponent { found });
        }
        let unusable = |error: &wasmtime::Error| PluginError::Unusable { message: format!("{error:#}") };
        let engine = Engine::of_plugins().map_err(|error| PluginError::NoEngine { message: format!("{error:#}") })?;
        let component = cache.component(&engine, bytes).map_err(|error| unusable(&error))?;
        let imports = world::check(&engine, &component)?;
        let instantiator = world::linker(&engine, &component, &imports)
            .and_then(|linker| PluginPre::new(linker.instantiate_pre(&component)?))
            .map_err(|error| unusable(&error))?;
        let code = Code { instantiator, engine };
        let description = describe(&code, limits)?;
        let hash = hex(&Sha256::digest(bytes));
        Ok(Self {
            loaded: Arc::new(Loaded { description, hash, trapping_imports: imports.trapping, code: Some(code) }),
        })
    }

    /// What it says it is.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.loaded.description
    }

    /// SHA-256 of its bytes, in lower-case hexadecimal.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.loaded.hash
    }

    /// Imports of WASI that its language's runtime has dragged in: a call of one is the end of the call of the plugin.
    #[must_use]
    pub fn trapping_imports(&self) -> &[String] {
        &self.loaded.trapping_imports
    }

    /// Whether there is something to run: a file of topics wants no hook.
    #[must_use]
    pub fn has_code(&self) -> bool {
        self.loaded.code.is_some()
    }

    /// Bytes of memory that an instance has before it does anything; none of a file of topics.
    #[must_use]
    pub fn least_memory_bytes(&self) -> Option<u64> {
        let component = self.loaded.code.as_ref()?.instantiator.instance_pre().component();
        let pages = component.resources_required()?.max_initial_memory_size?;
        Some(pages.saturating_mul(PAGE_BYTES))
    }

    /// # Errors
    ///
    /// A [`Failure`](super::Failure) when it does not start, or has no code.
    pub(crate) fn instantiate(
        &self,
        environment: &Arc<dyn Environment>,
        settings: &Arc<str>,
        limits: PluginLimits,
    ) -> Result<Instance, super::Failure> {
        let Some(Code { instantiator, engine }) = &self.loaded.code else {
            return Err(super::Failure::Broke("it is a file of topics, which has no hooks".to_owned()));
        };
        Instance::new(instantiator, engine, environment, settings, limits)
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Description { name, version, .. } = self.description();
        f.debug_struct("Plugin").field("name", name).field("version", version).field("hash", &self.hash()).finish()
    }
}

fn describe(code: &Code, limits: PluginLimits) -> Result<Description, PluginError> {
    let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
    // Nobody waits for an event here, and the code is run for the first time.
    let limits = PluginLimits { call_deadline: DESCRIBE_DEADLINE, ..limits };
    let mut instance = Instance::new(&code.instantiator, &code.engine, &environment, &"{}".into(), limits)
        .map_err(|failure| PluginError::NotDescribed { message: failure.to_string() })?;
    let raw = instance.describe().map_err(|failure| PluginError::NotDescribed { message: failure.to_string() })?;
    Ok(Description::check(raw)?)
}
