//! The validator of event data against tests/vectors/json_schema.json, against two other validators, and on every
//! built-in topic.

mod random;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hookwright_core::Schema;
use hookwright_runtime::catalogue::{DocumentFormat, Filter};
use hookwright_tests::installation::{Installation, Kind};
use hookwright_tests::outside_tools::node_package;
use hookwright_tests::subject::Subject as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "$schema")]
    _schema: String,
    #[serde(rename = "about")]
    _about: String,
    vectors: Vec<Vector>,
    refused: Vec<Refused>,
}

#[derive(Deserialize, Serialize)]
struct Vector {
    id: String,
    comment: String,
    schema: Value,
    valid: Vec<Value>,
    invalid: Vec<Value>,
    judge: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    id: String,
    comment: String,
    schema: Value,
    pointer: String,
    says: String,
}

fn vector_file() -> File {
    serde_json::from_slice(&std::fs::read(path("json_schema.json")).unwrap()).unwrap()
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}

fn schema(text: &Value) -> Schema {
    Schema::parse(&text.to_string()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

impl Vector {
    fn cases(&self) -> impl Iterator<Item = (&Value, bool)> {
        let valid = self.valid.iter().map(|data| (data, true));
        valid.chain(self.invalid.iter().map(|data| (data, false)))
    }
}

/// What boon says; none when it does not take the schema.
fn boon_says(schema: &Value, data: &[&Value]) -> Option<Vec<bool>> {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.set_default_draft(boon::Draft::V2020_12);
    compiler.add_resource("https://test.example/schema.json", schema.clone()).ok()?;
    let index = compiler.compile("https://test.example/schema.json", &mut schemas).ok()?;
    Some(data.iter().map(|data| schemas.validate(data, index).is_ok()).collect())
}

#[test]
fn the_vectors_are_many_and_each_has_an_id_of_its_own() {
    let file = vector_file();
    let ids: BTreeSet<_> = file.vectors.iter().map(|v| &v.id).chain(file.refused.iter().map(|r| &r.id)).collect();
    assert_eq!(ids.len(), file.vectors.len() + file.refused.len(), "an id stands twice");
    assert!(file.vectors.len() >= 75 && file.refused.len() >= 40);
}

#[test]
fn data_are_of_the_form_or_not() {
    let mut wrong = Vec::new();
    for vector in vector_file().vectors {
        let schema = schema(&vector.schema);
        for (data, is_valid) in vector.cases() {
            let found = schema.violations(data, 1);
            if found.is_empty() != is_valid {
                wrong.push(format!("{} ({}) {data}: {found:?}", vector.id, vector.comment));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_understood_is_refused() {
    for Refused { id, comment, schema, pointer, says } in vector_file().refused {
        match Schema::parse(&schema.to_string()) {
            Err(error) if error.pointer == pointer && error.message.contains(&says) => {}
            other => panic!("{id} ({comment}) {schema}: {other:?}, not {pointer}: …{says}…"),
        }
    }
}

#[test]
fn boon_agrees_with_the_vectors() {
    for vector in vector_file().vectors.into_iter().filter(|vector| vector.judge.is_none()) {
        let (data, expected): (Vec<&Value>, Vec<bool>) = vector.cases().unzip();
        assert_eq!(boon_says(&vector.schema, &data), Some(expected), "{} ({})", vector.id, vector.comment);
    }
}

#[test]
fn ajv_agrees_with_the_vectors() {
    let Some(ajv) = node_package("ajv", "8.20.0") else { return };
    let script = r"
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
const wrong = [];
for (const { id, schema, valid, invalid } of JSON.parse(readFileSync(0, 'utf8'))) {
  const validate = new Ajv.default({ strict: false, validateFormats: false, logger: false }).compile(schema);
  valid.forEach((data, index) => { if (!validate(data)) wrong.push(`${id} valid ${index}`); });
  invalid.forEach((data, index) => { if (validate(data)) wrong.push(`${id} invalid ${index}`); });
}
console.log(wrong.join('\n'));";
    let mut vectors = vector_file().vectors;
    vectors.retain(|vector| vector.judge.is_none());
    let said = |vectors: &[Vector]| {
        let output = ajv.run(script, &serde_json::to_vec(vectors).unwrap());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(said(&vectors), "");
    vectors.truncate(1);
    vectors[0].invalid.push(json!(1));
    assert_eq!(said(&vectors), "true invalid 0", "it looks");
}

/// The schemas of the catalogue itself, and those that the export makes of samples.
#[test]
fn every_built_in_topic_has_a_schema_that_takes_its_sample() {
    let mut site = Installation::new(Kind::Native);
    let mut document = |format| -> Value {
        let all = Filter { search: None, source: None, group: None };
        serde_json::from_str(&site.topics_document(format, all).unwrap()).unwrap()
    };
    let bundle = document(DocumentFormat::JsonSchema);
    let topics = document(DocumentFormat::Json);
    let mut seen = 0;
    for topic in topics["topics"].as_array().unwrap() {
        let (name, sample) = (topic["name"].as_str().unwrap(), &topic["sample"]);
        if topic["schema"].is_object() {
            assert_eq!(schema(&topic["schema"]).violations(sample, 5), [], "{name}");
        }
        // The family of actions has no name of its own; its envelope tells it by its beginning.
        let is_event = |event: &&Value| {
            let rule = &event["properties"]["type"];
            rule["const"] == name || rule["pattern"].is_string() && name.starts_with("action.")
        };
        let event = bundle["$defs"].as_object().unwrap().values().find(is_event).unwrap();
        let Some(place) = event["properties"]["data"]["$ref"].as_str() else { continue };
        let data = schema(bundle.pointer(&place[1..]).unwrap());
        assert_eq!(data.violations(sample, 5), [], "{name}");
        assert_ne!(data.violations(&json!("text"), 5), [], "{name}");
        seen += 1;
    }
    assert!(seen > 150, "{seen}");
}
