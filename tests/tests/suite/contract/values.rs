//! Section 2: values arrive as they were sent, and no text with a NUL reaches the database.

use hookwright_runtime::catalogue::NewTopic;
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{NewWebhook, Query, Sort, WebhookChanges};
use hookwright_runtime::types::{Error, Paging, Scope};
use hookwright_runtime::{catalogue, deliveries};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, new_webhook, settlement};
use hookwright_tests::subject::Subject;

everywhere! {
    integers_survive_beyond_two_to_the_53,
    text_of_any_script_survives,
    no_text_with_a_nul_reaches_the_database,
    long_input_is_answered_and_never_stored,
    the_largest_settings_keep_statements_within_a_mebibyte,
}

/// The first integer that a double cannot hold.
const ODD: i64 = (1 << 53) + 1;

fn integers_survive_beyond_two_to_the_53(kind: Kind) {
    let mut site = Installation::new(kind);
    let webhook = site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    let told = deliveries::Settlement { started_at: -ODD, ..settlement(&request, answered(200, &[]), 0) };
    site.settle(vec![told]).unwrap().remove(0).unwrap();
    assert_eq!(site.details(&request.delivery_id).attempts[0].started_at, -ODD);
    site.clock.set(ODD);
    let renamed = WebhookChanges {
        name: Some("later".to_owned()),
        url: None,
        topics: None,
        status: None,
        revision: None,
        ..WebhookChanges::default()
    };
    site.webhooks_update(Scope::All, webhook.id.clone(), renamed).unwrap();
    assert_eq!(site.webhook_now(&webhook.id).updated_at, ODD);
    site.clock.set(i64::MAX);
    let last = site.webhook_of(NewWebhook { name: Some("last".to_owned()), ..new_webhook(&[]) });
    assert_eq!(site.webhook_now(&last.id).created_at, i64::MAX);
}

fn text_of_any_script_survives(kind: Kind) {
    let mut site = Installation::new(kind);
    let text = "😀 Żółć ﷽ e\u{301} \u{202e}abc ' \" ; -- % _";
    let webhook = site.webhook_of(NewWebhook { name: Some(text.to_owned()), ..new_webhook(&[]) });
    assert_eq!(site.webhook_now(&webhook.id).name, text);
    let account = "👩‍👩‍👧 & ürün";
    let data = format!("{{\"{}\":\"{}\"}}", "ключ", "値😀");
    let event = Event { account: Some(account.to_owned()), data: data.clone(), ..event("order.created") };
    site.publish_one(event);
    let request = site.claim_one();
    assert!(String::from_utf8(request.body.clone()).unwrap().ends_with(&format!("\"data\":{data}}}")));
    assert_eq!(site.details(&request.delivery_id).delivery.account.as_deref(), Some(account));
}

/// Every text that a caller can give, with a NUL in it: refused by name, not found, or without a result.
fn no_text_with_a_nul_reaches_the_database(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let nul = || "a\0b".to_owned();
    let paging = Paging { page: 1, per_page: 10 };
    let mut answers: Vec<Option<Error>> = Vec::new();
    macro_rules! ask {
        ($($call:expr),* $(,)?) => { $(answers.push($call.err());)* };
    }
    let named = |name: Option<String>| NewWebhook { name, ..new_webhook(&[]) };
    let all = |search, topic| Query {
        scope: Scope::Account(nul()),
        search,
        status: None,
        topic,
        sort: Sort::Name,
        descending: false,
        paging,
    };
    let topic = |name: &str| NewTopic {
        name: name.to_owned(),
        title: Some(nul()),
        description: Some(nul()),
        group: Some(nul()),
        schema: None,
        sample: None,
    };
    let changed = WebhookChanges {
        name: Some(nul()),
        url: Some(nul()),
        topics: None,
        status: None,
        revision: None,
        ..WebhookChanges::default()
    };
    ask![
        site.webhooks_create(named(Some(nul()))),
        site.webhooks_create(NewWebhook { url: format!("https://x.example/{}", nul()), ..named(None) }),
        site.webhooks_create(NewWebhook { topics: vec![nul()], ..named(None) }),
        site.webhooks_create(NewWebhook { account: Some(nul()), ..named(None) }),
        site.webhooks_get(Scope::All, nul()),
        site.webhooks_get(Scope::Account(nul()), id.clone()),
        site.webhooks_find(all(None, None)),
        site.webhooks_find(all(Some(nul()), None)),
        site.webhooks_find(all(None, Some(nul()))),
        site.webhooks_update(Scope::All, nul(), changed.clone()),
        site.webhooks_update(Scope::All, id.clone(), changed),
        site.webhooks_delete(Scope::All, vec![nul()]),
        site.topics_get(nul()),
        site.topics_register(topic("my.topic")),
        site.topics_register(topic("a\0")),
        site.topics_unregister(nul()),
        site.topics_find(catalogue::Query { search: Some(nul()), source: Some(nul()), group: Some(nul()), paging }),
        site.publish_answer(Event { account: Some(nul()), ..event("order.created") }),
        site.publish_answer(event("order\0.created")),
        site.publish_answer(Event { idempotency_key: Some(nul()), ..event("order.created") }),
        site.claim(0, LEASE_MS, vec![deliveries::InFlight { webhook_id: nul(), requests: 1 }]),
        site.test(Scope::All, nul(), None, None, LEASE_MS),
        site.test(Scope::All, id.clone(), Some(nul()), Some("1".to_owned()), LEASE_MS),
        site.redeliver(Scope::All, vec![nul()]),
        site.deliveries_get(Scope::All, nul()),
        site.deliveries_find(deliveries::Query {
            scope: Scope::Account(nul()),
            webhook_id: Some(nul()),
            event_id: Some(nul()),
            topic: Some(nul()),
            state: None,
            paging,
        }),
    ];
    for (place, error) in answers.into_iter().enumerate() {
        assert!(!matches!(error, Some(Error::Storage(_))), "call {place}: {error:?}");
    }
    let request = site.claim_one();
    let forged = deliveries::Request { claim_token: nul(), ..request.clone() };
    site.settle_answer(&forged, answered(200, &[])).unwrap_err();
    let forged = deliveries::Request { delivery_id: nul(), ..request };
    site.settle_answer(&forged, answered(200, &[])).unwrap_err();
}

