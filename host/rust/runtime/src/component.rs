//! Decides whether a file is a core component that this host can run, before anything of it runs.
//!
//! Knows the names of the world `webhooks` and their versions; refuses to know what the functions do.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use wasmtime::Store;
use wasmtime::component::{HasSelf, Instance, InstancePre, Linker};

use crate::bindings::{Webhooks, WebhooksIndices};
use crate::code_cache::CodeCache;
use crate::dynamic::Exports;
use crate::engine::Engine;
use crate::file_kind::FileKind;
use crate::imports::HostState;
use crate::interface_name::InterfaceName;

/// The largest component that is accepted.
pub const COMPONENT_CAP_BYTES: u64 = 8 << 20;

/// Names bytes that came without a file.
pub(crate) const GIVEN: &str = "the given component";

/// What the host offers. `types` holds no functions.
const IMPORTS: [&str; 4] = ["types", "storage", "environment", "extensions"];

/// What the core must offer. More is harmless.
const EXPORTS: [&str; 6] = ["lifecycle", "registry", "catalogue", "events", "deliveries", "signing"];

/// A core component, compiled and checked against the world `webhooks`. Clones share it.
#[derive(Clone)]
pub struct Component {
    // The instantiator goes first: it holds the compiled code.
    instantiator: InstancePre<HostState>,
    /// Where the functions are in it.
    indices: WebhooksIndices,
    engine: Engine,
    origin: Arc<str>,
    exports: Arc<OnceLock<Result<Exports, String>>>,
}

impl Component {
    /// Reads, checks and compiles a file, or takes its compiled code from the cache.
    ///
    /// # Errors
    ///
    /// A [`LoadError`] names the file, what it is, and what was expected.
    pub fn from_file(path: impl AsRef<Path>, cache: &CodeCache) -> Result<Self, LoadError> {
        Self::linked(Checked::from_file(path.as_ref(), cache)?)
    }

    /// As [`Component::from_file`], for bytes that the caller has.
    ///
    /// # Errors
    ///
    /// A [`LoadError`].
    pub fn load(bytes: &[u8], cache: &CodeCache) -> Result<Self, LoadError> {
        Self::linked(Checked::load(GIVEN, bytes, cache)?)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A new instance: as it is, and with its functions and their types.
    pub(crate) fn instantiate(&self, store: &mut Store<HostState>) -> wasmtime::Result<(Instance, Webhooks)> {
        let instance = self.instantiator.instantiate(&mut *store)?;
        let typed = self.indices.load(store, &instance)?;
        Ok((instance, typed))
    }

    fn linked(Checked { origin, engine, code }: Checked) -> Result<Self, LoadError> {
        let linked = linker(&engine).and_then(|linker| linker.instantiate_pre(&code));
        let (instantiator, indices) = linked
            .and_then(|instantiator| WebhooksIndices::new(&instantiator).map(|indices| (instantiator, indices)))
            .map_err(|error| LoadError::Unusable { origin: Arc::clone(&origin), message: format!("{error:#}") })?;
        Ok(Self { instantiator, indices, engine, origin, exports: Arc::default() })
    }

    /// What can be called by name, found when it is first asked for; else which type stands in the way.
    pub(crate) fn exports(&self) -> Result<&Exports, &str> {
        let found = self.exports.get_or_init(|| Exports::of(&self.engine, self.instantiator.component()));
        found.as_ref().map_err(String::as_str)
    }
}

/// Compiled code whose names are those of the world `webhooks`; nobody has looked at its types.
pub(crate) struct Checked {
    pub(crate) origin: Arc<str>,
    pub(crate) engine: Engine,
    pub(crate) code: wasmtime::component::Component,
}

impl Checked {
    /// Reads, checks and compiles a file.
    ///
    /// # Errors
    ///
    /// As [`Component::from_file`].
    pub(crate) fn from_file(path: &Path, cache: &CodeCache) -> Result<Self, LoadError> {
        let bytes = read(path).map_err(|source| LoadError::Unreadable { path: path.to_owned(), source })?;
        Self::load(&path.display().to_string(), &bytes, cache)
    }

