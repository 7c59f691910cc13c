//! `hookwright serve`: the functions of the core over HTTP, for clients of all kinds.
#![cfg(unix)]

mod server;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::listen::Receiver;
use crate::place::Place;
use server::{Client, Server, TOKEN, read_answer};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// What people read of it.
const DOCUMENT: &str = include_str!("../../../../serve.md");

fn event(id: u32) -> Value {
    json!([[{"topic": "order.created", "data": format!("{{\"id\":{id}}}"), "idempotency-key": format!("order-{id}")}]])
}

#[test]
fn what_is_published_is_delivered_and_verified() {
    let place = Place::new();
    let mut receiver = Receiver::start(&place, &["--secret", SECRET]);
    let server = Server::start(&place, &["--allow-local"]);
    assert_eq!(server.health(), (200, json!({"version": "0.1.0", "delivers": true})));
    let webhook = json!([{"url": receiver.url, "topics": ["order.*"], "secret": SECRET, "options": []}]);
    let created = server.ok("registry/create", &webhook);
    assert_eq!(created["secret"], SECRET, "{created}");
    let receipts = server.ok("events/publish", &event(1));
    let receipt = &receipts[0]["ok"];
    assert_eq!(receipt["deliveries"], 1, "{receipts}");

    let request = receiver.request();
    assert_eq!((&request["signature"], &request["webhook_id"]), (&"ok".into(), &receipt["event-id"]), "{request}");
    // What the function declares as an error is an answer.
    let unknown = server.call("registry/get", &json!(["all", "wh_none"]));
    assert_eq!(unknown, (200, json!({"err": {"not-found": "webhook wh_none"}})));
    let refused = server.ok("events/publish", &json!([[{"topic": "no.such", "data": "{}"}]]));
    assert_eq!(refused[0]["err"]["invalid"][0]["field"], "topic", "{refused}");
}

#[test]
fn plugins_take_part_as_soon_as_they_are_active() {
    let place = Place::new();
    let server = Server::start(&place, &["--no-deliver"]);
    let plugin = json!({"name": "rooms", "version": "1.0.0", "topics": [{"name": "room.booked", "title": "Booked"}]});
    place.write("rooms.json", plugin.to_string());
    let publish = || server.ok("events/publish", &json!([[{"topic": "room.booked", "data": "{}"}]]));
    assert_eq!(publish()[0]["err"]["invalid"][0]["field"], "topic");
    place.run(&["plugins", "install", "rooms.json"]).succeeded();
    place.run(&["plugins", "activate", "rooms"]).succeeded();
    let deadline = Instant::now() + Duration::from_secs(60);
    while publish()[0].get("ok").is_none() {
        assert!(Instant::now() < deadline, "the server has not looked for plugins");
    }
}

#[test]
fn nobody_is_answered_without_the_token() {
    let place = Place::new();
    let server = Server::start(&place, &["--no-deliver", "-vv"]);
    let body = event(1).to_string();
    for authorization in
        ["", "authorization: Bearer wrong-but-as-long-as-it-should-be\r\n", "authorization: Basic eA==\r\n"]
    {
        let (status, told) = server.ask(&format!(
            "POST /v1/call/events/publish HTTP/1.1\r\nhost: localhost\r\n{authorization}content-length: {}\r\n\r\n\
             {body}",
            body.len()
        ));
        assert_eq!((status, &told["kind"]), (401, &"unauthorized".into()), "{told}");
    }
    let authorized = format!("authorization: Bearer {TOKEN}\r\n");
    let (status, told) = server.ask(&format!("GET /v1/health HTTP/1.1\r\nhost: evil.example\r\n{authorized}\r\n"));
    assert_eq!((status, &told["kind"]), (421, &"host".into()), "{told}");
    let other = format!("GET /v1/health HTTP/1.1\r\nhost: localhost\r\n{authorized}hookwright-version: 9.9.9\r\n\r\n");
    let (status, told) = server.ask(&other);
    assert_eq!((status, &told["kind"]), (400, &"version".into()), "{told}");
    let stats = server.ok("lifecycle/stats", &json!([]));
    assert!(stats["deliveries"].as_array().unwrap().iter().all(|state| state["count"] == 0), "{stats}");
    let log = server.stop();
    assert!(log.contains("unauthorized") && !log.contains(TOKEN), "{log}");
}

