//! `hookwright plugins new`, `build` and `dev`. The whole way of an author is in `guide`.

use std::fs;

use serde_json::Value;

use crate::listen::Background;
use crate::place::{Place, text};
use crate::workshop::Workshop;

/// The source of a new project in Rust, below the workshop. Each test needs a name of its own: two projects of one name
/// that are built at the same time are one and the same to cargo, since they share a target folder.
fn rust(workshop: &Workshop, name: &str) -> String {
    workshop.run("", &["plugins", "new", name, "--lang", "rust"]).succeeded();
    fs::read_to_string(workshop.place.path(name).join("src/lib.rs")).unwrap()
}

#[test]
fn a_new_project_is_written_where_nothing_is() {
    let place = Place::new();
    let new = ["plugins", "new", "order-label", "--lang", "rust"];
    let told = place.json(&new);
    let files = told["files"].as_array().unwrap();
    assert_eq!((text(&told["folder"]), text(&told["language"])), ("order-label".to_owned(), "rust".to_owned()));
    assert!(files.iter().all(|file| place.path("order-label").join(file.as_str().unwrap()).is_file()), "{files:?}");
    let manifest = fs::read_to_string(place.path("order-label/Cargo.toml")).unwrap();
    assert!(manifest.starts_with("[package]\nname = \"order-label\"\n"), "{manifest}");

    place.run(&new).failed(&["order-label is there already, and is not empty", "--dir names another folder"]);
    fs::create_dir(place.path("empty")).unwrap();
    place.run(&[&new[..], &["--dir", "empty"]].concat()).succeeded().prints(&["order-label is in empty"]);
    place.write("file", "");
    place.run(&[&new[..], &["--dir", "file"]].concat()).failed(&["file is there already, as a file"]);
    place.run(&[&new[..], &["--dir", "file/below"]].concat()).failed(&["file/below"]);
}

#[test]
fn a_name_and_a_language_that_cannot_be_are_refused() {
    let place = Place::new();
    let new = |name, language| place.run(&["plugins", "new", name, "--lang", language]).ended_with(2);
    new("Order Label", "rust").says(&["lower-case letters", "for example order-label"]);
    new("serde", "rust").says(&["means something else", "my-serde"]);
    new("order-label", "cobol").says(&["rust, js, ts, python"]);
    assert!(place.files().is_empty(), "{:?}", place.files());
}

#[test]
fn what_cannot_be_built_is_said_with_what_to_do() {
    let workshop = Workshop::new();
    let build = ["plugins", "build"];
    workshop.run("", &build).failed(&["there is no plugin's project in .", "hookwright plugins new NAME"]);
    workshop.run("", &["plugins", "build", "none"]).failed(&["there is no folder none"]);
    workshop.run("", &["plugins", "dev"]).failed(&["there is no plugin's project in ."]);

    let source = rust(&workshop, "order-note");
    let mut without_tools = workshop.command("order-note", &build);
    let ran = without_tools.env("PATH", workshop.place.path("")).output().unwrap();
    crate::place::Ran::of(&build, ran).failed(&["cargo is needed", "hint: install Rust from https://rustup.rs"]);

    let manifest = fs::read_to_string(workshop.place.path("order-note/Cargo.toml")).unwrap();
    workshop.place.write("order-note/Cargo.toml", manifest.replace("[lib]", "[lib"));
    workshop.run("order-note", &build).failed(&["`cargo metadata` failed", "--> Cargo.toml:", "| [lib\n"]);
    workshop.place.write("order-note/Cargo.toml", manifest.replace("cdylib", "lib"));
    workshop.run("order-note", &build).failed(&["order-note is no library for WebAssembly", "cdylib"]);
    workshop.place.write("order-note/Cargo.toml", manifest);

    workshop.place.write("order-note/src/lib.rs", source.replace("impl Plugin", "imp"));
    let human = workshop.run("order-note", &build).ended_with(1);
    human.says(&["src/lib.rs:", "error: `cargo build` failed with exit code 101"]);
    let json = workshop.run("order-note", &["--json", "plugins", "build"]).ended_with(1).error();
    assert!(json["kind"] == "tool" && text(&json["message"]).contains("src/lib.rs:"), "{json}");
    assert!(!workshop.place.path("order-note/order-note.wasm").exists());
}

#[test]
fn a_change_is_reloaded_and_a_mistake_is_told() {
    let workshop = Workshop::new();
    let source = rust(&workshop, "order-tag");
    // The first build takes as long as it takes.
    let built = workshop.run("", &["--json", "plugins", "build", "order-tag", "-o", "x.wasm"]).succeeded().json();
    assert_eq!((text(&built["name"]), text(&built["file"])), ("order-tag".to_owned(), "x.wasm".to_owned()));
    let size = fs::metadata(workshop.place.path("x.wasm")).unwrap().len();
    assert!(built["size_bytes"] == size && size < 250_000, "{built}");
    let bytes = fs::read(workshop.place.path("x.wasm")).unwrap();
    let home = workshop.place.path("").into_os_string().into_encoded_bytes();
    assert!(!bytes.windows(home.len()).any(|window| window == home), "a path of the author's machine is in the plugin");

    let mut dev = Background::start(workshop.command("", &["--json", "plugins", "dev", "order-tag"]));
    assert_eq!(filtered(&dev.json())["label"], "new");
    workshop.place.write("order-tag/src/lib.rs", source.replace("data.read()?;", "data.red()?;"));
    let failed = dev.json();
    assert!(failed["kind"] == "failed" && text(&failed["error"]["message"]).contains("`red`"), "{failed}");
    let shown = workshop.place.json(&["plugins", "show", "order-tag"]);
    assert_eq!(shown["state"], "active", "{shown}");

    let failing =
        source.replace(r#"order.insert("label".to_owned(), "#, r#"order.remove("none").unwrap(); drop::<Value>("#);
    workshop.place.write("order-tag/src/lib.rs", failing);
    let failed = dev.json();
    assert!(text(&failed["error"]["message"]).contains("filter-payload of order.created failed"), "{failed}");
    assert_eq!(workshop.place.json(&["plugins", "show", "order-tag"])["hash"], shown["hash"]);

    workshop.place.write("order-tag/src/lib.rs", source.replace(r#"order.insert("label""#, r#"order.insert("tag""#));
    assert_eq!(filtered(&dev.json())["tag"], "new");
    let tried = workshop.place.json(&["plugins", "test", "order-tag", "--hook", "filter-payload"]);
    assert_eq!(tried["items"][0]["output"]["tag"], "new", "{tried}");
    #[cfg(unix)]
    {
        dev.signal("INT");
        assert!(dev.ended().success());
    }
}

/// What the filter made of a sample in a version that was reloaded.
fn filtered(reloaded: &Value) -> Value {
    assert_eq!(reloaded["kind"], "reloaded", "{reloaded}");
    let hooks = reloaded["hooks"].as_array().unwrap();
    hooks.iter().find(|hook| hook["hook"] == "filter-payload").unwrap()["output"].clone()
}
