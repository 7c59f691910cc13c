//! Plugins in JavaScript and TypeScript: what the SDK gives them inside of QuickJS, how their mistakes are told, and the
//! example `wordpress-core`. The way of a new project is in `guide`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::place::text;
use crate::receiver::Receiver;
use crate::workshop::Workshop;

/// Machines that run tests are busy.
const PATIENT: [&str; 2] = ["--plugin-deadline", "20s"];

/// A filter that does what the data say.
const OBEDIENT: &str = r"
import { InvalidInput, plugin, Refused, settings, unchanged } from '#hookwright';
import { deep } from './deep.js';
import { twice } from 'tiny-cjs';

const SOUNDS = { early: 'text' };
console.log('built', SOUNDS);

export default plugin({
  name: 'obedient',
  version: '1.0.0',
  filterPayload: {
    handler({ act }, context) {
      switch (act) {
        case 'clock': return [Date.now(), new Date().getTime(), context.occurredAt, new Date(2026, 0, 1).toISOString()];
        case 'random': return [Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(4))]];
        case 'log': console.debug('a', 1); console.warn('%s is %o', 'b', new Map([['c', [1]]])); return {};
        case 'text': return new TextDecoder().decode(new TextEncoder().encode('aé€😀')) + atob(btoa('x'));
        case 'clone': return structuredClone({ a: [new Date(7)] });
        case 'twice': return twice(21);
        case 'unchanged': return unchanged;
        case 'settings': return settings();
        case 'fetch': return fetch('https://a.example');
        case 'promise': return Promise.resolve(1);
        case 'refuse': throw new Refused('not today');
        case 'odd': throw new InvalidInput('odd');
        case 'deep': return deep(null);
        case 'wrapped': try { return deep(null); } catch (cause) { throw new Error('outer', { cause }); }
        case 'loop': for (;;);
        case 'recurse': return (function again(n) { return again(n + 1) + 1; })(0);
        default: return { act };
      }
    },
  },
});
";

const DEEP: &str =
    "// one\n\nexport function deep(data) {\n  return [1].map(() => {\n    return data.member;\n  });\n}\n";

/// A new project whose main file is this.
fn project(workshop: &Workshop, name: &str, source: &str) {
    workshop.run("", &["plugins", "new", name, "--lang", "js"]).succeeded();
    workshop.place.write(&format!("{name}/src/plugin.js"), source);
}

/// The plugin above, built once for all tests, in a workshop of its own.
fn obedient() -> Workshop {
    static BUILT: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let workshop = Workshop::new();
        project(&workshop, "obedient", OBEDIENT);
        workshop.place.write("obedient/src/deep.js", DEEP);
        fs::create_dir_all(workshop.place.path("obedient/node_modules/tiny-cjs")).unwrap();
        let manifest = r#"{"name":"tiny-cjs","version":"1.0.0","main":"index.js"}"#;
        workshop.place.write("obedient/node_modules/tiny-cjs/package.json", manifest);
        workshop.place.write("obedient/node_modules/tiny-cjs/index.js", "exports.twice = (n) => 2 * n;\n");
        workshop.run("obedient", &["plugins", "build", "-o", "../obedient.wasm"]).succeeded();
        let bytes = fs::read(workshop.place.path("obedient.wasm")).unwrap();
        let home = workshop.place.path("").into_os_string().into_encoded_bytes();
        let home = home.strip_suffix(b"/").unwrap_or(&home);
        assert!(!bytes.windows(home.len()).any(|window| window == home), "a path of the author's machine is in it");
        assert!(bytes.len() < 2_500_000, "{} bytes", bytes.len());
        bytes
    });
    let workshop = Workshop::new();
    workshop.place.write("obedient.wasm", &*BUILT);
    workshop
}

