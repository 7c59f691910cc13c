//! Hostile plugins: each costs its own call, and the next call finds a sound instance.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hookwright_runtime::plugins::{Failure, Hook, HookInput, HookOutput, Plugin, PluginLimits};
use hookwright_runtime::{Environment, SystemEnvironment};

use super::guest::{COUNT, ECHO, GROW, Guest, LOOP, RECURSE, TRAP, active, context, filtered, generous, may_deliver};

fn inputs() -> [HookInput<'static>; 5] {
    static NONE: Vec<(String, String)> = Vec::new();
    [
        HookInput::BuildPayload("{}"),
        HookInput::FilterPayload("{}"),
        HookInput::ShouldDeliver("{}"),
        HookInput::FilterRequest(&NONE),
        HookInput::AfterDelivery("{}"),
    ]
}

/// One call of `filter-payload` with this body.
fn failure(body: &str) -> Failure {
    let plugin = Guest::named("hostile").on(Hook::FilterPayload, body).plugin();
    run(&plugin, HookInput::FilterPayload("{}")).unwrap_err()
}

fn run(plugin: &Plugin, input: HookInput<'_>) -> Result<HookOutput, Failure> {
    let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
    plugin.try_hook(&environment, "{}", generous(), &context("a.b"), input).result
}

fn broke(body: &str) -> String {
    match failure(body) {
        Failure::Broke(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_endless_loop_in_any_hook_ends_by_the_deadline() {
    let guest = Hook::ALL.into_iter().fold(Guest::named("endless"), |guest, hook| guest.on(hook, LOOP));
    let plugin = guest.plugin();
    let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
    for input in inputs() {
        let began = Instant::now();
        let trial = plugin.try_hook(&environment, "{}", PluginLimits::default(), &context("a.b"), input);
        assert_eq!(trial.result, Err(Failure::TimedOut { ms: 50 }), "{input:?}");
        assert!(trial.call >= Duration::from_millis(50) && began.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn memory_ends_at_its_cap_and_the_peak_is_told() {
    let message = broke(GROW);
    assert!(message.contains("64 MiB is the most"), "{message}");
    let plugin = Guest::named("grown").on(Hook::FilterPayload, &format!("(drop (memory.grow (i32.const 158))) {ECHO}"));
    let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
    let input = HookInput::FilterPayload("{}");
    let trial = plugin.plugin().try_hook(&environment, "{}", generous(), &context("a.b"), input);
    assert_eq!(trial.result, Ok(HookOutput::Data("{}".to_owned())));
    assert_eq!(trial.peak_memory_bytes, 160 << 16);
}

#[test]
fn deep_recursion_is_a_trap() {
    assert!(broke(RECURSE).contains("call stack exhausted"));
}

#[test]
fn answers_without_sense_are_failures() {
    let answer = |text: &str| {
        let plugin = Guest::named("strange").answering(Hook::FilterPayload, text).plugin();
        run(&plugin, HookInput::FilterPayload("{}"))
    };
    assert_eq!(answer("[1]"), Ok(HookOutput::Data("[1]".to_owned())));
    for text in ["{a:1}", "", "{} {}", "NaN"] {
        match answer(text) {
            Err(Failure::BadAnswer(message)) => assert!(message.contains("it answered no JSON"), "{message}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    // Not UTF-8, and an address beyond the memory.
    let not_text = "(i32.store8 (i32.const 8) (i32.const 255)) (call $ok (i32.const 8) (i32.const 1))";
    assert!(matches!(failure(not_text), Failure::Broke(_)));
    assert!(matches!(failure("(call $ok (i32.const -16) (i32.const 8))"), Failure::Broke(_)));
    assert!(matches!(failure("(i32.const 3)"), Failure::Broke(_)));
    let split = Guest::named("split").adding_header("x-a", "1\r\nhost: b").plugin();
    assert!(matches!(run(&split, HookInput::FilterRequest(&Vec::new())), Err(Failure::BadAnswer(_))));
}

#[test]
fn a_huge_answer_is_not_copied() {
    let body = "(drop (memory.grow (i32.const 40))) (call $ok (i32.const 131072) (i32.const 2000000))";
    assert_eq!(failure(body), Failure::TooLarge(1_000_000));
    // The same through an import.
    let body = "(drop (memory.grow (i32.const 40))) (call $log (i32.const 0) (i32.const 131072) (i32.const 2000000)) \
                (i32.const 0)";
    assert_eq!(failure(body), Failure::TooLarge(1_000_000));
}

#[test]
fn a_flood_of_log_lines_is_cut_and_counted() {
    let body = format!(
        "(local $i i32) (loop $again (call $log (i32.const 3) (i32.const 1024) (i32.const 6000)) \
         (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 9000)))) {ECHO}"
    );
    let (plugins, notes) = active(generous(), [Guest::named("loud").on(Hook::FilterPayload, &body)]);
    for _ in 0..7 {
        assert_eq!(filtered(&plugins, "{}"), Ok("{}".to_owned()));
    }
    let lines = plugins.log("loud");
    assert_eq!(lines.len(), 500, "the newest are kept");
    assert!(lines.iter().all(|line| line.message.len() <= 4_096));
    assert_eq!(lines.last().unwrap().message, "8900 more lines of this call were dropped; 100 is the most");
    assert_eq!(notes.logged.lock().unwrap().len(), 707);
}

#[test]
fn calls_of_the_host_are_counted() {
    let message = broke("(loop $again (drop (call $now)) (br $again)) (unreachable)");
    assert_eq!(message, "it called the host more than 10000 times in one call");
    let message = broke("(call $random (i32.const 65537) (i32.const 8)) (i32.const 0)");
    assert!(message.contains("65536 are the most at once"), "{message}");
    let message = broke(
        "(loop $again (global.set $free (i32.const 40000)) (call $random (i32.const 65536) (i32.const 8)) \
         (br $again)) (unreachable)",
    );
    assert!(message.contains("random bytes in one call"), "{message}");
}

#[test]
fn a_call_after_a_trap_finds_a_new_instance() {
    // The third call of an instance traps.
    let body = COUNT.replacen(
        "(global.set",
        "(if (i32.eq (global.get $calls) (i32.const 2)) (then (unreachable))) (global.set",
        1,
    );
    let guest = Guest::named("tired").on(Hook::FilterPayload, &body);
    let (plugins, notes) = active(generous(), [guest]);
    let answers: Vec<_> = (0..7).map(|_| filtered(&plugins, "{}").unwrap()).collect();
    assert_eq!(answers, ["1", "2", "{}", "1", "2", "{}", "1"]);
    assert_eq!(notes.failed.lock().unwrap().len(), 2);
    assert_eq!(plugins.status()[0].failures_in_a_row, 0);
}

#[test]
fn an_instance_that_has_grown_large_is_replaced() {
    let guest = Guest::named("grown").on(Hook::FilterPayload, COUNT);
    let guest =
        guest.on(Hook::ShouldDeliver, "(drop (memory.grow (i32.const 800))) (call $ok (i32.const 1) (i32.const 0))");
    let (plugins, _) = active(generous(), [guest]);
    assert_eq!(filtered(&plugins, "{}").unwrap(), "1");
    assert_eq!(filtered(&plugins, "{}").unwrap(), "2");
    assert_eq!(may_deliver(&plugins), Ok(true));
    assert_eq!(filtered(&plugins, "{}").unwrap(), "1");
}

#[test]
fn a_trap_leaves_the_other_hooks_alone() {
    let guest = Guest::named("half").on(Hook::FilterPayload, TRAP).on(Hook::ShouldDeliver, super::guest::NO);
    let (plugins, _) = active(generous(), [guest]);
    assert_eq!(filtered(&plugins, "{}"), Ok("{}".to_owned()));
    assert_eq!(may_deliver(&plugins), Ok(false));
}
