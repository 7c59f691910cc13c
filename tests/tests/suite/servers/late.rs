//! What an application commits late: after its webhook was deleted or paused, or the installation stopped or resumed.

use hookwright_runtime::Hookwright;
use hookwright_runtime::deliveries::State;
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::Scope;
use hookwright_tests::environment::DAY;
use hookwright_tests::installation::{Installation, Kind, answered, event};
use hookwright_tests::subject::Subject as _;

use super::application::Application;

super::on_servers! {
    a_delivery_of_a_deleted_webhook_is_cancelled,
    a_snapshot_that_still_shows_a_deleted_webhook_does_no_harm,
    a_delivery_of_an_erased_account_is_cancelled,
    a_delivery_of_a_paused_webhook_waits_until_it_is_active,
    a_stop_meanwhile_keeps_it_from_being_sent,
    a_resume_meanwhile_frees_it,
}

/// A webhook, and an application with an open transaction that has read.
fn shop(kind: Kind, begin: &str) -> (Installation, Application, Hookwright, String) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let hookwright = site.hookwright();
    let mut application = Application::of(&site);
    application.run(begin);
    application.call(&hookwright, |api| api.stats()).unwrap();
    (site, application, hookwright, id)
}

/// Nothing is sent, and the one delivery is cancelled.
fn is_cancelled(site: &mut Installation, event_id: &str) {
    assert!(site.claim_all().requests.is_empty());
    let id = site.store().texts(&format!("SELECT id FROM hookwright_deliveries WHERE event_id = '{event_id}'"));
    let delivery = site.details(&id[0]).delivery;
    assert_eq!((delivery.state, delivery.due_at), (State::Cancelled, None));
    assert_eq!(delivery.reason.as_deref(), Some("the webhook was deleted"));
}

fn a_delivery_of_a_deleted_webhook_is_cancelled(kind: Kind) {
    let (mut site, mut application, hookwright, id) = shop(kind, "BEGIN");
    let receipt = application.publish(&hookwright, event("order.created"));
    assert_eq!(site.webhooks_delete(Scope::All, vec![id]).unwrap().len(), 1);
    assert!(site.claim_all().requests.is_empty());
    application.run("COMMIT");
    is_cancelled(&mut site, &receipt.event_id);

    let known = "SELECT COUNT(*) FROM hookwright_deleted_webhooks";
    site.clock.advance(6 * DAY);
    site.purge(100).unwrap();
    assert_eq!(site.number(known), 1, "the longest transaction is shorter");
    site.clock.advance(DAY);
    site.purge(100).unwrap();
    assert_eq!(site.number(known), 0);
}

fn a_snapshot_that_still_shows_a_deleted_webhook_does_no_harm(kind: Kind) {
    // The default on MariaDB.
    let (mut site, mut application, hookwright, id) = shop(
        kind,
        match kind {
            Kind::Mariadb => "BEGIN",
            _ => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        },
    );
    assert_eq!(site.webhooks_delete(Scope::All, vec![id]).unwrap().len(), 1);
    let receipt = application.publish(&hookwright, event("order.created"));
    application.run("COMMIT");
    assert_eq!(receipt.deliveries, 1);
    is_cancelled(&mut site, &receipt.event_id);
}

fn a_delivery_of_an_erased_account_is_cancelled(kind: Kind) {
    use hookwright_runtime::events::Event;
    use hookwright_runtime::registry::NewWebhook;
    let mut site = Installation::new(kind);
    let acme = Some("acme".to_owned());
    let new = NewWebhook { account: acme.clone(), ..hookwright_tests::installation::new_webhook(&[]) };
    site.webhook_of(new);
    let hookwright = site.hookwright();
    let mut application = Application::of(&site);
    application.run("BEGIN");
    let receipt = application.publish(&hookwright, Event { account: acme, ..event("order.created") });
    let erased = site.erase(hookwright_runtime::lifecycle::EraseTarget::Account("acme".to_owned()), 100).unwrap();
    assert!(erased.rows.iter().any(|row| row.name == "webhooks" && row.count == 1), "{erased:?}");
    application.run("COMMIT");
    is_cancelled(&mut site, &receipt.event_id);
}

fn a_delivery_of_a_paused_webhook_waits_until_it_is_active(kind: Kind) {
    let (mut site, mut application, hookwright, id) = shop(kind, "BEGIN");
    let receipt = application.publish(&hookwright, event("order.created"));
    site.set_status(&id, Status::Paused);
    application.run("COMMIT");
    assert!(site.claim_all().requests.is_empty());
    site.set_status(&id, Status::Active);
    let request = site.claim_one();
    assert_eq!(request.event_id, receipt.event_id);
    site.settle_one(&request, answered(200, &[]));
}

fn a_stop_meanwhile_keeps_it_from_being_sent(kind: Kind) {
    let (mut site, mut application, hookwright, _) = shop(kind, "BEGIN");
    let receipt = application.publish(&hookwright, event("order.created"));
    site.stop("maintenance".to_owned()).unwrap();
    application.run("COMMIT");
    assert!(site.claim_all().requests.is_empty());
    site.resume().unwrap();
    assert_eq!(site.claim_one().event_id, receipt.event_id);
}

/// What is stored as held must be seen by whoever frees it.
fn a_resume_meanwhile_frees_it(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.stop("maintenance".to_owned()).unwrap();
    let hookwright = site.hookwright();
    let mut application = Application::of(&site);
    application.run("BEGIN");
    let receipt = application.publish(&hookwright, event("order.created"));
    let freed = std::thread::scope(|scope| {
        let site = &mut site;
        let resuming = scope.spawn(move || site.resume().unwrap());
        application.run("COMMIT");
        resuming.join().unwrap()
    });
    assert!(freed <= 1, "before or after the commit");
    assert_eq!(site.claim_one().event_id, receipt.event_id);
}
