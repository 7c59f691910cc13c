//! Lists of webhooks: searched, filtered, sorted, in pages.

use hookwright_runtime::registry::{NewWebhook, Query, Sort, Status};
use hookwright_runtime::types::{Paging, Scope};
use hookwright_tests::installation::{Installation, Kind, new_webhook};
use hookwright_tests::subject::Subject;

use crate::expect::{account, fields, invalid, says};

everywhere! {
    search_looks_at_name_and_url_without_regard_to_case,
    filters_narrow_the_list,
    a_topic_finds_all_that_would_receive_it,
    every_order_goes_both_ways,
    pages_hold_each_webhook_once,
    bad_paging_is_named,
}

fn query() -> Query {
    Query {
        scope: Scope::All,
        search: None,
        status: None,
        topic: None,
        sort: Sort::Name,
        descending: false,
        paging: Paging { page: 1, per_page: 100 },
    }
}

fn add(site: &mut Installation, name: &str, url: &str, topics: &[&str]) -> String {
    site.clock.advance(1);
    site.webhook_of(NewWebhook { name: Some(name.to_owned()), url: url.to_owned(), ..new_webhook(topics) }).id
}

#[track_caller]
fn check(site: &mut Installation, query: Query, names: &[&str]) {
    let page = site.webhooks_find(query).unwrap();
    let found: Vec<_> = page.items.iter().map(|webhook| webhook.name.as_str()).collect();
    assert_eq!(found, names);
    assert_eq!(page.total, names.len() as u64);
}

fn search_looks_at_name_and_url_without_regard_to_case(kind: Kind) {
    let mut site = Installation::new(kind);
    add(&mut site, "Ärger", "https://one.example/A_b", &[]);
    add(&mut site, "50% off", "https://two.example/", &[]);
    add(&mut site, "plain", "https://three.example/AXB", &[]);
    let mut search = |text: &str, names: &[&str]| {
        check(&mut site, Query { search: Some(text.to_owned()), ..query() }, names);
    };
    search("ärGER", &["Ärger"]);
    search("TWO.example", &["50% off"]);
    search("50%", &["50% off"]);
    search("%", &["50% off"]);
    search("a_b", &["Ärger"]);
    search("!", &[]);
    search("'; --", &[]);
    search("", &["50% off", "plain", "Ärger"]);
}

fn filters_narrow_the_list(kind: Kind) {
    let mut site = Installation::new(kind);
    add(&mut site, "general", "https://x.example/", &[]);
    let paused = add(&mut site, "paused", "https://x.example/", &[]);
    site.set_status(&paused, Status::Paused);
    let of_a = NewWebhook { name: Some("of a".to_owned()), account: Some("a".to_owned()), ..new_webhook(&[]) };
    site.webhook_of(of_a);
    check(&mut site, query(), &["general", "of a", "paused"]);
    check(&mut site, Query { status: Some(Status::Active), ..query() }, &["general", "of a"]);
    check(&mut site, Query { status: Some(Status::Paused), ..query() }, &["paused"]);
    check(&mut site, Query { status: Some(Status::Disabled), ..query() }, &[]);
    check(&mut site, Query { scope: Scope::Installation, ..query() }, &["general", "paused"]);
    check(&mut site, Query { scope: account("a"), ..query() }, &["of a"]);
    check(&mut site, Query { scope: account("b"), ..query() }, &[]);
    check(&mut site, Query { scope: account("a"), search: Some("general".to_owned()), ..query() }, &[]);
}

fn a_topic_finds_all_that_would_receive_it(kind: Kind) {
    let mut site = Installation::new(kind);
    for (name, topics) in [
        ("all", &[][..]),
        ("star", &["*"]),
        ("below", &["order.*", "*"]),
        ("exact", &["order.created"]),
        ("other", &["payment_received"]),
        ("watcher", &["webhook.disabled", "order.*"]),
    ] {
        add(&mut site, name, "https://x.example/", topics);
    }
    let mut topic = |name: &str, names: &[&str]| {
        check(&mut site, Query { topic: Some(name.to_owned()), ..query() }, names);
    };
    topic("order.created", &["all", "below", "exact", "star", "watcher"]);
    topic("order", &["all", "below", "star"]);
    topic("never.heard.of", &["all", "below", "star"]);
    topic("webhook.disabled", &["watcher"]);
    assert_eq!(fields(site.webhooks_find(Query { topic: Some("order.*".to_owned()), ..query() })), ["topic"]);
}

fn every_order_goes_both_ways(kind: Kind) {
    let mut site = Installation::new(kind);
    let first = add(&mut site, "b", "https://c.example/", &[]);
    add(&mut site, "C", "https://a.example/", &[]);
    add(&mut site, "a", "https://b.example/", &[]);
    site.clock.advance(1);
    site.set_status(&first, Status::Paused);
    for (sort, names) in [
        (Sort::Created, ["b", "C", "a"]),
        (Sort::Updated, ["C", "a", "b"]),
        (Sort::Name, ["a", "b", "C"]),
        (Sort::Url, ["C", "a", "b"]),
    ] {
        check(&mut site, Query { sort, ..query() }, &names);
        let mut reversed = names;
        reversed.reverse();
        check(&mut site, Query { sort, descending: true, ..query() }, &reversed);
    }
}

fn pages_hold_each_webhook_once(kind: Kind) {
    let mut site = Installation::new(kind);
    for _ in 0..7 {
        add(&mut site, "same", "https://same.example/", &[]);
    }
    let mut seen = Vec::new();
    for page in 1..=5 {
        let answer = site.webhooks_find(Query { paging: Paging { page, per_page: 3 }, ..query() }).unwrap();
        assert_eq!(answer.total, 7);
        seen.extend(answer.items.into_iter().map(|webhook| webhook.id));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7);
    let far = Paging { page: u32::MAX, per_page: 100 };
    assert!(site.webhooks_find(Query { paging: far, ..query() }).unwrap().items.is_empty());
}

fn bad_paging_is_named(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut refused =
        |page, per_page| invalid(site.webhooks_find(Query { paging: Paging { page, per_page }, ..query() }));
    says(&refused(0, 1), "paging.page: pages are counted from 1");
    says(&refused(1, 0), "paging.per-page: 0 items");
    says(&refused(1, 101), "paging.per-page: 101 items on a page; 1 to 100");
}
