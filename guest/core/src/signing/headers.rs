//! Signs a message into the headers of a scheme, and checks headers as they were received.
//!
//! Decides which headers there are and what a receiver refuses; knows no scheme by name.

use core::fmt;

use super::key::{SigningKey, VerifyingKey};
use super::scheme::{Form, Part, Scheme, Value};
use super::standard::{MessageId, Refusal, check_age, parse_timestamp};
use crate::error::{Error, FieldErrors, Result};

/// More signatures in one header are not looked at: a rotation has two, and an ed25519 check takes its time.
const MOST_SIGNATURES: usize = 20;

/// A message to sign.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The message's id; not read by a scheme that sends none.
    pub id: &'a str,
    /// Unix seconds in decimal; not read by a scheme that signs no time.
    pub timestamp: &'a str,
    /// The exact bytes of the request body.
    pub body: &'a [u8],
}

/// The headers that carry a message's signatures, as (name, value): one signature for each secret, where the scheme
/// has room for a list.
///
/// # Errors
///
/// [`Error::Invalid`](crate::Error::Invalid) for `message.id`, `message.timestamp`, `secrets` and `secrets[n]`.
pub fn sign_headers(scheme: &Scheme, message: &Message<'_>, secrets: &[String]) -> Result<Vec<(String, String)>> {
    let form = scheme.form();
    let mut refused = FieldErrors::default();
    if form.id_header.is_some() {
        refused.check("message.id", MessageId::parse(message.id));
    }
    let timestamp = parse_timestamp(message.timestamp).map(|seconds| seconds.to_string());
    if form.has_timestamp() && timestamp.is_none() {
        refused.add("message.timestamp", "the timestamp is not a number of unix seconds");
    }
    match secrets.len() {
        0 => refused.add("secrets", "no secret; give one or more"),
        1 => {}
        _ if form.has_list() => {}
        _ => refused
            .add("secrets", format!("the scheme `{}` has room for one signature; give one secret", scheme.name())),
    }
    let keys: Vec<Option<SigningKey>> = secrets
        .iter()
        .enumerate()
        .map(|(index, secret)| refused.check(&format!("secrets[{index}]"), SigningKey::parse(&form, secret)))
        .collect();
    refused.into_result()?;

    let keys: Vec<SigningKey> = keys.into_iter().flatten().collect();
    Ok(form.headers(message.id, &timestamp.unwrap_or_default(), message.body, &keys))
}

/// The headers of [`sign_headers`] for a request that goes out whatever its secrets are: one that does not fit the
/// scheme is used as the bytes of its text, only the first signs where there is room for one, and without any the
/// signature's header is missing. `id` is one that [`MessageId::parse`] takes.
pub(crate) fn sign_always(
    scheme: &Scheme,
    id: &str,
    timestamp_seconds: i64,
    body: &[u8],
    secrets: &[&str],
) -> Vec<(String, String)> {
    let form = scheme.form();
    let room = if form.has_list() { secrets.len() } else { 1 };
    let keys: Vec<SigningKey> = secrets.iter().take(room).map(|secret| SigningKey::of_any(&form, secret)).collect();
    form.headers(id, &timestamp_seconds.to_string(), body, &keys)
}

/// Checks received headers and a body with one secret, in constant time for each HMAC. `now_ms` is in unix
/// milliseconds; the tolerance in seconds holds both ways, and nothing is too old where a scheme signs no time. Names of
/// headers may be in any case. Headers of other schemes are ignored.
///
/// The inner result says whether the message is genuine.
///
/// # Errors
///
/// [`Error::Invalid`](crate::Error::Invalid) for `secret`.
pub fn verify_headers(
    scheme: &Scheme,
    headers: &[(String, String)],
    body: &[u8],
    secret: &str,
    now_ms: i64,
    tolerance_s: u32,
) -> Result<core::result::Result<(), HeadersRefusal>> {
    let form = scheme.form();
    let key = VerifyingKey::parse(&form, secret).map_err(|error| Error::field("secret", error.to_string()))?;
    Ok(verify(&form, &key, headers, body, now_ms, tolerance_s))
}

/// Why received headers were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadersRefusal {
    /// A header that the scheme needs is missing; its name.
    MissingHeader(String),
    /// A header that the scheme needs stands there more than once, and it is not for a verifier to choose; its name.
    RepeatedHeader(String),
    /// The headers are there, and the message is refused.
    Message(Refusal),
}

impl fmt::Display for HeadersRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader(name) => write!(out, "the header `{name}` is missing"),
            Self::RepeatedHeader(name) => write!(out, "the header `{name}` stands there more than once"),
            Self::Message(refusal) => refusal.fmt(out),
        }
    }
}

