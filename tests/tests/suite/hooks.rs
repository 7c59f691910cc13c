//! The hooks that an extension may answer beside `filter-data` and `should-deliver`, and what becomes of its mistakes.

use std::sync::{Arc, Mutex};

use hookwright_runtime::deliveries::{FailureKind, Outcome};
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{NewWebhook, WebhookOptions};
use hookwright_runtime::types::{Error, Paging, Scope};
use hookwright_runtime::{DeliveryContext, EventContext, ExtensionTopic, Extensions, Hook, Interest, Level};
use hookwright_tests::environment::START_MS;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, failed, new_webhook, settlement};
use hookwright_tests::subject::Subject;

everywhere! {
    data_are_built_before_anything_else_sees_them,
    a_failing_builder_refuses_its_event_alone,
    a_key_stands_for_what_was_published,
    explain_builds_too,
    a_test_builds_what_it_is_given_and_takes_a_sample_as_it_is,
    a_test_is_filtered_and_a_ping_is_not,
    headers_are_added_to_requests,
    a_bad_addition_costs_the_additions_alone,
    credentials_are_not_shown,
    an_attempt_is_told_when_it_is_recorded,
    a_released_claim_is_not_told,
    a_failing_listener_changes_nothing,
    a_hook_that_is_not_listed_is_not_called,
}

/// Answers every hook of the topic `rocket.launched`, by what the test has set.
#[derive(Default)]
struct Scripted {
    hooks: Vec<Hook>,
    /// Whether filtering changes the data.
    marks: bool,
    headers: Mutex<Vec<(String, String)>>,
    fails: Mutex<bool>,
    seen: Mutex<Vec<String>>,
}

impl Scripted {
    fn site(kind: Kind, hooks: &[Hook]) -> (Installation, Arc<Self>) {
        let scripted = Arc::new(Self { hooks: hooks.to_vec(), ..Self::default() });
        (Installation::with_extensions(kind, Arc::clone(&scripted) as _), scripted)
    }

    fn note(&self, line: String) -> Result<(), String> {
        self.seen.lock().unwrap().push(line);
        if *self.fails.lock().unwrap() { Err("out of order".to_owned()) } else { Ok(()) }
    }

    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    fn add(&self, headers: &[(&str, &str)]) {
        *self.headers.lock().unwrap() = headers.iter().map(|(name, value)| pair(name, value)).collect();
    }
}

