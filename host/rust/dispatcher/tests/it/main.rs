//! The dispatcher against real receivers on the loopback interface and an outbox in memory.

mod connections;
mod dispatch;
mod exchange;
mod fake_outbox;
mod faults;
mod proxy;
mod receiver;
mod stop;
mod tls;

use std::time::Duration;

use bytes::Bytes;
use hookwright_dispatcher::{Client, ClientOptions, Request};

/// Nothing that is waited for takes that long; a test that does has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn client() -> Client {
    Client::new(ClientOptions::default()).expect("default options are valid")
}

/// A request of webhook `wh_a` with a generous time-out.
pub(crate) fn request(url: &str) -> Request {
    Request {
        delivery_id: "dlv_1".to_owned(),
        webhook_id: "wh_a".to_owned(),
        event_id: "evt_1".to_owned(),
        topic: "order.created".to_owned(),
        attempt: 1,
        claim_token: "claim_1".to_owned(),
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: Bytes::from_static(br#"{"type":"order.created"}"#),
        timeout: PATIENCE,
        response_cap_bytes: 65_536,
    }
}

/// Await, but not for ever.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("took too long")
}
