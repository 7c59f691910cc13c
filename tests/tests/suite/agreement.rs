//! The core and the component, given the same clock and random bytes, give the same answers and leave the same tables,
//! to the last byte, over long random runs.
//!
//! The steps are drawn from a seed of their own; a failure names the seed and the step.

use std::collections::BTreeSet;
use std::fmt::Debug;

use hookwright_runtime::catalogue::{self, NewTopic};
use hookwright_runtime::deliveries::{FailureKind, InFlight, Outcome, Query, RecoverQuery, Request, State};
use hookwright_runtime::events::Event;
use hookwright_runtime::lifecycle::EraseTarget;
use hookwright_runtime::registry::{self, NewWebhook, Sort, Status, WebhookChanges, WebhookOptions};
use hookwright_runtime::types::{Paging, Scope};
use hookwright_tests::environment::{DAY, HOUR, MINUTE, SECOND};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, failed, settlement};
use hookwright_tests::subject::Subject;
use rusqlite::types::Value;

const SEEDS: [u64; 4] = [1, 2, 3, 4];
const STEPS: usize = 300;

#[test]
fn random_runs_end_the_same() {
    let (mut states, mut disabled) = (BTreeSet::new(), 0);
    for seed in SEEDS {
        let mut runs = Kind::ALL.map(|kind| Run::new(kind, seed));
        for step in 0..STEPS {
            let [native, component] = runs.each_mut().map(Run::step);
            assert_eq!(native, component, "seed {seed}, step {step}");
            disabled += native.matches("webhook-disabled: true").count();
        }
        let [native, component] = runs.each_ref().map(|run| tables(&run.site));
        assert_eq!(native, component, "seed {seed}: the tables");
        let [native, component] = runs.each_ref().map(|run| run.site.environment.log_lines());
        assert_eq!(native, component, "seed {seed}: the log");
        let database = runs[0].site.database();
        let mut statement = database.prepare("SELECT DISTINCT state FROM hookwright_deliveries").unwrap();
        states.extend(statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap));
    }
    let all = ["cancelled", "delivered", "exhausted", "held", "pending", "sending"];
    assert!(states.iter().eq(all.iter()) && disabled > 0, "the runs go everywhere: {states:?}, {disabled} disabled");
}

/// One of the two installations, and what the steps before have given.
struct Run {
    site: Installation,
    dice: Dice,
    webhooks: Vec<String>,
    requests: Vec<Request>,
    deliveries: Vec<String>,
}

impl Run {
    fn new(kind: Kind, seed: u64) -> Self {
        let config = [
            ("retry-schedule-ms", "0,1000,60000,3600000"),
            ("least-failures-to-disable", "4"),
            ("disable-after-ms", "3600000"),
            ("max-in-flight-per-webhook", "5"),
            ("encryption-keys", "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="),
            ("ping", if seed.is_multiple_of(2) { "true" } else { "false" }),
            ("keep-payloads-ms", "86400000"),
        ];
        let site = Installation::with_config(kind, &config);
        Self { site, dice: Dice(seed), webhooks: vec![], requests: vec![], deliveries: vec![] }
    }

    /// One random step, and what was answered.
    fn step(&mut self) -> String {
        match self.dice.below(20) {
            0 | 1 => self.create(),
            2 => self.update(),
            3 => self.delete(),
            4 => self.topics(),
            5..=8 => self.publish(),
            9..=12 => self.claim(),
            13..=15 => self.settle(),
            16 => self.redeliver(),
            17 => self.test(),
            18 if self.dice.below(3) == 0 => self.keep_house(),
            18 => self.look(),
            _ => self.wait(),
        }
    }

    fn create(&mut self) -> String {
        let topics: &[&str] = self.dice.one(&[
            &[],
            &["*"],
            &["order.*"],
            &["order.created", "webhook.disabled", "webhook.recovered", "delivery.exhausted"],
            &["payment_received", "my.topic"],
            &["no.such"],
        ]);
        let webhook = NewWebhook {
            name: self.dice.one(&[None, Some("Łódź".to_owned()), Some(String::new())]),
            url: self.dice.one(&["https://a.example/", "https://b.example/x?y=z", "http://c.example/"]).to_owned(),
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
            account: self.account(),
            status: self.dice.one(&[None, Some(Status::Active), Some(Status::Paused)]),
            secret: None,
            options: self.options(),
        };
        let answer = self.site.webhooks_create(webhook);
        let secret = answer.as_ref().map(|created| created.secret.expose().to_owned());
        let told = format!("{answer:?} {secret:?}");
        self.webhooks.extend(answer.map(|created| created.webhook.id));
        told
    }

