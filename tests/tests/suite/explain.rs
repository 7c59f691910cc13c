//! What would become of an event, and which webhooks would receive it or not, and why.

use std::sync::Arc;

use hookwright_runtime::accounts::Limits;
use hookwright_runtime::catalogue::TopicSettings;
use hookwright_runtime::events::{Event, Forecast};
use hookwright_runtime::registry::{NewWebhook, Status, WebhookOptions};
use hookwright_runtime::types::{Paging, Scope};
use hookwright_runtime::{EventContext, Extensions, Hook, Interest};
use hookwright_tests::installation::{Installation, Kind, event, new_webhook};
use hookwright_tests::subject::Subject;

use crate::expect::{account, fields, says};
use crate::topic_settings::defaults;

everywhere! {
    every_webhook_has_its_reasons,
    what_is_wrong_with_the_event_is_told,
    a_replay_is_foreseen,
    extensions_have_a_say,
    a_stopped_installation_is_told,
    pages_and_scopes_bound_the_answer,
    the_forecast_comes_true,
}

const FIRST: Paging = Paging { page: 1, per_page: 100 };

fn explain(site: &mut Installation, event: Event) -> Forecast {
    site.explain(event, Scope::All, FIRST).unwrap()
}

/// The codes of a webhook's obstacles.
#[track_caller]
fn codes<'f>(forecast: &'f Forecast, id: &str) -> Vec<&'f str> {
    let webhook = forecast.webhooks.iter().find(|webhook| webhook.webhook_id == id).unwrap();
    webhook.obstacles.iter().map(|obstacle| obstacle.code.as_str()).collect()
}

fn of_account(name: &str, topics: &[&str]) -> NewWebhook {
    NewWebhook { account: Some(name.to_owned()), ..new_webhook(topics) }
}

fn every_webhook_has_its_reasons(kind: Kind) {
    let mut site = Installation::new(kind);
    let wanting = site.webhook(&["order.*"]).id;
    let paused = site.webhook(&["payment_received"]).id;
    site.set_status(&paused, Status::Paused);
    let own = site.webhook_of(of_account("acme", &[])).id;
    let other = site.webhook_of(of_account("other", &[])).id;
    let closed = Limits { webhooks_allowed: false, max_webhooks: None, max_events_per_day: None };
    site.accounts_set_limits("other".to_owned(), closed).unwrap();
    let options = WebhookOptions { filter: Some("data.id > 1".to_owned()), ..WebhookOptions::default() };
    let filtered = site.webhook_of(NewWebhook { options, ..new_webhook(&[]) }).id;

    let acme = Event { account: Some("acme".to_owned()), ..event("order.created") };
    let forecast = explain(&mut site, acme.clone());
    assert_eq!((forecast.problems.len(), forecast.total), (0, 5), "{forecast:?}");
    assert_eq!(codes(&forecast, &wanting), Vec::<&str>::new());
    assert_eq!(codes(&forecast, &paused), ["paused", "topic"]);
    assert_eq!(codes(&forecast, &own), Vec::<&str>::new());
    assert_eq!(codes(&forecast, &other), ["account", "plan"]);
    assert_eq!(codes(&forecast, &filtered), ["filter"]);
    let message = |id: &str, place: usize| {
        let webhook = forecast.webhooks.iter().find(|webhook| webhook.webhook_id == id).unwrap();
        webhook.obstacles[place].message.clone()
    };
    says(&message(&paused, 1), "order.created is not among the webhook's topics: payment_received");
    says(&message(&other, 0), "belongs to account other, the event to account acme");
    let more = Event { data: r#"{"id":2}"#.to_owned(), ..acme };
    assert_eq!(codes(&explain(&mut site, more), &filtered), Vec::<&str>::new());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 0, "nothing is stored");
}

fn what_is_wrong_with_the_event_is_told(kind: Kind) {
    let mut site = Installation::new(kind);
    let webhook = site.webhook(&["order.*"]).id;
    let bad = Event { topic: "order.create".to_owned(), data: "{".to_owned(), ..event("x") };
    let forecast = explain(&mut site, bad);
    assert_eq!(forecast.problems.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["data"]);
    assert_eq!(codes(&forecast, &webhook), Vec::<&str>::new(), "it would be wanted all the same");
    let unknown = explain(&mut site, event("order.create"));
    says(&unknown.problems[0].message, "did you mean order.created?");

    let settings = TopicSettings { deprecated: Some("old".to_owned()), ..defaults() };
    site.topics_configure("order.created".to_owned(), settings).unwrap();
    says(&explain(&mut site, event("order.created")).warnings[0], "topic order.created is deprecated: old");

    let none_left = Limits { webhooks_allowed: true, max_webhooks: None, max_events_per_day: Some(0) };
    site.accounts_set_limits("acme".to_owned(), none_left).unwrap();
    let forecast = explain(&mut site, Event { account: Some("acme".to_owned()), ..event("order.created") });
    assert_eq!(forecast.problems[0].field, "account");
    says(&forecast.problems[0].message, "limit max-events-per-day");
}

