//! What the built plugins ask of a host and offer it, and that they work in one.

use std::path::Path;
use std::sync::Arc;

use hookwright_runtime::plugins::{HookContext, HookInput, HookOutput, Plugin, PluginLimits};
use hookwright_runtime::{CodeCache, Environment, SystemEnvironment};
use serde_json::{Value, json};
use wit_component::DecodedWasm;

const NAMES: [&str; 4] = ["booking", "every-hook", "mask-personal-data", "misbehaving"];

fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../dist/plugins/{name}.wasm"));
    std::fs::read(path).unwrap_or_else(|error| {
        panic!("dist/plugins/{name}.wasm cannot be read ({error}); build it with `cargo xtask build-plugins`")
    })
}

/// Calls a hook of a built plugin.
fn called(name: &str, settings: &Value, topic: &str, input: HookInput<'_>) -> Result<HookOutput, String> {
    let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
    let plugin = Plugin::load(&bytes(name), &CodeCache::disabled()).unwrap();
    let context = HookContext { event_id: "evt_1".to_owned(), topic: topic.to_owned(), ..HookContext::default() };
    // The deadline is not what is tested, and machines that run tests are busy.
    let limits = PluginLimits { call_deadline: std::time::Duration::from_secs(10), ..PluginLimits::default() };
    let trial = plugin.try_hook(&environment, &settings.to_string(), limits, &context, input);
    trial.result.map_err(|failure| failure.to_string())
}

#[test]
fn plugins_import_environment_and_settings_export_hooks_and_nothing_else() {
    for name in NAMES {
        let bytes = bytes(name);
        assert!(bytes.len() < 250_000, "{name} has {} bytes", bytes.len());
        let DecodedWasm::Component(resolve, world) = wit_component::decode(&bytes).unwrap() else {
            panic!("{name} is no component");
        };
        let world = &resolve.worlds[world];
        let mut imports: Vec<String> = world.imports.keys().map(|key| resolve.name_world_key(key)).collect();
        imports.sort();
        assert_eq!(
            imports,
            ["environment", "settings"].map(|import| format!("hookwright:plugin/{import}@0.1.0")),
            "{name}"
        );
        let exports: Vec<String> = world.exports.keys().map(|key| resolve.name_world_key(key)).collect();
        assert_eq!(exports, ["hookwright:plugin/hooks@0.1.0"], "{name}");
    }
}

#[test]
fn a_built_mask_masks() {
    let data = r#"{"total":1.50,"billing":{"email":"ines@example.com"}}"#;
    let settings = json!({ "mode": "partial-email" });
    let output = called("mask-personal-data", &settings, "order.created", HookInput::FilterPayload(data));
    assert_eq!(output, Ok(HookOutput::Data(data.replace("ines@", "i***@"))));

    let settings = json!({ "pointers": ["email"] });
    let output = called("mask-personal-data", &settings, "order.created", HookInput::FilterPayload(data));
    assert!(output.unwrap_err().contains("the pointer `email` must begin with `/`"));
}

#[test]
fn a_built_builder_builds() {
    let data = r#"{"id":7,"start":"2026-12-04 15:00","guests":2}"#;
    let settings = json!({ "utc_offset": "+01:00" });
    let output = called("booking", &settings, "reservation.confirmed", HookInput::BuildPayload(data)).unwrap();
    let HookOutput::Data(built) = output else { panic!("{output:?}") };
    assert_eq!(
        serde_json::from_str::<Value>(&built).unwrap(),
        json!({
            "booking": {
                "id": "7", "status": "confirmed", "starts_at": "2026-12-04T14:00:00Z", "party_size": 2
            }
        })
    );
}
