//! What stands in for a host in the tests of a plugin: settings, clock, random stream and log lines, and what a host
//! would find wrong with the description.
//!
//! Each test thread has its own, so that tests do not disturb each other. Does not exist on WebAssembly.

mod faults;

use core::cell::RefCell;
use core::fmt;
use core::mem;

pub use faults::faults;

use crate::log::Level;

/// The time of a test that sets none: 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000;

/// The most random bytes of one call, as in the contract.
const MOST_RANDOM_BYTES: u32 = 65_536;

struct Double {
    settings: String,
    now: i64,
    random: u64,
    lines: Vec<(Level, String)>,
}

impl Double {
    const fn new() -> Self {
        Self { settings: String::new(), now: START, random: 0, lines: Vec::new() }
    }
}

thread_local! {
    static DOUBLE: RefCell<Double> = const { RefCell::new(Double::new()) };
}

/// Sets the plugin's settings for this thread: a [`serde_json::Value`] or JSON text.
pub fn set_settings(json: impl fmt::Display) {
    let text = json.to_string();
    with(|double| double.settings = text);
}

/// Sets the clock of this thread: Unix milliseconds.
pub fn set_now(unix_ms: i64) {
    with(|double| double.now = unix_ms);
}

/// Begins the random stream of this thread anew: the same seed gives the same bytes.
pub fn set_random_seed(seed: u64) {
    with(|double| double.random = seed);
}

/// The lines that were logged on this thread since the last call of this.
#[must_use]
pub fn take_log() -> Vec<(Level, String)> {
    with(|double| mem::take(&mut double.lines))
}

/// Forgets everything that was set and logged on this thread.
pub fn reset() {
    with(|double| *double = Double::new());
}

pub(crate) fn now() -> i64 {
    with(|double| double.now)
}

pub(crate) fn settings_text() -> String {
    with(|double| if double.settings.is_empty() { "{}".to_owned() } else { double.settings.clone() })
}

pub(crate) fn take_line(level: Level, message: &str) {
    with(|double| double.lines.push((level, message.to_owned())));
}

pub(crate) fn random_bytes(len: u32) -> Vec<u8> {
    with(|double| (0..len.min(MOST_RANDOM_BYTES)).map(|_| double.random_byte()).collect())
}

impl Double {
    /// The next byte of SplitMix64 (Steele, Lea, Flood 2014), taken from its topmost bits.
    fn random_byte(&mut self) -> u8 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.random;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)).to_be_bytes()[0]
    }
}

fn with<T>(act: impl FnOnce(&mut Double) -> T) -> T {
    DOUBLE.with_borrow_mut(act)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{log, random_bytes, settings, settings_text};
    use serde_json::json;

    #[test]
    fn what_a_test_sets_is_what_the_plugin_sees() {
        reset();
        assert_eq!((crate::now(), settings_text()), (START, "{}".to_owned()));
        set_now(7);
        set_settings(json!({ "region": "us" }));
        log::warn(format_args!("it is {}", crate::now()));
        assert_eq!(settings::<serde_json::Value>().unwrap()["region"], "us");
        assert_eq!(take_log(), [(Level::Warn, "it is 7".to_owned())]);
        assert_eq!(take_log(), []);
    }

    #[test]
    fn settings_of_another_shape_are_an_error_that_says_so() {
        set_settings("[1]");
        let error = settings::<std::collections::BTreeMap<String, String>>().unwrap_err();
        assert!(error.to_string().starts_with("the settings: invalid type: sequence"), "{error}");
    }

    #[test]
    fn a_random_stream_repeats_from_its_seed_and_is_capped() {
        set_random_seed(1);
        let first = random_bytes(16);
        assert_ne!(first, random_bytes(16));
        set_random_seed(1);
        assert_eq!(first, random_bytes(16));
        assert_eq!(random_bytes(u32::MAX).len(), 65_536);
    }

    #[test]
    fn the_contract_in_this_crate_is_the_one_of_the_repository() {
        assert_eq!(
            include_str!("../wit/plugin.wit"),
            include_str!("../../../wit/plugin/plugin.wit"),
            "copy wit/plugin/plugin.wit to guest/plugin-sdk/wit"
        );
    }
}
