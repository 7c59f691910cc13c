//! One webhook: created, read, changed, stopped, deleted, and never seen by another account.

use hookwright_runtime::deliveries::{Outcome, State};
use hookwright_runtime::registry::{NewWebhook, Secret, Status, WebhookChanges};
use hookwright_runtime::types::Scope;
use hookwright_storage::Mode;
use hookwright_tests::environment::{MINUTE, START_MS};
use hookwright_tests::installation::{Installation, Kind, answered, event, new_webhook};
use hookwright_tests::subject::Subject;

use crate::expect::{account, conflict, fields, invalid, not_found, says};

everywhere! {
    a_webhook_is_read_back_as_it_was_created,
    defaults_are_filled_in,
    every_wrong_field_is_named_at_once,
    a_misspelt_topic_is_refused_with_the_right_one,
    another_account_s_webhook_is_not_found,
    only_what_is_given_is_changed,
    a_stale_revision_is_refused,
    pausing_holds_and_activating_frees,
    a_deleted_webhook_s_deliveries_are_cancelled,
    a_webhook_deleted_while_it_is_called_ends_with_the_outcome,
    deleting_answers_for_each_id,
}

both! { a_change_that_came_between_is_read_first }

fn changes() -> WebhookChanges {
    WebhookChanges { name: None, url: None, topics: None, status: None, revision: None, ..WebhookChanges::default() }
}

fn a_webhook_is_read_back_as_it_was_created(kind: Kind) {
    let mut site = Installation::new(kind);
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let created = site
        .webhooks_create(NewWebhook {
            name: Some("  Crème & 😀  ".to_owned()),
            url: "HTTPS://Receiver.example:443/a/../hook?token=1".to_owned(),
            topics: ["order.created", "payment_received", "order.*", "order.created"].map(str::to_owned).to_vec(),
            account: Some("shop 7".to_owned()),
            status: Some(Status::Paused),
            secret: Some(Secret::from(secret.to_owned())),
            ..NewWebhook::default()
        })
        .unwrap();
    assert_eq!(created.secret.expose(), secret);
    let webhook = created.webhook;
    assert!(webhook.id.starts_with("wh_"));
    assert_eq!(webhook.name, "Crème & 😀");
    assert_eq!(webhook.url, "https://receiver.example/hook?token=1");
    assert_eq!(webhook.topics, ["order.created", "payment_received", "order.*"], "in their order, each once");
    assert_eq!((webhook.status, webhook.revision), (Status::Paused, 1));
    assert_eq!([webhook.created_at, webhook.updated_at, webhook.status_at], [START_MS; 3]);
    assert_eq!(site.webhook_now(&webhook.id), webhook);
    assert_eq!(site.webhooks_get(account("shop 7"), webhook.id.clone()), Ok(webhook.clone()));
    site.restart();
    assert_eq!(site.webhook_now(&webhook.id), webhook);
}

fn defaults_are_filled_in(kind: Kind) {
    let mut site = Installation::new(kind);
    let created = site.webhooks_create(new_webhook(&[])).unwrap();
    assert_eq!(created.webhook.name, "Webhook created on Nov 21, 2026 @ 07:22 PM");
    assert_eq!(created.webhook.status, Status::Active);
    assert_eq!((created.webhook.topics.len(), created.webhook.account), (0, None));
    // 32 bytes in base64 with padding.
    assert_eq!(created.secret.expose().len(), "whsec_".len() + 44);
    let other = site.webhooks_create(new_webhook(&[])).unwrap();
    assert_ne!(created.secret, other.secret);
    assert_ne!(created.webhook.id, other.webhook.id);
}

fn every_wrong_field_is_named_at_once(kind: Kind) {
    let mut site = Installation::new(kind);
    let wrong = NewWebhook {
        name: Some(" ".to_owned()),
        url: "http://receiver.example/".to_owned(),
        topics: vec!["order.created".to_owned(), "order.*.x".to_owned(), "no.such.topic".to_owned()],
        account: Some(String::new()),
        status: Some(Status::Disabled),
        secret: Some(Secret::from("whsec_c2hvcnQ=".to_owned())),
        ..NewWebhook::default()
    };
    let named = fields(site.webhooks_create(wrong));
    assert_eq!(named, ["name", "url", "topics[1]", "topics[2]", "account", "status", "secret"]);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_webhooks"), 0);
    let long = NewWebhook { name: Some("ü".repeat(201)), ..new_webhook(&[]) };
    says(&invalid(site.webhooks_create(long)), "name: the name has more than 200 characters");
    let id = site.webhook(&[]).id;
    let wrong = WebhookChanges {
        name: Some("a\u{7}".to_owned()),
        url: Some("ftp://receiver.example/".to_owned()),
        topics: Some(vec!["order .created".to_owned()]),
        status: Some(Status::Disabled),
        revision: Some(1),
        ..WebhookChanges::default()
    };
    assert_eq!(fields(site.webhooks_update(Scope::All, id, wrong)), ["name", "url", "topics[0]", "status"]);
    let many = vec!["*".to_owned(); 101];
    says(&invalid(site.webhooks_create(NewWebhook { topics: many, ..new_webhook(&[]) })), "topics: 101 topics");
}

