//! What comes of one request that reaches a receiver.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use hookwright_dispatcher::{FailureKind, Outcome, Response};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use crate::receiver::{Receiver, raw, raw_answering, read_some, respond};
use crate::{client, request, soon};

pub(crate) async fn send(request: hookwright_dispatcher::Request) -> Outcome {
    soon(client().send(&request)).await.outcome
}

pub(crate) fn answered(outcome: Outcome) -> Response {
    match outcome {
        Outcome::Response(response) => response,
        other => panic!("no answer but {other:?}"),
    }
}

/// The failure's message, when it is of this kind.
pub(crate) fn failed(outcome: Outcome, kind: FailureKind) -> String {
    match outcome {
        Outcome::Failure(failure) if failure.kind == kind => failure.message,
        other => panic!("not {kind:?} but {other:?}"),
    }
}

#[tokio::test]
async fn any_status_is_an_answer() {
    for status in [200, 204, 404, 410, 500] {
        let receiver = Receiver::answering(status).await;
        assert_eq!(answered(send(request(&receiver.url("/"))).await).status, status);
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let target = Receiver::answering(200).await;
    let location = target.url("/elsewhere");
    let receiver = Receiver::start(move |_| {
        let mut response = respond(302, "");
        response.headers_mut().insert("location", location.parse().unwrap());
        async { response }
    })
    .await;
    let response = answered(send(request(&receiver.url("/"))).await);
    assert_eq!(response.status, 302);
    assert!(response.headers.contains(&("location".to_owned(), target.url("/elsewhere"))));
    assert_eq!(target.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn a_request_arrives_as_it_is() {
    let arrived = Arc::new(Mutex::new(None));
    let receiver = Receiver::start({
        let arrived = Arc::clone(&arrived);
        move |request| {
            let arrived = Arc::clone(&arrived);
            async move {
                let (head, body) = request.into_parts();
                let body: Bytes = axum::body::to_bytes(body, 1_024).await.unwrap();
                let headers: Vec<_> =
                    head.headers.iter().map(|(k, v)| (k.to_string(), v.to_str().unwrap().to_owned())).collect();
                *arrived.lock().unwrap() = Some((head.method.to_string(), headers, body));
                respond(200, "thanks")
            }
        }
    })
    .await;

    let mut sent = request(&receiver.url("/hook?key=1"));
    sent.method = "PUT".to_owned();
    sent.headers = [
        ("webhook-id", "evt_1"),
        ("x-twice", "one"),
        ("x-twice", "two"),
        ("content-length", "3"),
        ("transfer-encoding", "chunked"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let settlement = soon(client().send(&sent)).await;
    assert_eq!(answered(settlement.outcome).body, "thanks");
    assert_eq!((settlement.delivery_id, settlement.claim_token), ("dlv_1".to_owned(), "claim_1".to_owned()));
    assert_eq!(receiver.paths(), ["/hook?key=1"]);

    let (method, headers, body) = arrived.lock().unwrap().take().unwrap();
    assert_eq!(method, "PUT");
    assert_eq!(body, sent.body);
    let arrived_but_framing: Vec<_> =
        headers.into_iter().filter(|(name, _)| !matches!(name.as_str(), "host" | "content-length")).collect();
    let expected = [("webhook-id", "evt_1"), ("x-twice", "one"), ("x-twice", "two"), ("accept", "*/*")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(arrived_but_framing, expected);
    assert_eq!(settlement.request_headers, expected, "what was sent is what is recorded");
}

#[tokio::test]
async fn an_endless_body_costs_no_more_than_the_cap() {
    let (hung_up, mut hang_ups) = mpsc::unbounded_channel();
    let url = raw(move |mut stream| {
        let hung_up = hung_up.clone();
        async move {
            read_some(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(&[b'x'; 4_096]).await.is_ok() {}
            let _ = hung_up.send(());
        }
    })
    .await;
    let mut endless = request(&url);
    endless.response_cap_bytes = 10_000;
    let response = answered(send(endless).await);
    assert_eq!((response.status, response.body.len(), response.truncated), (200, 10_000, true));
    soon(hang_ups.recv()).await.expect("the receiver saw the connection end");
}

#[tokio::test]
async fn a_body_as_long_as_the_cap_is_complete() {
    let receiver = Receiver::start(|_| async { respond(200, "12345") }).await;
    for (cap, body, truncated) in [(6, "12345", false), (5, "12345", false), (4, "1234", true), (0, "", true)] {
        let mut capped = request(&receiver.url("/"));
        capped.response_cap_bytes = cap;
        let response = answered(send(capped).await);
        assert_eq!((&response.body[..], response.truncated), (body.as_bytes(), truncated), "cap {cap}");
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_after_the_cap_has_answered() {
    let mut capped = request(&raw_answering("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n12345").await);
    capped.response_cap_bytes = 5;
    capped.timeout = Duration::from_millis(200);
    let response = answered(send(capped).await);
    assert_eq!((&response.body[..], response.truncated), (&b"12345"[..], true));
}

#[tokio::test]
async fn a_packed_body_stays_packed() {
    let receiver = Receiver::start(|_| async {
        let mut response = respond(200, "\u{1f}not really gzip");
        response.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
        response
    })
    .await;
    assert_eq!(answered(send(request(&receiver.url("/"))).await).body, "\u{1f}not really gzip");
}

#[tokio::test]
async fn response_headers_are_capped_in_number() {
    let many: String = (0..150).map(|n| format!("x-{n}: {n}\r\n")).collect();
    let url = raw_answering(format!("HTTP/1.1 200 OK\r\n{many}content-length: 0\r\n\r\n")).await;
    assert_eq!(answered(send(request(&url)).await).headers.len(), 100);
}

#[tokio::test]
async fn response_headers_are_capped_in_bytes() {
    let long: String = (0..20).map(|n| format!("x-{n}: {}\r\n", "v".repeat(1_000))).collect();
    let url = raw_answering(format!("HTTP/1.1 200 OK\r\n{long}content-length: 0\r\n\r\n")).await;
    let headers = answered(send(request(&url)).await).headers;
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!((15_000..=16_384).contains(&bytes), "{bytes}");
}

#[tokio::test]
async fn response_headers_that_are_not_utf8_are_kept_readable() {
    let url = raw_answering(b"HTTP/1.1 200 OK\r\nx-name: caf\xe9\r\ncontent-length: 0\r\n\r\n".to_vec()).await;
    let headers = answered(send(request(&url)).await).headers;
    assert!(headers.contains(&("x-name".to_owned(), "caf\u{fffd}".to_owned())), "{headers:?}");
}