impl Extensions for Scripted {
    fn topics(&self) -> Vec<ExtensionTopic> {
        vec![ExtensionTopic {
            name: ROCKET.to_owned(),
            title: "Rocket".to_owned(),
            description: String::new(),
            group: "Fireworks".to_owned(),
            schema: Some(r#"{"required":["built"]}"#.to_owned()),
            sample: Some(r#"{"built":"sample"}"#.to_owned()),
            extension: "fireworks".to_owned(),
        }]
    }

    fn interests(&self) -> Vec<Interest> {
        self.hooks.iter().map(|hook| Interest { hook: *hook, topics: vec![ROCKET.to_owned()] }).collect()
    }

    fn build_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        self.note(format!("build {} {} {data}", event.topic, event.occurred_at))?;
        Ok(if data == "0" { "{".to_owned() } else { format!(r#"{{"built": {data}}}"#) })
    }

    fn filter_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        self.note(format!("filter {} {data}", event.occurred_at))?;
        Ok(if self.marks { data.replacen('{', r#"{"marked": true,"#, 1) } else { data })
    }

    fn filter_request(
        &self,
        delivery: &DeliveryContext,
        headers: &[(String, String)],
    ) -> Result<Vec<(String, String)>, String> {
        let DeliveryContext { event, delivery_id, webhook_id, attempt } = delivery;
        let ids = (event.event_id.as_str(), delivery_id.as_str(), webhook_id.as_str());
        let shown: Vec<_> = headers.iter().filter(|(_, value)| value == "[redacted]").collect();
        let what = format!("{:?} {} {shown:?}", event.account, event.occurred_at);
        self.note(format!("request {attempt} {ids:?} {what}"))?;
        Ok(self.headers.lock().unwrap().clone())
    }

    fn after_delivery(&self, delivery: &DeliveryContext, outcome: &str) -> Result<(), String> {
        let DeliveryContext { event, attempt, .. } = delivery;
        self.note(format!("told {attempt} {:?} {} {outcome}", event.account, event.occurred_at))
    }
}

const ROCKET: &str = "rocket.launched";

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn rocket(data: &str) -> Event {
    Event { data: data.to_owned(), occurred_at: Some(7), ..event(ROCKET) }
}

fn body(site: &mut Installation) -> String {
    String::from_utf8(site.claim_one().body).unwrap()
}

fn warnings(site: &Installation) -> Vec<String> {
    let lines = site.environment.log_lines().into_iter();
    lines.filter(|(level, _)| *level == Level::Warn).map(|(_, line)| line).collect()
}

fn data_are_built_before_anything_else_sees_them(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::BuildData, Hook::FilterData]);
    let enforce = hookwright_runtime::catalogue::Validation::Enforce;
    let settings =
        hookwright_runtime::catalogue::TopicSettings { validation: enforce, ..crate::topic_settings::defaults() };
    site.topics_configure(ROCKET.to_owned(), settings).unwrap();
    let filter = Some("has(data.built) && data.built == 5".to_owned());
    let options = WebhookOptions { filter, ..WebhookOptions::default() };
    site.webhook_of(NewWebhook { options, ..new_webhook(&[ROCKET]) });
    assert_eq!(site.publish_one(rocket("5")).deliveries, 1);
    assert_eq!(scripted.seen(), ["build rocket.launched 7 5", r#"filter 7 {"built":5}"#]);
    assert!(body(&mut site).ends_with(r#""data":{"built":5}}"#));
    site.publish_one(event("order.created"));
    assert_eq!(scripted.seen(), Vec::<String>::new(), "the built-in topics are nobody's");
}

fn a_failing_builder_refuses_its_event_alone(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::BuildData]);
    site.webhook(&[]);
    let answers = site.publish(vec![rocket("0"), event("order.created"), rocket("1")]).unwrap();
    assert!(matches!(&answers[0], Err(Error::Extension(why)) if why.contains("built bad JSON")), "{:?}", answers[0]);
    assert!(answers[1].is_ok() && answers[2].is_ok());
    *scripted.fails.lock().unwrap() = true;
    assert_eq!(site.publish(vec![rocket("1")]).unwrap(), [Err(Error::Extension("out of order".to_owned()))]);
    assert_eq!(site.claim_all().requests.len(), 2);
}

fn a_key_stands_for_what_was_published(kind: Kind) {
    let (mut site, _) = Scripted::site(kind, &[Hook::BuildData]);
    let keyed = |data: &str| Event { idempotency_key: Some("k".to_owned()), ..rocket(data) };
    let first = site.publish_one(keyed("1"));
    let again = site.publish_one(keyed("1"));
    assert_eq!((again.event_id, again.replayed), (first.event_id, true));
    assert!(matches!(site.publish(vec![keyed("2")]).unwrap()[..], [Err(Error::Conflict(_))]));
}

fn explain_builds_too(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::BuildData, Hook::FilterData]);
    let mut explain =
        |data: &str| site.explain(rocket(data), Scope::All, Paging { page: 1, per_page: 1 }).unwrap().problems;
    assert_eq!(explain("5"), []);
    assert_eq!(scripted.seen(), ["build rocket.launched 7 5", r#"filter 7 {"built":5}"#]);
    let problems = explain("0");
    assert_eq!(problems[0].field, "extension");
}

fn a_test_builds_what_it_is_given_and_takes_a_sample_as_it_is(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::BuildData]);
    let id = site.webhook(&[ROCKET]).id;
    let mut test = |data: Option<&str>| {
        let request = site.test(Scope::All, id.clone(), None, data.map(str::to_owned), LEASE_MS)?;
        Ok::<_, Error>(String::from_utf8(request.body).unwrap())
    };
    assert!(test(Some("[ 5 ]")).unwrap().ends_with(r#""data":{"built":[5]}}"#));
    assert_eq!(scripted.seen(), [format!("build rocket.launched {START_MS} [5]")]);
    assert!(test(None).unwrap().ends_with(r#""data":{"built":"sample"}}"#));
    assert_eq!(scripted.seen(), Vec::<String>::new());
    assert!(matches!(test(Some("0")), Err(Error::Extension(_))));
}

fn a_test_is_filtered_and_a_ping_is_not(kind: Kind) {
    let hooks = vec![Hook::BuildData, Hook::FilterData];
    let scripted = Arc::new(Scripted { hooks, marks: true, ..Scripted::default() });
    let mut site = Installation::with_extensions(kind, Arc::clone(&scripted) as _);
    let id = site.webhook(&[ROCKET]).id;
    let request = site.test(Scope::All, id.clone(), None, None, LEASE_MS).unwrap();
    let body = String::from_utf8(request.body).unwrap();
    assert!(body.ends_with(r#""data":{"marked":true,"built":"sample"}}"#), "{body}");
    let request = site.test(Scope::All, id.clone(), None, Some("5".to_owned()), LEASE_MS).unwrap();
    let body = String::from_utf8(request.body).unwrap();
    assert!(body.ends_with(r#""data":{"marked":true,"built":5}}"#), "{body}");
    let seen = scripted.seen();
    assert_eq!(seen[0], format!(r#"filter {START_MS} {{"built":"sample"}}"#));
    assert_eq!(seen[2], format!(r#"filter {START_MS} {{"built":5}}"#));
    site.test(Scope::All, id.clone(), Some("order.created".to_owned()), None, LEASE_MS).unwrap();
    site.ping(Scope::All, id.clone(), LEASE_MS).unwrap();
    assert_eq!(scripted.seen(), Vec::<String>::new(), "only its own topics, and no ping");
    *scripted.fails.lock().unwrap() = true;
    assert!(matches!(site.test(Scope::All, id, None, None, LEASE_MS), Err(Error::Extension(_))));
}

fn headers_are_added_to_requests(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::FilterRequest]);
    site.webhook(&[]);
    scripted.add(&[("X-Trace", "a b"), ("x-tenant", "")]);
    site.publish_one(Event { account: Some("acme".to_owned()), ..rocket("1") });
    let request = site.claim_one();
    assert_eq!(request.headers[request.headers.len() - 2..], [pair("x-trace", "a b"), pair("x-tenant", "")]);
    let ids = (request.event_id.as_str(), request.delivery_id.as_str(), request.webhook_id.as_str());
    assert_eq!(scripted.seen(), [format!(r#"request 1 {ids:?} Some("acme") 7 []"#)]);
    assert_eq!(warnings(&site), Vec::<String>::new());
    site.publish_one(event("order.created"));
    let other = site.claim_one();
    assert!(other.headers.iter().all(|(name, _)| name != "x-trace"));
    assert_eq!(scripted.seen(), Vec::<String>::new(), "only its own topics concern it");
}

fn a_bad_addition_costs_the_additions_alone(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::FilterRequest]);
    let options = WebhookOptions { headers: Some(vec![pair("X-Own", "1")]), ..WebhookOptions::default() };
    let id = site.webhook_of(NewWebhook { options, ..new_webhook(&[ROCKET]) }).id;
    let many: Vec<_> = (0..21).map(|number| pair(&format!("x-{number}"), "")).collect();
    let mut refused = 0;
    for (bad, reason) in [
        (vec![pair("x-good", "1"), pair("Webhook-Signature", "v1,x")], "cannot be chosen"),
        (vec![pair("x-good", "1\r\nhost: evil")], "visible ASCII"),
        (vec![pair("x good", "1")], "no name of a header"),
        (vec![pair("X-OWN", "2")], "already"),
        (many, "at most 20"),
    ] {
        *scripted.headers.lock().unwrap() = bad;
        let request = site.test(Scope::All, id.clone(), None, None, LEASE_MS).unwrap();
        assert_eq!(request.headers.last(), Some(&pair("x-own", "1")), "{reason}");
        refused += 1;
        let lines = warnings(&site);
        assert_eq!(lines.len(), refused, "{lines:?}");
        assert!(lines.last().unwrap().contains(reason), "{lines:?}");
        assert!(lines.last().unwrap().contains(&request.delivery_id), "{lines:?}");
    }
    *scripted.fails.lock().unwrap() = true;
    let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    assert_eq!(request.headers.last(), Some(&pair("x-own", "1")));
    assert!(warnings(&site).last().unwrap().ends_with("out of order"));
}

fn credentials_are_not_shown(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::FilterRequest]);
    let headers = vec![pair("Authorization", "Bearer secret")];
    let options = WebhookOptions { headers: Some(headers), ..WebhookOptions::default() };
    let id = site.webhook_of(NewWebhook { options, ..new_webhook(&[ROCKET]) }).id;
    let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    assert_eq!(request.headers.last(), Some(&pair("authorization", "Bearer secret")));
    let seen = scripted.seen();
    assert!(seen[0].ends_with(r#"[("authorization", "[redacted]")]"#), "{seen:?}");
}

fn an_attempt_is_told_when_it_is_recorded(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::AfterDelivery]);
    site.webhook(&[]);
    site.publish_one(Event { account: Some("acme".to_owned()), ..rocket("1") });
    site.publish_one(event("order.created"));
    let claimed = site.claim_all().requests;
    let now = site.clock.now();
    let mut outcomes: Vec<_> = claimed.iter().map(|one| settlement(one, answered(503, &[]), now)).collect();
    outcomes.push(outcomes.iter().find(|one| one.delivery_id == of(&claimed, ROCKET)).unwrap().clone());
    site.settle(outcomes).unwrap();
    let seen = scripted.seen();
    assert_eq!(seen.len(), 1, "one topic, and no outcome twice: {seen:?}");
    let told = seen[0].strip_prefix("told 1 Some(\"acme\") 7 ").unwrap_or_else(|| panic!("{seen:?}"));
    let told: serde_json::Value = serde_json::from_str(told).unwrap();
    assert_eq!((told["state"].as_str(), told["status"].as_i64()), (Some("retrying"), Some(503)));
    assert_eq!((told["duration-ms"].as_i64(), told["failure"].is_null()), (Some(250), true));
    assert!(told["reason"].as_str().is_some_and(|reason| reason.contains("503")), "{told}");

    site.clock.advance(3_600_000);
    let claimed = site.claim_all().requests;
    let again = claimed.iter().find(|one| one.topic == ROCKET).unwrap();
    let now = site.clock.now();
    site.settle(vec![settlement(again, failed(FailureKind::Tls), now)]).unwrap();
    let seen = scripted.seen();
    assert!(seen[0].starts_with("told 2 "), "{seen:?}");
    assert!(seen[0].contains(r#""failure":"tls""#) && seen[0].contains(r#""status":null"#), "{seen:?}");
}

fn of(claimed: &[hookwright_runtime::deliveries::Request], topic: &str) -> String {
    claimed.iter().find(|request| request.topic == topic).unwrap().delivery_id.clone()
}

fn a_released_claim_is_not_told(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::AfterDelivery]);
    site.webhook(&[]);
    site.publish_one(rocket("1"));
    let request = site.claim_one();
    let now = site.clock.now();
    site.settle(vec![settlement(&request, Outcome::Released, now)]).unwrap();
    site.settle(vec![settlement(&request, answered(200, &[]), now)]).unwrap();
    assert_eq!(scripted.seen(), Vec::<String>::new(), "neither was an attempt that is recorded");
}

fn a_failing_listener_changes_nothing(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[Hook::AfterDelivery]);
    site.webhook(&[]);
    site.publish_one(rocket("1"));
    let request = site.claim_one();
    *scripted.fails.lock().unwrap() = true;
    let now = site.clock.now();
    let decisions = site.settle(vec![settlement(&request, answered(200, &[]), now)]).unwrap();
    assert!(decisions[0].is_ok());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'delivered'"), 1);
    let lines = warnings(&site);
    assert!(lines.len() == 1 && lines[0].contains(&request.delivery_id) && lines[0].ends_with("out of order"));
}

fn a_hook_that_is_not_listed_is_not_called(kind: Kind) {
    let (mut site, scripted) = Scripted::site(kind, &[]);
    site.webhook(&[]);
    site.publish_one(rocket("1"));
    let request = site.claim_one();
    let now = site.clock.now();
    site.settle(vec![settlement(&request, answered(200, &[]), now)]).unwrap();
    assert_eq!(scripted.seen(), Vec::<String>::new());
}
