//! Section 3: a callback of an extension publishes while the core is on the stack.

use std::sync::{Arc, Mutex, OnceLock};

use hookwright_runtime::{EventContext, Extensions, Hook, Interest, WeakHookwright};
use hookwright_storage::JoinedSqlite;
use hookwright_tests::installation::{Installation, Kind, event};

/// Publishes one more event for each that it sees.
#[derive(Default)]
struct Echo {
    hookwright: OnceLock<WeakHookwright>,
    refusals: Mutex<Vec<String>>,
}

impl Extensions for Echo {
    fn interests(&self) -> Vec<Interest> {
        vec![Interest { hook: Hook::FilterData, topics: vec!["order.created".to_owned()] }]
    }

    fn filter_data(&self, _event: &EventContext, data: String) -> Result<String, String> {
        let hookwright = self.hookwright.get().unwrap().upgrade().unwrap();
        match hookwright.publish(vec![event("order.created")]).wait() {
            Ok(receipts) => assert!(receipts[0].is_ok(), "{receipts:?}"),
            Err(error) => self.refusals.lock().unwrap().push(error.to_string()),
        }
        Ok(data)
    }
}

fn echoing() -> (Installation, Arc<Echo>, hookwright_runtime::Hookwright) {
    let echo = Arc::new(Echo::default());
    let mut site = Installation::with_extensions(Kind::Component, Arc::clone(&echo) as _);
    site.webhook(&[]);
    let hookwright = site.hookwright();
    echo.hookwright.set(hookwright.downgrade()).unwrap();
    (site, echo, hookwright)
}

#[track_caller]
fn check_depth(site: &Installation, echo: &Echo) {
    let refusals = std::mem::take(&mut *echo.refusals.lock().unwrap());
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert!(refusals[0].starts_with("events.publish was refused: 4 calls of the core"), "{refusals:?}");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 4);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), 4);
}

#[test]
fn a_callback_may_publish_four_deep_and_is_then_refused_by_name() {
    let (site, echo, hookwright) = echoing();
    hookwright.publish(vec![event("order.created")]).wait().unwrap().remove(0).unwrap();
    check_depth(&site, &echo);
}

#[test]
fn the_depth_counts_through_a_joined_call() {
    let (site, echo, hookwright) = echoing();
    let application = site.database();
    application.execute_batch("BEGIN").unwrap();
    let publish = hookwright.joined(&mut JoinedSqlite::new(&application), |api| api.publish(&[event("order.created")]));
    // What the callbacks published is committed already, by connections of their own, so a transaction that has read
    // before cannot write any more.
    let restart = publish.unwrap_err().to_string();
    assert!(restart.contains("must start again from the beginning"), "{restart}");
    application.execute_batch("ROLLBACK").unwrap();
    assert_eq!(echo.refusals.lock().unwrap().len(), 1);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 3);
}
