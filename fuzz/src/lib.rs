//! What must hold of every parser and verifier, whatever the bytes: one function for each target.
//!
//! A function panics when its property does not hold, and answers nothing otherwise. It knows neither libFuzzer, which
//! the programs in `fuzz_targets/` bring, nor the corpus; the tests of the repository call it with both the corpus and
//! changed copies of it.

mod judging;
mod signed;
mod text;

pub use judging::{answer, config, filter, guard, json_schema};
pub use signed::{secret, verify_headers};
pub use text::{bodies, endpoint_url, json_compact, topic_pattern};

/// A target: its name, as that of its program and of the folder of its corpus, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 11] = [
    ("answer", answer),
    ("bodies", bodies),
    ("config", config),
    ("endpoint_url", endpoint_url),
    ("filter", filter),
    ("guard", guard),
    ("json_compact", json_compact),
    ("json_schema", json_schema),
    ("secret", secret),
    ("topic_pattern", topic_pattern),
    ("verify_headers", verify_headers),
];

/// The text up to the first line break, and what follows it.
fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// What an error must do: say something, in one line.
fn says_something(error: &dyn std::fmt::Display) {
    let told = error.to_string();
    assert!(!told.trim().is_empty() && !told.contains('\n'), "an error says nothing, or more than a line: {told:?}");
}
