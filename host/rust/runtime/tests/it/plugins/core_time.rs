//! A plugin's time is not the core's.

use std::sync::Arc;
use std::time::Duration;

use hookwright_runtime::plugins::{Hook, PluginLimits, Plugins};
use hookwright_runtime::{ExtensionTopic, Extensions, Options};

use super::guest::{Guest, LOOP, active, filtered, generous};
use crate::fixture::{Script, start};

/// Runs all filters whenever the core asks for anything.
struct Filtering(Arc<Plugins>);

impl Extensions for Filtering {
    fn topics(&self) -> Vec<ExtensionTopic> {
        filtered(&self.0, "1").unwrap();
        Vec::new()
    }
}

#[test]
fn a_plugin_that_runs_into_its_deadline_leaves_the_core_its_own() {
    let limits = PluginLimits { call_deadline: Duration::from_millis(400), ..generous() };
    let (plugins, _) = active(limits, [Guest::named("endless").on(Hook::FilterPayload, LOOP)]);
    // The loop after the import lets the core's clock be looked at.
    let body = r"(local $i i32) (call $topics (i32.const 2048))
        (loop $again (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
        (i32.const 0)";
    let options = Options {
        extensions: Arc::new(Filtering(Arc::clone(&plugins))),
        call_deadline: Duration::from_millis(200),
        ..Options::default()
    };
    let host = start(&[("lifecycle#check-config", body)], &Script::quiet(), options);
    host.check_config().wait().unwrap();
    assert_eq!(plugins.status()[0].failures, 1);
}
