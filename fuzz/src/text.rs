//! Parsers whose result is text again: what they give, they take, and it does not change a second time.

use hookwright_core::fuzzing;
use hookwright_core::{EndpointUrl, Pattern, PlainHttp, Topic};
use serde_json::Value;

use crate::{first_line, says_something};

/// A receiver's URL: `EndpointUrl::parse`.
pub fn endpoint_url(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let strict = EndpointUrl::parse(text, PlainHttp::Refused);
    let open = EndpointUrl::parse(text, PlainHttp::Allowed);
    if let Ok(url) = &strict {
        assert_eq!(open.as_ref(), Ok(url), "what is taken strictly is taken");
        assert!(url.as_str().starts_with("https://"));
    }
    match open {
        Ok(url) => {
            let written = url.as_str();
            assert_eq!(EndpointUrl::parse(written, PlainHttp::Allowed).as_ref(), Ok(&url), "a normal form stays");
            assert_eq!(url.to_string(), written);
            assert!(written.len() <= EndpointUrl::MAX_BYTES);
            assert!(written.bytes().all(|byte| byte.is_ascii_graphic()), "{written:?}");
            let authority = written.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
            assert!(!authority.is_empty() && !authority.contains('@') && !written.contains('#'), "{written:?}");
        }
        Err(error) => says_something(&error),
    }
}

/// A topic's name, or a pattern, in the first line, and a topic in the second: `Pattern::parse`, `Topic::parse`.
pub fn topic_pattern(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let (pattern, topic) = first_line(text);
    let topic = Topic::parse(topic);
    if let Ok(topic) = &topic {
        assert_eq!(Topic::parse(topic.as_str()).as_ref(), Ok(topic));
        let exact = Pattern::parse(topic.as_str()).expect("every name is a pattern");
        assert!(exact.matches(topic), "a name matches itself");
    }
    match Pattern::parse(pattern) {
        Ok(pattern) => {
            let written = pattern.to_string();
            assert_eq!(Pattern::parse(&written).as_ref(), Ok(&pattern));
            if let Ok(topic) = &topic {
                // The database looks for webhooks by these texts.
                let found = topic.candidate_patterns().any(|candidate| candidate == written);
                assert_eq!(found, pattern.matches(topic), "{written:?} and {:?}", topic.as_str());
            }
        }
        Err(error) => says_something(&error),
    }
}

/// An event's data: `json::compact`.
pub fn json_compact(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let value = serde_json::from_str::<Value>(text);
    match fuzzing::compact(text) {
        Ok(compact) => {
            assert!(compact.len() <= text.len());
            assert_eq!(fuzzing::compact(&compact).as_ref(), Ok(&compact), "it is compact after once");
            match value {
                Ok(value) => assert_eq!(serde_json::from_str::<Value>(&compact).ok(), Some(value)),
                // Numbers stay as they are written, also those that are too great for this reader.
                Err(error) => assert!(error.to_string().starts_with("number out of range"), "{error}"),
            }
        }
        Err(told) => says_something(&told),
    }
}

/// A body as a form and as XML.
pub fn bodies(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(compact) = fuzzing::compact(text) else { return };
    let Some((form, xml)) = fuzzing::bodies(&compact) else { return };
    // Names and values are escaped: letters, digits, `-`, `_`, `.`, escapes and the separators, and nothing else.
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+%=&".contains(&byte);
    assert!(form.bytes().all(bare), "{form}");
    let escapes_whole =
        form.split('%').skip(1).all(|rest| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2);
    assert!(escapes_whole, "{form}");
    assert!(xml.starts_with("<?xml ") && xml.trim_end().ends_with('>'), "{xml}");
    // What XML 1.0 allows of characters.
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(allowed), "{xml:?}");
    assert_eq!(xml.matches('<').count(), xml.matches('>').count(), "{xml}");
}