fn a_misspelt_topic_is_refused_with_the_right_one(kind: Kind) {
    let mut site = Installation::new(kind);
    let refusal = invalid(site.webhooks_create(new_webhook(&["order.create"])));
    says(&refusal, "topics[0]: topic order.create is not in the catalogue (did you mean order.created?)");
    let refusal = invalid(site.webhooks_create(new_webhook(&["order.cre*"])));
    says(&refusal, "write `order.cre.*` instead");
    // A pattern may name what does not exist yet.
    site.webhook(&["nothing.yet.*"]);
}

fn another_account_s_webhook_is_not_found(kind: Kind) {
    let mut site = Installation::new(kind);
    let webhook = site.webhook_of(NewWebhook { account: Some("a".to_owned()), ..new_webhook(&[]) });
    let general = site.webhook(&[]);
    let id = || webhook.id.clone();
    let missing = "wh_00000000000000000000000000";
    let unknown = not_found(site.webhooks_get(account("b"), missing.to_owned()));
    for scope in [account("b"), account("A"), account(""), Scope::Installation] {
        let answer = not_found(site.webhooks_get(scope.clone(), id()));
        assert_eq!(answer.replace(&webhook.id, missing), unknown, "no word tells that it exists");
        let renamed = WebhookChanges { name: Some("mine".to_owned()), ..changes() };
        not_found(site.webhooks_update(scope.clone(), id(), renamed));
        not_found(site.webhooks_delete(scope.clone(), vec![id()]).unwrap().remove(0));
        not_found(site.test(scope, id(), None, None, 80_000));
    }
    not_found(site.webhooks_get(account("a"), general.id.clone()));
    assert_eq!(site.webhooks_get(account("a"), id()), Ok(webhook.clone()));
    assert_eq!(site.webhooks_get(Scope::Installation, general.id.clone()), Ok(general));
    assert_eq!(site.webhook_now(&webhook.id), webhook);
}

fn only_what_is_given_is_changed(kind: Kind) {
    let mut site = Installation::new(kind);
    let before = site.webhook(&["order.created"]);
    site.clock.advance(MINUTE);
    let renamed = WebhookChanges { name: Some("Shop".to_owned()), ..changes() };
    let after = site.webhooks_update(Scope::All, before.id.clone(), renamed).unwrap();
    assert_eq!((after.revision, after.updated_at, after.status_at), (2, START_MS + MINUTE, START_MS));
    let mut expected = before.clone();
    (expected.name, expected.revision, expected.updated_at) = ("Shop".to_owned(), 2, START_MS + MINUTE);
    assert_eq!(after, expected);
    let moved = WebhookChanges {
        url: Some("https://other.example/".to_owned()),
        topics: Some(vec!["*".to_owned()]),
        ..changes()
    };
    let moved = site.webhooks_update(Scope::All, before.id.clone(), moved).unwrap();
    assert_eq!((moved.url.as_str(), moved.topics.as_slice()), ("https://other.example/", &["*".to_owned()][..]));
    assert_eq!(site.webhook_now(&before.id), moved);
    let none = WebhookChanges { topics: Some(vec![]), ..changes() };
    site.webhooks_update(Scope::All, before.id.clone(), none).unwrap();
    assert!(site.webhook_now(&before.id).topics.is_empty());
}

fn a_stale_revision_is_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let rename = |name: &str, revision| WebhookChanges { name: Some(name.to_owned()), revision, ..changes() };
    site.webhooks_update(Scope::All, id.clone(), rename("first", Some(1))).unwrap();
    let stale = conflict(site.webhooks_update(Scope::All, id.clone(), rename("second", Some(1))));
    says(&stale, "has revision 2, you have seen 1; read it again");
    assert_eq!(site.webhook_now(&id).name, "first");
    site.webhooks_update(Scope::All, id.clone(), rename("third", None)).unwrap();
    assert_eq!(site.webhook_now(&id).name, "third");
}

