//! What a receiver expects: which headers, which envelope around the data, which signature.
//!
//! A dialect is one constant and a function or two, in a file of its own; nothing here asks which dialect it is. Knows
//! nothing of webhooks, storage or when something is sent, and refuses nothing that another dialect can carry: data
//! that do not fit an envelope go out as they stand.

mod easy_lms;
mod github;
mod shopify;
mod standard;
mod stripe;
mod ultimate_multisite;
mod wink;
mod woocommerce;

use core::fmt;

use crate::envelope::TimeOutOfRange;
use crate::format::{Format, TooLarge};
use crate::signing::{self, Scheme, SecretKind};
use crate::topic::Topic;

/// Whose webhooks those of Hookwright look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Dialect {
    /// Standard Webhooks 1.0.0: `{type,timestamp,data}`, signed in `webhook-signature`.
    Standard,
    /// WooCommerce: the resource itself, seven `x-wc-webhook-*` headers.
    Woocommerce,
    /// Ultimate Multisite: the bare data (2), or the form pairs of WP Ultimo 1.x (1); nothing signed.
    UltimateMultisite,
    /// Wink and TripPay: `{id,createdDate,lastUpdate,type,object}`; nothing signed.
    Wink,
    /// Easy LMS: the bare data; nothing signed.
    EasyLms,
    /// GitHub: the data with their `action`, signed in `x-hub-signature-256`.
    Github,
    /// Stripe: its event object, signed in `stripe-signature`.
    Stripe,
    /// Shopify: the bare data, signed in `x-shopify-hmac-sha256`.
    Shopify,
}

impl Dialect {
    /// All of them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Standard,
        Self::Woocommerce,
        Self::UltimateMultisite,
        Self::Wink,
        Self::EasyLms,
        Self::Github,
        Self::Stripe,
        Self::Shopify,
    ];

    /// Its name, for example `ultimate-multisite`.
    #[must_use]
    pub(crate) const fn word(self) -> &'static str {
        self.definition().word
    }

    /// The dialect of a name.
    #[must_use]
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.word() == word)
    }

    /// The payload versions that it knows; the last one is the default.
    #[must_use]
    pub(crate) const fn versions(self) -> &'static [u32] {
        self.definition().versions
    }

    /// The format of a webhook that names none.
    #[must_use]
    pub(crate) fn default_format(self, version: u32) -> Format {
        if self.definition().form_version == Some(version) { Format::Form } else { Format::Json }
    }

    /// Its own signature; none where the platform signs nothing.
    #[must_use]
    pub(crate) fn scheme(self) -> Option<Scheme> {
        self.definition().scheme.clone()
    }

    /// Which kind of secret a new webhook gets. Where it is [`SecretKind::Text`], a `whsec_…` secret does as well, and
    /// the whole of it is the key, as at Stripe.
    #[must_use]
    pub(crate) const fn secret_kind(self) -> SecretKind {
        self.definition().secret_kind
    }

    /// Whether its own signature may be that of several secrets, as during a rotation. If not, the current one signs.
    #[must_use]
    pub(crate) fn has_room_for_several_signatures(self) -> bool {
        self.definition().scheme.as_ref().is_some_and(Scheme::has_room_for_several)
    }

    /// Whether the body tells which webhook it is for, so that two webhooks cannot share one payload.
    #[must_use]
    pub(crate) const fn body_names_webhook(self, version: u32) -> bool {
        matches!((self, version), (Self::UltimateMultisite, 1))
    }

    const fn definition(self) -> &'static Definition {
        match self {
            Self::Standard => &standard::DEFINITION,
            Self::Woocommerce => &woocommerce::DEFINITION,
            Self::UltimateMultisite => &ultimate_multisite::DEFINITION,
            Self::Wink => &wink::DEFINITION,
            Self::EasyLms => &easy_lms::DEFINITION,
            Self::Github => &github::DEFINITION,
            Self::Stripe => &stripe::DEFINITION,
            Self::Shopify => &shopify::DEFINITION,
        }
    }
}

/// A dialect as data.
struct Definition {
    word: &'static str,
    versions: &'static [u32],
    /// The version whose format is form, where nothing else is asked for.
    form_version: Option<u32>,
    scheme: Option<Scheme>,
    secret_kind: SecretKind,
    /// The outermost element in XML.
    xml_root: &'static str,
    /// The body in JSON.
    body: fn(u32, &Occurrence<'_>) -> Result<String, TimeOutOfRange>,
    user_agent: for<'a> fn(&RequestFacts<'a>) -> &'a str,
    /// Adds the vendor's headers, without the signature.
    headers: fn(&RequestFacts<'_>, &mut Headers),
}

/// What most dialects share: the bare data, nothing signed, no headers.
const PLAIN: Definition = Definition {
    word: "",
    versions: &[1],
    form_version: None,
    scheme: None,
    secret_kind: SecretKind::Standard,
    xml_root: "webhook",
    body: |_, occurrence| Ok(occurrence.data.to_owned()),
    user_agent: |facts| facts.user_agent,
    headers: |_, _| {},
};

/// What happened, as a body tells it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occurrence<'a> {
    /// `evt_…`
    pub(crate) event_id: &'a str,
    /// `wh_…`; see [`Dialect::body_names_webhook`].
    pub(crate) webhook_id: &'a str,
    /// Its topic.
    pub(crate) topic: &'a Topic,
    /// Unix milliseconds.
    pub(crate) occurred_at_ms: i64,
    /// From [`crate::json::compact`].
    pub(crate) data: &'a str,
    /// The tenant, where there is one.
    pub(crate) account: Option<&'a str>,
}