    /// As [`Checked::from_file`], for bytes that the caller has; `origin` names them in errors.
    ///
    /// # Errors
    ///
    /// As [`Component::load`].
    pub(crate) fn load(origin: &str, bytes: &[u8], cache: &CodeCache) -> Result<Self, LoadError> {
        let origin: Arc<str> = origin.into();
        if bytes.len() as u64 > COMPONENT_CAP_BYTES {
            return Err(LoadError::TooLarge { origin });
        }
        let found = FileKind::of(bytes);
        if found != FileKind::Component {
            return Err(LoadError::NotAComponent { origin, found });
        }
        let engine = Engine::new().map_err(|error| LoadError::NoEngine { message: format!("{error:#}") })?;
        let code = cache
            .component(&engine, bytes)
            .map_err(|error| LoadError::Unusable { origin: Arc::clone(&origin), message: format!("{error:#}") })?;
        check_names(&engine, &code).map_err(|mismatch| LoadError::Foreign { origin: Arc::clone(&origin), mismatch })?;
        Ok(Self { origin, engine, code })
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Component").field(&self.origin).finish()
    }
}

/// Why a file cannot be the core component.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read the core component {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// It is larger than [`COMPONENT_CAP_BYTES`].
    #[error("{origin} is larger than {} MiB; a core component never is", COMPONENT_CAP_BYTES >> 20)]
    TooLarge {
        /// The file, or words for bytes without one.
        origin: Arc<str>,
    },
    /// It is something else, or not whole.
    #[error("{origin} is {}; expected the core component, a WebAssembly component", found.describe())]
    NotAComponent {
        /// The file, or words for bytes without one.
        origin: Arc<str>,
        /// What it is.
        found: FileKind,
    },
    /// It is a component of another world, or another version of this one.
    #[error("{origin} is a WebAssembly component, but not a core component that this host can run: {mismatch}")]
    Foreign {
        /// The file, or words for bytes without one.
        origin: Arc<str>,
        /// The first difference.
        mismatch: Mismatch,
    },
    /// Its names are right, but it is not valid WebAssembly, or its functions have other types.
    #[error("{origin} is not a usable core component: {message}")]
    Unusable {
        /// The file, or words for bytes without one.
        origin: Arc<str>,
        /// What the compiler or linker said.
        message: String,
    },
    /// This machine cannot run WebAssembly.
    #[error("no WebAssembly engine could be started: {message}")]
    NoEngine {
        /// What the engine said.
        message: String,
    },
}

/// How a component differs from the world `webhooks`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// It wants something that the host does not give.
    #[error("it imports {import}, which this host does not offer")]
    UnknownImport {
        /// Name of the import.
        import: String,
    },
    /// It lacks an interface.
    #[error("it does not export {expected}")]
    MissingExport {
        /// Name of the interface.
        expected: String,
    },
    /// It has or wants an interface of another version.
    #[error("it has {found}, this host needs {expected}; use a component and a host of the same version")]
    OtherVersion {
        /// The name as the component has it.
        found: String,
        /// The name as the host knows it.
        expected: String,
    },
}

fn check_names(engine: &Engine, code: &wasmtime::component::Component) -> Result<(), Mismatch> {
    let world = code.component_type();
    for (import, _) in world.imports(engine.wasmtime()) {
        let known = InterfaceName::parse(import).filter(|name| IMPORTS.contains(&name.interface));
        let Some(name) = known else {
            return Err(Mismatch::UnknownImport { import: import.to_owned() });
        };
        name.check_version()?;
    }
    for expected in EXPORTS {
        let mut candidates = world
            .exports(engine.wasmtime())
            .filter_map(|(export, _)| InterfaceName::parse(export))
            .filter(|name| name.interface == expected)
            .map(|name| name.check_version());
        match candidates.next() {
            None => return Err(Mismatch::MissingExport { expected: InterfaceName::expected(expected) }),
            // One of several versions is enough.
            Some(Err(mismatch)) if !candidates.any(|other| other.is_ok()) => return Err(mismatch),
            Some(_) => {}
        }
    }
    Ok(())
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<HostState>> {
    let mut linker = Linker::new(engine.wasmtime());
    Webhooks::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    Ok(linker)
}

/// Reads the file, but no more of it than shows that it is too large.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(COMPONENT_CAP_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interface_name::VERSION;

    fn mismatch(wat: &str) -> String {
        let bytes = wat::parse_str(wat).unwrap();
        match Component::load(&bytes, &CodeCache::disabled()) {
            Err(LoadError::Foreign { mismatch, .. }) => mismatch.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_foreign_import_is_named() {
        assert_eq!(
            mismatch(r#"(component (import "wasi:cli/stdout@0.2.0" (instance)))"#),
            "it imports wasi:cli/stdout@0.2.0, which this host does not offer"
        );
    }

    #[test]
    fn a_missing_export_is_named() {
        assert_eq!(mismatch("(component)"), format!("it does not export hookwright:webhooks/lifecycle@{VERSION}"));
    }

    #[test]
    fn another_version_is_named_with_ours() {
        let other = r#"(component (instance $i) (export "hookwright:webhooks/lifecycle@0.2.0" (instance $i)))"#;
        let text = mismatch(other);
        assert!(text.contains("lifecycle@0.2.0") && text.contains(&format!("lifecycle@{VERSION}")), "{text}");
    }
}
