//! Plugins in Python: the SDK, the example `chat-message` built from source, and what Python code may do to a host.
//!
//! One component serves all tests here, because its build and its compilation take many seconds each: the example, with
//! a hook more that does what the tests ask for. The way of a new author is in `guide`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::json;

use crate::place::{Place, Ran, text};
use crate::plugins::shown;
use crate::receiver::Receiver;
use crate::workshop::Workshop;

const PROBE: &str = include_str!("plugins_in_python/plugin.py");

/// A receiver of a chat wants the bare data, and no headers of ours.
const BARE: [&str; 4] = ["--dialect", "easy-lms", "--standard-headers", "false"];

const ORDER_IN_SLACK: &str = concat!(
    r#"{"text":"Order created: Number 1042, Id 727, Status A &amp; B, Total 53.20","#,
    r#""blocks":[{"type":"header","text":{"type":"plain_text","text":"Order created"}},"#,
    r#"{"type":"section","fields":[{"type":"mrkdwn","text":"*Number*\n1042"},"#,
    r#"{"type":"mrkdwn","text":"*Id*\n727"},{"type":"mrkdwn","text":"*Status*\nA &amp; B"},"#,
    r#"{"type":"mrkdwn","text":"*Total*\n53.20"}]},"#,
    r#"{"type":"context","elements":[{"type":"mrkdwn","text":"order.created \u00b7 2026-11-21 19:30 UTC"}]}]}"#
);

fn guest(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../guest").join(name)
}

/// The example with the probe, built from source once.
fn probed() -> &'static str {
    static FILE: OnceLock<String> = OnceLock::new();
    FILE.get_or_init(|| {
        let workshop = Workshop::new();
        let folder = workshop.place.path("chat-message");
        fs::create_dir(&folder).unwrap();
        for entry in fs::read_dir(guest("plugins/chat-message")).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
            }
        }
        fs::rename(folder.join("plugin.py"), folder.join("chat.py")).unwrap();
        fs::write(folder.join("plugin.py"), PROBE).unwrap();
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chat-message.wasm").display().to_string();
        let built = workshop.run("chat-message", &["--json", "plugins", "build", "-o", &file]).succeeded().json();
        assert_eq!((text(&built["name"]), text(&built["language"])), ("chat-message".to_owned(), "python".to_owned()));
        assert!(built["size_bytes"].as_u64().unwrap() < 24_000_000, "{built}");
        // Compiled once, before several tests ask for it at the same time.
        workshop.place.json(&["plugins", "check", &file]);
        let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name == "__pycache__" || name == "build"), "{left:?}");
        file
    })
}

/// What the probe does in a component.
fn probe(place: &Place, what: &str, options: &[&str]) -> Ran {
    place.write("data", json!({ "probe": what }).to_string());
    let test = ["--json", "plugins", "test", probed(), "--hook", "should-deliver", "--data", "data"];
    place.run(&[&test[..], options].concat())
}

fn python(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("python3");
    command.arg("-B").args(arguments).current_dir(folder).env("PYTHONPATH", guest("plugin-sdk-python"));
    command.output().expect("these tests need Python 3.10 or newer with pip: `apt-get install python3 python3-pip`")
}

#[test]
fn the_tests_of_the_sdk_and_of_the_example_pass() {
    for (folder, arguments) in [
        ("plugin-sdk-python", &["-m", "unittest", "discover", "-s", "tests"][..]),
        ("plugins/chat-message", &["-m", "unittest"]),
    ] {
        let output = python(&guest(folder), arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && told.contains("\nOK"), "{folder}: {told}");
        assert!(!told.contains("Ran 0 tests"), "{folder}: {told}");
    }
}

