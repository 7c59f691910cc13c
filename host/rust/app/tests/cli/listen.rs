//! `hookwright listen`, and with it a receiver for the tests of other commands.

mod background;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use serde_json::Value;

pub(crate) use background::Background;

use crate::place::Place;
const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// Far more than any of these takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A `hookwright listen --json` on a free port.
pub(crate) struct Receiver {
    program: Background,
    pub(crate) url: String,
}

impl Receiver {
    pub(crate) fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut all = vec!["listen", "--json", "--port", "0"];
        all.extend(arguments);
        let mut program = Background::start(place.command(&all, &[]));
        let first = program.json();
        let url = first["url"].as_str().unwrap_or_else(|| panic!("{first}")).to_owned();
        Self { program, url }
    }

    /// The next request, waited for.
    pub(crate) fn request(&mut self) -> Value {
        let request = self.program.json();
        assert_eq!(request["kind"], "request", "{request}");
        request
    }

    fn address(&self) -> SocketAddr {
        self.url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap()
    }

    /// Sends a request as it is; gives back the first line of the answer.
    fn send(&self, headers: &str, body: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "POST /hooks?a=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // The answer may come before all of a body that is too large is written.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
    }
}

fn signed(place: &Place, id: &str, body: &[u8]) -> String {
    place.write("body", body);
    let signed = place.run(&["sign", "--secret", SECRET, "--id", id, "--body", "body"]).succeeded();
    signed.stdout.lines().map(|line| format!("{line}\r\n")).collect()
}

#[test]
fn a_genuine_request_is_told_from_a_forged_one() {
    let place = Place::new();
    let mut receiver = Receiver::start(&place, &["--secret", SECRET]);
    let body = br#"{"type":"order.created","data":{}}"#;
    let headers = signed(&place, "evt_1", body);

    assert_eq!(receiver.send(&headers, body), "HTTP/1.1 200 OK");
    let genuine = receiver.request();
    assert_eq!((&genuine["signature"], &genuine["occurrence"]), (&"ok".into(), &1.into()), "{genuine}");
    assert_eq!((&genuine["method"], &genuine["path"]), (&"POST".into(), &"/hooks?a=1".into()));
    assert_eq!((&genuine["topic"], &genuine["webhook_id"]), (&"order.created".into(), &"evt_1".into()));

    receiver.send(&headers, br#"{"type":"order.created","data":[]}"#);
    let forged = receiver.request();
    assert_eq!((&forged["signature"], &forged["occurrence"]), (&"refused".into(), &2.into()), "{forged}");

    receiver.send("", body);
    let bare = receiver.request();
    assert_eq!(bare["reason"], "the header webhook-id is missing", "{bare}");
}

#[test]
fn a_request_of_another_sender_is_checked_by_its_scheme() {
    let place = Place::new();
    let options = ["--scheme", "github", "--secret", "It's a Secret to Everybody"];
    let mut receiver = Receiver::start(&place, &options);
    let header = "X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\r\n";
    receiver.send(header, b"Hello, World!");
    assert_eq!(receiver.request()["signature"], "ok");
    receiver.send(header, b"Hello, World?");
    assert_eq!(receiver.request()["signature"], "refused");
}

#[test]
fn a_secret_may_come_from_the_environment() {
    let place = Place::new();
    let arguments = ["listen", "--json", "--port", "0", "--count", "1"];
    let mut program = Background::start(place.command(&arguments, &[("HOOKWRIGHT_SECRET", SECRET)]));
    let url = program.json()["url"].as_str().unwrap().to_owned();
    let mut receiver = Receiver { program, url };
    receiver.send(&signed(&place, "evt_1", b"{}"), b"{}");
    assert_eq!(receiver.request()["signature"], "ok");
}

#[test]
fn answers_follow_the_list_and_the_count_ends_it() {
    let place = Place::new();
    let mut receiver = Receiver::start(&place, &["--answer", "503,204", "--count", "3"]);
    let answers = [(); 3].map(|()| receiver.send("", b"text"));
    assert_eq!(answers.map(|answer| answer[9..12].to_owned()), ["503", "204", "204"]);
    for answer in [503, 204, 204] {
        let request = receiver.request();
        assert_eq!((&request["answer"], &request["signature"]), (&answer.into(), &"unchecked".into()), "{request}");
        assert_eq!(request["body"], "text");
    }
    assert!(receiver.program.ended().success());
}

#[test]
fn a_body_without_end_is_refused() {
    let place = Place::new();
    let mut receiver = Receiver::start(&place, &["--count", "1"]);
    let answer = receiver.send("", &vec![b'x'; 11 << 20]);
    assert!(answer.is_empty() || answer.contains("413"), "{answer}");
    let request = receiver.request();
    assert_eq!((&request["answer"], &request["body"]), (&413.into(), &Value::Null), "{request}");
}

#[test]
fn a_person_sees_the_body_laid_out_and_cut() {
    let place = Place::new();
    let listed: Vec<u32> = (0..100).collect();
    let told = serde_json::json!({ "type": "order.created", "data": listed, "colour": "\u{9b}31mred" });
    let body = serde_json::to_vec(&told).unwrap();
    for (full, last) in [("--answer=200", "more lines; --full shows them"), ("--full", "    99\n")] {
        let mut program = Background::start(place.command(&["listen", "--port", "0", "--count", "1", full], &[]));
        let url = program.line().strip_prefix("Listening on ").unwrap().to_owned();
        let mut receiver = Receiver { program, url };
        assert_eq!(receiver.send("webhook-id: evt_1\r\n", &body), "HTTP/1.1 200 OK");
        let text = receiver.program.rest();
        assert!(text.contains("POST /hooks?a=1  order.created\n"), "{text}");
        assert!(text.contains("  webhook-id: evt_1\n"), "{text}");
        assert!(text.contains("\n    \"data\": [\n") && text.contains(last), "{text}");
        assert!(text.contains("signature not checked\n") && text.ends_with("answered 200\n"), "{text}");
        assert!(text.contains("31mred") && !text.contains('\u{9b}'), "{text}");
    }
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let told = format!("--port: port {port} of 127.0.0.1 is in use by another program");
    Place::new().run(&["listen", "--port", &port]).failed(&[&told, "--port 0 takes one that is free"]);
}

#[test]
fn what_cannot_work_is_refused_at_the_start() {
    let place = Place::new();
    place.run(&["listen", "--port", "0", "--secret", "hunter2"]).failed(&["--secret"]);
    place.run(&["listen", "--port", "0", "--answer", "500,soon"]).ended_with(2).says(&["`soon` is no answer"]);
}