#[test]
fn what_is_no_call_is_told_and_the_next_one_works() {
    let place = Place::new();
    let server = Server::start(&place, &["--no-deliver"]);
    let publish = "/v1/call/events/publish";
    for (method, path, body, status, kind) in [
        ("POST", "/v1/call/events/no-such", &b"[]"[..], 404, "unknown-function"),
        ("POST", "/v1/call/events", b"[]", 404, "not-found"),
        ("POST", "/", b"[]", 404, "not-found"),
        ("GET", publish, b"", 405, "method"),
        ("OPTIONS", publish, b"", 405, "method"),
        ("POST", "/v1/health", b"", 405, "method"),
        ("POST", publish, b"", 400, "invalid-json"),
        ("POST", publish, b"{}", 400, "invalid-json"),
        ("POST", publish, b"[[\xff]]", 400, "invalid-utf8"),
        ("POST", publish, b"[1]", 400, "argument"),
        ("POST", publish, b"[[{\"topic\": \"order.created\"}]]", 400, "argument"),
    ] {
        let (seen, told) = server.send(method, path, body);
        assert_eq!((seen, &told["kind"]), (status, &kind.into()), "{method} {path}: {told}");
        assert!(told["message"].as_str().is_some_and(|message| !message.is_empty()), "{told}");
        assert!(DOCUMENT.contains(&format!("`{kind}`")), "{kind}");
    }
    // Refused before it is sent.
    let head = format!(
        "POST {publish} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\
         content-length: 99999999\r\n\r\n"
    );
    assert_eq!(server.ask(&head).0, 413);
    // Nobody knows how long it will be. The answer comes, and the connection is closed, before it is sent as a whole.
    let mut stream = server.connect();
    let head = head.replace("content-length: 99999999", "transfer-encoding: chunked");
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"100000\r\n", vec![b' '; 1 << 20].as_slice(), b"\r\n"].concat();
    let sent = (0..100).take_while(|_| stream.write_all(&chunk).is_ok()).count();
    assert!((31..100).contains(&sent), "{sent} MiB were taken");
    drop(stream);
    assert_eq!(server.ok("events/publish", &event(1))[0]["ok"]["replayed"], false);
}

#[test]
fn who_is_slow_holds_up_nobody_and_several_are_served_at_once() {
    let place = Place::new();
    let server = Server::start(&place, &["--no-deliver"]);
    let head = "POST /v1/call/events/publish HTTP/1.1\r\nhost: loc";
    let rest = format!("alhost\r\nauthorization: Bearer {TOKEN}\r\ncontent-length: 100\r\n\r\n[[");
    let slow: Vec<TcpStream> = (0..60)
        .map(|number| {
            let mut stream = server.connect();
            stream.write_all(head.as_bytes()).unwrap();
            if number % 2 == 0 {
                stream.write_all(rest.as_bytes()).unwrap();
            }
            stream
        })
        .collect();
    let client: &Client = &server;
    let publish = |from: u32| (from..from + 10).for_each(|id| drop(client.ok("events/publish", &event(id))));
    thread::scope(|scope| {
        for from in [0, 100, 200, 300] {
            scope.spawn(move || publish(from));
        }
    });
    drop(slow);
    let query = json!(
        ["order-0", "order-309"].map(|key| json!({"topic": "order.created", "data": "{}", "idempotency-key": key}))
    );
    let again = server.ok("events/publish", &json!([query]));
    assert!(again.as_array().unwrap().iter().all(|one| one["err"]["conflict"].is_string()), "all are stored: {again}");
}

/// A call that is under way as long as nobody sends its body.
fn begin_call(server: &Server, body: &str) -> TcpStream {
    let mut stream = server.connect();
    let head = format!(
        "POST /v1/call/events/publish HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// Serving and delivering hear the signal at the same moment, and which of them is looked at first is chance.
#[test]
fn deliveries_stop_while_a_call_is_under_way_and_a_second_signal_cuts_it_off() {
    let place = Place::new();
    for _ in 0..4 {
        let mut server = Server::start(&place, &[]);
        let body = event(1).to_string();
        let mut stream = begin_call(&server, &body);
        server.signal("TERM");
        server.delivers_no_more();
        server.signal("TERM");
        assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)), "it is not answered");
        server.ended();
    }
}

