//! `hookwright plugins`, and plugins at work in other commands. The plugins are those of `cargo xtask build-plugins`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::listen::Background;
use crate::place::{Place, text};
use crate::receiver::{Received, Receiver};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const ORDER: &str = r#"{"id":727,"billing":{"email":"ines@example.com"}}"#;
pub(crate) const MASKED: &str = r#"{"id":727,"billing":{"email":"***"}}"#;

pub(crate) fn built(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../../dist/plugins/{name}.wasm"));
    assert!(path.exists(), "dist/plugins/{name}.wasm is missing; build it with `cargo xtask build-plugins`");
    path.into_os_string().into_string().unwrap()
}

/// The same plugin in other bytes: with a custom section behind it.
fn other_bytes(place: &Place, name: &str) -> String {
    let mut bytes = fs::read(built(name)).unwrap();
    bytes.extend(b"\x00\x05\x04note");
    place.write("other.wasm", bytes);
    place.path("other.wasm").into_os_string().into_string().unwrap()
}

pub(crate) fn install(place: &Place, name: &str, options: &[&str]) -> Value {
    place.json(&[&["plugins", "install", &built(name)], options].concat())
}

pub(crate) fn shown(place: &Place, name: &str) -> Value {
    place.json(&["plugins", "show", name])
}

/// The file that the installation keeps of a plugin.
pub(crate) fn kept(place: &Place, plugin: &Value) -> PathBuf {
    place.path("hookwright.db.plugins").join(format!("{}.wasm", text(&plugin["hash"])))
}

/// A shop with one webhook for these topics.
pub(crate) struct Shop {
    pub(crate) place: Place,
    pub(crate) receiver: Receiver,
    secret: String,
}

impl Shop {
    pub(crate) fn with(plugin: &str, topic: &str) -> Self {
        Self::with_file(&built(plugin), topic)
    }

    /// As [`Shop::with`], with a plugin that is not among the built ones.
    pub(crate) fn with_file(file: &str, topic: &str) -> Self {
        let place = Place::new();
        place.json(&["plugins", "install", file, "--activate"]);
        let receiver = Receiver::answering("200 OK", "", b"");
        let create = ["--allow-local", "webhooks", "create", "--url", &receiver.url(), "--topic", topic];
        let secret = text(&place.json(&create)["secret"]);
        Self { place, receiver, secret }
    }

    pub(crate) fn publish(&self, topic: &str, data: &str) {
        self.place.write("data", data);
        self.place.run(&["publish", topic, "--data", "data"]).succeeded();
    }