fn a_replay_is_foreseen(kind: Kind) {
    let mut site = Installation::new(kind);
    let settings = TopicSettings { dedupe_window: 60_000, ..defaults() };
    site.topics_configure("order.updated".to_owned(), settings).unwrap();
    let keyed = Event { idempotency_key: Some("k".to_owned()), ..event("order.created") };
    assert_eq!(explain(&mut site, keyed.clone()).replay_of, None);
    let first = site.publish_one(keyed.clone());
    assert_eq!(explain(&mut site, keyed.clone()).replay_of, Some(first.event_id));
    let conflict = explain(&mut site, Event { data: "2".to_owned(), ..keyed });
    assert_eq!(conflict.problems[0].field, "idempotency-key");
    let second = site.publish_one(event("order.updated"));
    assert_eq!(explain(&mut site, event("order.updated")).replay_of, Some(second.event_id));
    site.clock.advance(60_000);
    assert_eq!(explain(&mut site, event("order.updated")).replay_of, None);
}

/// Lets nothing pass but what it has made true, and dislikes sevens.
struct Choosy;

impl Extensions for Choosy {
    fn interests(&self) -> Vec<Interest> {
        [Hook::FilterData, Hook::ShouldDeliver].map(|hook| Interest { hook, topics: vec![] }).to_vec()
    }

    fn filter_data(&self, _: &EventContext, data: String) -> Result<String, String> {
        if data == "7" { Err("not sevens".to_owned()) } else { Ok(format!("[{data}]")) }
    }

    fn should_deliver(&self, _: &EventContext, _: &str, data: &str) -> Result<bool, String> {
        Ok(data == "[true]")
    }
}

fn extensions_have_a_say(kind: Kind) {
    let mut site = Installation::with_extensions(kind, Arc::new(Choosy));
    let webhook = site.webhook(&[]).id;
    let with = |data: &str| Event { data: data.to_owned(), ..event("order.created") };
    assert_eq!(codes(&explain(&mut site, with("true")), &webhook), Vec::<&str>::new());
    assert_eq!(codes(&explain(&mut site, with("false")), &webhook), ["extension"]);
    let refused = explain(&mut site, with("7"));
    assert_eq!((refused.problems[0].field.as_str(), refused.problems[0].message.as_str()), ("extension", "not sevens"));
}

fn a_stopped_installation_is_told(kind: Kind) {
    let mut site = Installation::new(kind);
    let webhook = site.webhook(&[]).id;
    site.stop("a fire drill".to_owned()).unwrap();
    let forecast = explain(&mut site, event("order.created"));
    assert_eq!(codes(&forecast, &webhook), ["stopped"]);
    says(&forecast.webhooks[0].obstacles[0].message, "a fire drill");
}

fn pages_and_scopes_bound_the_answer(kind: Kind) {
    let mut site = Installation::new(kind);
    for name in ["acme", "acme", "other"] {
        site.webhook_of(of_account(name, &[]));
    }
    let mut ask = |scope, page, per_page| site.explain(event("order.created"), scope, Paging { page, per_page });
    let page = ask(Scope::All, 2, 2).unwrap();
    assert_eq!((page.webhooks.len(), page.total), (1, 3));
    let own = ask(account("acme"), 1, 100).unwrap();
    assert_eq!((own.webhooks.len(), own.total), (2, 2));
    assert_eq!(ask(Scope::Installation, 1, 1).unwrap().total, 0);
    assert_eq!(fields(ask(Scope::All, 0, 101)).len(), 2);
    assert_eq!(fields(ask(account(""), 1, 1)), ["scope"]);
}

fn the_forecast_comes_true(kind: Kind) {
    let mut site = Installation::new(kind);
    for topics in [&[][..], &["*"], &["order.*"], &["order.created"], &["order.updated"], &["webhook.disabled"]] {
        site.webhook(topics);
        site.webhook_of(of_account("acme", topics));
        site.webhook_of(NewWebhook { status: Some(Status::Paused), ..of_account("other", topics) });
    }
    for topic in ["order.created", "order.updated", "payment_received"] {
        for name in [None, Some("acme"), Some("other")] {
            let event = Event { account: name.map(str::to_owned), ..event(topic) };
            let forecast = explain(&mut site, event.clone());
            let wanting = forecast.webhooks.iter().filter(|webhook| webhook.obstacles.is_empty()).count();
            assert_eq!(wanting, site.publish_one(event).deliveries as usize, "{topic} {name:?}");
        }
    }
}