#[test]
fn a_call_under_way_is_answered_before_the_end_and_a_restart_keeps_all() {
    let place = Place::new();
    let server = Server::start(&place, &[]);
    let body = event(1).to_string();
    let mut stream = begin_call(&server, &body);
    let mut resting = server.connect();
    let request = format!("GET /v1/version HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\r\n");
    resting.write_all(request.as_bytes()).unwrap();
    assert_eq!(read_answer(&mut resting), (200, json!({"version": "0.1.0", "delivers": true})));
    server.signal("TERM");
    server.no_longer_listens();
    assert_eq!(resting.read(&mut [0]).unwrap(), 0, "a connection at rest is closed");
    stream.write_all(body.as_bytes()).unwrap();
    let (status, receipts) = read_answer(&mut stream);
    assert_eq!((status, &receipts["ok"][0]["ok"]["replayed"]), (200, &false.into()), "{receipts}");
    server.ended();

    let server = Server::start(&place, &[]);
    let again = server.ok("events/publish", &event(1));
    assert_eq!(again[0]["ok"]["replayed"], true, "{again}");
    assert_eq!(again[0]["ok"]["event-id"], receipts["ok"][0]["ok"]["event-id"]);
}

#[test]
fn a_unix_socket_is_taken_over_from_who_has_died_but_not_from_who_lives() {
    let place = Place::new();
    let path = place.path("hooks.sock");
    let options = ["serve", "--socket", "hooks.sock", "--token-file", "token", "--no-deliver"];
    let mut dead = Server::program(&place, &options);
    assert_eq!(dead.json()["address"], format!("unix://{}", path.canonicalize().unwrap().display()));
    place.run(&options).failed(&["hooks.sock is in use by another program"]);
    dead.signal("KILL");
    dead.ended();
    assert!(path.exists());

    let mut server = Server::program(&place, &options);
    server.json();
    let token = fs::read_to_string(place.path("token")).unwrap();
    assert_eq!(fs::metadata(place.path("token")).unwrap().permissions().mode() & 0o777, 0o600);
    let mut stream = UnixStream::connect(&path).unwrap();
    let request = format!("GET /v1/health HTTP/1.1\r\nauthorization: Bearer {}\r\nhost: any\r\n\r\n", token.trim());
    stream.write_all(request.as_bytes()).unwrap();
    assert_eq!(read_answer(&mut stream), (200, json!({"version": "0.1.0", "delivers": false})));
    server.signal("INT");
    assert!(server.ended().success() && !path.exists());
    place.write("file", "");
    place.run(&["serve", "--socket", "file", "--token-file", "token"]).failed(&["no socket"]);
    assert!(place.path("file").exists());
}

#[test]
fn what_would_be_unsafe_is_refused() {
    let place = Place::new();
    place.run(&["serve"]).failed(&["--token-file", "HOOKWRIGHT_TOKEN"]);
    place.run(&["serve", "--listen", "0.0.0.0:0", "--token-file", "t"]).failed(&["--listen", "--allow-remote"]);
    place.run_with(&["serve"], &[("HOOKWRIGHT_TOKEN", "short")], b"").failed(&["HOOKWRIGHT_TOKEN", "16 to 512"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    place.run(&["serve", "--listen", &address, "--token-file", "t"]).failed(&["--listen", "in use"]);

    fs::set_permissions(place.path("t"), fs::Permissions::from_mode(0o644)).unwrap();
    let noted = place.run(&["serve", "--listen", &address, "--token-file", "t"]);
    noted.ended_with(1).says(&["Everybody on this machine can read t"]);
    // A program that reads JSON gets a new token.
    let mut made = Server::program(&place, &["serve", "--listen", "127.0.0.1:0", "--no-deliver"]);
    assert!(made.json()["token"].as_str().is_some_and(|token| token.starts_with("hwt_")));
}
