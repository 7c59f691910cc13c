//! A core component whose functions are written in the test, and a database that does what the test says.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use hookwright_runtime::events::Event;
use hookwright_runtime::{CodeCache, Component, Hookwright, Options};
use hookwright_storage::{Connect, Dialect, Executor, Mode, ResultSet, Statement, StorageError};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Resolve, WorldItem};

/// Answers `ok` with an empty or zero value: the first KiB of memory is never written.
pub(crate) const OK: &str = "(i32.const 0)";

/// Runs an empty batch of mode `write`, then answers `ok`.
pub(crate) const WRITE: &str =
    "(call $execute (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 2048)) (i32.const 0)";

/// `events.publish` that gives for each event a receipt with its topic as id and the number of the call as
/// `deliveries`. It traps on a topic of 6 bytes. Sizes are those of the canonical ABI: an event has 56 bytes, a
/// result of receipt or error 48.
pub(crate) const ECHO: &str = r"
    (local $i i32) (local $from i32) (local $to i32) (local $ret i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (local.set $ret (call $alloc (i32.const 16)))
    (i32.store offset=4 (local.get $ret) (call $alloc (i32.mul (local.get 1) (i32.const 48))))
    (i32.store offset=8 (local.get $ret) (local.get 1))
    (block $done (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get 1)))
        (local.set $from (i32.add (local.get 0) (i32.mul (local.get $i) (i32.const 56))))
        (local.set $to (i32.add (i32.load offset=4 (local.get $ret)) (i32.mul (local.get $i) (i32.const 48))))
        (if (i32.eq (i32.load offset=4 (local.get $from)) (i32.const 6)) (then (unreachable)))
        (i32.store offset=8 (local.get $to) (i32.load (local.get $from)))
        (i32.store offset=12 (local.get $to) (i32.load offset=4 (local.get $from)))
        (i32.store offset=16 (local.get $to) (global.get $calls))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $ret)";

/// `lifecycle.migrate` that answers how often this instance has run it, as `from-version`.
pub(crate) const COUNT: &str = r"
    (local $ret i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (local.set $ret (call $alloc (i32.const 24)))
    (i32.store offset=4 (local.get $ret) (global.get $calls))
    (local.get $ret)";

/// A bump allocator in the text format; it wants a memory and a global `$free`, where it begins.
pub(crate) const ALLOCATOR: &str = r#"
    (func $alloc (param $size i32) (result i32) (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
        (global.set $free (i32.add (local.get $at) (local.get $size)))
        (if (i32.gt_u (global.get $free) (i32.mul (memory.size) (i32.const 65536))) (then
            (drop (memory.grow (i32.add (i32.const 16) (i32.shr_u (local.get $size) (i32.const 16)))))))
        (local.get $at))
"#;

/// What the functions of every fixture can call beside the allocator: some imports.
const PRELUDE: &str = r#"
    (import "hookwright:webhooks/storage@0.1.0" "sql-dialect" (func $dialect (result i32)))
    (import "hookwright:webhooks/storage@0.1.0" "execute" (func $execute (param i32 i32 i32 i32)))
    (import "hookwright:webhooks/environment@0.1.0" "random-bytes" (func $random (param i32 i32)))
    (import "hookwright:webhooks/extensions@0.1.0" "topics" (func $topics (param i32)))
    (memory (export "memory") 2)
    (global $calls (mut i32) (i32.const 0))
    (global $free (mut i32) (i32.const 4096))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (call $alloc (local.get 3)))
"#;

/// The bytes of a component of the world `webhooks` in which the named functions, for example `events#publish`, have
/// these bodies, and all others trap.
pub(crate) fn wasm(bodies: &[(&str, &str)]) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../wit/webhooks");
    let (package, _) = resolve.push_dir(wit).unwrap();
    let world = resolve.select_world(&[package], Some("webhooks")).unwrap();
    let mut bodies: HashMap<&str, &str> = bodies.iter().copied().collect();
    let mut text = format!("(module {PRELUDE}{ALLOCATOR}");
    for item in resolve.worlds[world].exports.values() {
        let WorldItem::Interface { id, .. } = item else { panic!("the world exports interfaces only") };
        let name = resolve.id_of(*id).unwrap();
        let interface = resolve.interfaces[*id].name.clone().unwrap();
        for function in resolve.interfaces[*id].functions.values() {
            let signature = resolve.wasm_signature(AbiVariant::GuestExport, function);
            let body = bodies.remove(format!("{interface}#{}", function.name).as_str()).unwrap_or("unreachable");
            let (params, results) = (types(&signature.params), types(&signature.results));
            writeln!(text, "(func (export \"{name}#{}\") (param {params}) (result {results}) {body})", function.name)
                .unwrap();
        }
    }
    assert!(bodies.is_empty(), "the world has no function {bodies:?}");
    text.push(')');
    let mut module = wat::parse_str(text).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

pub(crate) fn component(bodies: &[(&str, &str)]) -> Component {
    Component::load(&wasm(bodies), &CodeCache::disabled()).unwrap()
}

/// A running core with these functions, on `database`.
pub(crate) fn start(bodies: &[(&str, &str)], database: &Arc<Script>, options: Options) -> Hookwright {
    let connect = Arc::clone(database) as Arc<dyn Connect>;
    Hookwright::start(component(bodies), connect, options).unwrap()
}

pub(crate) fn event(topic: &str) -> Event {
    Event { topic: topic.to_owned(), data: "{}".to_owned(), account: None, idempotency_key: None, occurred_at: None }
}

fn types(types: &[WasmType]) -> String {
    let name = |r#type: &WasmType| match r#type {
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
    };
    types.iter().map(name).collect::<Vec<_>>().join(" ")
}

type Answer = dyn Fn(Mode) -> Result<Vec<ResultSet>, StorageError> + Send + Sync;

/// A database that answers every batch as the test says, and counts its connections.
pub(crate) struct Script {
    answer: Arc<Answer>,
    connect: Box<dyn Fn() -> Result<(), StorageError> + Send + Sync>,
    connections: Mutex<u32>,
}

impl Script {
    /// Every batch succeeds.
    pub(crate) fn quiet() -> Arc<Self> {
        Self::answering(|_| Ok(Vec::new()))
    }

    pub(crate) fn answering(
        answer: impl Fn(Mode) -> Result<Vec<ResultSet>, StorageError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { answer: Arc::new(answer), connect: Box::new(|| Ok(())), connections: Mutex::new(0) })
    }

    pub(crate) fn unreachable() -> Arc<Self> {
        let refuse = || Err(StorageError::Unavailable("hooks.db cannot be opened".to_owned()));
        let answer = |_| Ok(Vec::new());
        Arc::new(Self { answer: Arc::new(answer), connect: Box::new(refuse), connections: Mutex::new(0) })
    }

    /// How many connections have been opened.
    pub(crate) fn connections(&self) -> u32 {
        *self.connections.lock().unwrap()
    }
}

impl Connect for Script {
    fn connect(&self) -> Result<Box<dyn Executor + Send>, StorageError> {
        *self.connections.lock().unwrap() += 1;
        (self.connect)()?;
        Ok(Box::new(Connection(Arc::clone(&self.answer))))
    }
}

struct Connection(Arc<Answer>);

impl Executor for Connection {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, mode: Mode, _statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        (self.0)(mode)
    }
}
