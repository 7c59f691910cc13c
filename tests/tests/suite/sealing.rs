//! Secrets at rest: sealed under the installation's key, opened for signing, sealed anew when the key changes.

use hookwright_runtime::registry::NewWebhook;
use hookwright_runtime::types::Scope;
use hookwright_storage::{Mode, Sqlite, StorageError};
use hookwright_tests::component;
use hookwright_tests::environment::HOUR;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, event, new_webhook};
use hookwright_tests::native::NativeHost;
use hookwright_tests::subject::{Component, Subject};
use standardwebhooks::Webhook as Verifier;

use crate::expect::{conflict, invalid, says};

everywhere! { sealing_anew_needs_a_key_and_a_limit }

both! {
    a_secret_is_stored_sealed_and_signs,
    without_a_key_secrets_lie_in_clear,
    a_secret_opens_in_no_other_row,
    a_secret_that_no_key_opens_stops_no_other_delivery,
    everything_is_sealed_anew_under_the_first_key,
    a_concurrent_rotation_is_not_lost,
    what_no_key_opens_is_counted_and_left,
    no_error_and_no_log_holds_a_key,
}

const KEY_1: &str = "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const KEY_2: &str = "k_2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn keyed(kind: Kind, keys: &str) -> Installation {
    Installation::with_config(kind, &[("encryption-keys", keys)])
}

fn with_secret(secret: &str) -> NewWebhook {
    NewWebhook { secret: Some(secret.to_owned().into()), ..new_webhook(&[]) }
}

/// The same database under other settings.
fn reopened(site: &mut Installation, keys: &str) -> Box<dyn Subject + Send> {
    let connect = Sqlite::open(site.path());
    let mut options = site.options();
    options.config.retain(|(key, _)| key != "encryption-keys");
    options.config.push(("encryption-keys".to_owned(), keys.to_owned()));
    match site.kind() {
        Kind::Native | Kind::Postgres | Kind::Mariadb => Box::new(NativeHost::start(&connect, options).unwrap()),
        Kind::Component => Box::new(Component(component::start(std::sync::Arc::new(connect), options))),
    }
}

