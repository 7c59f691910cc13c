//! What comes of a request that gets no answer, and which kind of failure it is.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hookwright_dispatcher::{AddressGuard, Blocked, Checking, Client, ClientOptions, FailureKind, Outcome};
use tokio::io::AsyncWriteExt;

use crate::exchange::{failed, send};
use crate::receiver::{Receiver, deserted, raw, raw_answering, read_some, respond};
use crate::{client, request, soon};

#[tokio::test]
async fn a_receiver_that_never_answers_is_a_timeout() {
    let mut hanging = request(&raw_answering("").await);
    hanging.timeout = Duration::from_millis(150);
    let settlement = soon(client().send(&hanging)).await;
    assert!(settlement.duration >= hanging.timeout, "{:?}", settlement.duration);
    assert_eq!(failed(settlement.outcome, FailureKind::Timeout), "no complete answer within 150 ms");
}

#[tokio::test]
async fn a_receiver_that_stops_in_the_middle_of_the_body_is_a_timeout() {
    let mut hanging = request(&raw_answering("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n1234").await);
    hanging.timeout = Duration::from_millis(150);
    failed(send(hanging).await, FailureKind::Timeout);
}

#[tokio::test]
async fn nobody_listening_is_no_connection() {
    let message = failed(send(request(&format!("http://{}/", deserted().await))).await, FailureKind::Connect);
    assert!(message.starts_with("no connection: "), "{message}");
}

#[tokio::test]
async fn an_unknown_name_is_dns() {
    failed(send(request("http://receiver.invalid/")).await, FailureKind::Dns);
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_protocol() {
    failed(send(request(&raw_answering("220 mail.example.test ESMTP\r\n").await)).await, FailureKind::Protocol);
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_protocol() {
    let before = raw(|mut stream| async move { read_some(&mut stream).await }).await;
    failed(send(request(&before)).await, FailureKind::Protocol);

    let within = raw(|mut stream| async move {
        read_some(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n1234").await;
    })
    .await;
    failed(send(request(&within)).await, FailureKind::Protocol);
}

#[tokio::test]
async fn what_cannot_be_sent_fails_and_says_why() {
    let receiver = Receiver::answering(200).await;
    let fine = || request(&receiver.url("/"));
    let header = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let cases = [
        (request("not a url"), "URL"),
        (request("http://"), "URL"),
        (request("ftp://receiver.test/"), "`ftp`"),
        (hookwright_dispatcher::Request { method: "PO ST".to_owned(), ..fine() }, "`PO ST`"),
        (hookwright_dispatcher::Request { headers: header("x y", "1"), ..fine() }, "`x y`"),
        (hookwright_dispatcher::Request { headers: header("x-y", "1\r\nx-z: 2"), ..fine() }, "`x-y`"),
    ];
    for (unsendable, named) in cases {
        let settlement = soon(client().send(&unsendable)).await;
        assert_eq!(settlement.request_headers, []);
        let message = failed(settlement.outcome, FailureKind::Protocol);
        assert!(message.contains(named), "{message}");
    }
    assert_eq!(receiver.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn messages_leave_out_what_the_url_may_hide() {
    let nobody = deserted().await;
    let unreachable = send(request(&format!("http://user:hidden@{nobody}/hidden?key=hidden"))).await;
    let garbled = send(request(&raw_answering("garbage\r\n\r\n").await.replace("/", "/?hidden"))).await;
    let unknown = send(request("http://receiver.invalid/?key=hidden")).await;
    for outcome in [unreachable, garbled, unknown] {
        assert!(!format!("{outcome:?}").contains("hidden"), "{outcome:?}");
    }
}

#[derive(Debug)]
struct NoLoopback;

impl AddressGuard for NoLoopback {
    fn check(&self, address: IpAddr) -> Checking<'_> {
        Box::pin(async move {
            if address.is_loopback() {
                return Err(Blocked { reason: format!("{address} is this machine") });
            }
            Ok(())
        })
    }
}

#[tokio::test]
async fn a_guarded_address_is_not_called_by_number_or_by_name() {
    let receiver = Receiver::answering(200).await;
    let guarded = Client::new(ClientOptions { guard: Some(Arc::new(NoLoopback)), ..ClientOptions::default() }).unwrap();
    let port = receiver.address.port();
    for host in ["127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "localhost"] {
        let settlement = soon(guarded.send(&request(&format!("http://{host}:{port}/")))).await;
        let message = failed(settlement.outcome, FailureKind::Blocked);
        assert!(message.contains("is this machine"), "{message}");
    }
    assert_eq!(receiver.paths(), Vec::<String>::new());
}

/// Only the port of one receiver is open.
#[derive(Debug)]
struct OnePort(u16);

impl AddressGuard for OnePort {
    fn check_origin<'a>(&'a self, origin: &'a str) -> Checking<'a> {
        let open = origin.ends_with(&format!(":{}", self.0));
        Box::pin(async move { if open { Ok(()) } else { Err(Blocked { reason: format!("{origin} is shut") }) } })
    }

    fn check(&self, _: IpAddr) -> Checking<'_> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_guard_is_asked_for_scheme_host_and_port_and_nothing_that_may_be_secret() {
    let [open, shut] = [Receiver::answering(204).await, Receiver::answering(204).await];
    let guard = Arc::new(OnePort(open.address.port()));
    let guarded = Client::new(ClientOptions { guard: Some(guard), ..ClientOptions::default() }).unwrap();
    soon(guarded.send(&request(&open.url("/a?token=hidden")))).await;
    assert_eq!(open.paths(), ["/a?token=hidden"]);
    let settlement = soon(guarded.send(&request(&shut.url("/b?token=hidden")))).await;
    let message = failed(settlement.outcome, FailureKind::Blocked);
    assert_eq!(message, format!("http://{} is shut", shut.address));
    assert_eq!(shut.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn a_redirect_to_a_guarded_address_is_not_followed() {
    let inner = Receiver::answering(200).await;
    let location = inner.url("/secret");
    let outer = Receiver::start(move |_| {
        let location = location.clone();
        async move {
            let mut answer = respond(302, "");
            answer.headers_mut().insert("location", location.parse().expect("a header's value"));
            answer
        }
    })
    .await;
    let guard = Arc::new(OnePort(outer.address.port()));
    let guarded = Client::new(ClientOptions { guard: Some(guard), ..ClientOptions::default() }).unwrap();
    let settlement = soon(guarded.send(&request(&outer.url("/")))).await;
    let Outcome::Response(answer) = settlement.outcome else { panic!("{:?}", settlement.outcome) };
    assert_eq!(answer.status, 302);
    assert_eq!(inner.paths(), Vec::<String>::new());
}