fn long_input_is_answered_and_never_stored(kind: Kind) {
    let mut site = Installation::new(kind);
    let long = "x".repeat(2 << 20);
    site.webhooks_get(Scope::All, long.clone()).unwrap_err();
    site.topics_get(long.clone()).unwrap_err();
    site.deliveries_get(Scope::All, long.clone()).unwrap_err();
    site.webhooks_get(Scope::Account(long.clone()), long.clone()).unwrap_err();
    site.publish_answer(event(&long)).unwrap_err();
    let found = site.webhooks_find(Query {
        scope: Scope::All,
        search: Some(long.clone()),
        status: None,
        topic: None,
        sort: Sort::Name,
        descending: false,
        paging: Paging { page: 1, per_page: 1 },
    });
    found.unwrap_err();
    let described = NewTopic {
        name: "my.topic".to_owned(),
        title: None,
        description: None,
        group: Some(long),
        schema: None,
        sample: None,
    };
    site.topics_register(described).unwrap_err();
}

/// The recorder refuses a larger statement.
fn the_largest_settings_keep_statements_within_a_mebibyte(kind: Kind) {
    let allowed =
        |key: &str, bytes: usize| hookwright_core::Config::parse(&[(key, bytes.to_string().as_str())]).is_ok();
    let largest = |key: &str| {
        let (mut least, mut most) = (2_000, 1 << 30);
        while least + 1 < most {
            let middle = usize::midpoint(least, most);
            if allowed(key, middle) { least = middle } else { most = middle }
        }
        least
    };
    let payload = largest("max-payload-bytes");
    let cap = largest("response-cap-bytes");
    let (payload_text, cap_text) = (payload.to_string(), cap.to_string());
    let config = [("max-payload-bytes", payload_text.as_str()), ("response-cap-bytes", cap_text.as_str())];
    let mut site = Installation::with_config(kind, &config);
    site.webhook(&[]);
    let data = format!("\"{}\"", "x".repeat(payload - 200));
    site.publish_one(Event { data, ..event("order.created") });
    let request = site.claim_one();
    // More than the host was asked for, as one with a bug might tell.
    let header = |letter: &str| ("webhook-x".to_owned(), letter.repeat(30 << 10));
    let headers = ["a", "b", "c", "\u{1}", "d"].map(header).to_vec();
    let response =
        deliveries::Response { status: 200, headers: headers.clone(), body: vec![7; cap + 1], truncated: false };
    let told = deliveries::Settlement {
        request_headers: headers.clone(),
        ..settlement(&request, deliveries::Outcome::Response(response), site.clock.now())
    };
    site.settle(vec![told]).unwrap().remove(0).unwrap();
    let attempt = site.details(&request.delivery_id).attempts.remove(0);
    assert_eq!(attempt.request_headers, headers[..3]);
    let Some(deliveries::Outcome::Response(kept)) = attempt.outcome else { panic!("it was answered") };
    assert_eq!((kept.headers, kept.body.len(), kept.truncated), (headers[..3].to_vec(), cap, true));
}