fn column(site: &Installation, column: &str) -> Vec<String> {
    let database = site.database();
    let mut statement = database.prepare(&format!("SELECT {column} FROM hookwright_webhooks ORDER BY id")).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Everything that a request says is signed with the secret.
fn verifies(request: &hookwright_runtime::deliveries::Request, secret: &str) {
    let header = |name: &str| request.headers.iter().find(|(key, _)| key == name).unwrap().1.clone();
    let verifier = Verifier::new(secret).unwrap();
    let timestamp = header("webhook-timestamp").parse().unwrap();
    let expected = verifier.sign(&header("webhook-id"), timestamp, &request.body).unwrap();
    assert!(header("webhook-signature").split(' ').any(|signature| signature == expected));
}

fn a_secret_is_stored_sealed_and_signs(kind: Kind) {
    let mut site = keyed(kind, KEY_1);
    let id = site.webhook_of(with_secret(SECRET)).id;
    let stored = column(&site, "secret").remove(0);
    assert!(stored.starts_with("sealed:1:k1:") && !stored.contains("MfKQ9r8"), "{stored}");
    site.publish_one(event("order.created"));
    verifies(&site.claim_one(), SECRET);
    verifies(&site.test(Scope::All, id.clone(), None, None, LEASE_MS).unwrap(), SECRET);
    let created = site.webhooks_create(new_webhook(&[])).unwrap();
    assert!(created.secret.expose().starts_with("whsec_"), "it is shown once, as it is");
    let rotated = site.webhooks_rotate_secret(
        Scope::All,
        id,
        Some("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".to_owned().into()),
        0,
    );
    rotated.unwrap();
    assert!(column(&site, "secret").iter().all(|stored| stored.starts_with("sealed:1:k1:")));
}

fn without_a_key_secrets_lie_in_clear(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook_of(with_secret(SECRET));
    assert_eq!(column(&site, "secret"), [SECRET]);
    site.publish_one(event("order.created"));
    let mut later = reopened(&mut site, KEY_1);
    verifies(&later.claim(1, LEASE_MS, vec![]).unwrap().requests[0], SECRET);
}

fn a_secret_opens_in_no_other_row(kind: Kind) {
    let mut site = keyed(kind, KEY_1);
    let (own, other) = (site.webhook(&["order.created"]).id, site.webhook(&[]).id);
    let move_it = "UPDATE hookwright_webhooks SET secret = (SELECT secret FROM hookwright_webhooks WHERE id = ?1) \
                   WHERE id = ?2";
    site.database().execute(move_it, [&own, &other]).unwrap();
    site.publish_one(event("order.created"));
    let claimed = site.claim_all().requests;
    assert_eq!(claimed.iter().map(|request| &request.webhook_id).collect::<Vec<_>>(), [&own]);
    let lines = site.environment.log_lines();
    says(
        &lines.last().unwrap().1,
        &format!("webhook {other}: its stored secret cannot be opened: the key `k1` does not"),
    );
}

fn a_secret_that_no_key_opens_stops_no_other_delivery(kind: Kind) {
    let mut site = keyed(kind, KEY_1);
    let lost = site.webhook(&["order.created"]).id;
    let mut later = reopened(&mut site, KEY_2);
    let created = later.webhooks_create(with_secret(SECRET)).unwrap();
    later.publish(vec![event("order.created")]).unwrap();
    let claimed = later.claim(10, LEASE_MS, vec![]).unwrap();
    assert_eq!(claimed.requests.len(), 1);
    assert_eq!(claimed.requests[0].webhook_id, created.webhook.id);
    verifies(&claimed.requests[0], SECRET);
    let told = conflict(later.test(Scope::All, lost, None, None, LEASE_MS));
    says(&told, "it is sealed under the key `k1`, which is not among the encryption-keys; add that key");
}

fn everything_is_sealed_anew_under_the_first_key(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut webhook = with_secret(SECRET);
    webhook.options.headers = Some(vec![("authorization".to_owned(), "Bearer abc".to_owned())]);
    let id = site.webhook_of(webhook).id;
    site.webhooks_rotate_secret(Scope::All, id.clone(), None, u32::try_from(HOUR).unwrap()).unwrap();
    site.webhook(&["payment_received"]);

    let mut first = reopened(&mut site, KEY_1);
    let one = first.rekey(1).unwrap();
    assert_eq!((one.changed, one.remaining), (1, 1));
    let rest = first.rekey(1_000).unwrap();
    assert_eq!((rest.changed, rest.remaining), (1, 0));
    let mut both = reopened(&mut site, &format!("{KEY_2},{KEY_1}"));
    let all = both.rekey(1_000).unwrap();
    assert_eq!((all.changed, all.remaining), (2, 0));
    let again = both.rekey(1_000).unwrap();
    assert_eq!((again.changed, again.remaining), (0, 0));
    drop((first, both));

    for name in ["secret", "former_secrets", "headers"] {
        for stored in column(&site, name) {
            assert!(!stored.contains("MfKQ9r8") && !stored.contains("sealed:1:k1:"), "{name}: {stored}");
        }
    }
    let mut only = reopened(&mut site, KEY_2);
    only.publish(vec![event("order.created")]).unwrap();
    let request = only.claim(1, LEASE_MS, vec![]).unwrap().requests.remove(0);
    verifies(&request, SECRET);
    assert!(request.headers.contains(&("authorization".to_owned(), "Bearer abc".to_owned())));
}

fn a_concurrent_rotation_is_not_lost(kind: Kind) {
    let mut site = keyed(kind, &format!("{KEY_2},{KEY_1}"));
    let id = site.webhook_of(with_secret(SECRET)).id;
    let mut old = reopened(&mut site, KEY_1);
    old.webhooks_rotate_secret(Scope::All, id.clone(), None, 0).unwrap();
    site.recorder.before_next(Mode::Own, move || {
        old.webhooks_rotate_secret(Scope::All, id, Some(SECRET.to_owned().into()), 0)
            .map(|_| ())
            .map_err(|error| StorageError::Other(format!("{error:?}")))
    });
    let raced = site.rekey(10).unwrap();
    assert!(site.recorder.is_done());
    assert_eq!((raced.changed, raced.remaining), (0, 1));
    assert_eq!(site.rekey(10).unwrap().changed, 1);
    site.publish_one(event("order.created"));
    verifies(&site.claim_one(), SECRET);
}

fn what_no_key_opens_is_counted_and_left(kind: Kind) {
    let mut site = keyed(kind, KEY_1);
    site.webhook(&[]);
    let before = column(&site, "secret");
    let mut later = reopened(&mut site, KEY_2);
    later.webhooks_create(new_webhook(&[])).unwrap();
    let told = later.rekey(10).unwrap();
    assert_eq!((told.changed, told.remaining), (0, 1));
    assert!(column(&site, "secret").contains(&before[0]));
}

fn sealing_anew_needs_a_key_and_a_limit(kind: Kind) {
    let mut site = Installation::new(kind);
    says(&conflict(site.rekey(10)), "there is no key to seal secrets with; give one as the setting encryption-keys");
    for limit in [0, 1_001] {
        says(&invalid(site.rekey(limit)), "write 1 to 1000");
    }
}

fn no_error_and_no_log_holds_a_key(kind: Kind) {
    let bad = [("encryption-keys", "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB")];
    let mut site = Installation::empty(kind, &bad, std::sync::Arc::new(hookwright_runtime::NoExtensions));
    let refusal = invalid(site.check_config());
    says(&refusal, "config.encryption-keys: entry 1: what follows `k1:` is not the base64 of 32 bytes");
    assert!(!refusal.contains("AQEB"));
    let mut site = keyed(kind, KEY_1);
    let shown = format!("{:?}", site.options());
    assert!(!shown.contains("AQEB"), "{shown}");
    site.webhook(&[]);
    site.database().execute("UPDATE hookwright_webhooks SET secret = secret || 'AAAA'", []).unwrap();
    site.publish_one(event("order.created"));
    assert!(site.claim_all().requests.is_empty());
    assert!(site.environment.log_lines().iter().all(|(_, line)| !line.contains("AQEB") && !line.contains("sealed:1")));
}