/// The exact bytes of a request body. A version that the dialect does not know counts as its default.
///
/// # Errors
///
/// [`BodyError`]
pub(crate) fn body(
    dialect: Dialect,
    version: u32,
    format: Format,
    occurrence: &Occurrence<'_>,
) -> Result<Vec<u8>, BodyError> {
    let definition = dialect.definition();
    let json = (definition.body)(version, occurrence).map_err(BodyError::Time)?;
    format.write(json, definition.xml_root).map_err(BodyError::TooLarge)
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// The dialect writes a time that has no four digits for its year.
    Time(TimeOutOfRange),
    /// The data are too large in the webhook's format.
    TooLarge(TooLarge),
}

impl fmt::Display for BodyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(error) => error.fmt(out),
            Self::TooLarge(error) => error.fmt(out),
        }
    }
}

impl core::error::Error for BodyError {}

/// What headers are made of. No value can end a header: see [`headers`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestFacts<'a> {
    /// `evt_…`
    pub(crate) event_id: &'a str,
    /// `dlv_…`, the same in each attempt and when a person sends it again.
    pub(crate) delivery_id: &'a str,
    /// `wh_…`
    pub(crate) webhook_id: &'a str,
    /// Who or what made the webhook; `woocommerce.12` where it was taken over from there.
    pub(crate) integration: &'a str,
    /// For example `order.created`.
    pub(crate) topic: &'a str,
    /// Unix milliseconds.
    pub(crate) occurred_at_ms: i64,
    /// Of the attempt, unix seconds.
    pub(crate) timestamp_seconds: i64,
    /// From [`Format::content_type`].
    pub(crate) content_type: &'a str,
    /// What is signed.
    pub(crate) body: &'a [u8],
    /// The address of the platform's own site, for example `https://shop.example/`; empty where none is set, and then
    /// the headers that tell it are left out.
    pub(crate) site_url: &'a str,
    /// For every dialect but one.
    pub(crate) user_agent: &'a str,
    /// For WooCommerce's receivers, in the form `WooCommerce/<version> Hookshot (WordPress/<version>)`.
    pub(crate) woocommerce_user_agent: &'a str,
}

/// Whether headers of Standard Webhooks stand beside the vendor's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Only the vendor's.
    Nothing,
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature` too.
    Standard,
}

/// All headers of a request, names in lower case. `secrets` has the current one first; a signature that has room for
/// one is made with that.
///
/// A secret of another kind than a signature takes (the webhook's dialect was changed, and this delivery keeps the one
/// that it was frozen with; or it is a vendor's plain text, and standard headers stand beside) is used as the bytes of
/// its text, so that every delivery can be sent. Without any secret, only the signature's header is missing.
///
/// A byte of a value that is not printable ASCII is percent-encoded, and spaces at its ends are dropped: so no value
/// can hold a line end.
pub(crate) fn headers(
    dialect: Dialect,
    facts: &RequestFacts<'_>,
    secrets: &[&str],
    beside: Beside,
) -> Vec<(String, String)> {
    let definition = dialect.definition();
    let mut headers = Headers(Vec::with_capacity(12));
    headers.add("content-type", facts.content_type);
    headers.add("user-agent", (definition.user_agent)(facts));
    (definition.headers)(facts, &mut headers);
    let standard = (beside == Beside::Standard && dialect != Dialect::Standard).then_some(&Scheme::Standard);
    // A space or a full stop would let the signature fit another message; an id has neither.
    let id = printable(facts.event_id).replace(' ', "%20").replace('.', "%2E");
    for scheme in definition.scheme.iter().chain(standard) {
        let signed = match scheme {
            Scheme::Standard => standard_signatures(&id, facts, secrets),
            _ => signing::sign_always(scheme, &id, facts.timestamp_seconds, facts.body, secrets),
        };
        headers.0.extend(signed.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)));
    }
    headers.0
}

/// Standard Webhooks lists HMACs (`v1`) and ed25519 signatures (`v1a`) side by side: each secret signs by its kind.
fn standard_signatures(id: &str, facts: &RequestFacts<'_>, secrets: &[&str]) -> Vec<(String, String)> {
    let (ed25519, hmac): (Vec<&str>, Vec<&str>) =
        secrets.iter().partition(|secret| SecretKind::of(secret) == SecretKind::Ed25519);
    let sign =
        |scheme, secrets: &[&str]| signing::sign_always(scheme, id, facts.timestamp_seconds, facts.body, secrets);
    let scheme = if hmac.is_empty() { Scheme::StandardEd25519 } else { Scheme::Standard };
    let mut headers = sign(&scheme, if hmac.is_empty() { &ed25519 } else { &hmac });
    if !hmac.is_empty() && !ed25519.is_empty() {
        let more = sign(&Scheme::StandardEd25519, &ed25519);
        for ((_, list), (_, other)) in headers.iter_mut().zip(more).filter(|((name, _), _)| name == "webhook-signature")
        {
            list.push(' ');
            list.push_str(&other);
        }
    }
    headers
}

struct Headers(Vec<(String, String)>);

impl Headers {
    fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), printable(value)));
    }
}

fn printable(value: &str) -> String {
    let mut safe = String::with_capacity(value.len());
    for byte in value.trim_matches(' ').bytes() {
        match byte {
            b' '..=b'~' => safe.push(char::from(byte)),
            _ => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    safe
}

/// A topic at its first full stop: `order` and `created`. The second is empty where there is none.
fn parts(topic: &str) -> (&str, &str) {
    topic.split_once('.').unwrap_or((topic, ""))
}

#[cfg(test)]
mod tests;
