//! Section 2: columns, keys, and what stands in them.

use hookwright_runtime::deliveries::{Outcome, Response};
use hookwright_tests::installation::{Installation, Kind, event};
use rusqlite::Connection;

both! {
    columns_are_integer_text_or_blob,
    there_are_no_foreign_keys_counters_and_triggers,
    bodies_are_blobs,
    ids_are_made_by_the_component,
    every_table_has_the_prefix,
}

fn texts(database: &Connection, query: &str) -> Vec<String> {
    let mut statement = database.prepare(query).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

fn used(kind: Kind) -> Installation {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    let headers = vec![("x".to_owned(), "😀".to_owned())];
    let response = Response { status: 200, headers, body: "été 😀\u{0}".as_bytes().to_vec(), truncated: false };
    site.settle_one(&request, Outcome::Response(response));
    site
}

fn columns_are_integer_text_or_blob(kind: Kind) {
    let site = Installation::new(kind);
    let types = texts(
        &site.database(),
        "SELECT DISTINCT c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY 1",
    );
    assert_eq!(types, ["BLOB", "INTEGER", "TEXT"]);
}

fn there_are_no_foreign_keys_counters_and_triggers(kind: Kind) {
    let site = Installation::new(kind);
    let keys = "SELECT COUNT(*) FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) WHERE t.type = 'table'";
    assert_eq!(site.number(keys), 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')"), 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'"), 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM sqlite_schema WHERE sql LIKE '%DEFAULT%'"), 0);
}

fn bodies_are_blobs(kind: Kind) {
    let site = used(kind);
    let database = site.database();
    let types = texts(
        &database,
        "SELECT DISTINCT typeof(body) FROM hookwright_payloads UNION ALL SELECT DISTINCT typeof(response_body) || ' ' || \
         typeof(request_headers) || ' ' || typeof(response_headers) FROM hookwright_attempts",
    );
    assert_eq!(types, ["blob", "blob blob blob"]);
    let body: Vec<u8> =
        database.query_row("SELECT response_body FROM hookwright_attempts", [], |row| row.get(0)).unwrap();
    assert_eq!(body, "été 😀\u{0}".as_bytes());
}

fn ids_are_made_by_the_component(kind: Kind) {
    let site = used(kind);
    let ids = texts(
        &site.database(),
        "SELECT id FROM hookwright_deliveries UNION ALL SELECT id FROM hookwright_events UNION ALL \
         SELECT id FROM hookwright_webhooks",
    );
    for (id, prefix) in ids.iter().zip(["dlv_", "evt_", "wh_"]) {
        assert!(id.starts_with(prefix) && id.len() == prefix.len() + 26, "{id}");
    }
}

fn every_table_has_the_prefix(kind: Kind) {
    let site = Installation::new(kind);
    let foreign = "SELECT COUNT(*) FROM sqlite_schema WHERE name NOT LIKE 'hookwright!_%' ESCAPE '!' \
                   AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    assert_eq!(site.number(foreign), 0);
}
