//! What may be set of a webhook beside URL and topics, and what each does to its requests.

use hookwright_runtime::registry::{NewWebhook, Secret, Status, WebhookChanges, WebhookOptions};
use hookwright_runtime::types::Scope;
use hookwright_tests::environment::SECOND;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, new_webhook};
use hookwright_tests::subject::Subject;

use crate::expect::{fields, invalid, not_found, says};

everywhere! {
    options_are_read_back,
    a_change_leaves_what_it_does_not_name,
    every_wrong_option_is_named_at_once,
    a_new_dialect_brings_its_own_defaults,
    a_secret_fits_what_is_signed,
    own_headers_are_sent_and_never_read_back,
    a_schedule_of_its_own_decides_the_attempts,
    a_timeout_of_its_own_is_cut_by_the_lease,
    a_filter_lets_through_what_it_matches,
    several_get_a_status_at_once,
    a_change_of_the_registry_leaves_a_run_of_failures,
}

fn with(options: WebhookOptions) -> NewWebhook {
    NewWebhook { options, ..new_webhook(&[]) }
}

fn changing(options: WebhookOptions) -> WebhookChanges {
    WebhookChanges { options, ..WebhookChanges::default() }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn full() -> WebhookOptions {
    WebhookOptions {
        description: text(" Tells the warehouse. "),
        integration: text("Zapier"),
        owner: text("ada@shop.example"),
        headers: Some(vec![("X-Api-Key".to_owned(), "hunter2 hunter2".to_owned())]),
        dialect: text("ultimate-multisite"),
        format: text("xml"),
        payload_version: Some(1),
        standard_headers: Some(true),
        retry_schedule: Some(vec![0, 60_000]),
        timeout: Some(5_000),
        requests_per_second: Some(7),
        filter: text(" data.total > 10 "),
    }
}

fn options_are_read_back(kind: Kind) {
    let mut site = Installation::new(kind);
    let webhook = site.webhook_of(with(full()));
    let found = site.webhook_now(&webhook.id);
    assert_eq!(found, webhook);
    assert_eq!(found.description.as_deref(), Some("Tells the warehouse."));
    assert_eq!((found.integration.as_str(), found.owner.as_deref()), ("zapier", Some("ada@shop.example")));
    assert_eq!(found.header_names, ["x-api-key"]);
    assert_eq!(
        (found.dialect.as_str(), found.format.as_str(), found.payload_version),
        ("ultimate-multisite", "xml", 1)
    );
    assert_eq!((found.retry_schedule, found.timeout), (Some(vec![0, 60_000]), Some(5_000)));
    assert_eq!((found.requests_per_second, found.filter.as_deref()), (Some(7), Some("data.total > 10")));
    assert!(found.standard_headers);

    let plain = site.webhook(&[]);
    assert_eq!((plain.dialect.as_str(), plain.format.as_str(), plain.payload_version), ("standard", "json", 1));
    assert_eq!((plain.integration.as_str(), plain.standard_headers), ("manual", true));
    assert_eq!((plain.description, plain.owner, plain.filter), (None, None, None));
    assert_eq!((plain.retry_schedule, plain.timeout, plain.requests_per_second), (None, None, None));
    assert_eq!((plain.health.delivered, plain.health.failed, plain.header_names), (0, 0, Vec::<String>::new()));
}

fn a_change_leaves_what_it_does_not_name(kind: Kind) {
    let mut site = Installation::new(kind);
    let webhook = site.webhook_of(with(full()));
    let renamed = changing(WebhookOptions { owner: text(""), timeout: Some(0), ..WebhookOptions::default() });
    let changed = site.webhooks_update(Scope::All, webhook.id.clone(), renamed).unwrap();
    assert_eq!((changed.owner.as_deref(), changed.timeout, changed.revision), (None, None, 2));
    assert_eq!((&changed.description, &changed.filter), (&webhook.description, &webhook.filter));
    let none = WebhookOptions {
        filter: text(""),
        requests_per_second: Some(0),
        retry_schedule: Some(vec![]),
        headers: Some(vec![]),
        ..WebhookOptions::default()
    };
    let cleared = site.webhooks_update(Scope::All, webhook.id, changing(none)).unwrap();
    assert_eq!((cleared.filter, cleared.requests_per_second, cleared.retry_schedule), (None, None, None));
    assert_eq!(cleared.header_names, [""; 0]);
}

fn every_wrong_option_is_named_at_once(kind: Kind) {
    let mut site = Installation::new(kind);
    let wrong = WebhookOptions {
        description: text(&"x".repeat(2_001)),
        integration: text("a\nb"),
        owner: text("\u{7}"),
        headers: Some(vec![("Host".to_owned(), "evil.example".to_owned())]),
        dialect: text("slack"),
        format: text("yaml"),
        payload_version: Some(9),
        standard_headers: None,
        retry_schedule: Some(vec![u32::MAX]),
        timeout: Some(999),
        requests_per_second: Some(1_001),
        filter: text("data.total >"),
    };
    let names = [
        "description",
        "owner",
        "integration",
        "headers",
        "dialect",
        "payload-version",
        "format",
        "retry-schedule",
        "timeout",
        "requests-per-second",
        "filter",
    ];
    assert_eq!(fields(site.webhooks_create(with(wrong.clone()))), names);
    let id = site.webhook(&[]).id;
    let both = WebhookChanges { name: text(" "), ..changing(wrong) };
    assert_eq!(fields(site.webhooks_update(Scope::All, id, both)), [&["name"], &names[..]].concat());
    for header in ["Webhook-Signature", "content-length", "Transfer-Encoding", "X-WC-Webhook-Topic"] {
        let headers = Some(vec![(header.to_owned(), "x".to_owned())]);
        let refused = invalid(site.webhooks_create(with(WebhookOptions { headers, ..WebhookOptions::default() })));
        says(&refused, "headers: ");
        says(&refused, "cannot be chosen");
    }
    let injected = Some(vec![("X-Key".to_owned(), "a\r\nX-Evil: 1".to_owned())]);
    says(
        &invalid(site.webhooks_create(with(WebhookOptions { headers: injected, ..WebhookOptions::default() }))),
        "ASCII",
    );
}

fn a_new_dialect_brings_its_own_defaults(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook_of(with(full())).id;
    let dialect = |word: &str| changing(WebhookOptions { dialect: text(word), ..WebhookOptions::default() });
    let shop = site.webhooks_update(Scope::All, id.clone(), dialect("woocommerce")).unwrap();
    assert_eq!((shop.format.as_str(), shop.payload_version, shop.standard_headers), ("json", 3, false));
    let same = site.webhooks_update(Scope::All, id.clone(), dialect("woocommerce")).unwrap();
    assert_eq!((same.format, same.standard_headers), ("json".to_owned(), false));
    let standard = site.webhooks_update(Scope::All, id, dialect("standard")).unwrap();
    assert!(standard.standard_headers);
}

fn a_secret_fits_what_is_signed(kind: Kind) {
    let mut site = Installation::new(kind);
    let of = |dialect: &str, beside: Option<bool>, secret: &str| NewWebhook {
        secret: Some(Secret::from(secret.to_owned())),
        ..with(WebhookOptions { dialect: text(dialect), standard_headers: beside, ..WebhookOptions::default() })
    };
    let plain = "It's a Secret to Everybody";
    let standard = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    for good in [
        of("github", None, plain),
        of("stripe", None, "whsec_short"),
        of("woocommerce", Some(true), standard),
        of("wink", Some(false), plain),
    ] {
        let created = site.webhooks_create(good).unwrap();
        assert!(!format!("{created:?}").contains("Everybody"), "secrets are not printed");
    }
    says(&invalid(site.webhooks_create(of("standard", None, plain))), "secret: the standard headers are signed with");
    says(&invalid(site.webhooks_create(of("woocommerce", Some(true), plain))), "`whsec_`");
    says(&invalid(site.webhooks_create(of("github", None, "short"))), "8 to 200");
    says(&invalid(site.webhooks_create(of("standard", Some(false), standard))), "standard-headers: ");

    let id = site.webhooks_create(of("github", None, plain)).unwrap().webhook.id;
    let to_standard = changing(WebhookOptions { dialect: text("standard"), ..WebhookOptions::default() });
    let refused = invalid(site.webhooks_update(Scope::All, id.clone(), to_standard.clone()));
    says(&refused, "dialect: ");
    says(&refused, "rotate it first");
    site.webhooks_rotate_secret(Scope::All, id.clone(), Some(Secret::from(standard.to_owned())), 0).unwrap();
    assert_eq!(site.webhooks_update(Scope::All, id, to_standard).unwrap().dialect, "standard");
}

fn own_headers_are_sent_and_never_read_back(kind: Kind) {
    let mut site = Installation::new(kind);
    let webhook = site.webhook_of(with(WebhookOptions {
        headers: Some(vec![("Authorization".to_owned(), "Bearer t0ken".to_owned())]),
        ..WebhookOptions::default()
    }));
    assert!(!format!("{:?}", site.webhook_now(&webhook.id)).contains("t0ken"));
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    assert!(
        request.headers.contains(&("authorization".to_owned(), "Bearer t0ken".to_owned())),
        "{:?}",
        request.headers
    );
    site.settle_one(&request, answered(200, &[]));
    let details = format!("{:?}", site.details(&request.delivery_id));
    assert!(details.contains("authorization") && !details.contains("t0ken"), "{details}");
}

fn a_schedule_of_its_own_decides_the_attempts(kind: Kind) {
    let mut site = Installation::new(kind);
    let schedule = Some(vec![2_000, 30_000]);
    site.webhook_of(with(WebhookOptions { retry_schedule: schedule, ..WebhookOptions::default() }));
    site.publish_one(event("order.created"));
    assert!(site.claim_all().requests.is_empty(), "the first attempt is due after two seconds");
    site.clock.advance(2 * SECOND);
    let decision = site.attempt(500);
    let wait = decision.due_at.unwrap() - site.clock.now();
    assert!((24_000..=36_000).contains(&wait), "{wait} ms, a fifth around 30 s");
    site.wait_for(&decision);
    let last = site.attempt(500);
    assert_eq!((last.state, last.due_at), (hookwright_runtime::deliveries::State::Exhausted, None));
}

fn a_timeout_of_its_own_is_cut_by_the_lease(kind: Kind) {
    let mut site = Installation::new(kind);
    for timeout in [5_000, 100_000] {
        site.webhook_of(with(WebhookOptions { timeout: Some(timeout), ..WebhookOptions::default() }));
    }
    site.publish_one(event("order.created"));
    let mut timeouts: Vec<u32> = site.claim_all().requests.iter().map(|request| request.timeout).collect();
    timeouts.sort_unstable();
    assert_eq!(timeouts, [5_000, LEASE_MS - 60_000]);
}

fn a_filter_lets_through_what_it_matches(kind: Kind) {
    let mut site = Installation::new(kind);
    let filter = r#"data.total >= 100 && data.currency in ["EUR", "CHF"] && account != "b""#;
    let id = site.webhook_of(with(WebhookOptions { filter: text(filter), ..WebhookOptions::default() })).id;
    let mut publish = |data: &str, account: Option<&str>| {
        let mut event = event("order.created");
        data.clone_into(&mut event.data);
        event.account = account.map(str::to_owned);
        site.publish_one(event).deliveries
    };
    assert_eq!(publish(r#"{"total":100,"currency":"EUR"}"#, None), 1);
    assert_eq!(publish(r#"{"total":100,"currency":"EUR"}"#, Some("a")), 1);
    assert_eq!(publish(r#"{"total":99.99,"currency":"EUR"}"#, None), 0);
    assert_eq!(publish(r#"{"total":100,"currency":"USD"}"#, None), 0);
    assert_eq!(publish(r#"{"currency":"EUR"}"#, None), 0, "what is missing does not match");
    assert_eq!(publish(r#"{"total":100,"currency":"EUR"}"#, Some("b")), 0);
    let request = site.test(Scope::All, id, None, Some(r#"{"total":1}"#.to_owned()), LEASE_MS).unwrap();
    assert_eq!(request.attempt, 1, "a test event passes every filter");
}

fn several_get_a_status_at_once(kind: Kind) {
    let mut site = Installation::new(kind);
    let (one, other) = (site.webhook(&[]).id, site.webhook(&[]).id);
    site.publish_one(event("order.created"));
    let ids = vec![one.clone(), "wh_unknown".to_owned(), other.clone()];
    let mut answers = site.webhooks_set_status(Scope::All, ids.clone(), Status::Paused).unwrap();
    assert_eq!(answers.remove(0).unwrap().status, Status::Paused);
    says(&not_found(answers.remove(0)), "wh_unknown");
    assert_eq!(answers.remove(0).unwrap().status, Status::Paused);
    assert!(site.claim_all().requests.is_empty(), "their deliveries are held");
    site.webhooks_set_status(Scope::All, ids.clone(), Status::Active).unwrap();
    assert_eq!(site.claim_all().requests.len(), 2, "and freed");
    says(&invalid(site.webhooks_set_status(Scope::All, ids, Status::Disabled)), "only the policy disables");
    says(&invalid(site.webhooks_set_status(Scope::All, vec![one; 101], Status::Active)), "at most 100");
}

fn a_change_of_the_registry_leaves_a_run_of_failures(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    site.attempt(500);
    let renamed = WebhookChanges { name: text("renamed"), ..WebhookChanges::default() };
    let webhook = site.webhooks_update(Scope::All, id, renamed).unwrap();
    assert_eq!((webhook.health.consecutive_failures, webhook.health.failed), (1, 1));
}
