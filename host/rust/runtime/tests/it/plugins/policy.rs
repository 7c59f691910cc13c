//! What a plugin's failure means for the event, and for the plugin.

use std::time::Duration;

use hookwright_runtime::Extensions;
use hookwright_runtime::plugins::{ActivePlugin, FailurePolicy, Hook, PluginLimits};

use super::guest::{
    GROW, Guest, LOOP, RECURSE, TRAP, YES, active, delivery, filtered, generous, list, may_deliver, published, strict,
};

/// Guests that fail in `filter-payload`, each in its own way.
fn failing() -> Vec<Guest> {
    let body = |name: &str, body: &str| Guest::named(name).on_topics(Hook::FilterPayload, 5, &[], body);
    vec![
        body("trap", TRAP),
        body("loop", LOOP),
        body("grow", GROW),
        body("deep", RECURSE),
        Guest::named("json").answering(Hook::FilterPayload, "{a:1}"),
        Guest::named("says").erring(Hook::FilterPayload, 2, "my bad"),
        Guest::named("input").erring(Hook::FilterPayload, 0, "no field `total`"),
    ]
}

fn sound() -> Guest {
    Guest::named("sound").wrapping(Hook::FilterPayload, 10, &[])
}

#[test]
fn an_event_goes_on_without_a_plugin_that_failed_and_the_others_still_run() {
    for guest in failing() {
        let (plugins, _) = active(strict(), [guest, sound()]);
        for _ in 0..2 {
            assert_eq!(filtered(&plugins, "1"), Ok(r#"[1,"sound"]"#.to_owned()));
        }
    }
}

#[test]
fn an_event_is_refused_where_the_plugin_fails_closed() {
    for guest in failing() {
        let (plugins, _) = active(strict(), [sound(), guest.fail_closed()]);
        for _ in 0..2 {
            let refused = filtered(&plugins, "1").unwrap_err();
            assert!(refused.starts_with("nothing is sent without plugin `"), "{refused}");
        }
    }
    let closed = Guest::named("veto").on(Hook::ShouldDeliver, TRAP).on(Hook::FilterRequest, TRAP).fail_closed();
    let (plugins, _) = active(generous(), [closed]);
    assert!(may_deliver(&plugins).is_err());
    assert!(plugins.filter_request(&delivery("a.b"), &[]).is_err());
}

#[test]
fn the_site_owner_s_policy_goes_before_the_plugin_s() {
    let (plugins, _) = active(generous(), []);
    let plugin = Guest::named("trap").on(Hook::FilterPayload, TRAP).plugin();
    for (policy, refused) in [(None, false), (Some(FailurePolicy::FailClosed), true)] {
        plugins.replace(vec![ActivePlugin { policy, ..ActivePlugin::new(plugin.clone(), 1) }]).unwrap();
        assert_eq!(filtered(&plugins, "1").is_err(), refused);
    }
}

#[test]
fn a_refusal_is_an_answer_and_no_failure() {
    let guest = Guest::named("strict").erring(Hook::FilterPayload, 1, "test orders stay here");
    let (plugins, notes) = active(generous(), [guest]);
    for _ in 0..20 {
        let refused = filtered(&plugins, "1").unwrap_err();
        assert_eq!(refused, "plugin `strict` refuses the event: test orders stay here");
    }
    assert!(notes.failed.lock().unwrap().is_empty());
    assert_eq!(plugins.status()[0].suspended, None);
}

#[test]
fn bad_input_is_not_counted_against_the_plugin() {
    let (plugins, notes) = active(generous(), [Guest::named("input").erring(Hook::FilterPayload, 0, "no total")]);
    (0..20).for_each(|_| assert_eq!(filtered(&plugins, "1"), Ok("1".to_owned())));
    assert!(notes.failed.lock().unwrap().is_empty());
}

#[test]
fn ten_failures_in_a_row_end_the_activity_and_the_reason_is_told_once() {
    let bad = Guest::named("bad").on(Hook::FilterPayload, TRAP).topic("bad.made", "1");
    let (plugins, notes) = active(generous(), [bad, sound()]);
    assert_eq!(plugins.topics().len(), 1);
    for _ in 0..15 {
        assert_eq!(filtered(&plugins, "1"), Ok(r#"[1,"sound"]"#.to_owned()));
    }
    let told = notes.deactivated.lock().unwrap().clone();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("bad: it failed 10 times in a row, at last in filter-payload: it broke off:"));
    assert_eq!(notes.failed.lock().unwrap().len(), 10);
    let status = &plugins.status()[0];
    assert_eq!((status.calls, status.failures, status.suspended.is_some()), (10, 10, true));
    assert!(plugins.log("bad").iter().any(|line| line.message.contains("unreachable")));
    assert!(plugins.topics().is_empty(), "its topics go with it");
    assert_eq!(plugins.interests().len(), 1);
}

#[test]
fn a_success_begins_the_count_anew() {
    let guest = Guest::named("mixed").on(Hook::FilterPayload, TRAP).on(Hook::ShouldDeliver, YES);
    let (plugins, notes) = active(generous(), [guest]);
    for _ in 0..5 {
        (0..9).for_each(|_| drop(filtered(&plugins, "1")));
        assert_eq!(may_deliver(&plugins), Ok(true));
    }
    assert!(notes.deactivated.lock().unwrap().is_empty());
    let status = &plugins.status()[0];
    assert_eq!((status.failures, status.successes), (45, 5));
    assert_eq!(notes.recovered.lock().unwrap().len(), 5, "told once for each row of failures");
}

#[test]
fn a_success_after_others_failures_is_told_once() {
    let plugin = Guest::named("mixed").on(Hook::FilterPayload, super::guest::ECHO).plugin();
    let (plugins, notes) = active(generous(), []);
    let given = |was_failing| ActivePlugin { was_failing, ..ActivePlugin::new(plugin.clone(), 1) };
    plugins.replace(vec![given(true)]).unwrap();
    (0..3).for_each(|_| drop(filtered(&plugins, "1")));
    assert_eq!(*notes.recovered.lock().unwrap(), ["mixed"]);
    plugins.replace(vec![given(false)]).unwrap();
    assert_eq!(plugins.status()[0].calls, 3, "it is the same activation");
}

#[test]
fn a_failure_is_told_with_its_occasion() {
    let guest = Guest::named("bad").on(Hook::AfterDelivery, TRAP).on(Hook::FilterPayload, LOOP);
    let (plugins, notes) = active(strict(), [guest]);
    drop(filtered(&plugins, "1"));
    plugins.after_delivery(&delivery("a.b"), "{}").unwrap();
    let told = notes.failed.lock().unwrap().clone();
    assert_eq!(told[0], "bad 1: filter-payload evt_1 order.created -: it ran longer than 250 ms");
    assert!(told[1].starts_with("bad 2: after-delivery evt_1 a.b dlv_1: it broke off: wasm trap"), "{told:?}");
}

#[test]
fn a_plugin_that_fails_closed_keeps_its_events_back_when_it_is_not_called_any_more() {
    let bad = Guest::named("mask").on_topics(Hook::FilterPayload, 10, &["order.*"], TRAP).fail_closed();
    let plugin = bad.plugin();
    let (plugins, _) = active(generous(), []);
    plugins.replace(vec![ActivePlugin::new(plugin.clone(), 1)]).unwrap();
    (0..12).for_each(|_| assert!(filtered(&plugins, "1").is_err()));
    assert_eq!(plugins.status()[0].calls, 10);
    assert!(published(&plugins, "post.made", "1").is_ok(), "other topics go on");
    // The site's record says so at the next start.
    let suspended = ActivePlugin { suspended: Some("it failed".to_owned()), ..ActivePlugin::new(plugin.clone(), 1) };
    let (restarted, _) = active(generous(), []);
    restarted.replace(vec![suspended]).unwrap();
    let refused = filtered(&restarted, "1").unwrap_err();
    assert!(refused.contains("`mask`, and it is not called any more"), "{refused}");
    assert_eq!(restarted.status()[0].calls, 0);
    // A person activates it again.
    plugins.replace(vec![ActivePlugin::new(plugin, 2)]).unwrap();
    assert!(filtered(&plugins, "1").unwrap_err().contains("broke off"));
}

#[test]
fn plugins_share_a_budget_and_the_rest_is_skipped() {
    let limits = PluginLimits { budget: Duration::from_millis(50), ..strict() };
    let slow = Guest::named("slow").on_topics(Hook::FilterPayload, 5, &[], LOOP);
    let (plugins, _) = active(limits, [slow, sound()]);
    plugins.begin();
    assert_eq!(filtered(&plugins, "1"), Ok("1".to_owned()), "no time is left for the second");
    assert_eq!(filtered(&plugins, "1"), Ok("1".to_owned()), "nor for any in the next event");
    let calls: Vec<_> = plugins.status().iter().map(|status| (status.calls, status.skipped)).collect();
    assert_eq!(calls, [(1, 1), (0, 2)]);
    plugins.replace(list([sound()])).unwrap();
    assert_eq!(filtered(&plugins, "1"), Ok("1".to_owned()), "the budget is of the thread, not of the plugin");
    assert_eq!(plugins.interests().len(), 1);
    assert_eq!(filtered(&plugins, "1"), Ok(r#"[1,"sound"]"#.to_owned()), "the next publish has its own");
}

#[test]
fn a_spent_budget_refuses_where_a_plugin_fails_closed() {
    let limits = PluginLimits { budget: Duration::from_millis(1), ..strict() };
    let slow = Guest::named("slow").on_topics(Hook::FilterPayload, 5, &[], LOOP);
    let (plugins, notes) = active(limits, [slow, sound().fail_closed()]);
    plugins.begin();
    let refused = filtered(&plugins, "1").unwrap_err();
    assert_eq!(refused, "nothing is sent without plugin `sound`, and the 1 ms of all plugins were used up");
    assert_eq!(notes.failed.lock().unwrap().len(), 1, "it is not its failure");
}
