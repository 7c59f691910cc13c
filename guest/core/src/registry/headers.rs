//! Which headers a person may add to the requests of a webhook.
//!
//! Refuses those that HTTP, the content or a signature needs: a receiver must be able to trust what they say.

use crate::signing::HeaderName;

const HEADERS_MAX: usize = 20;
const BYTES_MAX: usize = 4_096;

/// Names that are refused: hop-by-hop (RFC 9110, §7.6.1), those of the content, of the connection and of the sender.
const FORBIDDEN: [&str; 24] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "signature",
    "signature-input",
    "stripe-signature",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "content-range",
];

/// Beginnings of names that are refused: those of signatures and of what dialects tell.
const FORBIDDEN_BEGINNINGS: [&str; 9] = [
    "webhook-",
    "svix-",
    "x-wc-webhook-",
    "x-hub-signature",
    "x-github-",
    "x-shopify-",
    "x-convoy-",
    "x-hook0-",
    "x-forwarded-",
];

/// Checks a list of headers, and gives their names in lower case as a JSON list.
pub(crate) fn check(list: &[(String, String)]) -> Result<String, String> {
    if list.len() > HEADERS_MAX {
        return Err(format!("{} headers; at most {HEADERS_MAX} are allowed", list.len()));
    }
    let bytes: usize = list.iter().map(|(name, value)| name.len().saturating_add(value.len())).sum();
    if bytes > BYTES_MAX {
        return Err(format!("{bytes} bytes of names and values; at most {BYTES_MAX} are allowed"));
    }
    let mut names: Vec<String> = Vec::with_capacity(list.len());
    for (name, value) in list {
        let lower = name.to_ascii_lowercase();
        let shown = name.escape_default();
        if HeaderName::parse(name).is_err() {
            return Err(format!("`{shown}` is no name of a header; write letters, digits and hyphens, as `X-Api-Key`"));
        }
        if FORBIDDEN.contains(&lower.as_str()) || FORBIDDEN_BEGINNINGS.iter().any(|start| lower.starts_with(start)) {
            return Err(format!("{shown} is set by the sender itself and cannot be chosen"));
        }
        if names.contains(&lower) {
            return Err(format!("{shown} stands there twice; a name is given once"));
        }
        // Visible ASCII and inner spaces: anything else is read differently by different servers (RFC 9110, §5.5).
        if value.trim() != value || !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(format!("the value of {shown} holds something else than visible ASCII characters"));
        }
        names.push(lower);
    }
    Ok(serde_json::Value::from(names).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(name: &str, value: &str) -> Result<String, String> {
        check(&[(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn what_a_sender_sets_cannot_be_chosen() {
        assert_eq!(one("X-Api-Key", "a b").as_deref(), Ok(r#"["x-api-key"]"#));
        assert_eq!(one("Authorization", "Bearer t").as_deref(), Ok(r#"["authorization"]"#));
        for name in
            ["Host", "content-TYPE", "Webhook-Id", "webhook-signature", "X-WC-Webhook-Topic", "TE", "Stripe-Signature"]
        {
            assert!(one(name, "x").unwrap_err().contains("cannot be chosen"), "{name}");
        }
    }

    #[test]
    fn a_header_cannot_hold_another() {
        for value in ["a\r\nX-Evil: 1", "a\n", "\ta", " a", "é", "\0"] {
            assert!(one("X-Key", value).is_err(), "{value:?}");
        }
        for name in ["", "X Key", "X-Key:", "X-Key\r\nX-Evil", "é"] {
            assert!(one(name, "x").is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_list_has_bounds() {
        let many = |count: usize| (0..count).map(|n| (format!("x-{n}"), String::new())).collect::<Vec<_>>();
        assert!(check(&many(20)).is_ok());
        assert!(check(&many(21)).unwrap_err().contains("at most 20"));
        assert!(one("X-Key", &"a".repeat(4_092)).unwrap_err().contains("4097 bytes"));
        let twice = [("X-Key".to_owned(), String::new()), ("x-key".to_owned(), String::new())];
        assert!(check(&twice).unwrap_err().contains("twice"));
    }

    proptest! {
        #[test]
        fn what_passes_is_one_line(name in "\\PC{0,12}", value in any::<String>()) {
            if one(&name, &value).is_ok() {
                prop_assert!(!name.is_empty() && value.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            }
        }
    }
}
