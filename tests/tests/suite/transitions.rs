//! The states of a delivery and what leads from one to another: every transition is driven, and the table of
//! ARCHITECTURE.md has a row for each and no other.

use std::collections::{BTreeMap, BTreeSet};

use hookwright_runtime::deliveries::{Outcome, Query, RecoverQuery, Request, State};
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::{Paging, Scope};
use hookwright_tests::environment::SECOND;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event};
use hookwright_tests::invariants;
use hookwright_tests::subject::Subject;

everywhere! { bug_16_every_transition_has_its_row_and_leaves_a_future }

const ARCHITECTURE: &str = include_str!("../../../ARCHITECTURE.md");
const LEASE: i64 = LEASE_MS as i64;

/// From, call, to.
type Transition = (String, String, String);

fn bug_16_every_transition_has_its_row_and_leaves_a_future(kind: Kind) {
    let mut seen = BTreeSet::new();
    for road in [outcomes, released, ended_leases, a_crash, stopped_webhooks, deleted_webhooks, a_person, a_test] {
        let mut walk = Walk::new(kind);
        road(&mut walk);
        seen.append(&mut walk.seen);
    }
    let (states, rows) = tables();
    let known: BTreeSet<String> = State::ALL_WORDS.iter().map(|word| (*word).to_owned()).collect();
    assert_eq!(states, known, "the table of states");
    let without_row: Vec<_> = seen.difference(&rows).collect();
    assert!(without_row.is_empty(), "ARCHITECTURE.md lacks {without_row:?}");
    let not_seen: Vec<_> = rows.difference(&seen).collect();
    assert!(not_seen.is_empty(), "no road leads by {not_seen:?} of ARCHITECTURE.md");
}

fn outcomes(walk: &mut Walk) {
    walk.publish();
    walk.settle_next(answered(500, &[]));
    walk.settle_next(answered(200, &[]));
    walk.publish();
    for _ in 0..3 {
        walk.settle_next(answered(500, &[]));
    }
    // A receiver that is gone takes its webhook's other deliveries with it.
    walk.publish();
    walk.settle_next(answered(500, &[]));
    walk.publish();
    walk.publish();
    walk.site.clock.advance(2 * SECOND);
    let requests = walk.claim();
    let gone = requests.iter().find(|request| request.attempt == 1).unwrap();
    for request in requests.iter().filter(|request| request.delivery_id != gone.delivery_id) {
        walk.settle(request, Outcome::Released);
    }
    walk.settle(gone, answered(410, &[]));
}

fn released(walk: &mut Walk) {
    walk.publish();
    walk.settle_next(Outcome::Released);
    walk.settle_next(answered(500, &[]));
    walk.settle_next(Outcome::Released);
    let request = walk.next();
    walk.set_status(Status::Paused);
    walk.settle(&request, Outcome::Released);
}

fn ended_leases(walk: &mut Walk) {
    walk.publish();
    walk.next();
    walk.end_leases();
    walk.settle_next(answered(500, &[]));
    walk.next();
    walk.end_leases();
    walk.next();
    walk.set_status(Status::Paused);
    walk.end_leases();
    walk.set_status(Status::Active);
    walk.settle_next(answered(200, &[]));
    walk.publish();
    walk.next();
    walk.delete();
    walk.end_leases();
}

fn a_crash(walk: &mut Walk) {
    walk.publish();
    for _ in 0..3 {
        walk.next();
        walk.end_leases();
    }
}

fn stopped_webhooks(walk: &mut Walk) {
    walk.publish();
    walk.settle_next(answered(500, &[]));
    walk.publish();
    walk.set_status(Status::Paused);
    walk.set_status(Status::Active);
    walk.site.clock.advance(2 * SECOND);
    let requests = walk.claim();
    walk.set_status(Status::Paused);
    walk.settle(&requests[0], answered(500, &[]));
    walk.cancel(&requests[0].delivery_id);
}

fn deleted_webhooks(walk: &mut Walk) {
    walk.publish();
    walk.settle_next(answered(500, &[]));
    walk.publish();
    walk.delete();
    walk.webhook = walk.site.webhook(&[]).id;
    walk.publish();
    walk.set_status(Status::Paused);
    walk.delete();
    walk.webhook = walk.site.webhook(&[]).id;
    walk.publish();
    let request = walk.next();
    walk.delete();
    walk.settle(&request, answered(500, &[]));
}

fn a_person(walk: &mut Walk) {
    let first = walk.publish();
    walk.redeliver(&first);
    walk.cancel(&first);
    walk.redeliver(&first);
    walk.cancel(&first);
    walk.recover(State::Cancelled);
    walk.settle_next(answered(500, &[]));
    walk.redeliver(&first);
    walk.cancel(&first);
    walk.redeliver(&first);
    walk.cancel(&first);
    walk.recover(State::Cancelled);
    walk.settle_next(answered(200, &[]));
    walk.redeliver(&first);
    walk.settle_next(answered(500, &[]));
    walk.redeliver(&first);
    walk.settle_next(answered(500, &[]));
    walk.recover(State::Exhausted);
    walk.settle_next(answered(200, &[]));
}

fn a_test(walk: &mut Walk) {
    let webhook = walk.webhook.clone();
    walk.step("test", |site| site.test(Scope::All, webhook, None, None, LEASE_MS).unwrap());
    walk.end_leases();
}