/// What one call came to.
fn call(workshop: &Workshop, act: &str, options: &[&str]) -> Value {
    workshop.place.write("data", format!(r#"{{ "act": "{act}", "n": 12345678901234567890, "total": 1.50 }}"#));
    let test = ["--json", "plugins", "test", "obedient.wasm", "--hook", "filter-payload", "--data", "data"];
    let ran = workshop.run("", &[&test[..], options].concat());
    ran.json()["items"][0].clone()
}

#[test]
fn what_the_language_leaves_to_its_surroundings_is_the_hosts() {
    let workshop = obedient();
    let output = |act| call(&workshop, act, &PATIENT)["output"].clone();

    let clock = output("clock");
    let (now, occurred_at) = (clock[0].as_i64().unwrap(), clock[2].as_i64().unwrap());
    assert!((0..60_000).contains(&(now - occurred_at)) && clock[1].as_i64() >= Some(now), "{clock}");
    assert_eq!(clock[3], "2026-01-01T00:00:00.000Z");
    let [one, other] = [output("random"), output("random")];
    assert!(one[0] != other[0] && one[1] != other[1] && text(&one[1]).len() == 36, "{one} {other}");

    let logged = call(&workshop, "log", &PATIENT)["log"].clone();
    // What was logged while it was built comes with the first call.
    let expected = json!([
        { "level": "info", "message": "built { early: \"text\" }" },
        { "level": "debug", "message": "a 1" },
        { "level": "warn", "message": "b is Map { \"c\" => [1] }" }
    ]);
    assert_eq!(logged, expected);
    for (act, expected) in [
        ("text", json!("aé€😀x")),
        ("clone", json!({ "a": ["1970-01-01T00:00:00.007Z"] })),
        ("twice", json!(42)),
        ("settings", json!({})),
    ] {
        assert_eq!(output(act), expected, "{act}");
    }
    workshop.place.write("data", r#"{ "act": "unchanged", "n": 12345678901234567890, "total": 1.50 }"#);
    let unchanged = workshop.run("", &["plugins", "test", "obedient.wasm", "--data", "data"]).succeeded();
    unchanged.prints(&["12345678901234567890", "1.50"]);
}

#[test]
fn what_goes_wrong_inside_is_told_with_message_and_place() {
    let workshop = obedient();
    let error = |act| text(&call(&workshop, act, &PATIENT)["error"]);
    for (act, words) in [
        ("refuse", &["it refuses the event: not today"][..]),
        ("odd", &["odd"]),
        ("fetch", &["fetch is not defined", "a plugin has no network", "src/plugin.js:23"]),
        ("promise", &["filterPayload returned a promise: a hook answers at once"]),
        ("deep", &["TypeError: cannot read property 'member' of null", "src/deep.js:5", "deep (src/deep.js:4)"]),
        ("wrapped", &["Error: outer", "caused by TypeError: cannot read", "src/deep.js:5"]),
        ("recurse", &["call stack"]),
    ] {
        let told = error(act);
        assert!(words.iter().all(|word| told.contains(word)), "{act}: {told}");
        assert!(!told.contains("hookwright/") && !told.contains("bundle"), "{act} shows the SDK: {told}");
    }
    let looped = call(&workshop, "loop", &["--plugin-deadline", "200ms"]);
    assert!(text(&looped["error"]).contains("longer than 200 ms"), "{looped}");

    let place = &workshop.place;
    place.run(&["plugins", "install", "obedient.wasm", "--activate"]).succeeded();
    place.write("data", r#"{"act":"deep"}"#);
    place.run(&[&["publish", "order.created", "--data", "data"], &PATIENT[..]].concat()).succeeded();
    let shown = place.json(&["plugins", "show", "obedient"]);
    let told = shown.to_string();
    assert!(told.contains("cannot read property 'member' of null") && told.contains("src/deep.js:5"), "{shown}");
}

#[test]
fn what_cannot_be_built_is_told_with_the_line() {
    let workshop = Workshop::new();
    let good = "import { plugin, settings } from '#hookwright';\n";
    project(&workshop, "wrong", good);
    let export = "export default plugin({ name: 'wrong', version: '1.0.0' });\n";
    for (source, words) in [
        (format!("{good}let a = ;\n"), &["src/plugin.js:2: Unexpected \";\""][..]),
        (good.to_owned(), &["No matching export in \"src/plugin.js\" for import \"default\""]),
        (format!("{good}import 'node:fs';\n{export}"), &["src/plugin.js:2: ", "\"node:fs\"", "without Node.js"]),
        (format!("{good}import 'none';\n{export}"), &["src/plugin.js:2: ", "\"none\"", "`npm install`"]),
        (format!("{good}const start = Date.now();\n{export}"), &["while the plugin is built", "src/plugin.js:2"]),
        (format!("{good}settings();\n{export}"), &["there are no settings while", "src/plugin.js:2"]),
        (format!("{good}null.x;\n{export}"), &["cannot read property 'x' of null", "src/plugin.js:2"]),
        (
            format!(
                "{good}export default plugin({{ name: 'wrong', version: '1', filterPayload: {{ async handler() {{}} }} }});"
            ),
            &["version: three numbers", "filterPayload.handler must not be async"],
        ),
    ] {
        workshop.place.write("wrong/src/plugin.js", &source);
        let ran = workshop.run("wrong", &["plugins", "build"]).ended_with(1);
        ran.says(words).says(&["the project does not build"]);
    }
    let without_node = workshop.command("wrong", &["plugins", "build"]).env("PATH", "").output().unwrap();
    let told = String::from_utf8(without_node.stderr).unwrap();
    assert!(told.contains("node is needed") && told.contains("install Node.js 20 or newer"), "{told}");
    assert!(!workshop.place.path("wrong/wrong.wasm").exists());
}

#[test]
fn types_are_taken_out_and_an_own_file_can_be_main() {
    let workshop = Workshop::new();
    workshop.run("", &["plugins", "new", "typed", "--lang", "ts"]).succeeded();
    let source = "import { plugin, type Context } from '#hookwright';\n\
                  enum Mark { Seen = 'seen' }\n\
                  export default plugin({ name: 'typed', version: '2.0.0', filterPayload: {\n\
                    handler: (order: { id: number }, { topic }: Context) => ({ ...order, mark: Mark.Seen, topic }),\n\
                  } });\n";
    workshop.place.write("typed/main.ts", source);
    let manifest = fs::read_to_string(workshop.place.path("typed/package.json")).unwrap();
    workshop.place.write("typed/package.json", manifest.replace("src/plugin.ts", "main.ts"));
    workshop.run("typed", &["plugins", "build"]).succeeded().prints(&["typed.wasm"]);
    workshop.place.write("data", r#"{"id":7}"#);
    let test = ["--json", "plugins", "test", "typed/typed.wasm", "--data", "data"];
    let tried = workshop.run("", &[&test[..], &PATIENT].concat()).succeeded().json();
    assert_eq!(tried["items"][0]["output"], json!({ "id": 7, "mark": "seen", "topic": "order.created" }));
    workshop.place.write("typed/package.json", manifest.replace("src/plugin.ts", "none.ts"));
    workshop.run("typed", &["plugins", "build"]).failed(&["there is no none.ts in ", "hint: `main` in package.json"]);
}

/// A folder of the repository.
fn ours(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(path)
}

#[test]
fn the_tests_of_the_sdk_and_of_the_example_pass() {
    for folder in ["guest/plugin-sdk-js", "guest/plugins/wordpress-core"] {
        let output = Command::new("node").arg("--test").current_dir(ours(folder)).output();
        let output = output.unwrap_or_else(|error| panic!("Node.js 20 or newer is needed for this test: {error}"));
        assert!(output.status.success(), "{folder}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn events_of_wordpress_arrive_clean() {
    let workshop = Workshop::new();
    let file = workshop.place.path("wordpress-core.wasm").into_os_string().into_string().unwrap();
    let folder = ours("guest/plugins/wordpress-core").into_os_string().into_string().unwrap();
    workshop.run("", &["plugins", "build", &folder, "-o", &file]).succeeded();
    let place = &workshop.place;
    let checked = place.json(&["plugins", "check", &file]);
    let topics = checked["topics"].as_array().unwrap();
    assert!(topics.len() == 21 && topics.iter().all(|topic| topic["sample"] == "fits"), "{checked}");

    place.run(&["plugins", "install", &file, "--activate"]).succeeded();
    assert_eq!(place.json(&["topics", "--source", "extension:wordpress-core"])["total"], 21);
    place.run(&["plugins", "settings", "wordpress-core", r#"{"email_addresses":"yes"}"#]).failed(&["email_addresses"]);
    place.run(&["plugins", "settings", "wordpress-core", r#"{"email_addresses":true}"#]).succeeded();

    let receiver = Receiver::answering("200 OK", "", b"");
    place.webhook(&receiver.url(), &["wordpress.*"]);
    let user = r#"{"user_id":42,"user":{"data":{"ID":"42","user_login":"marta","user_pass":"$wp$SECRET",
        "user_email":"marta@example.com","user_activation_key":"SECRET"},"ID":42,"roles":["author"]}}"#;
    let publish = |topic, data: &str| {
        place.write("data", data);
        place.run(&[&["publish", topic, "--data", "data"], &PATIENT[..]].concat())
    };
    publish("wordpress.user.registered", user).succeeded();
    place.run(&["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
    let received: Value = serde_json::from_slice(&receiver.received().body).unwrap();
    let expected = json!({ "user": { "id": 42, "login": "marta", "email": "marta@example.com", "roles": ["author"] } });
    assert_eq!(received["data"], expected);

    // It fails closed: what it cannot read is not sent as it came.
    publish("wordpress.user.registered", r#"{"user_pass":"SECRET"}"#).failed(&["the field `user` must be an object"]);
    let revision = r#"{"post":{"ID":1,"post_type":"revision","post_status":"inherit"}}"#;
    publish("wordpress.post.trashed", revision).failed(&["events of posts of type revision are not sent"]);
    let shown = place.json(&["plugins", "show", "wordpress-core"]);
    assert_eq!(shown["state"], "active", "{shown}");
}
