//! Ultimate Multisite and its predecessor WP Ultimo: nothing in headers, nothing signed.
//!
//! Version 2 sends the bare data, which do not tell what happened. Version 1 is that of WP Ultimo 1.x: `webhook_id`,
//! `type` and `data[…]` as form pairs.

use super::{Definition, PLAIN};
use crate::export::tree::quoted;

pub(super) const DEFINITION: Definition = Definition {
    word: "ultimate-multisite",
    versions: &[1, 2],
    form_version: Some(1),
    body: |version, about| {
        Ok(match version {
            1 => format!(
                r#"{{"webhook_id":{},"type":"{}","data":{}}}"#,
                quoted(about.webhook_id),
                about.topic,
                about.data
            ),
            _ => about.data.to_owned(),
        })
    },
    ..PLAIN
};
