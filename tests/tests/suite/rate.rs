//! A webhook's own rate: how many requests it is sent in a second, over all hosts.

use hookwright_runtime::accounts::Limits;
use hookwright_runtime::registry::{NewWebhook, WebhookOptions};
use hookwright_storage::Mode;
use hookwright_tests::environment::SECOND;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, new_webhook};
use hookwright_tests::subject::Subject;

everywhere! {
    requests_are_spaced,
    bug_19_each_webhook_has_a_rate_of_its_own,
    bug_19_what_was_not_due_is_not_charged,
    two_hosts_share_one_rate,
    a_rate_that_another_host_charges_meanwhile_is_not_passed,
    what_a_plan_forbids_meanwhile_is_given_back,
}

fn limited(site: &mut Installation, rate: u32) -> String {
    let options = WebhookOptions { requests_per_second: Some(rate), ..WebhookOptions::default() };
    site.webhook_of(NewWebhook { options, ..new_webhook(&[]) }).id
}

/// Claims whenever something is due, for some seconds, and gives the times of the requests by webhook.
fn sent(site: &mut Installation, seconds: i64) -> Vec<(i64, String)> {
    let end = site.clock.now() + seconds * SECOND;
    let mut sent = Vec::new();
    while site.clock.now() < end {
        let now = site.clock.now();
        let claimed = site.claim_all();
        for request in claimed.requests {
            site.settle_one(&request, answered(200, &[]));
            sent.push((now, request.webhook_id));
        }
        let next = site.claim(0, LEASE_MS, Vec::new()).unwrap().next_due;
        let Some(next) = next else { break };
        assert!(next > now, "nothing is due at {now} that was not just claimed");
        site.clock.set(next);
    }
    sent
}

fn requests_are_spaced(kind: Kind) {
    let mut site = Installation::new(kind);
    let start = site.clock.now();
    limited(&mut site, 5);
    for _ in 0..8 {
        site.publish_one(event("order.created"));
    }
    let times: Vec<i64> = sent(&mut site, 60).into_iter().map(|(at, _)| at - start).collect();
    assert_eq!(times, [0, 200, 400, 600, 800, 1_000, 1_200, 1_400]);
}

fn bug_19_each_webhook_has_a_rate_of_its_own(kind: Kind) {
    let mut site = Installation::new(kind);
    let (slow, fast, free) = (limited(&mut site, 2), limited(&mut site, 50), site.webhook(&[]).id);
    let start = site.clock.now();
    for _ in 0..6 {
        site.publish_one(event("order.created"));
    }
    let sent = sent(&mut site, 60);
    let times =
        |id: &str| -> Vec<i64> { sent.iter().filter(|(_, webhook)| webhook == id).map(|(at, _)| at - start).collect() };
    assert_eq!(times(&slow), [0, 500, 1_000, 1_500, 2_000, 2_500]);
    assert_eq!(times(&free), [0; 6], "others are not slowed");
    assert_eq!(times(&fast).len(), 6);
    assert!(times(&fast).iter().all(|at| *at <= 20), "five at once, then one each 20 ms: {:?}", times(&fast));
}

fn bug_19_what_was_not_due_is_not_charged(kind: Kind) {
    let mut site = Installation::new(kind);
    limited(&mut site, 100);
    for round in 0..3 {
        site.publish_one(event("order.created"));
        let requests = site.claim_all().requests;
        assert_eq!(requests.len(), 1, "round {round}: a tenth of the rate may go at once, and one was charged a round");
        site.settle_one(&requests[0], answered(200, &[]));
    }
}

fn two_hosts_share_one_rate(kind: Kind) {
    let mut site = Installation::new(kind);
    limited(&mut site, 5);
    let mut other = site.another();
    for _ in 0..4 {
        site.publish_one(event("order.created"));
    }
    assert_eq!(site.claim_all().requests.len(), 1);
    assert_eq!(other.claim(10, LEASE_MS, Vec::new()).unwrap().requests.len(), 0);
    site.clock.advance(SECOND / 5);
    assert_eq!(other.claim(10, LEASE_MS, Vec::new()).unwrap().requests.len(), 1);
    assert_eq!(site.claim_all().requests.len(), 0);
}

fn a_rate_that_another_host_charges_meanwhile_is_not_passed(kind: Kind) {
    let mut site = Installation::new(kind);
    let (rated, free) = (limited(&mut site, 5), site.webhook(&[]).id);
    let mut other = site.another();
    for _ in 0..2 {
        site.publish_one(event("order.created"));
    }
    site.recorder.before_next(Mode::Own, move || {
        let first = other.claim(2, LEASE_MS, Vec::new()).unwrap().requests;
        assert_eq!(first.len(), 2, "one of each webhook");
        Ok(())
    });
    let ids: Vec<String> = site.claim_all().requests.into_iter().map(|request| request.webhook_id).collect();
    assert!(site.recorder.is_done());
    assert_eq!(ids, [free]);
    site.clock.advance(SECOND / 5);
    assert_eq!(site.claim_one().webhook_id, rated);
}

fn what_a_plan_forbids_meanwhile_is_given_back(kind: Kind) {
    let mut site = Installation::new(kind);
    let acme = "acme".to_owned();
    let options = WebhookOptions { requests_per_second: Some(5), ..WebhookOptions::default() };
    let new = NewWebhook { options, account: Some(acme.clone()), ..new_webhook(&[]) };
    let id = site.webhook_of(new).id;
    site.publish_one(hookwright_runtime::events::Event { account: Some(acme.clone()), ..event("order.created") });
    let limits = |webhooks_allowed| Limits { webhooks_allowed, max_webhooks: None, max_events_per_day: None };
    let (mut other, account) = (site.another(), acme.clone());
    site.recorder.before_next(Mode::Own, move || {
        other.accounts_set_limits(account, limits(false)).unwrap();
        Ok(())
    });
    assert!(site.claim_all().requests.is_empty());
    assert!(site.recorder.is_done());
    let given_back = "SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'pending' AND claims = 0";
    assert_eq!(site.number(given_back), 1);
    site.accounts_set_limits(acme, limits(true)).unwrap();
    assert_eq!(site.claim_one().webhook_id, id, "nor is the rate used");
}