    fn update(&mut self) -> String {
        let id = self.webhook();
        let changes = WebhookChanges {
            name: self.dice.one(&[None, Some("renamed".to_owned())]),
            url: self.dice.one(&[None, Some("https://moved.example".to_owned())]),
            topics: self.dice.one(&[
                None,
                Some(vec![]),
                Some(vec!["order.*".to_owned(), "payment_received".to_owned()]),
            ]),
            status: self.dice.one(&[None, Some(Status::Active), Some(Status::Active), Some(Status::Paused)]),
            revision: self.dice.one(&[None, None, Some(1)]),
            options: self.options(),
        };
        let scope = self.scope();
        told(self.site.webhooks_update(scope, id, changes))
    }

    /// Mostly nothing; else any dialect in any format, and what changes who gets what when.
    fn options(&mut self) -> WebhookOptions {
        if self.dice.below(3) > 0 {
            return WebhookOptions::default();
        }
        let dialects =
            ["standard", "woocommerce", "ultimate-multisite", "wink", "easy-lms", "github", "stripe", "shopify", "x"];
        let word = |word: &str| Some(word.to_owned());
        WebhookOptions {
            dialect: self.dice.one(&dialects.map(word)),
            format: self.dice.one(&[None, None, word("json"), word("form"), word("xml")]),
            payload_version: self.dice.one(&[None, None, Some(1), Some(2)]),
            standard_headers: self.dice.one(&[None, Some(true)]),
            retry_schedule: self.dice.one(&[None, Some(vec![0, 1_000]), Some(vec![])]),
            requests_per_second: self.dice.one(&[None, Some(0), Some(3)]),
            filter: self.dice.one(&[None, word("data == 1"), word("size(data) > 1"), word("")]),
            headers: self.dice.one(&[None, Some(vec![("X-Key".to_owned(), "k".to_owned())])]),
            ..WebhookOptions::default()
        }
    }

    fn delete(&mut self) -> String {
        let (scope, id) = (self.scope(), self.webhook());
        match self.dice.below(4) {
            0 => {
                let overlap = self.dice.one(&[0, 60_000]);
                let rotated = self.site.webhooks_rotate_secret(scope, id, None, overlap);
                let secret = rotated.as_ref().map(|rotated| rotated.secret.expose().to_owned());
                return format!("{rotated:?} {secret:?}");
            }
            1 => {
                let status = self.dice.one(&[Status::Active, Status::Paused]);
                return told(self.site.webhooks_set_status(scope, vec![id], status));
            }
            _ => {}
        }
        told(self.site.webhooks_delete(scope, vec![id, "wh_unknown".to_owned()]))
    }

    fn topics(&mut self) -> String {
        if self.dice.below(3) == 0 {
            return told(self.site.topics_unregister("my.topic".to_owned()));
        }
        let topic = NewTopic {
            name: self.dice.one(&["my.topic", "my.topic", "order.created"]).to_owned(),
            title: None,
            description: Some("Mine".to_owned()),
            group: None,
            schema: Some("{ }".to_owned()),
            sample: Some("[ 1 ]".to_owned()),
        };
        told(self.site.topics_register(topic))
    }

    fn publish(&mut self) -> String {
        let count = self.dice.below(12) as usize;
        let events = (0..count)
            .map(|_| Event {
                data: self.dice.one(&["1", "{ \"a\" : [ ] }", "\"😀\"", "{"]).to_owned(),
                account: self.account(),
                idempotency_key: self.dice.one(&[None, None, Some("a".to_owned()), Some("b".to_owned())]),
                occurred_at: self.dice.one(&[None, Some(0), Some(i64::MAX)]),
                ..event(self.dice.one(&["order.created", "order.created", "payment_received", "my.topic", "x"]))
            })
            .collect();
        told(self.site.publish(events))
    }

    fn claim(&mut self) -> String {
        if self.dice.below(3) == 0 {
            self.site.resume().unwrap();
        }
        let busy = vec![InFlight { webhook_id: self.webhook(), requests: self.dice.below(6) as u32 }];
        let answer = self.site.claim(self.dice.below(20) as u32, LEASE_MS, busy);
        let told = format!("{answer:?}");
        self.requests.extend(answer.map(|claimed| claimed.requests).unwrap_or_default());
        self.deliveries.extend(self.requests.iter().map(|request| request.delivery_id.clone()));
        told
    }

    fn settle(&mut self) -> String {
        let now = self.site.clock.now();
        let count = self.requests.len().min(1 + self.dice.below(8) as usize);
        let requests: Vec<Request> = self.requests.drain(..count).collect();
        let settlements = requests.iter().map(|request| settlement(request, self.outcome(), now)).collect();
        told(self.site.settle(settlements))
    }

