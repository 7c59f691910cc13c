//! Plugins whose functions are written in the test, in WebAssembly's text format.

use crate::fixture::ALLOCATOR;
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hookwright_runtime::plugins::{
    ActivePlugin, Hook, HookContext, LogLine, Occasion, Plugin, PluginError, PluginLimits, PluginObserver, Plugins,
};
use hookwright_runtime::{CodeCache, DeliveryContext, EventContext, Extensions, SystemEnvironment};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Resolve, WorldItem};

/// Gives the data back as it is.
pub(crate) const ECHO: &str = "(call $ok (local.get 2) (local.get 3))";

/// Answers how often this instance has been called, one digit.
pub(crate) const COUNT: &str = r"(local $at i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (local.set $at (call $alloc (i32.const 1)))
    (i32.store8 (local.get $at) (i32.add (global.get $calls) (i32.const 48)))
    (call $ok (local.get $at) (i32.const 1))";

pub(crate) const YES: &str = "(call $ok (i32.const 1) (i32.const 0))";
pub(crate) const NO: &str = "(call $ok (i32.const 0) (i32.const 0))";
pub(crate) const LOOP: &str = "(loop $again (br $again)) (unreachable)";
pub(crate) const GROW: &str = "(loop $again (drop (memory.grow (i32.const 64))) (br $again)) (unreachable)";
pub(crate) const RECURSE: &str = "(call $deep (i32.const 1))";
pub(crate) const TRAP: &str = "(unreachable)";

/// Where the texts of a guest begin in its memory, and its heap.
const TEXTS: u32 = 1_024;
const HEAP: u32 = 40_000;

const PRELUDE: &str = r#"
    (import "hookwright:plugin/environment@V" "now" (func $now (result i64)))
    (import "hookwright:plugin/environment@V" "random-bytes" (func $random (param i32 i32)))
    (import "hookwright:plugin/environment@V" "log" (func $log (param i32 i32 i32)))
    (import "hookwright:plugin/settings@V" "all" (func $settings (param i32)))
    IMPORTS
    (memory (export "memory") 2)
    (global $calls (mut i32) (i32.const 0))
    (global $free (mut i32) (i32.const 40000))
    ALLOCATOR
    (func $ok (param $first i32) (param $second i32) (result i32) (local $at i32)
        (local.set $at (call $alloc (i32.const 16)))
        (i32.store (local.get $at) (i32.const 0))
        (i32.store offset=4 (local.get $at) (local.get $first))
        (i32.store offset=8 (local.get $at) (local.get $second))
        (local.get $at))
    (func $error (param $kind i32) (param $text i32) (param $len i32) (result i32) (local $at i32)
        (local.set $at (call $alloc (i32.const 16)))
        (i32.store (local.get $at) (i32.const 1))
        (i32.store offset=4 (local.get $at) (local.get $kind))
        (i32.store offset=8 (local.get $at) (local.get $text))
        (i32.store offset=12 (local.get $at) (local.get $len))
        (local.get $at))
    (func $wrap (param $text i32) (param $len i32) (param $end i32) (param $more i32) (result i32) (local $at i32)
        (local.set $at (call $alloc (i32.add (i32.add (local.get $len) (local.get $more)) (i32.const 1))))
        (i32.store8 (local.get $at) (i32.const 91))
        (memory.copy (i32.add (local.get $at) (i32.const 1)) (local.get $text) (local.get $len))
        (memory.copy
            (i32.add (local.get $at) (i32.add (local.get $len) (i32.const 1))) (local.get $end) (local.get $more))
        (call $ok (local.get $at) (i32.add (i32.add (local.get $len) (local.get $more)) (i32.const 1))))
    (func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (call $alloc (local.get 3)))
"#;

/// A plugin in the making.
#[derive(Clone)]
pub(crate) struct Guest {
    name: String,
    version: String,
    closed: bool,
    interests: Vec<(String, i32, Vec<String>)>,
    topics: Vec<(String, String)>,
    bodies: HashMap<String, String>,
    texts: Vec<u8>,
    imports: String,
    world: World,
}

