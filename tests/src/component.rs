//! The built component: where it lies, and loaded once for a whole process.
//!
//! Decides that a missing file is told with its remedy; knows nothing of what the component does.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use hookwright_runtime::{CodeCache, Component, Hookwright, Options};
use hookwright_storage::Connect;

/// The file that `cargo xtask build-guest` makes.
#[must_use]
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist/hookwright.wasm")
}

/// The bytes of the component.
///
/// # Panics
///
/// When it has not been built, with what to do.
#[must_use]
pub fn bytes() -> Vec<u8> {
    std::fs::read(path()).unwrap_or_else(|error| {
        panic!("dist/hookwright.wasm cannot be read ({error}); build it with `cargo xtask build-guest`")
    })
}

/// The component, compiled at the first use in this process.
///
/// # Panics
///
/// When it has not been built, or is not the core component.
#[must_use]
pub fn shared() -> Component {
    static SHARED: LazyLock<Component> = LazyLock::new(|| load(&CodeCache::disabled()));
    SHARED.clone()
}

/// The component, with its compiled code kept in `cache`.
///
/// # Panics
///
/// When it has not been built, or is not the core component.
#[must_use]
pub fn load(cache: &CodeCache) -> Component {
    Component::load(&bytes(), cache).unwrap_or_else(|error| {
        panic!("dist/hookwright.wasm cannot be loaded ({error}); build it again with `cargo xtask build-guest`")
    })
}

/// A running core on a database.
///
/// # Panics
///
/// When the system gives no threads.
#[must_use]
pub fn start(connect: Arc<dyn Connect>, options: Options) -> Hookwright {
    Hookwright::start(shared(), connect, options).unwrap_or_else(|error| panic!("the host does not start: {error}"))
}
