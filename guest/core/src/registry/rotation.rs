//! A webhook's secret: which one fits, how a new one takes the former one's place, and with which a request is signed.
//!
//! Decides what a secret may be for what the webhook sends, and for how long a former one signs beside its successor;
//! how signatures are made is the signing module's matter.

use super::options::secret_kind_word;
use super::record::{Created, webhook};
use super::{UPDATE_TRIES, not_found};
use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::StorageError;
use crate::scope::Scope;
use crate::secret::{Secret, SecretText};
use crate::shape::Shape;
use crate::signing::{self, KEY_RANDOM_BYTES, SecretKind};
use crate::sql::{Row, SettingsRow, rows};

/// Longest time that a former secret signs beside its successor: 7 days.
const OVERLAP_MAX_MS: u32 = 7 * 24 * 60 * 60 * 1_000;
const FORMER_MAX: usize = 10;
/// Shorter texts are guessed.
const TEXT_CHARS: core::ops::RangeInclusive<usize> = 8..=200;

impl Call<'_> {
    /// Replaces a webhook's secret; the former one signs beside it for `overlap_ms`.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`]
    pub fn rotate_secret(&mut self, scope: &Scope, id: &str, secret: Option<&str>, overlap_ms: u32) -> Result<Created> {
        if overlap_ms > OVERLAP_MAX_MS {
            return Err(Error::field("overlap", format!("{overlap_ms} ms; at most {OVERLAP_MAX_MS} ms, 7 days")));
        }
        for _ in 0..UPDATE_TRIES {
            let (mut row, topics) = self.load_row(scope, id)?;
            if overlap_ms > 0 && !has_room_for_several(&row.settings) {
                return Err(Error::field(
                    "overlap",
                    format!(
                        "a request of the dialect {} has room for one signature only; write 0, and change the receiver \
                         at the same time",
                        Shape::read(&row.settings.shape).dialect.word()
                    ),
                ));
            }
            let text = match secret {
                Some(text) => text.to_owned(),
                None => self.new_secret(&row.settings),
            };
            let checked = check_secret(&text, &row.settings);
            let (text, kind) = checked.map_err(|problem| Error::field("secret", problem))?;
            let stored = self.read(vec![self.sql.webhook_secret(id)])?.into_iter().next().unwrap_or_default();
            let stored = rows(stored, 1, Row::text)?.pop().ok_or_else(|| not_found(id))?;
            let mut former = former_secrets(&row.settings.former_secrets);
            former.retain(|(until, _)| *until > self.now);
            if overlap_ms > 0 {
                former.insert(0, (self.now.saturating_add(i64::from(overlap_ms)), stored));
            } else {
                former.clear();
            }
            former.truncate(FORMER_MAX);
            row.settings.former_secrets = serde_json::json!(former).to_string();
            secret_kind_word(kind).clone_into(&mut row.settings.secret_kind);
            let seen = row.revision;
            row.revision = seen.saturating_add(1);
            row.updated_at = self.now;
            let sealed = self.seal_secret(id, &text)?;
            match self.write(vec![self.sql.rotate_secret(&row, &sealed, seen)]) {
                Ok(_) => return Ok(Created { webhook: webhook(row, topics), secret: SecretText(text) }),
                Err(Error::Storage(StorageError::ExpectationFailed(_))) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Conflict(format!("webhook {id} is being changed by others; try again")))
    }

    /// A secret of the kind that suits what is sent: one that Standard Webhooks takes, else text.
    pub(super) fn new_secret(&mut self, settings: &SettingsRow) -> String {
        let kind = if settings.standard_headers { SecretKind::Standard } else { SecretKind::Text };
        signing::generate_key(kind, &self.random::<KEY_RANDOM_BYTES>())
    }
}

/// Checks a secret for what the webhook sends, and tells it as it is stored, with its kind.
pub(super) fn check_secret(text: &str, settings: &SettingsRow) -> core::result::Result<(String, SecretKind), String> {
    let kind = SecretKind::of(text);
    if let Some(problem) = kind_problem(kind, settings) {
        return Err(problem);
    }
    let stored = match kind {
        SecretKind::Standard if settings.standard_headers => {
            Secret::parse(text).map_err(|error| error.to_string())?.expose()
        }
        SecretKind::Ed25519 => {
            signing::check_signing_key(text).map(|()| text.to_owned()).map_err(|error| error.to_string())?
        }
        // To a vendor's scheme `whsec_…` is a key as it stands.
        SecretKind::Standard | SecretKind::Text => {
            if !TEXT_CHARS.contains(&text.chars().count()) || text.chars().any(char::is_control) {
                let (least, most) = (TEXT_CHARS.start(), TEXT_CHARS.end());
                return Err(format!("write {least} to {most} characters without control characters"));
            }
            text.to_owned()
        }
    };
    Ok((stored, kind))
}

/// Why a secret of this kind does not suit what the webhook sends.
pub(super) fn kind_problem(kind: SecretKind, settings: &SettingsRow) -> Option<String> {
    let dialect = Shape::read(&settings.shape).dialect;
    let own_text_key = dialect.secret_kind() == SecretKind::Text && dialect.scheme().is_some();
    match kind {
        SecretKind::Text if settings.standard_headers => {
            Some("the standard headers are signed with a secret that begins with `whsec_` or `whsk_`".to_owned())
        }
        SecretKind::Ed25519 if own_text_key => {
            Some(format!("the dialect {} signs with a text or `whsec_…`, not with an ed25519 key", dialect.word()))
        }
        _ => None,
    }
}

/// The kind whose stored word this is.
pub(super) fn stored_kind(word: &str) -> SecretKind {
    [SecretKind::Standard, SecretKind::Ed25519]
        .into_iter()
        .find(|kind| secret_kind_word(*kind) == word)
        .unwrap_or(SecretKind::Text)
}

/// Former secrets as they are stored, each with the time until which it signs; the newest first.
pub(crate) fn former_secrets(stored: &str) -> Vec<(i64, String)> {
    serde_json::from_str(stored).unwrap_or_default()
}

fn has_room_for_several(settings: &SettingsRow) -> bool {
    let dialect = Shape::read(&settings.shape).dialect;
    dialect.scheme().is_none() || dialect.has_room_for_several_signatures()
}