/// An installation whose deliveries are watched.
struct Walk {
    site: Installation,
    webhook: String,
    seen: BTreeSet<Transition>,
}

impl Walk {
    fn new(kind: Kind) -> Self {
        let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "1000,1000,1000")]);
        let webhook = site.webhook(&[]).id;
        Self { site, webhook, seen: BTreeSet::new() }
    }

    /// State and due time of all deliveries.
    fn states(&mut self) -> BTreeMap<String, (&'static str, Option<i64>)> {
        let paging = Paging { page: 1, per_page: 100 };
        let query = Query { scope: Scope::All, webhook_id: None, event_id: None, topic: None, state: None, paging };
        let page = self.site.deliveries_find(query).unwrap();
        page.items.into_iter().map(|found| (found.id, (found.state.word(), found.due_at))).collect()
    }

    /// Makes a call, and notes what it did to each delivery.
    fn step<T>(&mut self, call: &str, act: impl FnOnce(&mut Installation) -> T) -> T {
        let before = self.states();
        let answer = act(&mut self.site);
        for (id, after) in self.states() {
            let from = before.get(&id).map_or("new", |before| before.0);
            if before.get(&id) != Some(&after) {
                self.seen.insert((from.to_owned(), call.to_owned(), after.0.to_owned()));
            }
        }
        let broken = invariants::broken(self.site.store());
        assert!(broken.is_empty(), "after {call}: {}", broken.join("\n"));
        answer
    }

    fn publish(&mut self) -> String {
        let before = self.states();
        self.step("publish", |site| site.publish_one(event("order.created")));
        self.states().into_keys().find(|id| !before.contains_key(id)).expect("a delivery was made")
    }

    fn claim(&mut self) -> Vec<Request> {
        self.step("claim", |site| site.claim_all().requests)
    }

    /// Claims the one delivery that will be due next.
    fn next(&mut self) -> Request {
        self.site.clock.advance(2 * SECOND);
        let mut requests = self.claim();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }

    fn settle(&mut self, request: &Request, outcome: Outcome) {
        self.step("settle", |site| site.settle_one(request, outcome));
    }

    fn settle_next(&mut self, outcome: Outcome) {
        let request = self.next();
        self.settle(&request, outcome);
    }

    /// Lets the leases end, and claims nothing.
    fn end_leases(&mut self) {
        self.site.clock.advance(LEASE);
        self.step("claim", |site| site.claim(0, LEASE_MS, vec![]).unwrap());
    }

    fn set_status(&mut self, status: Status) {
        let webhook = self.webhook.clone();
        self.step("registry.update", |site| site.set_status(&webhook, status));
    }

    fn delete(&mut self) {
        let webhook = self.webhook.clone();
        self.step("registry.delete", |site| site.webhooks_delete(Scope::All, vec![webhook]).unwrap());
    }

    fn redeliver(&mut self, id: &str) {
        let ids = vec![id.to_owned()];
        self.step("redeliver", |site| site.redeliver(Scope::All, ids).unwrap().remove(0).unwrap());
    }

    fn cancel(&mut self, id: &str) {
        let ids = vec![id.to_owned()];
        self.step("cancel", |site| site.cancel(Scope::All, ids).unwrap().remove(0).unwrap());
    }

    fn recover(&mut self, state: State) {
        let query = RecoverQuery {
            scope: Scope::All,
            webhook_id: None,
            topic: None,
            states: vec![state],
            since: 0,
            until: None,
        };
        let done = self.step("recover", |site| site.recover(query, 100, None).unwrap());
        assert_eq!(done.recovered, 1);
    }
}

trait Word {
    const ALL_WORDS: [&'static str; 7];
    fn word(self) -> &'static str;
}

impl Word for State {
    const ALL_WORDS: [&'static str; 7] =
        ["pending", "sending", "retrying", "held", "delivered", "exhausted", "cancelled"];

    fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Retrying => "retrying",
            Self::Held => "held",
            Self::Delivered => "delivered",
            Self::Exhausted => "exhausted",
            Self::Cancelled => "cancelled",
        }
    }
}

/// The states and the transitions of the tables, a row with several states taken apart.
fn tables() -> (BTreeSet<String>, BTreeSet<Transition>) {
    let section = ARCHITECTURE.split("\n## ").find(|part| part.starts_with("Deliveries: states and transitions"));
    let (mut states, mut transitions) = (BTreeSet::new(), BTreeSet::new());
    for line in section.expect("the section").lines().filter(|line| line.starts_with("| ") && !line.contains("---")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match cells[..] {
            ["state", ..] | ["from", ..] => {}
            [state, _, _] => assert!(states.insert(state.to_owned()), "{state} stands there twice"),
            [from, call, to, _] => {
                let call = call.trim_matches('`');
                let pairs = from.split(", ").flat_map(|from| to.split(", ").map(move |to| (from, to)));
                for (from, to) in pairs {
                    let fresh = transitions.insert((from.to_owned(), call.to_owned(), to.to_owned()));
                    assert!(fresh, "{line} stands there twice");
                }
            }
            _ => panic!("a row with other cells: {line}"),
        }
    }
    (states, transitions)
}
