//! A receiver on loopback that says 200 to everything, as fast as it can.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;

/// A running receiver. It ends with its runtime.
#[derive(Debug)]
pub(crate) struct Receiver {
    address: SocketAddr,
    seen: Arc<Seen>,
}

/// Whether the time of each arrival is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Only their number.
    Count,
    /// The first arrival of each `webhook-id`.
    Times,
}

#[derive(Debug)]
struct Seen {
    keep: Keep,
    count: AtomicUsize,
    times: Mutex<HashMap<String, Instant>>,
}

impl Receiver {
    /// Starts on a free port, on the runtime that this is called on.
    ///
    /// # Errors
    ///
    /// When there is no port.
    pub(crate) async fn start(keep: Keep) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no port of 127.0.0.1 can be listened on")?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Seen { keep, count: AtomicUsize::new(0), times: Mutex::default() });
        let app = Router::new().fallback(receive).with_state(Arc::clone(&seen));
        tokio::spawn(async move {
            // It never ends before the runtime.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, seen })
    }

    /// The URLs of some paths.
    pub(crate) fn urls(&self, count: usize) -> Vec<String> {
        (0..count).map(|number| format!("http://{}/{number}", self.address)).collect()
    }

    /// Requests so far.
    pub(crate) fn count(&self) -> usize {
        self.seen.count.load(Ordering::Relaxed)
    }

    /// When the first request with this `webhook-id` came.
    pub(crate) fn arrival(&self, webhook_id: &str) -> Option<Instant> {
        self.seen.times.lock().unwrap_or_else(PoisonError::into_inner).get(webhook_id).copied()
    }
}

async fn receive(State(seen): State<Arc<Seen>>, headers: HeaderMap, _body: Bytes) -> StatusCode {
    let now = Instant::now();
    seen.count.fetch_add(1, Ordering::Relaxed);
    if seen.keep == Keep::Times
        && let Some(Ok(id)) = headers.get("webhook-id").map(|id| id.to_str())
    {
        seen.times.lock().unwrap_or_else(PoisonError::into_inner).entry(id.to_owned()).or_insert(now);
    }
    StatusCode::OK
}
