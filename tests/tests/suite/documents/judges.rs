//! What the tools of each format say. They see every built-in topic and the odd ones of the fixture.

use std::fs;
use std::process::Output;

use boon::{Compiler, SchemaIndex, Schemas};
use hookwright_runtime::catalogue::DocumentFormat;
use hookwright_tests::installation::Kind;
use hookwright_tests::outside_tools::{node_package, python_package};
use serde_json::{Value, json};

use super::fixture::{all, document, parsed, site};

fn whole(format: DocumentFormat) -> String {
    document(&mut site(Kind::Native), format, all())
}

/// Name of the body's schema, topic and sample of each topic that has a sample.
fn samples() -> Vec<(String, String, Value)> {
    let bundle = parsed(&whole(DocumentFormat::JsonSchema));
    let topics = parsed(&whole(DocumentFormat::Json));
    let definitions = bundle["$defs"].as_object().unwrap();
    let id_of = |topic: &str| {
        let holds = |schema: &Value| {
            let rule = &schema["properties"]["type"];
            rule["const"] == topic || rule["pattern"].is_string() && topic.starts_with("action.")
        };
        let found = definitions.iter().find(|(name, schema)| name.ends_with("Event") && holds(schema));
        found.unwrap_or_else(|| panic!("{topic} has a schema")).0.clone()
    };
    let topics = topics["topics"].as_array().unwrap().iter().filter(|topic| !topic["sample"].is_null());
    let all: Vec<_> = topics
        .map(|topic| {
            let name = topic["name"].as_str().unwrap();
            (id_of(name), name.to_owned(), topic["sample"].clone())
        })
        .collect();
    assert!(all.len() > 150, "{}", all.len());
    all
}

fn body(topic: &str, sample: &Value) -> Value {
    json!({"type": topic, "timestamp": "2026-11-21T19:22:28.123Z", "data": sample})
}

#[track_caller]
fn succeeded(output: &Output) {
    let told = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).join("\n");
    assert!(output.status.success(), "{}", &told[..told.floor_char_boundary(6_000)]);
}

/// Compiles schemas inside a document; boon checks each against the meta-schema of 2020-12.
fn compiled(document: Value, pointers: &[String]) -> (Schemas, Vec<SchemaIndex>) {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.set_default_draft(boon::Draft::V2020_12);
    compiler.enable_format_assertions();
    compiler.add_resource("https://test.example/document.json", document).unwrap();
    let indexes = pointers
        .iter()
        .map(|pointer| {
            let place = format!("https://test.example/document.json#{pointer}");
            compiler.compile(&place, &mut schemas).unwrap_or_else(|error| panic!("{error:#}"))
        })
        .collect();
    (schemas, indexes)
}

#[test]
fn every_sample_is_valid_under_its_schema() {
    let samples = samples();
    let formats = [
        (DocumentFormat::JsonSchema, "/$defs/"),
        (DocumentFormat::Openapi, "/components/schemas/"),
        (DocumentFormat::Asyncapi, "/components/schemas/"),
    ];
    for (format, place) in formats {
        let pointers: Vec<String> = samples.iter().map(|(name, _, _)| format!("{place}{name}")).collect();
        let (schemas, indexes) = compiled(parsed(&whole(format)), &pointers);
        for ((name, topic, sample), index) in samples.iter().zip(indexes) {
            let told = format!("{format:?} {name}");
            let valid = |body: Value| schemas.validate(&body, index).map_err(|error| format!("{told}: {error:#}"));
            assert_eq!(valid(body(topic, sample)), Ok(()));
            assert!(valid(body("no.such.topic", sample)).is_err(), "{told} takes another topic");
            assert!(valid(json!({"type": topic, "data": sample})).is_err(), "{told} takes no timestamp");
        }
    }
}

#[test]
fn the_bundle_knows_events_from_each_other() {
    let (schemas, indexes) = compiled(parsed(&whole(DocumentFormat::JsonSchema)), &[String::new()]);
    for (name, topic, sample) in samples() {
        assert!(schemas.validate(&body(&topic, &sample), indexes[0]).is_ok(), "{name}");
    }
    let wrong = json!({"id": "not a number", "from": {"city": "Ulm"}});
    assert!(schemas.validate(&body("parcel.sent", &wrong), indexes[0]).is_err(), "a registered schema holds");
    let inferred = json!({"webhook_id": 5});
    assert!(schemas.validate(&body("webhook.disabled", &inferred), indexes[0]).is_err(), "an inferred schema holds");
}