    fn outcome(&mut self) -> Outcome {
        match self.dice.below(8) {
            0..=2 => answered(200, &[]),
            3 => answered(500, &[]),
            4 => answered(429, &[("retry-after", "7")]),
            5 => answered(self.dice.one(&[410, 410, 410, 404, 302]), &[]),
            6 => failed(FailureKind::Timeout),
            _ => Outcome::Released,
        }
    }

    fn redeliver(&mut self) -> String {
        let place = self.dice.below(1 + self.deliveries.len() as u64) as usize;
        let id = self.deliveries.get(place).cloned().unwrap_or_else(|| "dlv_unknown".to_owned());
        let scope = self.scope();
        let again = match self.dice.below(4) {
            0 => told(self.site.cancel(scope, vec![id.clone()])),
            1 => self.recover(scope),
            _ => told(self.site.redeliver(scope, vec![id.clone()])),
        };
        format!("{again} {}", told(self.site.deliveries_get(Scope::All, id)))
    }

    fn recover(&mut self, scope: Scope) -> String {
        let query = RecoverQuery {
            scope,
            webhook_id: None,
            topic: None,
            states: self.dice.one(&[vec![], vec![State::Cancelled], vec![State::Exhausted, State::Cancelled]]),
            since: self.site.clock.now() - self.dice.one(&[MINUTE, DAY]),
            until: None,
        };
        told(self.site.recover(query, 3, None))
    }

    fn test(&mut self) -> String {
        let (scope, id) = (self.scope(), self.webhook());
        let topic = self.dice.one(&[None, None, Some("order.updated".to_owned()), Some("x".to_owned())]);
        let answer = match self.dice.below(3) {
            0 => self.site.ping(scope, id, LEASE_MS),
            _ => self.site.test(scope, id, topic, None, LEASE_MS),
        };
        let told = format!("{answer:?}");
        self.requests.extend(answer);
        told
    }

    /// Stops, resumes, purges, erases.
    fn keep_house(&mut self) -> String {
        match self.dice.below(6) {
            0 => told(self.site.stop("a test".to_owned())),
            1..=3 => told(self.site.resume()),
            4 => told(self.site.purge(10)),
            _ => told(self.site.erase(EraseTarget::Account("b".to_owned()), 5)),
        }
    }

    fn look(&mut self) -> String {
        let (scope, paging) = (self.scope(), Paging { page: 1, per_page: 50 });
        let webhooks = registry::Query {
            scope: scope.clone(),
            search: None,
            status: None,
            topic: Some("order.created".to_owned()),
            sort: self.dice.one(&[Sort::Created, Sort::Updated, Sort::Name, Sort::Url]),
            descending: self.dice.below(2) == 0,
            paging,
        };
        let deliveries = Query { scope, webhook_id: None, event_id: None, topic: None, state: None, paging };
        let topics = catalogue::Query { search: Some("my".to_owned()), source: None, group: None, paging };
        let parts = [
            told(self.site.webhooks_find(webhooks)),
            told(self.site.deliveries_find(deliveries)),
            told(self.site.topics_find(topics)),
            told(self.site.stats()),
        ];
        parts.concat()
    }

    fn wait(&mut self) -> String {
        self.site.clock.advance(self.dice.one(&[1, SECOND, MINUTE, HOUR, HOUR, DAY, -MINUTE]));
        if self.dice.below(4) == 0 {
            self.site.restart();
        }
        self.site.clock.now().to_string()
    }

    fn webhook(&mut self) -> String {
        let place = self.dice.below(1 + self.webhooks.len() as u64) as usize;
        self.webhooks.get(place).cloned().unwrap_or_else(|| "wh_unknown".to_owned())
    }

    fn account(&mut self) -> Option<String> {
        self.dice.one(&[None, None, Some("a".to_owned()), Some("b".to_owned())])
    }

    fn scope(&mut self) -> Scope {
        self.dice.one(&[Scope::All, Scope::All, Scope::Installation, Scope::Account("a".to_owned())])
    }
}

fn told<T: Debug>(answer: T) -> String {
    format!("{answer:?}")
}

/// Every row of every table, in the order of all its columns.
fn tables(site: &Installation) -> Vec<(String, Vec<Vec<Value>>)> {
    let database = site.database();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut statement = database.prepare(names).unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let rows = |name: &String| {
        let mut statement = database.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let width = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..width).map(|column| row.get(column)).collect();
        let mut rows: Vec<Vec<Value>> = statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap();
        rows.sort_by_cached_key(|row| format!("{row:?}"));
        rows
    };
    names.into_iter().map(|name| (name.clone(), rows(&name))).collect()
}

/// Draws that depend on the seed alone (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }
}
