//! Files that are not the core component are refused with words that help.

use std::fs;

use hookwright_runtime::{COMPONENT_CAP_BYTES, CodeCache, Component};

use crate::fixture::{OK, Script, component, wasm};

/// What loading a file with this content says, with the file's path as `FILE`.
fn refusal(content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("core.wasm");
    fs::write(&path, content).unwrap();
    let error = Component::from_file(&path, &CodeCache::disabled()).unwrap_err();
    error.to_string().replace(&path.display().to_string(), "FILE")
}

#[test]
fn a_component_of_the_world_is_accepted() {
    component(&[]);
}

#[test]
fn the_cache_serves_the_second_start() {
    let folder = tempfile::tempdir().unwrap();
    let cache = CodeCache::in_folder(folder.path().join("code"));
    let bytes = wasm(&[("lifecycle#check-config", OK)]);
    for start in ["compiled", "cached"] {
        let component = Component::load(&bytes, &cache).unwrap();
        let connect = Script::quiet();
        let host = hookwright_runtime::Hookwright::start(component, connect, Default::default()).unwrap();
        host.check_config().wait().unwrap_or_else(|error| panic!("{start}: {error}"));
    }
    assert_eq!(fs::read_dir(folder.path().join("code")).unwrap().count(), 1);
}

#[test]
fn a_core_module_is_told_from_a_component() {
    let text = refusal(&wat::parse_str("(module (memory 1))").unwrap());
    assert!(text.starts_with("FILE is a WebAssembly core module"), "{text}");
    assert!(text.ends_with("expected the core component, a WebAssembly component"), "{text}");
}

#[test]
fn a_truncated_component_is_told() {
    let whole = wasm(&[]);
    let text = refusal(&whole[..whole.len() / 2]);
    assert!(text.starts_with("FILE is a WebAssembly file that ends too early"), "{text}");
}

#[test]
fn a_text_file_is_told() {
    let text = refusal(b"[package]\nname = \"hookwright\"\n");
    assert!(text.starts_with("FILE is a text file"), "{text}");
}

#[test]
fn a_component_of_another_world_is_told() {
    let text = refusal(&wat::parse_str("(component (core module))").unwrap());
    assert!(text.contains("FILE is a WebAssembly component, but not a core component"), "{text}");
    assert!(text.ends_with("it does not export hookwright:webhooks/lifecycle@0.1.0"), "{text}");
}

#[test]
fn an_interface_with_other_functions_is_told() {
    let interfaces = ["lifecycle", "registry", "catalogue", "events", "deliveries", "signing"];
    let exports = interfaces.map(|name| format!("(export \"hookwright:webhooks/{name}@0.1.0\" (instance $none))"));
    let text = refusal(&wat::parse_str(format!("(component (instance $none) {})", exports.concat())).unwrap());
    assert!(text.starts_with("FILE is not a usable core component: "), "{text}");
    assert!(text.contains("hookwright:webhooks/"), "it names the interface: {text}");
}

#[test]
fn damage_inside_a_whole_frame_is_told() {
    // A component with one section, of a kind that does not exist.
    let text = refusal(b"\0asm\x0d\0\x01\0\x7f\x01\x00");
    assert!(text.starts_with("FILE is not a usable core component: "), "{text}");
}

#[test]
fn too_large_a_file_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("core.wasm");
    fs::File::create(&path).unwrap().set_len(COMPONENT_CAP_BYTES + 1).unwrap();
    let text = Component::from_file(&path, &CodeCache::disabled()).unwrap_err().to_string();
    assert!(text.contains("larger than 8 MiB"), "{text}");
}

#[test]
fn a_missing_file_is_named() {
    let text = Component::from_file("/nowhere/core.wasm", &CodeCache::disabled()).unwrap_err().to_string();
    assert!(text.starts_with("cannot read the core component /nowhere/core.wasm: "), "{text}");
}