#[test]
fn a_chat_receiver_gets_the_bytes_that_it_accepts() {
    let place = Place::new();
    place.run(&["plugins", "check", probed()]).succeeded().prints(&["nothing beyond environment and settings"]);
    place.json(&["plugins", "install", probed(), "--activate"]);
    let receiver = Receiver::answering("200 OK", "", b"ok");
    let url = receiver.url();
    let create =
        ["--allow-local", "webhooks", "create", "--url", &url, "--topic", "chat.*", "--topic", "order.created"];
    place.run(&[&create[..], &BARE].concat()).succeeded();
    let arrives = |topic: &str, data: &str| {
        place.write("data", data);
        place.run(&["publish", topic, "--data", "data", "--occurred-at", "2026-11-21T19:30:00Z"]).succeeded();
        place.run(&["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
        let received = receiver.received();
        assert_eq!(received.header("content-type"), "application/json");
        assert!(!received.has("webhook-signature"));
        received.text().to_owned()
    };

    let order = concat!(
        r#"{"id":727,"number":"1042","total":53.20,"note":"<!channel>","#,
        r#""billing":{"email":"ines@example.com"},"status":"A & B"}"#
    );
    let told = format!(r#"{{"topic":"order.created","data":{order}}}"#);
    assert_eq!(arrives("chat.slack", &told), ORDER_IN_SLACK);
    assert_eq!(
        arrives("chat.discord", r#"{"text":"@everyone *now*"}"#),
        r#"{"content":"@everyone \\*now\\*","allowed_mentions":{"parse":[]}}"#
    );

    // An order is an order until a setting says otherwise.
    assert_eq!(arrives("order.created", order), order);
    let settings = json!({
        "texts": [{ "topics": ["order.*"], "text": "*{data.number}* {data.note} <https://a.example/{data.id}|Go>" }],
        "replace": [{ "topics": ["order.created"], "for": "slack" }],
    });
    place.run(&["plugins", "settings", "chat-message", &settings.to_string()]).succeeded();
    assert_eq!(arrives("order.created", order), r#"{"text":"*1042* &lt;!channel&gt; <https://a.example/727|Go>"}"#);
    place.write("data", "{}");
    place.run(&["publish", "chat.slack", "--data", "data"]).failed(&["chat-message", "`topic` and `data`"]);
}

#[test]
fn an_exception_arrives_with_its_message_and_its_place() {
    let place = Place::new();
    let line = PROBE.lines().position(|line| line.contains(r#"["total"]"#)).unwrap() + 1;
    let failed = |what: &str| {
        let ran = probe(&place, what, &[]).ended_with(1).json();
        text(&ran["items"][0]["error"])
    };
    let told = failed("failure");
    let places = [format!("at plugin.py:{line} in probe_failure"), "called at plugin.py:".to_owned()];
    assert!(told.contains("KeyError: 'total'") && places.iter().all(|place| told.contains(place)), "{told}");
    for (what, words) in [
        ("refusal", "it refuses the event: not on Sundays"),
        ("invalid", "it cannot work with its input: `total` is missing"),
        ("exit", "SystemExit: 3"),
        ("file", "a plugin has no files (open)"),
        ("wait", "a plugin cannot wait (time.sleep)"),
        ("network", "a plugin has no network (socket.getaddrinfo)"),
        ("import", "the module tomllib was not loaded when the plugin was built: write `import tomllib`"),
    ] {
        let told = failed(what);
        assert!(told.contains(words), "{what}: {told}");
    }
}

#[test]
fn print_clock_and_random_numbers_are_those_of_the_host() {
    let place = Place::new();
    let lines = || -> Vec<String> {
        let tried = probe(&place, "surroundings", &[]).succeeded().json();
        let log = tried["items"][0]["log"].as_array().unwrap().clone();
        log.iter().map(|line| text(&line["message"])).collect()
    };
    let (one, other) = (lines(), lines());
    assert_eq!(one[0], "half a line");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    for clock in one[1].split(' ') {
        let told: f64 = clock.parse().unwrap();
        assert!((now - told).abs() < 600.0, "{told} is far from {now}");
    }
    assert_ne!(one[2], other[2], "two instances draw the same numbers");
}

#[test]
fn a_loop_and_a_greedy_call_are_stopped_and_the_event_goes_on() {
    let place = Place::new();
    let ended = |what: &str, deadline: &str, words: &str| {
        let ran = probe(&place, what, &["--plugin-deadline", deadline]).ended_with(1).json();
        let told = text(&ran["items"][0]["error"]);
        assert!(told.contains(words), "{what}: {told}");
    };
    ended("loop", "300ms", "it ran longer than 300 ms");
    ended("memory", "20s", "64 MiB is the most");

    place.json(&["plugins", "install", probed(), "--activate"]);
    let receiver = Receiver::answering("200 OK", "", b"");
    place.webhook(&receiver.url(), &["order.created"]);
    place.write("data", r#"{"probe":"loop"}"#);
    let publish = ["--plugin-deadline", "300ms", "publish", "order.created", "--data", "data"];
    place.run(&publish).succeeded();
    place.run(&["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
    assert!(receiver.received().text().contains("loop"));
    let plugin = shown(&place, "chat-message");
    assert_eq!((&plugin["state"], &plugin["failures"]), (&json!("active"), &json!(1)), "{plugin}");
}

#[test]
fn what_cannot_be_built_is_said_with_what_to_do() {
    let workshop = Workshop::new();
    workshop.run("", &["plugins", "new", "order-label", "--lang", "python"]).succeeded();
    let place = |file: &str| workshop.place.path("order-label").join(file);
    let build = ["plugins", "build"];

    let mut without_python = workshop.command("order-label", &build);
    let tools = workshop.place.path("tools");
    let without = without_python.env("PATH", workshop.place.path("")).env("HOOKWRIGHT_TOOLS", tools).output().unwrap();
    let told = ["python3 is needed for this", "apt-get install python3 python3-pip"];
    Ran::of(&build, without).ended_with(1).says(&told);

    fs::write(place("requirements.txt"), "numpy\n").unwrap();
    let words = ["requirements.txt asks for what a plugin cannot have", "numpy", "pure Python only"];
    workshop.run("order-label", &build).ended_with(1).says(&words);

    fs::rename(place("plugin.py"), place("other.py")).unwrap();
    workshop.run("order-label", &build).failed(&["there is no plugin.py in", "derives from `Plugin`"]);
    fs::write(place("pyproject.toml"), "[project]\n").unwrap();
    workshop.run("order-label", &build).failed(&["pyproject.toml says no name", "`name = \"my-plugin\"`"]);
    assert!(!place("order-label.wasm").exists());
}