impl core::error::Error for HeadersRefusal {}

impl From<Refusal> for HeadersRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Message(refusal)
    }
}

fn verify(
    form: &Form<'_>,
    key: &VerifyingKey,
    headers: &[(String, String)],
    body: &[u8],
    now_ms: i64,
    tolerance_s: u32,
) -> core::result::Result<(), HeadersRefusal> {
    let the = |name: &str| only(headers, name);
    let id = form.id_header.map(the).transpose()?;
    let timestamp = form.timestamp_header.map(the).transpose()?;
    let value = the(form.signature_header)?;
    let (field, signatures) = form.value.read(value);

    let timestamp = timestamp.or(field);
    if form.has_timestamp() {
        let seconds = timestamp.and_then(parse_timestamp).ok_or(Refusal::BadTimestamp)?;
        check_age(now_ms.div_euclid(1000).saturating_sub(seconds), tolerance_s)?;
    }
    if signatures.is_empty() {
        return Err(Refusal::NoSignature.into());
    }
    if id.is_some_and(|id| MessageId::parse(id).is_err()) {
        return Err(Refusal::Mismatch.into());
    }
    let pieces = form.pieces(id.unwrap_or_default(), timestamp.unwrap_or_default(), body);
    if key.fits_one(&pieces, form.encoding, signatures.into_iter()) { Ok(()) } else { Err(Refusal::Mismatch.into()) }
}

/// The value of a header that must stand there once.
fn only<'a>(headers: &'a [(String, String)], name: &str) -> core::result::Result<&'a str, HeadersRefusal> {
    let mut found = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let value = found.next().ok_or_else(|| HeadersRefusal::MissingHeader(name.to_owned()))?;
    if found.next().is_some() { Err(HeadersRefusal::RepeatedHeader(name.to_owned())) } else { Ok(value) }
}

impl Form<'_> {
    fn headers(&self, id: &str, timestamp: &str, body: &[u8], keys: &[SigningKey]) -> Vec<(String, String)> {
        let pieces = self.pieces(id, timestamp, body);
        let signatures: Vec<String> = keys.iter().map(|key| key.sign(&pieces, self.encoding)).collect();
        let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut headers: Vec<(String, String)> = Vec::with_capacity(3);
        headers.extend(self.id_header.map(|name| own(name, id)));
        headers.extend(self.timestamp_header.map(|name| own(name, timestamp)));
        if !signatures.is_empty() {
            headers.push((self.signature_header.to_owned(), self.value.write(timestamp, &signatures)));
        }
        headers
    }

    /// What is signed, as its pieces in order.
    fn pieces<'a>(&self, id: &'a str, timestamp: &'a str, body: &'a [u8]) -> Vec<&'a [u8]> {
        let piece = |part: &Part| match *part {
            Part::Id => id.as_bytes(),
            Part::Timestamp => timestamp.as_bytes(),
            Part::Body => body,
            Part::Text(text) => text.as_bytes(),
        };
        self.signed.iter().map(piece).collect()
    }
}

impl Value {
    fn write(self, timestamp: &str, signatures: &[String]) -> String {
        let entries = |tag: &str, separator: &str| {
            signatures.iter().map(|signature| format!("{tag}{signature}")).collect::<Vec<_>>().join(separator)
        };
        match self {
            Self::List { version } => entries(&format!("{version},"), " "),
            Self::Fields { version } => format!("t={timestamp},{}", entries(&format!("{version}="), ",")),
            Self::One { prefix } => entries(prefix, ","),
        }
    }

    /// The time, where this header holds one, and the signatures of the scheme's own version.
    fn read(self, value: &str) -> (Option<&str>, Vec<&str>) {
        match self {
            Self::List { version } => {
                let entries = value.split_ascii_whitespace().filter_map(|entry| entry.split_once(','));
                (None, of_version(entries, version))
            }
            Self::Fields { version } => {
                let mut fields = value.split(',').filter_map(|field| field.split_once('='));
                // A second time would be one that a receiver may read and nobody has signed.
                let repeated = fields.clone().skip(1).any(|(name, _)| name == "t");
                let first = fields.next().filter(|(name, _)| *name == "t" && !repeated);
                (first.map(|(_, timestamp)| timestamp), of_version(fields, version))
            }
            Self::One { prefix } => (None, value.strip_prefix(prefix).into_iter().collect()),
        }
    }
}

fn of_version<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>, version: &str) -> Vec<&'a str> {
    let own = entries.filter(|(name, _)| *name == version).map(|(_, signature)| signature);
    own.take(MOST_SIGNATURES).collect()
}

#[cfg(test)]
mod tests;
