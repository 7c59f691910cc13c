//! A receiver on loopback that gives every request the same answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

pub(crate) struct Receiver {
    address: SocketAddr,
    requests: mpsc::Receiver<Received>,
}

/// A request as it came.
pub(crate) struct Received {
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Receiver {
    /// Answers with this status line, headers and body.
    pub(crate) fn answering(status: &'static str, headers: &'static str, body: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = mpsc::channel();
        // Ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let received = serve(stream.unwrap(), status, headers, body);
                if sender.send(received).is_err() {
                    return;
                }
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Whether no request has come so far.
    pub(crate) fn untouched(&self) -> bool {
        self.requests.try_recv().is_err()
    }

    /// A request that has been answered already.
    pub(crate) fn received(&self) -> Received {
        self.requests.recv_timeout(std::time::Duration::from_secs(10)).unwrap()
    }
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other == name);
        &found.unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).1
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other == name)
    }

    /// All headers as a person would paste them.
    pub(crate) fn head(&self) -> String {
        self.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

fn serve(mut stream: TcpStream, status: &str, headers: &str, body: &[u8]) -> Received {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers_of_request: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers_of_request.iter().find(|(name, _)| name == "content-length").unwrap().1.parse().unwrap();
    let mut received = vec![0; length];
    reader.read_exact(&mut received).unwrap();
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n").unwrap();
    stream.write_all(body).unwrap();
    Received { headers: headers_of_request, body: received }
}