    /// Delivers one event, checks its signature, and gives the data that arrived.
    pub(crate) fn delivers(&self) -> String {
        self.place.run(&["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
        let received = self.receiver.received();
        self.verify(&received);
        let body: Value = serde_json::from_slice(&received.body).unwrap();
        body["data"].to_string()
    }

    fn verify(&self, received: &Received) {
        self.place.write("head", received.head());
        self.place.write("body", &received.body);
        let verify = ["verify", "--secret", &self.secret, "--headers", "head", "--body", "body"];
        self.place.run(&verify).succeeded().prints(&["verified"]);
    }
}

pub(crate) fn same(one: &str, other: &str) -> bool {
    serde_json::from_str::<Value>(one).unwrap() == serde_json::from_str::<Value>(other).unwrap()
}

#[test]
fn data_are_masked_while_the_plugin_is_active() {
    let shop = Shop::with("mask-personal-data", "order.*");
    shop.publish("order.created", ORDER);
    // What is stored is what was true at publish.
    shop.place.run(&["plugins", "deactivate", "mask-personal-data"]).succeeded().prints(&["is inactive"]);
    let data = shop.delivers();
    assert!(same(&data, MASKED), "{data}");

    shop.publish("order.created", ORDER);
    let data = shop.delivers();
    assert!(same(&data, ORDER), "{data}");

    shop.place.run(&["plugins", "activate", "mask-personal-data"]).succeeded().prints(&["is active"]);
    shop.publish("order.created", ORDER);
    assert!(same(&shop.delivers(), MASKED));
}

#[test]
fn topics_of_a_plugin_are_in_the_catalogue_and_it_builds_their_data() {
    let place = Place::new();
    place.run(&["topics", "show", "reservation.confirmed"]).failed(&["there is no topic"]);
    let shop = Shop::with("booking", "reservation.*");
    let topic = shop.place.json(&["topics", "show", "reservation.confirmed"]);
    assert_eq!((&topic["sources"], &topic["group"]), (&json!(["extension:booking"]), &json!("Booking")));
    assert_eq!(shop.place.json(&["topics", "--source", "extension:booking"])["total"], 7);

    let set = ["plugins", "settings", "booking", r#"{"utc_offset":"+01:00"}"#];
    shop.place.run(&set).succeeded().prints(&["utc_offset", "yes", "currency", "no"]);
    shop.publish("reservation.confirmed", r#"{"id":7,"start":"2026-12-04 15:00","guests":2}"#);
    let expected = json!({
        "booking": { "id": "7", "status": "confirmed", "starts_at": "2026-12-04T14:00:00Z", "party_size": 2 }
    });
    assert!(same(&shop.delivers(), &expected.to_string()));

    shop.place.run(&["plugins", "deactivate", "booking"]).succeeded();
    shop.place.run(&["publish", "reservation.confirmed", "--data", "data"]).failed(&["reservation.confirmed"]);
}

#[test]
fn what_is_no_plugin_is_refused_by_name_and_leaves_nothing_behind() {
    let place = Place::new();
    let whole = fs::read(built("booking")).unwrap();
    place.write("text.wasm", "order.created");
    place.write("empty.wasm", "");
    place.write("module.wasm", b"\0asm\x01\0\0\0");
    place.write("half.wasm", &whole[..whole.len() / 2]);
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../dist/hookwright.wasm");
    place.write("core.wasm", fs::read(core).unwrap());
    for (file, words) in [
        ("text.wasm", "a plugin is a WebAssembly component"),
        ("empty.wasm", "a plugin is a WebAssembly component"),
        ("module.wasm", "core module"),
        ("half.wasm", "ends too early"),
        ("core.wasm", "it is the core component"),
        ("none.wasm", "cannot read the plugin"),
    ] {
        place.run(&["plugins", "install", file]).failed(&[file, words]);
    }
    assert!(place.files().iter().all(|file| !file.starts_with("hookwright.db")), "{:?}", place.files());
}

#[test]
fn a_plugin_is_installed_shown_and_uninstalled() {
    let place = Place::new();
    place.run(&["plugins", "list"]).succeeded().says(&["No plugin is installed"]);
    let installed = install(&place, "mask-personal-data", &[]);
    assert_eq!((&installed["state"], &installed["policy"]), (&json!("inactive"), &json!("fail-closed")));
    assert!(kept(&place, &installed).exists());
    place.run(&["plugins", "list"]).succeeded().prints(&["mask-personal-data", "inactive", "Masks names"]);
    let human = place.run(&["plugins", "show", "mask-personal-data"]).succeeded();
    human.prints(&["The Hookwright authors", "filter-payload", "fail-closed", "none are set"]);
    place.run(&["plugins", "show", "mask"]).failed(&["there is no plugin mask", "hint: `hookwright plugins list`"]);

    place.run(&["plugins", "activate", "mask-personal-data"]).succeeded();
    let hint = "hint: `hookwright plugins deactivate mask-personal-data`";
    place.run(&["plugins", "uninstall", "mask-personal-data"]).failed(&["is active", hint]);
    place.run(&["plugins", "deactivate", "mask-personal-data"]).succeeded();
    place.run(&["plugins", "uninstall", "mask-personal-data"]).succeeded().prints(&["uninstalled"]);
    assert!(!kept(&place, &installed).exists());
    assert_eq!(place.json(&["plugins", "list"])["total"], 0);
}

#[test]
fn several_are_activated_each_with_its_own_result() {
    let place = Place::new();
    install(&place, "booking", &[]);
    let ran = place.run(&["--json", "plugins", "activate", "booking", "nothing"]).ended_with(1);
    let items = &ran.json()["items"];
    assert_eq!((&items[0]["id"], &items[0]["state"]), (&json!("booking"), &json!("active")), "{items}");
    assert_eq!(items[1]["error"]["kind"], "not_found", "{items}");
}

#[test]
fn settings_are_checked_and_shown_only_to_who_asks() {
    let place = Place::new();
    install(&place, "mask-personal-data", &[]);
    let set = |settings: &str| place.run(&["plugins", "settings", "mask-personal-data", settings]);
    set(r#"{"mode":"blur"}"#).failed(&["settings/mode", "hint: `hookwright plugins settings mask-personal-data`"]);
    set("{").failed(&["settings"]);
    set("none.json").failed(&["none.json"]);
    place.write("settings.json", r#"{"mode":"hash","hash_key":"a-key-of-this-site"}"#);
    set("settings.json").succeeded().prints(&["hash_key", "yes"]);

    let show = ["plugins", "settings", "mask-personal-data"];
    let hidden = place.run(&show).succeeded().prints(&["mode", "replacement", "no"]);
    assert!(!hidden.stdout.contains("a-key-of-this-site"), "{hidden}");
    assert_eq!(place.json(&show)["settings"], Value::Null);
    let revealed = [&show[..], &["--reveal"]].concat();
    assert_eq!(place.json(&revealed)["settings"]["hash_key"], "a-key-of-this-site");
    place.run(&revealed).succeeded().prints(&["a-key-of-this-site"]);
}

#[test]
fn an_upgrade_can_be_rolled_back() {
    let shop = Shop::with("mask-personal-data", "order.*");
    let Shop { place, .. } = &shop;
    let first = shown(place, "mask-personal-data");
    place.run(&["plugins", "roll-back", "mask-personal-data"]).failed(&["no version before"]);
    let upgrade = place.run(&["plugins", "install", &other_bytes(place, "mask-personal-data")]).succeeded();
    upgrade.says(&["`hookwright plugins roll-back mask-personal-data`"]);
    let second = shown(place, "mask-personal-data");
    assert_eq!((&second["previous_hash"], &second["state"]), (&first["hash"], &json!("active")), "{second}");
    assert_ne!(second["hash"], first["hash"]);
    shop.publish("order.created", ORDER);
    assert!(same(&shop.delivers(), MASKED));

    place.run(&["plugins", "roll-back", "mask-personal-data"]).succeeded();
    let third = shown(place, "mask-personal-data");
    assert_eq!((&third["hash"], &third["previous_hash"]), (&first["hash"], &second["hash"]), "{third}");
    assert!(kept(place, &first).exists() && kept(place, &second).exists());
    shop.publish("order.created", ORDER);
    assert!(same(&shop.delivers(), MASKED));
}

#[test]
fn a_topic_has_one_owner() {
    let place = Place::new();
    place.run(&["topics", "register", "reservation.confirmed"]).succeeded();
    place.run(&["plugins", "install", &built("booking")]).failed(&["booking.wasm", "reservation.confirmed"]);
    assert_eq!(place.json(&["plugins", "list"])["total"], 0);
    assert_eq!(fs::read_dir(place.path("hookwright.db.plugins")).unwrap().count(), 0);
}

#[test]
fn another_folder_can_be_named() {
    let place = Place::new();
    let folder = [("HOOKWRIGHT_PLUGINS", "elsewhere")];
    let install = ["plugins", "install", &built("booking"), "--activate"];
    place.run_with(&install, &folder, b"").succeeded();
    assert_eq!(fs::read_dir(place.path("elsewhere")).unwrap().count(), 1);
    place.run_with(&["topics", "show", "reservation.confirmed"], &folder, b"").succeeded();
    place.run(&["--plugins", "elsewhere", "topics", "show", "reservation.confirmed"]).succeeded();
    let missed = place.run(&["topics", "show", "reservation.confirmed"]).ended_with(1);
    missed.says(&["Plugin booking does not take part", "is missing", "there is no topic"]);
}

#[test]
fn a_running_command_notices_a_plugin() {
    let place = Place::new();
    let receiver = Receiver::answering("200 OK", "", b"");
    place.webhook(&receiver.url(), &["order.*"]);
    place.run(&["publish", "order.created", "--sample"]).succeeded();
    let watch = ["deliver", "--allow-local", "--json", "--watch"];
    let mut watching = Background::start(place.command(&watch, &[]));
    assert!(!receiver.received().has("x-every-hook"));
    install(&place, "every-hook", &["--activate"]);
    let header_comes = |comes: bool| {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            place.run(&["publish", "order.created", "--sample"]).succeeded();
            if receiver.received().has("x-every-hook") == comes {
                return true;
            }
        }
        false
    };
    assert!(header_comes(true), "the plugin was not noticed");
    place.run(&["plugins", "deactivate", "every-hook"]).succeeded();
    assert!(header_comes(false), "its end was not noticed");
    watching.signal("TERM");
    assert!(watching.ended().success());
}
