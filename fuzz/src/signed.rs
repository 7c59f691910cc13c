//! Secrets, and headers as a stranger may send them.

use hookwright_core::signing::{
    HeaderName, HeadersRefusal, Message, Refusal, Scheme, SecretKind, public_key, sign_headers,
    verify_headers as verify,
};

use hookwright_core::{Error, Secret};

use crate::{first_line, says_something};

const NOW_S: i64 = 1_614_265_330;

/// Any text as a secret: parsed, and as the key of every scheme.
pub fn secret(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match Secret::parse(text) {
        Ok(secret) => {
            let shown = secret.expose();
            let again = Secret::parse(&shown).expect("what is shown is taken");
            assert_eq!(again.expose(), shown);
            assert!(!format!("{secret:?}").contains(&shown[Secret::PREFIX.len()..]), "a secret is not printed");
        }
        Err(error) => says_something(&error),
    }
    match public_key(text) {
        Ok(public) => assert_eq!(SecretKind::of(&public), SecretKind::Ed25519),
        Err(error) => says_something(&error),
    }
    let timestamp = NOW_S.to_string();
    let message = Message { id: "msg_1", timestamp: &timestamp, body: b"{}" };
    for scheme in schemes() {
        let Ok(headers) = sign_headers(&scheme, &message, &[text.to_owned()]) else { continue };
        assert!(headers.iter().all(|(_, value)| value.bytes().all(|byte| matches!(byte, b' '..=b'~'))), "{headers:?}");
        let verdict = |body: &[u8]| verify(&scheme, &headers, body, text, NOW_S * 1_000, 0);
        assert_eq!(verdict(b"{}"), Ok(Ok(())), "{}: its own signature is right", scheme.name());
        let mismatch = Ok(Err(HeadersRefusal::Message(Refusal::Mismatch)));
        assert_eq!(verdict(b"[]"), mismatch, "{}: of another body it is wrong", scheme.name());
    }
}

/// A byte for the scheme, the secret up to the first line break, lines `name: value` up to an empty one, and a body.
pub fn verify_headers(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let schemes = schemes();
    let scheme = &schemes[usize::from(*choice) % schemes.len()];
    let (head, body) = match rest.windows(2).position(|pair| pair == b"\n\n") {
        Some(at) => (&rest[..at], &rest[at + 2..]),
        None => (rest, &[][..]),
    };
    let Ok(head) = str::from_utf8(head) else { return };
    let (secret, lines) = first_line(head);
    let own = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    let headers: Vec<(String, String)> = lines.lines().filter_map(own).collect();
    let at = |now_ms: i64, tolerance_s: u32, body: &[u8]| verify(scheme, &headers, body, secret, now_ms, tolerance_s);
    let verdict = at(NOW_S * 1_000, 300, body);
    match &verdict {
        Ok(Ok(())) => {
            let changed = [body, b"x"].concat();
            assert!(matches!(at(NOW_S * 1_000, 300, &changed), Ok(Err(_))), "a longer body has another signature");
            let twice: Vec<_> = headers.iter().chain(&headers).cloned().collect();
            let repeated = verify(scheme, &twice, body, secret, NOW_S * 1_000, 300);
            assert!(matches!(repeated, Ok(Err(HeadersRefusal::RepeatedHeader(_)))), "{repeated:?}");
        }
        Ok(Err(refusal)) => says_something(refusal),
        Err(error) => assert!(matches!(error, Error::Invalid(fields) if fields.len() == 1), "{error:?}"),
    }
    // Whatever the clock says.
    for now_ms in [i64::MIN, -1, 0, i64::MAX] {
        let other = at(now_ms, u32::MAX, body);
        assert_eq!(other.is_err(), verdict.is_err(), "a secret fits or not at any time");
    }
}

fn schemes() -> Vec<Scheme> {
    let header = || HeaderName::parse("X-Signature").expect("it is the name of a header");
    vec![
        Scheme::Standard,
        Scheme::StandardEd25519,
        Scheme::Svix,
        Scheme::Github,
        Scheme::Stripe,
        Scheme::Shopify,
        Scheme::Woocommerce,
        Scheme::Convoy,
        Scheme::Hook0,
        Scheme::HmacSha256Hex(header()),
        Scheme::HmacSha256Base64(header()),
        Scheme::HmacSha512Hex(header()),
        Scheme::HmacSha512Base64(header()),
    ]
}
