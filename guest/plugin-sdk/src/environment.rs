//! What a plugin may ask of its host: the clock, a random stream and its settings. On WebAssembly the host answers,
//! elsewhere `testing` does.

use serde::de::DeserializeOwned;

use crate::Error;
use crate::log::Level;

#[cfg(target_family = "wasm")]
use crate::bindings::hookwright::plugin::{environment as host, settings as host_settings};

/// The time now: Unix milliseconds.
#[must_use]
pub fn now() -> i64 {
    #[cfg(target_family = "wasm")]
    return host::now();
    #[cfg(not(target_family = "wasm"))]
    return crate::testing::now();
}

/// `len` random bytes, 65,536 at most, from a stream of the plugin's own. Not for secrets: a plugin keeps none.
#[must_use]
pub fn random_bytes(len: u32) -> Vec<u8> {
    #[cfg(target_family = "wasm")]
    return host::random_bytes(len);
    #[cfg(not(target_family = "wasm"))]
    return crate::testing::random_bytes(len);
}

/// The plugin's settings, read into a type of its own. Fields that the owner may leave out need `#[serde(default)]`:
/// the host does not fill in what the schema calls a default.
///
/// # Errors
///
/// [`Error::Other`] that says which setting is wrong: the site owner must change it.
pub fn settings<T: DeserializeOwned>() -> Result<T, Error> {
    serde_json::from_str(&settings_text()).map_err(|error| Error::other(format_args!("the settings: {error}")))
}

/// The plugin's settings as one JSON object; `{}` where none are set.
#[must_use]
pub fn settings_text() -> String {
    #[cfg(target_family = "wasm")]
    return host_settings::all();
    #[cfg(not(target_family = "wasm"))]
    return crate::testing::settings_text();
}

pub(crate) fn log(level: Level, message: &str) {
    #[cfg(target_family = "wasm")]
    {
        let level = match level {
            Level::Debug => host::Level::Debug,
            Level::Info => host::Level::Info,
            Level::Warn => host::Level::Warn,
            Level::Error => host::Level::Error,
        };
        host::log(level, message);
    }
    #[cfg(not(target_family = "wasm"))]
    crate::testing::take_line(level, message);
}
