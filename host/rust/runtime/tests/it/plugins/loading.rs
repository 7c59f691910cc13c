//! Files that are no plugins, and what their authors are told.

use std::fs::File;
use std::sync::Arc;

use hookwright_runtime::plugins::{
    FILE_CAP_BYTES, Failure, FailurePolicy, Hook, HookInput, Plugin, PluginError, PluginFile,
};
use hookwright_runtime::{CodeCache, Environment, SystemEnvironment};

use super::guest::{ECHO, Guest, LOOP, TRAP, context, generous};

fn refused(bytes: &[u8]) -> String {
    Plugin::load(bytes, &CodeCache::disabled()).unwrap_err().to_string()
}

#[test]
fn a_plugin_says_what_it_is() {
    let guest = Guest::named("bookings").on_topics(Hook::FilterPayload, -3, &["order.*", "*"], ECHO);
    let plugin = guest.topic("booking.made", r#"{"id":1}"#).fail_closed().version("1.2.3-rc.1").plugin();
    let description = plugin.description();
    assert_eq!((description.name.as_str(), description.version.as_str()), ("bookings", "1.2.3-rc.1"));
    let interest = description.interest(Hook::FilterPayload).unwrap();
    assert_eq!((interest.priority, interest.topics.join(" ")), (-3, "order.* *".to_owned()));
    assert_eq!(description.topics[0].name, "booking.made");
    assert_eq!(description.topics[0].sample.as_deref(), Some(r#"{"id":1}"#));
    assert_eq!(description.on_failure, FailurePolicy::FailClosed);
    assert_eq!((plugin.hash().len(), plugin.trapping_imports().len()), (64, 0));
}

#[test]
fn each_other_file_gets_its_own_words() {
    let whole = Guest::named("whole").wasm();
    let module = wat::parse_str("(module (func (export \"f\")))").unwrap();
    for (bytes, words) in [
        (&b""[..], "an empty file"),
        (b"<html>", "a text file"),
        (b"(component)", "WebAssembly in its text format"),
        (b"\x7fELF\x02\x01\xff", "machine code"),
        (b"PK\x03\x04\xff", "not WebAssembly"),
        (&module, "a WebAssembly core module, not yet made a component (`hookwright plugins build`"),
        (&whole[..whole.len() - 1], "ends too early"),
        (&whole[..whole.len() / 2], "ends too early"),
    ] {
        let text = refused(bytes);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn changed_bytes_are_refused_or_contained() {
    let whole = Guest::named("whole").on(Hook::FilterPayload, ECHO).wasm();
    for at in (8..whole.len()).step_by(whole.len() / 40) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        if let Err(error) = Plugin::load(&changed, &CodeCache::disabled()) {
            assert!(!error.to_string().is_empty());
        }
    }
}

#[test]
fn a_file_of_200_mb_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.wasm");
    // It has a length and no bytes on the disk.
    File::create(&path).unwrap().set_len(200_000_000).unwrap();
    assert!(matches!(PluginFile::read(&path), Err(PluginError::TooLarge)));
    let text = PluginFile::read(&path).unwrap_err().to_string();
    assert!(text.contains("larger than 64 MiB"), "{text}");
    let bytes = vec![0; usize::try_from(FILE_CAP_BYTES).unwrap() + 1];
    assert!(matches!(Plugin::load(&bytes, &CodeCache::disabled()), Err(PluginError::TooLarge)));
    let text = PluginFile::read(folder.path().join("none.wasm")).unwrap_err().to_string();
    assert!(text.contains("none.wasm"), "{text}");
}

#[test]
fn another_world_is_told_by_its_exports() {
    let other = wat::parse_str(r#"(component (instance $i) (export "wasi:cli/run@0.2.0" (instance $i)))"#).unwrap();
    let text = refused(&other);
    assert!(text.contains("does not export hookwright:plugin/hooks; it exports wasi:cli/run@0.2.0"), "{text}");
    assert!(refused(&wat::parse_str("(component)").unwrap()).contains("it exports nothing"));
    assert!(refused(&crate::fixture::wasm(&[])).contains("it is the core component"));
}

#[test]
fn a_newer_world_is_told_with_ours() {
    let error = Guest::named("new").for_world("0.2.0").load().unwrap_err().to_string();
    assert!(error.contains("made for hookwright:plugin 0.2.0, and this host knows 0.1: take a newer host"), "{error}");
}

#[test]
fn a_later_patch_of_our_world_is_a_plugin() {
    let plugin = Guest::named("patched").for_world("0.1.7").on(Hook::FilterPayload, ECHO).plugin();
    assert_eq!(plugin.description().name, "patched");
}

#[test]
fn functions_of_other_types_are_refused() {
    let (hooks, f) = ("hookwright:plugin/hooks@0.1.0", "(core module $m (func (export \"f\")))");
    let text = format!(
        r#"(component {f} (core instance $c (instantiate $m)) (func $f (canon lift (core func $c "f")))
            (instance $i (export "describe" (func $f))) (export "{hooks}" (instance $i)))"#
    );
    let text = refused(&wat::parse_str(text).unwrap());
    assert!(text.contains("not a usable plugin"), "{text}");
}

#[test]
fn a_plugin_that_breaks_off_in_describe_is_refused() {
    for (body, words) in [
        (TRAP, "broke off in `describe`: it broke off: wasm trap: wasm `unreachable`"),
        (LOOP, "broke off in `describe`: it ran longer than 1000 ms"),
        ("(i32.const -8)", "broke off in `describe`"),
        ("(drop (memory.grow (i32.const 2000))) (unreachable)", "64 MiB is the most"),
    ] {
        let text = Guest::named("a").body("describe", body).load().unwrap_err().to_string();
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_wrong_description_is_refused_by_field() {
    for (guest, field) in [
        (Guest::named("no name"), "name: "),
        (Guest::named("a").version("one"), "version: "),
        (Guest::named("a").topic("webhook.disabled", "1"), "topics[0].name: "),
        (Guest::named("a").topic("a.b", "{"), "topics[0].sample: "),
        (Guest::named("a").on_topics(Hook::FilterPayload, 1, &["ord*"], ECHO), "interests[0].topics[0]: "),
    ] {
        let text = guest.load().unwrap_err().to_string();
        assert!(text.contains(&format!("its description is wrong: {field}")), "{text}");
    }
}

#[test]
fn code_is_compiled_once() {
    let folder = tempfile::tempdir().unwrap();
    let caches = folder.path().join("code");
    let (cache, wasm) = (CodeCache::in_folder(&caches), Guest::named("cached").wasm());
    let entries = || std::fs::read_dir(&caches).unwrap().count();
    Plugin::load(&wasm, &cache).unwrap();
    assert_eq!(entries(), 1);
    Plugin::load(&wasm, &cache).unwrap();
    assert_eq!(entries(), 1);
}

#[test]
fn the_plugin_of_the_first_release_loads_and_works_for_ever() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/plugin-0.1.0.wasm");
    let plugin = Plugin::load(&PluginFile::read(path).unwrap().bytes, &CodeCache::disabled()).unwrap();
    let description = plugin.description();
    let topic = &description.topics[0];
    let (context, sample) = (context(&topic.name), topic.sample.as_deref().unwrap_or("{}"));
    let headers = Vec::new();
    for hook in Hook::ALL {
        assert!(description.interest(hook).is_some(), "{hook}");
        let input = match hook {
            Hook::BuildPayload => HookInput::BuildPayload(sample),
            Hook::FilterPayload => HookInput::FilterPayload(sample),
            Hook::ShouldDeliver => HookInput::ShouldDeliver(sample),
            Hook::FilterRequest => HookInput::FilterRequest(&headers),
            Hook::AfterDelivery => HookInput::AfterDelivery(r#"{"state":"delivered","status":200,"duration-ms":5}"#),
        };
        let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
        let trial = plugin.try_hook(&environment, "{}", generous(), &context, input);
        assert!(matches!(trial.result, Ok(_) | Err(Failure::InvalidInput(_))), "{hook}: {trial:?}");
    }
}
