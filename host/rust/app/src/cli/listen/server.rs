//! Takes requests, of any method and on any path, and answers as it was told to.

use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::answers::{Answer, Answers};
use super::received::{Received, SeenIds};
use super::verdict::{Verdict, Verifier};
use crate::output::moment::now_ms;

/// A larger body is refused.
const BODY_CAP_BYTES: usize = 10 << 20;
/// A body that takes longer is refused.
const BODY_PATIENCE: Duration = Duration::from_secs(60);

struct Desk {
    verifier: Option<Verifier>,
    requests: mpsc::Sender<Received>,
    book: Mutex<Book>,
}

/// What changes with each request. One lock, so that the answers follow the order in which requests are counted.
struct Book {
    answers: Answers,
    seen: SeenIds,
}

/// Serves until `stopped` fires and the answers under way are given.
pub(super) async fn serve(
    listener: TcpListener,
    answers: Answers,
    verifier: Option<Verifier>,
    requests: mpsc::Sender<Received>,
    stopped: oneshot::Receiver<()>,
) {
    let book = Mutex::new(Book { answers, seen: SeenIds::default() });
    let app = Router::new().fallback(receive).with_state(Arc::new(Desk { verifier, requests, book }));
    let stop = async move {
        // A sender that is gone asks to stop as well.
        let _ = stopped.await;
    };
    // axum never gives an error here; failures of single connections end those.
    let _ = axum::serve(listener, app).with_graceful_shutdown(stop).await;
}

async fn receive(State(desk): State<Arc<Desk>>, request: Request) -> StatusCode {
    let (parts, body) = request.into_parts();
    let at = now_ms();
    let headers = listed(&parts.headers);
    let body = read(body).await;
    let verdict = match (&desk.verifier, &body) {
        (Some(verifier), Some(body)) => verifier.check(&headers, body).await,
        (Some(_), None) => Verdict::Refused("its body is not complete".to_owned()),
        (None, _) => Verdict::Unchecked,
    };
    let id = headers.iter().find(|(name, _)| name == "webhook-id").map(|(_, value)| value.as_str());
    let (answer, occurrence) = desk.decide(id, body.is_some());
    let received = Received {
        at,
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        headers,
        body,
        verdict,
        occurrence,
        answer,
    };
    if desk.requests.send(received).await.is_err() {
        // It will never be shown, so it must not look received.
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    match answer {
        Answer::Status(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        Answer::Timeout => pending().await,
    }
}

impl Desk {
    fn decide(&self, id: Option<&str>, complete: bool) -> (Answer, u32) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let occurrence = id.map_or(1, |id| book.seen.count(id));
        let answer =
            if complete { book.answers.next() } else { Answer::Status(StatusCode::PAYLOAD_TOO_LARGE.as_u16()) };
        (answer, occurrence)
    }
}

/// None: too large, or not complete in time.
async fn read(body: Body) -> Option<Vec<u8>> {
    let bytes = timeout(BODY_PATIENCE, to_bytes(body, BODY_CAP_BYTES)).await.ok()?.ok()?;
    Some(bytes.to_vec())
}

fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect()
}
