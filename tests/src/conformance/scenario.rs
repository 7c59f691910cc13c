//! A scenario as it stands in its file.
//!
//! Decides which files there are and what may stand in them; tests/conformance/scenario.schema.json says the same for
//! editors. Knows nothing of how a step is done.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::layout;
use super::receiver::Answer;
use super::script::ExtensionScript;

/// What one installation goes through.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(rename = "$schema")]
    schema: String,
    /// What it shows.
    pub about: String,
    /// What a host must be able to do beyond the rest; one that is not leaves the scenario out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// True: the tables are not made before the first step.
    #[serde(default, skip_serializing_if = "is_false")]
    pub empty: bool,
    /// The installation's settings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// The host's callbacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<ExtensionScript>,
    /// What the receiver answers, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub receivers: BTreeMap<String, Vec<Answer>>,
    /// One after the other.
    pub steps: Vec<Step>,
}

/// One thing to do: exactly one of `call`, `send`, `deliver`, `advance`, `set` and `restart` is given.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What the step is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say: Option<String>,
    /// A function to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// A function that gives a request, which the host sends and settles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<String>,
    /// The host's dispatcher runs until a claim gives nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deliver: bool,
    /// Milliseconds by which the clock moves on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advance: Option<i64>,
    /// The clock's time from now on, in unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<i64>,
    /// The host starts again on the same database, with these settings in the place of the former ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<BTreeMap<String, String>>,
    /// The arguments of the function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Vec<Value>>,
    /// Names for parts of the answer, which later arguments can use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub save: BTreeMap<String, String>,
    /// The result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Value>,
}

impl Scenario {
    /// All scenarios by their names, in the order of these.
    ///
    /// # Panics
    ///
    /// When a file is no scenario, with what is wrong.
    #[must_use]
    pub fn all() -> BTreeMap<String, Self> {
        let mut all = BTreeMap::new();
        for entry in fs::read_dir(folder()).unwrap_or_else(|error| panic!("{}: {error}", folder().display())) {
            let path = entry.unwrap_or_else(|error| panic!("{error}")).path();
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let scenario = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            all.insert(name(&path), scenario);
        }
        all
    }

    /// The numbers of the steps that have a result, with it.
    pub fn results(&self) -> impl Iterator<Item = (usize, &Value)> {
        (1..).zip(&self.steps).filter_map(|(number, step)| step.expect.as_ref().map(|expect| (number, expect)))
    }

    /// Puts it in the place of its file.
    ///
    /// # Panics
    ///
    /// When the file cannot be written.
    pub fn write(&self, name: &str) {
        let path = folder().join(format!("{name}.json"));
        let value = layout::in_order(self);
        fs::write(&path, value).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

impl Step {
    /// What it does, in a word or two.
    #[must_use]
    pub fn told(&self) -> &str {
        self.call.as_deref().or(self.send.as_deref()).unwrap_or(if self.deliver { "deliver" } else { "no result" })
    }
}

/// Where databases are made, which runners are told in CONFORMANCE_PLACE: in memory where there is such a folder,
/// because here nobody looks whether they outlive a power cut, and thousands of flushes take most of the time.
#[must_use]
pub fn place() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

/// Where the scenarios lie.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/scenarios")
}

fn name(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !value
}
