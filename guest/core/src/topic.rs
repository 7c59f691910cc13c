//! Which topic names are well formed, and which topics a webhook's pattern takes in.
//!
//! Knows nothing of the catalogue: whether a topic exists is not decided here.

mod suggest;

use core::fmt;
use core::iter;
use core::str::FromStr;

pub(crate) use suggest::suggest;

/// The name of a kind of event, for example `order.created`: parts of letters, digits, `_` and `-` with full stops
/// between them, compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(String);

impl Topic {
    /// Longest name of a topic, and longest text of a pattern, in bytes.
    pub const MAX_BYTES: usize = 120;

    /// Topics that tell about the webhooks themselves (pack `hookwright`). Only a webhook that names one gets it.
    pub const OPERATIONAL: &[&str] = &["webhook.ping", "webhook.disabled", "webhook.recovered", "delivery.exhausted"];

    /// Parses a name.
    ///
    /// # Errors
    ///
    /// A [`TopicError`] when the text is empty, too long or not made of such parts, or when it has a wildcard.
    pub fn parse(text: &str) -> Result<Self, TopicError> {
        check_length(text)?;
        if text.contains('*') {
            return Err(TopicError::WildcardInTopic);
        }
        check_parts(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is one of [`Topic::OPERATIONAL`].
    #[must_use]
    pub fn is_operational(&self) -> bool {
        Self::OPERATIONAL.contains(&self.as_str())
    }

    /// The texts of all patterns that match this topic, widest first: `*`, `order.*`, `order.created`.
    /// For an operational topic only its own name.
    pub fn candidate_patterns(&self) -> impl Iterator<Item = String> + '_ {
        let wide = !self.is_operational();
        let prefixes = self.0.match_indices('.').map(|(at, _)| format!("{}.*", &self.0[..at]));
        iter::once("*".to_owned()).chain(prefixes).filter(move |_| wide).chain(iter::once(self.0.clone()))
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for Topic {
    type Err = TopicError;

    fn from_str(text: &str) -> Result<Self, TopicError> {
        Self::parse(text)
    }
}

/// What a webhook lists as a topic: one name, all topics below a prefix (`order.*`), or all (`*`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// `*`: every topic but the operational ones.
    All,
    /// `order.*`: every topic with one or more parts after `order`, not `order` itself. Holds the part before `.*`.
    Below(Topic),
    /// One topic, named exactly.
    Exact(Topic),
}

impl Pattern {
    /// Parses a name, `*`, or a name followed by `.*`.
    ///
    /// # Errors
    ///
    /// A [`TopicError`]; for a wildcard in another place it shows a pattern that is right.
    pub fn parse(text: &str) -> Result<Self, TopicError> {
        if text == "*" {
            return Ok(Self::All);
        }
        check_length(text)?;
        let prefix = text.strip_suffix(".*");
        let name = prefix.unwrap_or(text);
        if let Some(at) = name.find('*') {
            return Err(TopicError::MisplacedWildcard { right: nearest_pattern(&name[..at]) });
        }
        check_parts(name)?;
        let topic = Topic(name.to_owned());
        Ok(if prefix.is_some() { Self::Below(topic) } else { Self::Exact(topic) })
    }

    /// Whether a webhook with this pattern gets events of the topic.
    #[must_use]
    pub fn matches(&self, topic: &Topic) -> bool {
        match self {
            Self::Exact(name) => name == topic,
            Self::All => !topic.is_operational(),
            Self::Below(prefix) => {
                let rest = topic.0.strip_prefix(prefix.as_str());
                rest.is_some_and(|rest| rest.starts_with('.')) && !topic.is_operational()
            }
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => out.write_str("*"),
            Self::Below(prefix) => write!(out, "{prefix}.*"),
            Self::Exact(name) => name.fmt(out),
        }
    }
}

impl FromStr for Pattern {
    type Err = TopicError;

    fn from_str(text: &str) -> Result<Self, TopicError> {
        Self::parse(text)
    }
}

/// Why a text is no topic or no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicError {
    /// The text is empty.
    Empty,
    /// The text has more than [`Topic::MAX_BYTES`].
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Two full stops in a row, or one at the start or the end.
    EmptyPart,
    /// A character that no part may have.
    BadCharacter(char),
    /// A wildcard where only a name fits.
    WildcardInTopic,
    /// A wildcard that is neither the whole pattern nor its last part.
    MisplacedWildcard {
        /// A pattern near to it that is right.
        right: String,
    },
}

impl fmt::Display for TopicError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("a topic is not empty; write a name such as `order.created`"),
            Self::TooLong { bytes } => {
                write!(out, "a topic has at most {} bytes, and this has {bytes}; write a shorter one", Topic::MAX_BYTES)
            }
            Self::EmptyPart => {
                out.write_str("a full stop stands only between two parts of a topic, as in `order.created`")
            }
            Self::BadCharacter(found) => {
                write!(out, "a topic has only letters A-Z a-z, digits, `_`, `-` and full stops, and this has {found:?}")
            }
            Self::WildcardInTopic => {
                out.write_str("an event has one topic without `*`, such as `order.created`; only webhooks use patterns")
            }
            Self::MisplacedWildcard { right } => {
                write!(out, "`*` stands alone or as the last part after a full stop; write `{right}` instead")
            }
        }
    }
}

impl core::error::Error for TopicError {}

fn check_length(text: &str) -> Result<(), TopicError> {
    match text.len() {
        0 => Err(TopicError::Empty),
        bytes if bytes > Topic::MAX_BYTES => Err(TopicError::TooLong { bytes }),
        _ => Ok(()),
    }
}

