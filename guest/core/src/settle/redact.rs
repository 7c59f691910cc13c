//! Which headers the log keeps as they were: credentials have no place in it.
//!
//! Of a request, only headers that are known to be harmless keep their value, because a webhook may have headers of its
//! own; of an answer, all but those that are made to carry credentials.

/// What stands in the log for a value that may be a credential.
const REDACTED: &str = "[redacted]";

/// Request headers that keep their value: those that say what is sent and by whom.
const SENT: [&str; 6] = ["content-type", "content-length", "user-agent", "host", "stripe-signature", "traceparent"];

/// Families of request headers that keep their values: what receivers' dialects put there, and what is accepted.
const SENT_PREFIXES: [&str; 7] =
    ["accept", "webhook-", "svix-", "x-wc-webhook-", "x-github-", "x-hub-signature", "x-shopify-"];

/// What names of headers hold that are made to carry credentials.
const CREDENTIALS: [&str; 6] = ["authoriz", "authentic", "cookie", "api-key", "token", "secret"];

/// The headers of a request as the log keeps them.
pub(crate) fn sent(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    let known = |name: &str| SENT.contains(&name) || SENT_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    kept(headers, |name| known(name) && !is_credential(name))
}

/// The headers of an answer as the log keeps them.
pub(super) fn received(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    kept(headers, |name| !is_credential(name))
}

fn is_credential(name: &str) -> bool {
    CREDENTIALS.iter().any(|part| name.contains(part))
}

fn kept(headers: &[(String, String)], harmless: impl Fn(&str) -> bool) -> Vec<(&str, &str)> {
    let value = |name: &str, value| if harmless(&name.to_ascii_lowercase()) { value } else { REDACTED };
    headers.iter().map(|(name, text)| (name.as_str(), value(name, text.as_str()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Kept = for<'a> fn(&'a [(String, String)]) -> Vec<(&'a str, &'a str)>;

    #[track_caller]
    fn check(kept: Kept, harmless: &[&str], redacted: &[&str]) {
        let names = harmless.iter().map(|name| (name, "value")).chain(redacted.iter().map(|name| (name, REDACTED)));
        for (name, expected) in names {
            for name in [(*name).to_owned(), name.to_uppercase()] {
                let headers = [(name.clone(), "value".to_owned())];
                assert_eq!(kept(&headers), [(name.as_str(), expected)]);
            }
        }
    }

    #[test]
    fn a_request_keeps_what_is_known_to_be_harmless() {
        let harmless = [
            "content-type",
            "content-length",
            "user-agent",
            "host",
            "accept",
            "accept-encoding",
            "webhook-id",
            "webhook-signature",
            "svix-timestamp",
            "x-wc-webhook-topic",
            "x-github-event",
            "x-hub-signature-256",
            "x-shopify-hmac-sha256",
            "stripe-signature",
            "traceparent",
        ];
        let redacted = [
            "authorization",
            "cookie",
            "x-api-key",
            "proxy-authorization",
            "x-shopify-access-token",
            "x-webhook-id",
            "hosts",
            "",
        ];
        check(sent, &harmless, &redacted);
    }

    #[test]
    fn an_answer_loses_its_credentials() {
        let harmless = ["content-type", "retry-after", "x-request-id", "location", ""];
        let redacted =
            ["set-cookie", "www-authenticate", "authorization", "x-api-key", "x-csrf-token", "authentication-info"];
        check(received, &harmless, &redacted);
    }

    proptest! {
        #[test]
        fn only_values_change(headers in any::<Vec<(String, String)>>()) {
            for kept in [sent as Kept, received] {
                let kept = kept(&headers);
                prop_assert!(kept.iter().map(|pair| pair.0).eq(headers.iter().map(|pair| pair.0.as_str())));
                prop_assert!(kept.iter().zip(&headers).all(|(kept, told)| kept.1 == told.1 || kept.1 == REDACTED));
            }
        }
    }
}
