//! Imports beyond the world: those that runtimes drag in trap by name, others are refused by name.

use hookwright_runtime::plugins::{Failure, Hook, HookInput};
use hookwright_runtime::{Environment, SystemEnvironment};
use std::sync::Arc;

use super::guest::{ECHO, Guest, context, generous};

const CLOCKS: &[(&str, &str)] = &[
    ("io.wit", "package wasi:io@0.2.0; interface streams { resource output-stream { write: func(b: list<u8>); } }"),
    (
        "cli.wit",
        "package wasi:cli@0.2.0; interface stdout { use wasi:io/streams@0.2.0.{output-stream}; \
         get-stdout: func() -> output-stream; }",
    ),
    ("clocks.wit", "package wasi:clocks@0.2.0; interface wall-clock { now: func() -> u64; }"),
    (
        "further.wit",
        "package test:further; world further { include hookwright:plugin/plugin@0.1.0; \
         import wasi:clocks/wall-clock@0.2.0; import wasi:cli/stdout@0.2.0; }",
    ),
];

const CLOCKS_CORE: &str = r#"
    (import "wasi:clocks/wall-clock@0.2.0" "now" (func $wall (result i64)))
    (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
    (import "wasi:io/streams@0.2.0" "[method]output-stream.write" (func $write (param i32 i32 i32)))"#;

const SOCKETS: &[(&str, &str)] = &[
    ("sockets.wit", "package wasi:sockets@0.2.0; interface tcp { connect: func(); }"),
    ("other.wit", "package acme:tools@1.0.0; interface things { f: func(); }"),
    (
        "further.wit",
        "package test:further; world further { include hookwright:plugin/plugin@0.1.0; \
         import wasi:sockets/tcp@0.2.0; import acme:tools/things@1.0.0; }",
    ),
];

const SOCKETS_CORE: &str = r#"
    (import "wasi:sockets/tcp@0.2.0" "connect" (func $connect))
    (import "acme:tools/things@1.0.0" "f" (func $f))"#;

#[test]
fn what_a_runtime_drags_in_traps_by_name_when_it_is_called() {
    let guest = Guest::named("dragging").importing(CLOCKS, CLOCKS_CORE).on(Hook::FilterPayload, ECHO);
    let print = "(call $write (call $stdout) (i32.const 0) (i32.const 0)) (i32.const 0)";
    let guest = guest.on(Hook::BuildPayload, "(drop (call $wall)) (i32.const 0)").on(Hook::ShouldDeliver, print);
    let plugin = guest.plugin();
    let trapping = plugin.trapping_imports().join(" ");
    assert!(trapping.contains("wasi:clocks/wall-clock@0.2.0") && trapping.contains("wasi:cli/stdout@0.2.0"));
    let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
    let run = |input| plugin.try_hook(&environment, "{}", generous(), &context("a.b"), input).result;
    assert!(run(HookInput::FilterPayload("{}")).is_ok(), "nothing of WASI is called");
    let broke = |input| match run(input) {
        Err(Failure::Broke(message)) => message,
        other => panic!("{other:?}"),
    };
    let clock = "it called wasi:clocks/wall-clock@0.2.0#now, which no plugin gets; use `now` of \
                 hookwright:plugin/environment";
    assert_eq!(broke(HookInput::BuildPayload("{}")), clock);
    let message = broke(HookInput::ShouldDeliver("{}"));
    assert!(message.starts_with("it called wasi:cli/stdout@0.2.0#get-stdout, which no plugin gets; to print"));
}

#[test]
fn a_plugin_that_needs_wasi_to_start_is_refused_with_its_name() {
    let guest = Guest::named("needing").importing(CLOCKS, CLOCKS_CORE);
    let guest = guest.body("describe", "(drop (call $wall)) (i32.const 0)");
    let text = guest.load().unwrap_err().to_string();
    assert!(text.contains("`describe`: it broke off: it called wasi:clocks/wall-clock@0.2.0#now"), "{text}");
}

#[test]
fn other_imports_are_refused_with_the_list() {
    let guest = Guest::named("reaching").importing(SOCKETS, SOCKETS_CORE).on(Hook::FilterPayload, ECHO);
    let guest = guest.body("build-payload", "(call $connect) (call $f) (i32.const 0)");
    let text = guest.load().unwrap_err().to_string();
    assert!(text.contains("it imports ") && text.contains(", which no plugin gets"), "{text}");
    assert!(text.contains("wasi:sockets/tcp@0.2.0") && text.contains("acme:tools/things@1.0.0"), "{text}");
}
