//! Section 3: what an instance keeps, and when it is replaced.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hookwright_runtime::catalogue::NewTopic;
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::Scope;
use hookwright_runtime::{CallError, EventContext, Extensions, Hook, Interest, Options};
use hookwright_tests::component;
use hookwright_tests::installation::{Installation, Kind, answered, event};
use hookwright_tests::subject::Subject;

use crate::expect::not_found;

both! { bug_23_nothing_read_or_written_is_kept_across_calls }

/// What another process changes is seen by the next call.
fn bug_23_nothing_read_or_written_is_kept_across_calls(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut other = site.another();
    let topic = NewTopic {
        name: "my.topic".to_owned(),
        title: None,
        description: None,
        group: None,
        schema: None,
        sample: None,
    };
    let known = |site: &mut Installation| site.publish_answer(event("my.topic")).is_ok();
    assert!(!known(&mut site));
    other.topics_register(topic).unwrap();
    assert!(known(&mut site));
    other.topics_unregister("my.topic".to_owned()).unwrap();
    assert!(!known(&mut site));

    let id = site.webhook(&["order.*"]).id;
    assert_eq!(site.publish_one(event("order.created")).deliveries, 1);
    let sql = "UPDATE hookwright_webhooks SET status = 'paused', revision = revision + 1";
    site.database().execute(sql, []).unwrap();
    assert_eq!(site.publish_one(event("order.created")).deliveries, 0);
    assert_eq!(site.webhook_now(&id).status, Status::Paused);
    assert!(site.claim_all().requests.is_empty());
    // What that statement left pending is none of this test's business.
    other.webhooks_delete(Scope::All, vec![id.clone()]).unwrap();
    not_found(site.webhooks_get(Scope::All, id));
}

/// Panics while it is told to.
#[derive(Default)]
struct Faulty(AtomicBool);

impl Extensions for Faulty {
    fn interests(&self) -> Vec<Interest> {
        vec![Interest { hook: Hook::FilterData, topics: vec![] }]
    }

    fn filter_data(&self, _event: &EventContext, data: String) -> Result<String, String> {
        assert!(!self.0.load(Ordering::SeqCst), "the plugin failed");
        Ok(data)
    }
}

#[test]
fn an_exception_through_an_instance_costs_one_call() {
    let faulty = Arc::new(Faulty::default());
    let mut site = Installation::with_extensions(Kind::Component, Arc::clone(&faulty) as _);
    site.webhook(&[]);
    let hookwright = site.hookwright();
    let publish = || hookwright.publish(vec![event("order.created")]).wait();
    publish().unwrap().remove(0).unwrap();
    faulty.0.store(true, Ordering::SeqCst);
    let told = publish().unwrap_err().to_string();
    assert!(told.contains("extensions.filter-data failed: it panicked: the plugin failed"), "{told}");
    faulty.0.store(false, Ordering::SeqCst);
    publish().unwrap().remove(0).unwrap();
    assert_eq!(site.claim_all().requests.len(), 2);
}

#[test]
fn an_instance_that_broke_off_is_replaced_by_a_fresh_one() {
    let mut site = Installation::new(Kind::Component);
    site.webhook(&[]);
    let options = Options { call_deadline: Duration::from_millis(50), ..site.options() };
    let hookwright = component::start(site.connect(), options);
    // Fifteen megabytes to be read, and a thousand names that are almost right.
    let data = format!("[{}1]", "1,".repeat(7_500));
    let long: Vec<_> =
        (0..1_000).map(|n| Event { data: data.clone(), ..event(&format!("order.craeted.{n:04}")) }).collect();
    match hookwright.publish(long).wait() {
        Err(CallError::Trap { function: "events.publish", committed: false, .. }) => {}
        other => panic!("a call over its deadline breaks off: {other:?}"),
    }
    let receipt = hookwright.publish(vec![event("order.created")]).wait().unwrap().remove(0).unwrap();
    let request = site.claim_one();
    assert_eq!(request.event_id, receipt.event_id);
    site.settle_one(&request, answered(200, &[]));
}
