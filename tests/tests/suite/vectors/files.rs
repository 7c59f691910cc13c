//! Reads vector files, and sees that each is what the schema says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use hookwright_runtime::types::Error;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One case of a suite.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case<I, E> {
    pub(super) id: String,
    #[serde(rename = "comment")]
    _comment: String,
    pub(super) flags: Vec<String>,
    pub(super) input: I,
    pub(super) expected: E,
}

#[derive(Deserialize)]
struct Suite<I, E> {
    cases: Vec<Case<I, E>>,
}

/// The cases of a suite.
#[track_caller]
pub(super) fn cases<I: DeserializeOwned, E: DeserializeOwned>(suite: &str) -> Vec<Case<I, E>> {
    let path = folder().join(format!("{suite}.json"));
    let suite: Suite<I, E> = serde_json::from_str(&read(&path)).unwrap_or_else(|error| panic!("{suite}.json: {error}"));
    suite.cases
}

/// A refusal in one text: each field and what is said of it.
pub(super) fn refusal(error: &Error) -> String {
    match error {
        Error::Invalid(fields) => {
            let fields = fields.iter().map(|field| format!("{}: {}", field.field, field.message));
            fields.collect::<Vec<_>>().join("\n")
        }
        other => panic!("a refusal names its field: {other:?}"),
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files of vectors, each with the name of the schema that it gives.
fn vectors() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = names()
        .into_iter()
        .filter(|name| !is_schema(name))
        .map(|name| {
            let file: Value = serde_json::from_str(&read(&folder().join(&name))).unwrap();
            let schema = file["$schema"].as_str().unwrap_or_else(|| panic!("{name} names no schema"));
            (name, schema.to_owned())
        })
        .collect();
    files.sort_unstable();
    files
}

fn names() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn is_schema(name: &str) -> bool {
    name == "schema.json" || name.ends_with(".schema.json")
}

#[test]
fn every_file_keeps_the_schema_that_it_names() {
    let vectors = vectors();
    for (name, schema) in &vectors {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let index = compiler.compile(folder().join(schema).to_str().unwrap(), &mut schemas).unwrap();
        let file = serde_json::from_str(&read(&folder().join(name))).unwrap();
        if let Err(error) = schemas.validate(&file, index) {
            panic!("{name}: {error:#}");
        }
    }
    let used: BTreeSet<&str> = vectors.iter().map(|(_, schema)| schema.as_str()).collect();
    let names = names();
    let there: BTreeSet<&str> = names.iter().map(String::as_str).filter(|name| is_schema(name)).collect();
    assert_eq!(used, there, "each schema describes a file");
}

/// The files that `schema.json` describes; others beside them have schemas of their own.
fn files() -> Vec<(String, Value)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let file: Value = serde_json::from_str(&read(&path)).unwrap();
        if file["$schema"] == "schema.json" {
            files.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), file));
        }
    }
    files
}

/// The first thing that is wrong with a file, by the schema.
fn fault(file: &Value) -> Option<String> {
    let schema: Value = serde_json::from_str(&read(&folder().join("schema.json"))).unwrap();
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("schema.json", schema).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    schemas.validate(file, index).err().map(|error| error.to_string())
}

#[test]
fn every_file_is_what_the_schema_says() {
    let files = files();
    let mut names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["envelope", "headers", "json", "retry", "secrets", "signing", "topics", "urls"]);
    for (name, file) in &files {
        assert_eq!(fault(file), None, "{name}.json");
        assert_eq!(file["suite"], name.as_str());
        let ids: Vec<&str> =
            file["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "each id of {name}.json is unique");
    }
}

#[test]
fn the_schema_finds_what_is_wrong() {
    for (name, file) in files() {
        let with = |place: &str, value: Option<Value>| {
            let mut file = file.clone();
            let (parent, key) = place.rsplit_once('/').unwrap();
            let parent = file.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            match value {
                Some(value) => drop(parent.insert(key.to_owned(), value)),
                None => drop(parent.remove(key).unwrap()),
            }
            fault(&file)
        };
        for (place, value) in [
            ("/cases/0/id", None),
            ("/cases/0/comment", Some("".into())),
            ("/cases/0/flags", Some(serde_json::json!(["new"]))),
            ("/cases/0/input/more", Some(1.into())),
            ("/cases/0/expected", Some(serde_json::json!({}))),
            ("/suite", Some("other".into())),
            ("/about", None),
        ] {
            assert!(with(place, value).is_some(), "{name}.json may not have this at {place}");
        }
    }
}