fn a_change_that_came_between_is_read_first(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&["order.created"]).id;
    let interfere = |site: &Installation| {
        let database = site.database();
        site.recorder.before_next(Mode::Write, move || {
            let sql = "UPDATE hookwright_webhooks SET name = 'theirs', revision = revision + 1";
            database.execute(sql, []).unwrap();
            Ok(())
        });
    };
    interfere(&site);
    let paused = WebhookChanges { status: Some(Status::Paused), ..changes() };
    let after = site.webhooks_update(Scope::All, id.clone(), paused).unwrap();
    assert_eq!((after.name.as_str(), after.status, after.revision), ("theirs", Status::Paused, 3));
    assert_eq!(site.webhook_now(&id), after, "neither change is lost");
    interfere(&site);
    let active = WebhookChanges { status: Some(Status::Active), revision: Some(3), ..changes() };
    conflict(site.webhooks_update(Scope::All, id.clone(), active));
    assert_eq!(site.webhook_now(&id).status, Status::Paused);
}

fn pausing_holds_and_activating_frees(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&["order.created"]).id;
    site.publish_one(event("order.created"));
    let decision = site.attempt(500);
    assert_eq!(decision.state, State::Retrying);
    site.publish_one(event("order.created"));
    let delivery = site.claim_one().delivery_id;
    site.publish_one(event("order.created"));

    let paused = site.set_status(&id, Status::Paused);
    assert_eq!(paused.status_at, site.clock.now());
    assert_eq!(site.details(&delivery).delivery.state, State::Sending, "what is under way ends by itself");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'held'"), 2);
    site.clock.advance(MINUTE);
    assert!(site.claim_all().requests.is_empty());
    assert_eq!(site.publish_one(event("order.created")).deliveries, 0, "a paused webhook misses what happens");

    site.set_status(&id, Status::Active);
    let claimed = site.claim_all();
    assert_eq!(claimed.requests.len(), 2, "held deliveries are due at once");
    assert_eq!(claimed.requests.iter().map(|request| request.attempt).sum::<u32>(), 1 + 2);
}

fn a_deleted_webhook_s_deliveries_are_cancelled(kind: Kind) {
    let mut site = Installation::new(kind);
    let (gone, stays) = (site.webhook(&["order.created"]).id, site.webhook(&["order.created"]).id);
    site.publish_one(event("order.created"));
    site.set_status(&gone, Status::Paused);
    assert_eq!(site.webhooks_delete(Scope::All, vec![gone.clone()]), Ok(vec![Ok(())]));
    let claimed = site.claim_all();
    assert_eq!(claimed.requests.len(), 1);
    assert_eq!(claimed.requests[0].webhook_id, stays);
    let cancelled = "SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'cancelled' \
                     AND reason = 'the webhook was deleted'";
    assert_eq!(site.number(cancelled), 1);
    not_found(site.webhooks_get(Scope::All, gone));
    assert_eq!(site.publish_one(event("order.created")).deliveries, 1);
}

fn a_webhook_deleted_while_it_is_called_ends_with_the_outcome(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&["order.created"]).id;
    for _ in 0..4 {
        site.publish_one(event("order.created"));
    }
    let requests = site.claim_all().requests;
    site.webhooks_delete(Scope::All, vec![id]).unwrap();
    let outcomes = [answered(200, &[]), answered(500, &[]), Outcome::Released];
    let states = [State::Delivered, State::Cancelled, State::Cancelled];
    for ((request, outcome), state) in requests.iter().zip(outcomes).zip(states) {
        assert_eq!(site.settle_one(request, outcome).state, state);
        assert_eq!(site.details(&request.delivery_id).delivery.state, state);
    }
    site.clock.advance(2 * MINUTE);
    assert!(site.claim_all().requests.is_empty());
    assert_eq!(site.details(&requests[3].delivery_id).delivery.state, State::Cancelled, "its lease has ended");
}

fn deleting_answers_for_each_id(kind: Kind) {
    let mut site = Installation::new(kind);
    let [one, other] = [site.webhook(&[]).id, site.webhook(&[]).id];
    let ids = vec![one.clone(), "wh_nonsense".to_owned(), one, other];
    let answers = site.webhooks_delete(Scope::All, ids).unwrap();
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, true]);
    not_found(answers[1].clone());
    assert_eq!(site.webhooks_delete(Scope::All, vec![]), Ok(vec![]));
    says(&invalid(site.webhooks_delete(Scope::All, vec![String::new(); 101])), "ids: 101 ids");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_subscriptions"), 0);
}
