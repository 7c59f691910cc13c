//! Decides which headers a plugin may add to a request.
//!
//! The rules are the core's own (guest/core/src/registry/headers.rs), which judges again; they stand here so that a
//! plugin that breaks one is told so, and costs its own headers and no other plugin's. Both are tried with
//! tests/vectors/headers.json.

/// Headers, of all plugins together.
const HEADERS: usize = 20;
/// Bytes of names and values, of all plugins together.
const BYTES: usize = 4_096;
const NAME_BYTES: usize = 64;

/// Names that the sender sets.
const RESERVED: [&str; 24] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
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
];

/// Beginnings of such names.
const RESERVED_BEGINNINGS: [&str; 9] = [
    "svix-",
    "webhook-",
    "x-convoy-",
    "x-forwarded-",
    "x-github-",
    "x-hook0-",
    "x-hub-signature",
    "x-shopify-",
    "x-wc-webhook-",
];

/// Judges the headers that are to be added to one request.
///
/// # Errors
///
/// The first rule that is broken.
pub(crate) fn check(headers: &[(String, String)]) -> Result<(), String> {
    if headers.len() > HEADERS {
        return Err(format!("{} headers; at most {HEADERS} are allowed", headers.len()));
    }
    let bytes: usize = headers.iter().map(|(name, value)| name.len().saturating_add(value.len())).sum();
    if bytes > BYTES {
        return Err(format!("{bytes} bytes of names and values; at most {BYTES} are allowed"));
    }
    for (index, (name, value)) in headers.iter().enumerate() {
        let shown = name.escape_default();
        if !is_name(name) {
            return Err(format!("`{shown}` is no name of a header; write letters, digits and hyphens, as `X-Api-Key`"));
        }
        let lower = name.to_ascii_lowercase();
        if RESERVED.contains(&lower.as_str()) || RESERVED_BEGINNINGS.iter().any(|start| lower.starts_with(start)) {
            return Err(format!("{shown} is set by the sender itself and cannot be chosen"));
        }
        if headers.iter().take(index).any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            return Err(format!("{shown} stands there twice; a name is given once"));
        }
        if value.trim() != value || !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(format!("the value of {shown} holds something else than visible ASCII characters"));
        }
    }
    Ok(())
}

/// A token of RFC 9110, section 5.6.2.
fn is_name(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (1..=NAME_BYTES).contains(&name.len()) && name.bytes().all(token)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_rules_are_the_core_s() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/headers.json");
        let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let mut tried = (0, 0);
        for case in vectors["cases"].as_array().unwrap() {
            let headers: Vec<(String, String)> = serde_json::from_value(case["input"]["headers"].clone()).unwrap();
            let (found, id) = (check(&headers), &case["id"]);
            if let Some(says) = case["expected"]["says"].as_str() {
                let refused = found.unwrap_err();
                assert!(refused.contains(says), "{id}: {refused}");
                tried.0 += 1;
            } else {
                assert_eq!(found, Ok(()), "{id}");
                tried.1 += 1;
            }
        }
        assert!(tried.0 > RESERVED.len() + RESERVED_BEGINNINGS.len() && tried.1 > 5, "{tried:?}");
    }
}