/// Which WIT a guest is made for.
#[derive(Clone)]
struct World {
    version: &'static str,
    further: &'static [(&'static str, &'static str)],
}

impl Guest {
    /// Wants nothing yet; every hook traps.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            closed: false,
            interests: Vec::new(),
            topics: Vec::new(),
            bodies: HashMap::new(),
            texts: Vec::new(),
            imports: String::new(),
            world: World { version: "0.1.0", further: &[] },
        }
    }

    /// Wants `hook` for all topics, with this body.
    pub(crate) fn on(self, hook: Hook, body: &str) -> Self {
        self.on_topics(hook, 10, &[], body)
    }

    pub(crate) fn on_topics(mut self, hook: Hook, priority: i32, topics: &[&str], body: &str) -> Self {
        let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
        self.interests.push((hook.name().to_owned(), priority, topics));
        self.body(hook.name(), body)
    }

    /// A filter that makes of any data an array of it and the plugin's name.
    pub(crate) fn wrapping(mut self, hook: Hook, priority: i32, topics: &[&str]) -> Self {
        let (at, len) = self.text(&format!(",\"{}\"]", self.name));
        let body = format!("(call $wrap (local.get 2) (local.get 3) (i32.const {at}) (i32.const {len}))");
        self.on_topics(hook, priority, topics, &body)
    }

    /// Answers always this text.
    pub(crate) fn answering(mut self, hook: Hook, text: &str) -> Self {
        let (at, len) = self.text(text);
        self.on(hook, &format!("(call $ok (i32.const {at}) (i32.const {len}))"))
    }

    /// Answers an error: 0 is invalid input, 1 a refusal, 2 anything else.
    pub(crate) fn erring(mut self, hook: Hook, kind: u32, text: &str) -> Self {
        let (at, len) = self.text(text);
        self.on(hook, &format!("(call $error (i32.const {kind}) (i32.const {at}) (i32.const {len}))"))
    }

    /// Adds one header.
    pub(crate) fn adding_header(mut self, name: &str, value: &str) -> Self {
        let mut pair = Vec::new();
        for text in [name, value] {
            let (at, len) = self.text(text);
            pair.extend([at, len]);
        }
        let at = self.words(&pair);
        self.on(Hook::FilterRequest, &format!("(call $ok (i32.const {at}) (i32.const 1))"))
    }

    pub(crate) fn body(mut self, function: &str, body: &str) -> Self {
        self.bodies.insert(function.to_owned(), body.to_owned());
        self
    }

    pub(crate) fn topic(mut self, name: &str, sample: &str) -> Self {
        self.topics.push((name.to_owned(), sample.to_owned()));
        self
    }

    pub(crate) fn fail_closed(mut self) -> Self {
        self.closed = true;
        self
    }

    pub(crate) fn version(mut self, version: &str) -> Self {
        self.version = version.to_owned();
        self
    }

    pub(crate) fn for_world(mut self, version: &'static str) -> Self {
        self.world.version = version;
        self
    }

    /// Imports more than the world has: WIT packages, the last of which has a world `further`, and the core imports.
    pub(crate) fn importing(mut self, wit: &'static [(&'static str, &'static str)], imports: &str) -> Self {
        self.world.further = wit;
        self.imports = imports.to_owned();
        self
    }

    /// Puts a text into the guest's memory: its address and length.
    pub(crate) fn text(&mut self, text: &str) -> (u32, u32) {
        let at = TEXTS + u32::try_from(self.texts.len()).unwrap();
        self.texts.extend(text.as_bytes());
        self.texts.resize(self.texts.len().next_multiple_of(4), 0);
        assert!(self.texts.len() < (HEAP - TEXTS) as usize);
        (at, u32::try_from(text.len()).unwrap())
    }

    fn words(&mut self, words: &[u32]) -> u32 {
        let at = TEXTS + u32::try_from(self.texts.len()).unwrap();
        self.texts.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        at
    }

    /// Puts the description into memory, as the canonical ABI lays it out.
    fn description(&mut self) -> u32 {
        let mut interests = Vec::new();
        for (hook, priority, topics) in std::mem::take(&mut self.interests) {
            let (hook, hook_len) = self.text(&hook);
            let patterns: Vec<u32> = topics.iter().flat_map(|topic| <[u32; 2]>::from(self.text(topic))).collect();
            let patterns = self.words(&patterns);
            let count = u32::try_from(topics.len()).unwrap();
            interests.extend([hook, hook_len, priority.cast_unsigned(), patterns, count, 0, 0]);
        }
        let mut topics = Vec::new();
        for (name, sample) in std::mem::take(&mut self.topics) {
            let ((name, name_len), (title, title_len)) = (self.text(&name), self.text("A title"));
            let (sample, sample_len) = self.text(&sample);
            topics.extend([name, name_len, title, title_len, 0, 0, 0, 0, 0, 0, 0, 1, sample, sample_len, 0, 0]);
        }
        let (name, version) = (self.name.clone(), self.version.clone());
        let ((name, name_len), (version, version_len)) = (self.text(&name), self.text(&version));
        let interest_count = u32::try_from(interests.len() / 7).unwrap();
        let topic_count = u32::try_from(topics.len() / 16).unwrap();
        let (interests, topics) = (self.words(&interests), self.words(&topics));
        let closed = u32::from(self.closed);
        let mut words = vec![name, name_len, version, version_len, 0, 0, 0, 0, 0, 0, 0];
        words.extend([interests, interest_count, topics, topic_count, 0, 0, 0, closed, 0, 0]);
        self.words(&words)
    }

    /// The bytes of the component.
    pub(crate) fn wasm(mut self) -> Vec<u8> {
        if !self.bodies.contains_key("describe") {
            let at = self.description();
            self = self.body("describe", &format!("(i32.const {at})"));
        }
        let mut resolve = Resolve::default();
        let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../wit/plugin/plugin.wit");
        let wit = std::fs::read_to_string(wit).unwrap();
        let released = "package hookwright:plugin@0.1.0;";
        assert!(wit.starts_with(released));
        let wit = wit.replacen(released, &format!("package hookwright:plugin@{};", self.world.version), 1);
        let mut package = resolve.push_str("plugin.wit", &wit).unwrap();
        let mut world = "plugin";
        for (name, wit) in self.world.further {
            package = resolve.push_str(name, wit).unwrap();
            world = "further";
        }
        let world = resolve.select_world(&[package], Some(world)).unwrap();
        let prelude = PRELUDE
            .replace("ALLOCATOR", ALLOCATOR)
            .replace("IMPORTS", &self.imports)
            .replace("@V", &format!("@{}", self.world.version));
        let mut text = format!("(module {prelude}");
        for item in resolve.worlds[world].exports.values() {
            let WorldItem::Interface { id, .. } = item else { panic!("the world exports interfaces only") };
            let name = resolve.id_of(*id).unwrap();
            for function in resolve.interfaces[*id].functions.values() {
                let signature = resolve.wasm_signature(AbiVariant::GuestExport, function);
                let body = self.bodies.remove(&function.name).unwrap_or_else(|| TRAP.to_owned());
                let (params, results) = (types(&signature.params), types(&signature.results));
                let function = &function.name;
                writeln!(text, "(func (export \"{name}#{function}\") (param {params}) (result {results}) {body})")
                    .unwrap();
                // What an answer took is free again.
                writeln!(
                    text,
                    "(func (export \"cabi_post_{name}#{function}\") (param i32) (global.set $free (i32.const {HEAP})))"
                )
                .unwrap();
            }
        }
        assert!(self.bodies.is_empty(), "the world has no {:?}", self.bodies.keys());
        let data: String = self.texts.iter().map(|byte| format!("\\{byte:02x}")).collect();
        write!(text, "(data (i32.const {TEXTS}) \"{data}\"))").unwrap();
        let mut module = wat::parse_str(text).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
        ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
    }

    pub(crate) fn load(self) -> Result<Plugin, PluginError> {
        Plugin::load(&self.wasm(), &CodeCache::disabled())
    }

    pub(crate) fn plugin(self) -> Plugin {
        self.load().unwrap()
    }
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