#[test]
fn openapi_is_valid() {
    let Some(validator) = python_package("openapi-spec-validator", "0.7.2") else { return };
    let script = "import json, sys\nfrom openapi_spec_validator import OpenAPIV31SpecValidator, validate\n\
                  document = json.load(sys.stdin)\nvalidate(document, cls=OpenAPIV31SpecValidator)\n\
                  print(len(document['webhooks']))";
    let text = whole(DocumentFormat::Openapi);
    let output = validator.run(script, text.as_bytes());
    succeeded(&output);
    assert!(String::from_utf8_lossy(&output.stdout).trim().parse::<usize>().unwrap() > 150);
    let broken = text.replacen("\"in\": \"header\"", "\"in\": \"nowhere\"", 1);
    assert!(!validator.run(script, broken.as_bytes()).status.success(), "the validator looks");
}

#[test]
fn asyncapi_is_valid() {
    let Some(parser) = node_package("@asyncapi/parser", "3.6.3") else { return };
    let script = "import { readFileSync } from 'node:fs';\nimport pkg from '@asyncapi/parser';\n\
                  const { document, diagnostics } = await new pkg.Parser().parse(readFileSync(0, 'utf8'));\n\
                  const wrong = diagnostics.filter((found) => found.severity === 0);\n\
                  if (wrong.length || !document) { console.error(JSON.stringify(wrong.slice(0, 5), null, 1)); process.exit(1); }\n\
                  console.log(document.operations().filterBySend().length);";
    let text = whole(DocumentFormat::Asyncapi);
    let output = parser.run(script, text.as_bytes());
    succeeded(&output);
    assert!(String::from_utf8_lossy(&output.stdout).trim().parse::<usize>().unwrap() > 150);
    let broken = text.replacen("\"action\": \"send\"", "\"action\": \"throw\"", 1);
    assert!(!parser.run(script, broken.as_bytes()).status.success(), "the parser looks");
}

#[test]
fn typescript_takes_every_sample() {
    let Some(typescript) = node_package("typescript", "5.9.3") else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("topics.ts"), whole(DocumentFormat::Typescript)).unwrap();
    let mut code = "import type * as topics from './topics';\n".to_owned();
    for (index, (name, topic, sample)) in samples().into_iter().enumerate() {
        let body = body(&topic, &sample);
        code += &format!("export const one{index}: topics.{name} = {body};\n");
        code += &format!("export const all{index}: topics.HookwrightEvent = one{index};\n");
    }
    code += "export function city(event: topics.HookwrightEvent): string | undefined {\n\
             if (event.type === 'parcel.sent') { return event.data.to?.city; }\n\
             // @ts-expect-error no other topic has it\n\
             return event.data.to.city;\n}\n\
             // @ts-expect-error no such topic\n\
             export const topic: topics.HookwrightTopic = 'no.such.topic';\n\
             export const hook: topics.HookwrightTopic = 'action.wc_anything';\n";
    fs::write(folder.path().join("samples.ts"), code).unwrap();
    let arguments = ["--strict", "--noEmit", "--target", "es2022", "--module", "esnext", "samples.ts"];
    succeeded(&typescript.run_file("node_modules/typescript/bin/tsc", &arguments, folder.path()));
}

#[test]
fn markdown_reads_as_it_is_meant() {
    let Some(markdownlint) = node_package("markdownlint", "0.40.0") else { return };
    // MD013: tables have long lines.
    let script = "import { readFileSync } from 'node:fs';\nimport { lint } from 'markdownlint/sync';\n\
                  const found = lint({ strings: { topics: readFileSync(0, 'utf8') }, config: { default: true, MD013: false } });\n\
                  if (found.topics.length) { console.error(JSON.stringify(found.topics.slice(0, 8), null, 1)); process.exit(1); }";
    let text = whole(DocumentFormat::Markdown);
    succeeded(&markdownlint.run(script, text.as_bytes()));
    let broken = text.replacen("](#ordercreated)", "](#nowhere)", 1);
    assert!(!markdownlint.run(script, broken.as_bytes()).status.success(), "links inside are followed");
}
