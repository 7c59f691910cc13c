//! What may be set of a webhook beside its URL and topics: who made it, how it is sent, which events it wants.
//!
//! Decides which values are good, alone and together; the forms of expressions, schedules and dialects are their own
//! modules' matter.

use core::fmt;

use super::headers;
use crate::dialect::Dialect;
use crate::error::FieldErrors;
use crate::filter::Filter;
use crate::format::Format;
use crate::retry::Schedule;
use crate::shape::Shape;
use crate::signing::SecretKind;
use crate::sql::SettingsRow;

/// What may be set; `None` is the default for a new webhook, and leaves a field as it is in a change. The fields are
/// explained in wit/webhooks/registry.wit.
#[derive(Clone, Default)]
pub struct WebhookOptions {
    /// For people; empty removes it.
    pub description: Option<String>,
    /// Who made it.
    pub integration: Option<String>,
    /// Who answers for it; empty removes it.
    pub owner: Option<String>,
    /// Headers that each request carries besides.
    pub headers: Option<Vec<(String, String)>>,
    /// Which conventions the receiver expects.
    pub dialect: Option<String>,
    /// How the body is written.
    pub format: Option<String>,
    /// Version of the dialect's payload.
    pub payload_version: Option<u32>,
    /// Standard headers beside a vendor's.
    pub standard_headers: Option<bool>,
    /// Milliseconds; empty is the installation's.
    pub retry_schedule: Option<Vec<u32>>,
    /// Milliseconds; 0 is the installation's.
    pub timeout: Option<u32>,
    /// 0 is no limit.
    pub requests_per_second: Option<u32>,
    /// Empty is all events.
    pub filter: Option<String>,
}

impl fmt::Debug for WebhookOptions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values of headers are often credentials.
        let names: Option<Vec<&str>> =
            self.headers.as_ref().map(|list| list.iter().map(|(name, _)| name.as_str()).collect());
        out.debug_struct("WebhookOptions")
            .field("dialect", &self.dialect)
            .field("format", &self.format)
            .field("headers", &names)
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

const DESCRIPTION_MAX: usize = 2_000;
const INTEGRATION_MAX: usize = 60;
const OWNER_MAX: usize = 200;
const TIMEOUT_MS: core::ops::RangeInclusive<u32> = 1_000..=120_000;
const RATE_MAX: u32 = 1_000;

impl WebhookOptions {
    /// Writes what is given into the settings, and adds an error for each field that is wrong.
    pub(super) fn apply(&self, settings: &mut SettingsRow, errors: &mut FieldErrors) {
        let checked = [
            ("description", &self.description, DESCRIPTION_MAX, &mut settings.description),
            ("owner", &self.owner, OWNER_MAX, &mut settings.owner),
        ];
        for (field, given, most, target) in checked {
            if let Some(text) = given.as_ref().and_then(|text| errors.check(field, line(text, most))) {
                *target = text;
            }
        }
        if let Some(text) = self.integration.as_ref().and_then(|text| errors.check("integration", integration(text))) {
            settings.integration = text;
        }
        if let Some(list) = &self.headers
            && let Some(names) = errors.check("headers", headers::check(list))
        {
            settings.header_names = names;
        }
        self.apply_shape(settings, errors);
        if let Some(delays) = &self.retry_schedule {
            let delays: Vec<u64> = delays.iter().copied().map(u64::from).collect();
            if delays.is_empty() {
                settings.retry_schedule.clear();
            } else if errors.check("retry-schedule", Schedule::from_ms(&delays)).is_some() {
                settings.retry_schedule = delays.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
            }
        }
        if let Some(timeout) = self.timeout {
            if timeout != 0 && !TIMEOUT_MS.contains(&timeout) {
                let (least, most) = (TIMEOUT_MS.start(), TIMEOUT_MS.end());
                errors.add(
                    "timeout",
                    format!("{timeout} ms; {least} to {most} are allowed, or 0 for the installation's"),
                );
            }
            settings.timeout_ms = timeout;
        }
        if let Some(rate) = self.requests_per_second {
            if rate > RATE_MAX {
                errors.add("requests-per-second", format!("{rate}; 1 to {RATE_MAX} are allowed, or 0 for no limit"));
            }
            settings.rate = rate;
        }
        if let Some(text) = &self.filter {
            let text = text.trim();
            if text.is_empty() || errors.check("filter", Filter::parse(text)).is_some() {
                text.clone_into(&mut settings.filter);
            }
        }
    }

    /// A new dialect brings its own format, version and standard headers, unless they are given as well.
    fn apply_shape(&self, settings: &mut SettingsRow, errors: &mut FieldErrors) {
        let mut shape = Shape::read(&settings.shape);
        if let Some(word) = &self.dialect {
            match Dialect::parse(word) {
                Some(dialect) => {
                    if dialect != shape.dialect {
                        shape = Shape::of(dialect);
                        settings.standard_headers = dialect == Dialect::Standard || dialect.scheme().is_none();
                    }
                }
                None => {
                    let known = Dialect::ALL.map(|dialect| format!("`{}`", dialect.word())).join(", ");
                    errors
                        .add("dialect", format!("there is no dialect `{}`; there are {known}", word.escape_default()));
                }
            }
        }
        if let Some(version) = self.payload_version {
            if !shape.dialect.versions().contains(&version) {
                let known = shape.dialect.versions();
                let word = shape.dialect.word();
                errors.add("payload-version", format!("the dialect {word} has no version {version}; it has {known:?}"));
            } else if version != shape.version {
                shape.version = version;
                shape.format = shape.dialect.default_format(version);
            }
        }
        if let Some(word) = &self.format {
            match Format::parse(word) {
                Some(format) => shape.format = format,
                None => errors.add("format", "write `json`, `form` or `xml`"),
            }
        }
        settings.shape = shape.to_string();
        if let Some(beside) = self.standard_headers {
            if !beside && shape.dialect == Dialect::Standard {
                errors.add("standard-headers", "the dialect standard always sends them; choose another dialect");
            }
            settings.standard_headers = beside;
        }
    }
}

impl SettingsRow {
    /// A webhook with nothing set.
    pub(super) fn new() -> Self {
        Self {
            description: String::new(),
            integration: "manual".to_owned(),
            owner: String::new(),
            header_names: "[]".to_owned(),
            shape: Shape::of(Dialect::Standard).to_string(),
            standard_headers: true,
            retry_schedule: String::new(),
            timeout_ms: 0,
            rate: 0,
            filter: String::new(),
            ping_pending: false,
            secret_kind: secret_kind_word(SecretKind::Standard).to_owned(),
            former_secrets: String::new(),
        }
    }
}

/// The stored word of a kind of secret.
pub(super) fn secret_kind_word(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::Standard => "standard",
        SecretKind::Ed25519 => "ed25519",
        SecretKind::Text => "text",
    }
}

fn line(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.chars().count() > most {
        Err(format!("the text has more than {most} characters"))
    } else if text.chars().any(|char| char.is_control() && char != '\n') {
        Err("the text holds a control character".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

fn integration(text: &str) -> Result<String, String> {
    let text = text.to_lowercase();
    let good = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || "-_. ".contains(char);
    if (1..=INTEGRATION_MAX).contains(&text.len()) && text.chars().all(good) {
        Ok(text)
    } else {
        Err(format!("an integration has 1 to {INTEGRATION_MAX} letters, digits, spaces, `-`, `_` and `.`, as `zapier`"))
    }
}