/// Time enough on the slowest machine for whatever is not meant to be stopped.
pub(crate) fn generous() -> PluginLimits {
    PluginLimits { call_deadline: Duration::from_secs(20), budget: Duration::from_secs(60), ..PluginLimits::default() }
}

/// As [`generous`], but an endless loop ends while the test is watched.
pub(crate) fn strict() -> PluginLimits {
    PluginLimits { call_deadline: Duration::from_millis(250), ..generous() }
}

/// What plugins did.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) failed: Mutex<Vec<String>>,
    pub(crate) recovered: Mutex<Vec<String>>,
    pub(crate) deactivated: Mutex<Vec<String>>,
    pub(crate) logged: Mutex<Vec<String>>,
}

impl PluginObserver for Notes {
    fn failed(&self, plugin: &str, occasion: &Occasion, failure: &str, in_a_row: u32) {
        let Occasion { hook, event_id, topic, delivery_id, .. } = occasion;
        let delivery = delivery_id.as_deref().unwrap_or("-");
        let line = format!("{plugin} {in_a_row}: {hook} {event_id} {topic} {delivery}: {failure}");
        self.failed.lock().unwrap().push(line);
    }

    fn recovered(&self, plugin: &str) {
        self.recovered.lock().unwrap().push(plugin.to_owned());
    }

