//! A receiver on loopback: answers as the test says, and remembers all that came.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What is answered to a request.
pub(crate) enum Answer {
    Status(u16),
    With(Response),
    /// Nothing, until [`Receiver::release`].
    Hang,
}

/// A running receiver. Lives as long as the test's runtime.
#[derive(Clone)]
pub(crate) struct Receiver {
    origin: String,
    book: Arc<Book>,
}

struct Book {
    arrivals: Mutex<Vec<Arrival>>,
    open: AtomicUsize,
    most_open: AtomicUsize,
    released: watch::Sender<bool>,
    changed: watch::Sender<usize>,
}

impl Receiver {
    /// `answer` is given the path, and how many requests came for it before.
    pub(crate) async fn start(answer: impl Fn(&str, usize) -> Answer + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let book = Arc::new(Book {
            arrivals: Mutex::default(),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
            released: watch::Sender::new(false),
            changed: watch::Sender::new(0),
        });
        let receiver = Self { origin, book };
        let service = {
            let receiver = receiver.clone();
            move |uri: Uri, headers: HeaderMap, body: Bytes| {
                let (receiver, answer) = (receiver.clone(), answer.clone());
                async move {
                    let path = uri.path().to_owned();
                    let before = receiver.count(&path);
                    receiver.note(Arrival { path: path.clone(), headers, body });
                    let response = match answer(&path, before) {
                        Answer::Status(status) => respond(status),
                        Answer::With(response) => response,
                        Answer::Hang => {
                            let _ = receiver.book.released.subscribe().wait_for(|released| *released).await;
                            respond(200)
                        }
                    };
                    receiver.book.open.fetch_sub(1, Ordering::SeqCst);
                    response
                }
            }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(service)).await });
        receiver
    }

    /// Answers every request with 200.
    pub(crate) async fn willing() -> Self {
        Self::start(|_, _| Answer::Status(200)).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    pub(crate) fn arrivals(&self, path: &str) -> Vec<Arrival> {
        let arrivals = self.book.arrivals.lock().unwrap();
        arrivals.iter().filter(|arrival| arrival.path == path).cloned().collect()
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.book.arrivals.lock().unwrap().iter().filter(|arrival| arrival.path == path).count()
    }

    /// The most requests that were open at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.book.most_open.load(Ordering::SeqCst)
    }

    /// Answers what hangs, and hangs no more.
    pub(crate) fn release(&self) {
        self.book.released.send_replace(true);
    }

    /// Waits until `count` requests have come for the path.
    pub(crate) async fn wait_for(&self, path: &str, count: usize) {
        let mut changes = self.book.changed.subscribe();
        let begun = Instant::now();
        while self.count(path) < count {
            let left = PATIENCE.checked_sub(begun.elapsed());
            let left = left.unwrap_or_else(|| panic!("{} of {count} requests came for {path}", self.count(path)));
            let _ = tokio::time::timeout(left, changes.changed()).await;
        }
    }

    fn note(&self, arrival: Arrival) {
        let open = self.book.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.book.most_open.fetch_max(open, Ordering::SeqCst);
        self.book.arrivals.lock().unwrap().push(arrival);
        self.book.changed.send_modify(|count| *count += 1);
    }
}

impl Arrival {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// What the official library for Rust says of it.
    pub(crate) fn verify(&self, secret: &str) -> Result<(), standardwebhooks::WebhookError> {
        standardwebhooks::Webhook::new(secret).unwrap().verify(&self.body, &self.headers)
    }
}

/// A response without a body.
pub(crate) fn respond(status: u16) -> Response {
    Response::builder().status(status).body(Body::empty()).unwrap()
}
