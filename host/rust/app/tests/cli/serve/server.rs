//! A `hookwright serve` beside the test, and requests to it, byte by byte.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::ops::Deref;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::listen::Background;
use crate::place::Place;

pub(super) const TOKEN: &str = "0123456789abcdef0123";

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Server {
    program: Background,
    client: Client,
    log: PathBuf,
}

/// Who asks, each time over a connection of its own.
pub(super) struct Client {
    address: String,
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Server {
    /// On a free port, with [`TOKEN`].
    pub(super) fn start(place: &Place, options: &[&str]) -> Self {
        let mut all = vec!["serve", "--json", "--listen", "127.0.0.1:0"];
        all.extend(options);
        let mut command = place.command(&all, &[("HOOKWRIGHT_TOKEN", TOKEN)]);
        let log = place.path("server.log");
        command.stderr(File::create(&log).unwrap());
        let mut program = Background::start(command);
        let first = program.json();
        assert!(first["kind"] == "serving" && first.get("token").is_none(), "{first}");
        let address = first["address"].as_str().unwrap().trim_start_matches("http://").to_owned();
        Self { program, client: Client { address }, log }
    }

    /// One that is started as the options say, with `--json`.
    pub(super) fn program(place: &Place, options: &[&str]) -> Background {
        Background::start(place.command(&[&["--json"], options].concat(), &[]))
    }

    pub(super) fn signal(&self, name: &str) {
        self.program.signal(name);
    }

    /// Waits until deliveries have ended, but not as long as it waits itself for a call that is under way.
    #[track_caller]
    pub(super) fn delivers_no_more(&mut self) {
        let last = self.program.json_within(Duration::from_secs(10)).expect("it goes on delivering");
        assert_eq!(last["kind"], "summary", "{last}");
    }

    #[track_caller]
    pub(super) fn ended(mut self) {
        let status = self.program.ended();
        assert!(status.success(), "{status}: {}", fs::read_to_string(&self.log).unwrap());
    }

    /// Ends it; what it has said beside its result.
    pub(super) fn stop(self) -> String {
        let log = self.log.clone();
        self.signal("TERM");
        self.ended();
        fs::read_to_string(log).unwrap()
    }
}

impl Client {
    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// The answer to a request as it is.
    pub(super) fn ask(&self, request: &str) -> (u16, Value) {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        read_answer(&mut stream)
    }

    /// The answer to a request with the token.
    pub(super) fn send(&self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        let mut stream = self.connect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        read_answer(&mut stream)
    }

    pub(super) fn health(&self) -> (u16, Value) {
        self.send("GET", "/v1/health", b"")
    }

    pub(super) fn call(&self, function: &str, arguments: &Value) -> (u16, Value) {
        self.send("POST", &format!("/v1/call/{function}"), arguments.to_string().as_bytes())
    }

    /// What the function gives when nothing fails.
    #[track_caller]
    pub(super) fn ok(&self, function: &str, arguments: &Value) -> Value {
        let (status, mut answer) = self.call(function, arguments);
        assert!(status == 200 && answer.get("ok").is_some(), "{function}: {status} {answer}");
        answer["ok"].take()
    }

    pub(super) fn no_longer_listens(&self) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(&self.address).is_ok() {
            assert!(Instant::now() < deadline, "it still listens");
            thread::yield_now();
        }
    }
}

/// Status and body.
#[track_caller]
pub(super) fn read_answer(stream: &mut impl Read) -> (u16, Value) {
    let mut reader = BufReader::new(stream);
    let (mut status, mut length) = (0, 0);
    for number in 0.. {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end();
        match line.split_once(": ") {
            _ if number == 0 => status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default(),
            Some(("content-length", bytes)) => length = bytes.parse().unwrap(),
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{status} {error}: {body:?}")))
}