    fn deactivated(&self, plugin: &str, reason: &str) {
        self.deactivated.lock().unwrap().push(format!("{plugin}: {reason}"));
    }

    fn logged(&self, plugin: &str, _: &Occasion, line: &LogLine) {
        self.logged.lock().unwrap().push(format!("{plugin}: {}", line.message));
    }
}

/// These guests active in this order.
pub(crate) fn active(limits: PluginLimits, guests: impl IntoIterator<Item = Guest>) -> (Arc<Plugins>, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let plugins = Plugins::new(Arc::new(SystemEnvironment), Arc::clone(&notes) as _, limits);
    plugins.replace(list(guests)).unwrap();
    (Arc::new(plugins), notes)
}

pub(crate) fn list(guests: impl IntoIterator<Item = Guest>) -> Vec<ActivePlugin> {
    guests.into_iter().zip(1..).map(|(guest, number)| ActivePlugin::new(guest.plugin(), number)).collect()
}

pub(crate) fn context(topic: &str) -> HookContext {
    HookContext { event_id: "evt_1".to_owned(), topic: topic.to_owned(), ..HookContext::default() }
}

pub(crate) fn event(topic: &str) -> EventContext {
    let (event_id, topic) = ("evt_1".to_owned(), topic.to_owned());
    EventContext { event_id, topic, account: Some("acme".to_owned()), occurred_at: 7 }
}

pub(crate) fn delivery(topic: &str) -> DeliveryContext {
    let (delivery_id, webhook_id) = ("dlv_1".to_owned(), "wh_1".to_owned());
    DeliveryContext { event: event(topic), delivery_id, webhook_id, attempt: 3 }
}

/// What becomes of `data` that is published for `order.created`.
pub(crate) fn filtered(plugins: &Plugins, data: &str) -> Result<String, String> {
    published(plugins, "order.created", data)
}

pub(crate) fn published(plugins: &Plugins, topic: &str, data: &str) -> Result<String, String> {
    plugins.filter_data(&event(topic), plugins.build_data(&event(topic), data.to_owned())?)
}

pub(crate) fn may_deliver(plugins: &Plugins) -> Result<bool, String> {
    plugins.should_deliver(&event("order.created"), "wh_1", "{}")
}
