//! Sending as an application in Rust does it: the typed host, its dispatcher and its HTTP client.
//!
//! Decides only what makes a run repeatable: one request at a time, recorded before the next, and an end at the first
//! claim that gives nothing.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookwright_dispatcher::{
    AddressGuard, Blocked, Checking, Claimed, Client, ClientOptions, Control, Decision, Dispatcher, FailureKind,
    InFlight, Observer, Options, Outbox, Outcome, Request, Settlement, Until,
};
use hookwright_outbox::RuntimeOutbox;
use hookwright_runtime::{Call, CallError, Hookwright, guard};
use serde_json::{Value, json};

use super::stream::Surroundings;

/// What sends the requests of one installation.
pub(super) struct Sender {
    outbox: NamedOutbox,
    client: Client,
    runtime: tokio::runtime::Runtime,
}

impl Sender {
    /// # Panics
    ///
    /// When the system gives no runtime or no certificates.
    pub(super) fn new(hookwright: Hookwright, surroundings: Surroundings) -> Self {
        let guard = Some(Arc::new(CoreGuard(hookwright.clone())) as Arc<dyn AddressGuard>);
        Self {
            client: Client::new(ClientOptions { guard, ..ClientOptions::default() }).expect("a client can be made"),
            outbox: NamedOutbox { inner: RuntimeOutbox(hookwright), surroundings },
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().expect("threads are there"),
        }
    }

    /// Sends what is due, and says what came of it.
    pub(super) fn deliver(&self) -> Value {
        let options = Options { concurrency: 1, unsettled: 1, ..Options::default() };
        let dispatcher = Dispatcher::new(self.outbox.clone(), self.client.clone(), options);
        let control = dispatcher.control();
        let dispatcher = dispatcher.observed_by(Arc::new(UntilNothing(control)));
        let summary = self.runtime.block_on(dispatcher.run(Until::Stopped));
        json!({
            "attempts": summary.attempts,
            "delivered": summary.delivered,
            "retrying": summary.retrying,
            "exhausted": summary.exhausted,
            "cancelled": summary.cancelled,
            "lost": summary.lost,
            "unsettled": summary.unsettled,
        })
    }

    /// Sends one request that was claimed with a test event or a ping, records it, and gives what came of it.
    ///
    /// # Panics
    ///
    /// When it cannot be recorded.
    pub(super) fn send(&self, request: &Value) -> Value {
        let settlement = self.runtime.block_on(async {
            let settlement = self.client.send(&of_wire(request)).await;
            let mut decisions = self.outbox.settle(std::slice::from_ref(&settlement)).await.expect("it is recorded");
            decisions.remove(0).expect("the claim still holds");
            settlement
        });
        match settlement.outcome {
            Outcome::Response(response) => json!({ "status": response.status }),
            Outcome::Failure(failure) => json!({ "failure": word(failure.kind) }),
            Outcome::Released => json!("released"),
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// Says which function draws random bytes.
#[derive(Clone)]
struct NamedOutbox {
    inner: RuntimeOutbox,
    surroundings: Surroundings,
}

impl Outbox for NamedOutbox {
    type Error = CallError;

    async fn claim(&self, limit: u32, lease_ms: u32, busy: Vec<InFlight>) -> Result<Claimed, CallError> {
        self.surroundings.begin_call("deliveries.claim");
        self.inner.claim(limit, lease_ms, busy).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Result<Decision, CallError>>, CallError> {
        self.surroundings.begin_call("deliveries.settle");
        self.inner.settle(settlements).await
    }
}

struct UntilNothing(Control);

impl Observer for UntilNothing {
    fn claimed(&self, claimed: &Claimed) {
        if claimed.requests.is_empty() {
            self.0.stop();
        }
    }
}

#[derive(Debug)]
struct CoreGuard(Hookwright);

impl AddressGuard for CoreGuard {
    fn check_origin<'a>(&'a self, origin: &'a str) -> Checking<'a> {
        Box::pin(verdict(self.0.check_url(origin.to_owned())))
    }

    fn check(&self, address: IpAddr) -> Checking<'_> {
        Box::pin(verdict(self.0.check_address(address.to_string())))
    }
}

async fn verdict(asked: Call<Result<(), guard::Blocked>>) -> Result<(), Blocked> {
    match asked.await {
        Ok(verdict) => verdict.map_err(|blocked| Blocked { reason: blocked.message }),
        Err(error) => Err(Blocked { reason: error.to_string() }),
    }
}

fn of_wire(wire: &Value) -> Request {
    let text = |name: &str| wire[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| wire[name].as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
    Request {
        delivery_id: text("delivery-id"),
        webhook_id: text("webhook-id"),
        event_id: text("event-id"),
        topic: text("topic"),
        attempt: number("attempt"),
        claim_token: text("claim-token"),
        method: text("method"),
        url: text("url"),
        headers: serde_json::from_value(wire["headers"].clone()).unwrap_or_default(),
        body: STANDARD.decode(text("body")).unwrap_or_default().into(),
        timeout: Duration::from_millis(number("timeout").into()),
        response_cap_bytes: number("response-cap-bytes"),
    }
}

fn word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Dns => "dns",
        FailureKind::Connect => "connect",
        FailureKind::Tls => "tls",
        FailureKind::Timeout => "timeout",
        FailureKind::Blocked => "blocked",
        FailureKind::Protocol => "protocol",
    }
}
