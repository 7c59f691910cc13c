//! What a signature costs: bare HMAC, the core's code natively, the same code in the component.

use std::hint::black_box;
use std::time::Duration;

use anyhow::{Context, anyhow};
use hmac::{Hmac, KeyInit, Mac};
use hookwright_core::Secret;
use hookwright_core::signing::{MessageId, parse_timestamp, sign_with_each};
use hookwright_runtime::signing::Message;
use hookwright_storage::{Connect, Sqlite};
use sha2::Sha256;

use crate::fixture::{Fixture, Installation};
use crate::report::{First, Report, Unit};
use crate::stopwatch::microseconds_each;

const ID: &str = "evt_06d5r3v8q0k1m2n3p4q5r6s7t8";
const TIMESTAMP: &str = "1800000000";
const KEY: [u8; 32] = [7; 32];

/// Signs bodies of 1 and 16 KiB.
///
/// # Errors
///
/// When a signature fails, or they differ.
pub(crate) fn measure(fixture: &Fixture, report: &mut Report) -> anyhow::Result<()> {
    let installation = fixture.install("sign", &[])?;
    let round = Duration::from_millis(fixture.size.choose(150, 30));
    for kibibytes in [1, 16] {
        let body = vec![b'x'; kibibytes * 1024];
        let secret = Secret::generate(&KEY)?.expose();
        let figures = [
            ("bare hmac + sha2", bare(&body, round)?),
            ("native core", native(&body, &secret, round)?),
            ("component", component(&installation, &body, &secret, round)?),
            ("component, from another thread", queued(&installation, &body, &secret, round)?),
        ];
        report.add("Sign", &format!("{kibibytes} KiB body, one secret"), First::Bare, &figures, Unit::Microseconds);
    }
    Ok(())
}

fn bare(body: &[u8], round: Duration) -> anyhow::Result<f64> {
    microseconds_each(round, || {
        let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).map_err(|error| anyhow!("{error}"))?;
        for part in [ID.as_bytes(), b".", TIMESTAMP.as_bytes(), b".", body] {
            mac.update(part);
        }
        black_box(mac.finalize());
        Ok(())
    })
}

/// What the component does for a call of `sign`, without the component.
fn native(body: &[u8], secret: &str, round: Duration) -> anyhow::Result<f64> {
    microseconds_each(round, || {
        let id = MessageId::parse(ID)?;
        let timestamp = parse_timestamp(TIMESTAMP).context("no timestamp")?;
        let secret = Secret::parse_any_length(secret)?;
        black_box(sign_with_each([&secret], id, timestamp, body));
        Ok(())
    })
}

fn component(installation: &Installation, body: &[u8], secret: &str, round: Duration) -> anyhow::Result<f64> {
    let mut executor = Sqlite::open(&installation.database).connect()?;
    let message = message(body);
    let secrets = [secret.to_owned()];
    let mut outcome = None;
    installation.hookwright.joined(executor.as_mut(), |api| {
        outcome = Some(microseconds_each(round, || {
            black_box(api.sign(&message, &secrets)?);
            Ok(())
        }));
        Ok(())
    })?;
    outcome.context("nothing was measured")?
}

fn queued(installation: &Installation, body: &[u8], secret: &str, round: Duration) -> anyhow::Result<f64> {
    microseconds_each(round, || {
        black_box(installation.hookwright.sign(message(body), vec![secret.to_owned()]).wait()?);
        Ok(())
    })
}

fn message(body: &[u8]) -> Message {
    Message { id: ID.to_owned(), timestamp: TIMESTAMP.to_owned(), body: body.to_vec() }
}
