//! What the built file asks of a host, and how large it is.

use hookwright_tests::component;
use wit_component::DecodedWasm;

#[test]
fn the_component_imports_storage_environment_and_extensions_and_nothing_else() {
    let DecodedWasm::Component(resolve, world) = wit_component::decode(&component::bytes()).unwrap() else {
        panic!("dist/hookwright.wasm is no component");
    };
    let imports = resolve.worlds[world].imports.keys();
    let mut imports: Vec<String> = imports.map(|key| resolve.name_world_key(key)).collect();
    imports.sort();
    // `types` holds no function: the other three share its types.
    let names = ["environment", "extensions", "storage", "types"];
    assert_eq!(imports, names.map(|name| format!("hookwright:webhooks/{name}@0.1.0")));
    let functions = |interface: &str| {
        let import = resolve.worlds[world]
            .imports
            .iter()
            .find(|(key, _)| resolve.name_world_key(key) == format!("hookwright:webhooks/{interface}@0.1.0"));
        let Some((_, wit_parser::WorldItem::Interface { id, .. })) = import else { panic!("{interface}") };
        let mut names: Vec<&str> = resolve.interfaces[*id].functions.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(functions("types"), [""; 0]);
    assert_eq!(functions("storage"), ["execute", "sql-dialect"]);
    assert_eq!(functions("environment"), ["config", "log", "now", "random-bytes"]);
    assert_eq!(
        functions("extensions"),
        ["after-delivery", "build-data", "filter-data", "filter-request", "interests", "should-deliver", "topics"]
    );
}

#[test]
fn the_component_stays_under_its_limit() {
    let bytes = component::bytes().len();
    assert!(bytes < 1_250_000, "{bytes} bytes");
}
