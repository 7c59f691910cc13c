//! The receiver on loopback that all hosts call: answers as a scenario says, and remembers every byte that matters.
//!
//! Decides what is kept of a request and what an answer looks like on the wire. Reads HTTP by itself, because a library
//! would tidy up what is to be compared. A runner in any language steers it over HTTP, under `/-/`.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One answer to one request.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Answer {
    /// Default: 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Besides `content-length`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    headers: Vec<(String, String)>,
    /// Default: empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    body: String,
    /// How often the body stands there. Default: once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<usize>,
    /// How long the receiver waits before it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    /// What it does in the place of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<Fault>,
}

/// How a receiver fails.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// It hangs up when it has read the request.
    Close,
    /// It hangs up in the middle of the body.
    Break,
    /// It answers something that is not HTTP.
    Garbage,
    /// It says nothing until the sender hangs up.
    Hang,
}

/// A running receiver. It lives as long as the process.
#[derive(Clone, Debug)]
pub struct Receiver {
    origin: String,
    book: Arc<Mutex<Book>>,
}

#[derive(Debug, Default)]
struct Book {
    answers: BTreeMap<String, Vec<Answer>>,
    seen: HashMap<String, usize>,
    requests: Vec<Value>,
}

struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Receiver {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// The system's, when there is no port.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let receiver = Self { origin: format!("http://{}", listener.local_addr()?), book: Arc::default() };
        let serving = receiver.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                // A sender that hangs up ends its connection and nothing else.
                thread::spawn(move || drop(serving.serve(stream)));
            }
        });
        Ok(receiver)
    }

    /// Scheme, address and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Answers so from now on, and forgets what came before.
    pub fn play(&self, answers: BTreeMap<String, Vec<Answer>>) {
        *self.book() = Book { answers, ..Book::default() };
    }

    /// The requests that came since this was asked last.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Value> {
        std::mem::take(&mut self.book().requests)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut writer = stream;
        while let Some(request) = Request::read(&mut reader)? {
            let is_last = request.is_last();
            match (request.method.as_str(), request.target.as_str()) {
                ("POST", "/-/script") => {
                    self.play(serde_json::from_slice(&request.body)?);
                    respond(&mut writer, 200, &[], b"")?;
                }
                ("GET", "/-/requests") => {
                    let requests = Value::from(self.take_requests());
                    respond(&mut writer, 200, &[], requests.to_string().as_bytes())?;
                }
                _ => {
                    if self.answer(request).write(&mut reader, &mut writer)? {
                        return Ok(());
                    }
                }
            }
            if is_last {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The answer that is due for the path; the last one stays.
    fn answer(&self, request: Request) -> Answer {
        let mut book = self.book();
        let path = request.target.split('?').next().unwrap_or_default().to_owned();
        let before = book.seen.entry(path.clone()).or_default();
        let index = *before;
        *before += 1;
        book.requests.push(request.told());
        let answers = book.answers.get(&path).filter(|answers| !answers.is_empty());
        answers.map(|answers| answers[index.min(answers.len() - 1)].clone()).unwrap_or_default()
    }
}

impl Request {
    /// None at the end of the connection.
    fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_ascii_whitespace().map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut headers = Vec::new();
        loop {
            let mut line = Vec::new();
            reader.read_until(b'\n', &mut line)?;
            let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
        let mut body = Vec::new();
        reader.take(length).read_to_end(&mut body)?;
        Ok(Some(Self { method, target, headers, body }))
    }

    /// Whether the sender wants the connection to end, and waits for that.
    fn is_last(&self) -> bool {
        self.headers.iter().any(|(name, value)| name == "connection" && value.eq_ignore_ascii_case("close"))
    }

    /// All of it but what is the connection's matter.
    fn told(self) -> Value {
        let mut headers = self.headers;
        headers.retain(|(name, _)| name != "host" && name != "connection");
        headers.sort();
        let body = match String::from_utf8(self.body) {
            Ok(text) => Value::String(text),
            Err(error) => json!({ "base64": STANDARD.encode(error.as_bytes()) }),
        };
        json!({ "method": self.method, "target": self.target, "headers": headers, "body": body })
    }
}

impl Answer {
    /// Whether the connection has ended.
    fn write(&self, reader: &mut BufReader<TcpStream>, writer: &mut TcpStream) -> io::Result<bool> {
        if let Some(ms) = self.delay_ms {
            thread::sleep(Duration::from_millis(ms));
        }
        let body = self.body.repeat(self.times.unwrap_or(1));
        match self.fault {
            None => {
                respond(writer, self.status.unwrap_or(200), &self.headers, body.as_bytes())?;
                return Ok(false);
            }
            Some(Fault::Close) => {}
            Some(Fault::Break) => {
                write!(writer, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len() + 1)?;
            }
            Some(Fault::Garbage) => writer.write_all(b"220 mail.example ESMTP\r\n\r\n")?,
            Some(Fault::Hang) => drop(reader.read_to_end(&mut Vec::new())),
        }
        Ok(true)
    }
}

fn respond(writer: &mut TcpStream, status: u16, headers: &[(String, String)], body: &[u8]) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if status != 204 && status != 304 {
        head += &format!("content-length: {}\r\n", body.len());
    }
    writer.write_all(format!("{head}\r\n").as_bytes())?;
    // A sender that has read enough may have hung up; its next request comes on another connection.
    writer.write_all(body)
}