fn check_parts(name: &str) -> Result<(), TopicError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if let Some(found) = name.chars().find(|&c| !allowed(c)) {
        return Err(TopicError::BadCharacter(found));
    }
    if name.split('.').any(str::is_empty) {
        return Err(TopicError::EmptyPart);
    }
    Ok(())
}

/// The pattern that takes in what a misplaced wildcard after `before` may have meant.
fn nearest_pattern(before: &str) -> String {
    let prefix = before.trim_end_matches('.');
    if check_parts(prefix).is_ok() { format!("{prefix}.*") } else { "*".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn topic(text: &str) -> Topic {
        Topic::parse(text).unwrap()
    }

    #[track_caller]
    fn check_match(pattern: &str, topics: &[&str], others: &[&str]) {
        let parsed = Pattern::parse(pattern).unwrap();
        assert_eq!(parsed.to_string(), pattern);
        for name in topics {
            assert!(parsed.matches(&topic(name)), "{pattern} must match {name}");
        }
        for name in others {
            assert!(!parsed.matches(&topic(name)), "{pattern} must not match {name}");
        }
    }

    #[track_caller]
    fn check_refused(pattern: &str, message: &str) {
        let error = Pattern::parse(pattern).unwrap_err().to_string();
        assert!(error.contains(message), "{pattern:?} says: {error}");
    }

    #[test]
    fn topics_are_compared_byte_for_byte() {
        for name in ["a", "order.created", "payment_received", "action.wc-x", "A.1.b", &"x".repeat(120)] {
            assert_eq!(topic(name).as_str(), name);
        }
        assert_ne!(topic("order.created"), topic("Order.created"));
        assert_eq!(Topic::parse("order.*"), Err(TopicError::WildcardInTopic));
        assert_eq!(Topic::parse(""), Err(TopicError::Empty));
        assert_eq!(Topic::parse(&"x".repeat(121)), Err(TopicError::TooLong { bytes: 121 }));
        assert_eq!(Topic::parse("order created"), Err(TopicError::BadCharacter(' ')));
        assert_eq!(Topic::parse("ordér"), Err(TopicError::BadCharacter('é')));
        for name in [".", ".order", "order.", "a..b"] {
            assert_eq!(Topic::parse(name), Err(TopicError::EmptyPart), "{name}");
        }
    }

    #[test]
    fn a_pattern_takes_in_its_topics_only() {
        check_match("*", &["order", "order.created", "a.b.c"], &["webhook.disabled"]);
        check_match("order.*", &["order.created", "order.a.b"], &["order", "orders.created", "Order.created"]);
        check_match("order.a.*", &["order.a.b"], &["order.a", "order.ab", "order.b.a"]);
        check_match("order", &["order"], &["order.created"]);
        check_match("webhook.*", &["webhook.other"], &["webhook.disabled"]);
        check_match("webhook.disabled", &["webhook.disabled"], &["webhook.other"]);
    }

    #[test]
    fn a_wildcard_elsewhere_is_refused_with_a_right_one() {
        check_refused("order*", "write `order.*`");
        check_refused("order.*.paid", "write `order.*`");
        check_refused("order.*.*", "write `order.*`");
        check_refused("*.created", "write `*`");
        check_refused("**", "write `*`");
        check_refused(".*", "full stop");
        check_refused("", "not empty");
        check_refused(&format!("{}.*", "x".repeat(119)), "at most 120 bytes");
    }

    /// Part by part, as a person would explain it.
    fn naive_match(pattern: &str, topic: &str) -> bool {
        if pattern == topic {
            return true;
        }
        if Topic::OPERATIONAL.contains(&topic) {
            return false;
        }
        let pattern: Vec<&str> = pattern.split('.').collect();
        let topic: Vec<&str> = topic.split('.').collect();
        pattern.last() == Some(&"*")
            && topic.len() >= pattern.len()
            && pattern[..pattern.len() - 1] == topic[..pattern.len() - 1]
    }

    proptest! {
        #[test]
        fn matching_agrees_with_the_naive_matcher(
            pattern in r"(a|b|webhook|\*)(\.(a|b|disabled|\*)){0,3}",
            name in r"(a|b|webhook)(\.(a|b|disabled)){0,3}",
        ) {
            let name = topic(&name);
            let wildcards = pattern.matches('*').count();
            let right_place = wildcards == 0 || (wildcards == 1 && pattern.ends_with('*'));
            let parsed = Pattern::parse(&pattern);
            prop_assert_eq!(parsed.is_ok(), right_place);
            if let Ok(parsed) = parsed {
                let expected = naive_match(&pattern, name.as_str());
                prop_assert_eq!(parsed.matches(&name), expected);
                prop_assert_eq!(name.candidate_patterns().any(|text| text == pattern), expected);
            }
        }

        #[test]
        fn no_text_panics(text in r"(\PC|[.*]){0,12}") {
            if let Ok(parsed) = Topic::parse(&text) {
                prop_assert_eq!(parsed.as_str(), &text);
            }
            match Pattern::parse(&text) {
                Ok(parsed) => prop_assert_eq!(parsed.to_string(), text.clone()),
                Err(TopicError::MisplacedWildcard { right }) => prop_assert!(Pattern::parse(&right).is_ok()),
                Err(_) => {}
            }
        }
    }

    #[test]
    fn candidates_are_all_patterns_that_match() {
        let candidates = |name: &str| topic(name).candidate_patterns().collect::<Vec<_>>();
        assert_eq!(candidates("order.created"), ["*", "order.*", "order.created"]);
        assert_eq!(candidates("order"), ["*", "order"]);
        assert_eq!(candidates("a.b.c"), ["*", "a.*", "a.b.*", "a.b.c"]);
        assert_eq!(candidates("webhook.disabled"), ["webhook.disabled"]);
    }
}
