//! What a hook is called for. Names that this version does not know are kept, because a newer host may add some.

/// The event, and where there are such the webhook, the delivery and the attempt, that a hook is called for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context {
    /// `evt_…`, as receivers see it.
    pub event_id: String,
    /// The topic, for example `order.created`.
    pub topic: String,
    /// The tenant that the event concerns; none for the whole installation.
    pub account: Option<String>,
    /// When the event happened: Unix milliseconds.
    pub occurred_at: i64,
    /// The webhook, in `should_deliver`, `filter_request` and `after_delivery`.
    pub webhook_id: Option<String>,
    /// The delivery, in `filter_request` and `after_delivery`.
    pub delivery_id: Option<String>,
    /// The number of the attempt, from 1, in `filter_request` and `after_delivery`.
    pub attempt: Option<u32>,
    /// Everything else that the host told: names and values.
    pub others: Vec<(String, String)>,
}

impl Context {
    /// A context for tests: an event of the topic, without account, at 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn of(topic: &str) -> Self {
        Self { event_id: "evt_test".to_owned(), topic: topic.to_owned(), ..Self::default() }
    }

    /// The context that a host told as names and values; an empty value of an optional name is none.
    ///
    /// A number that cannot be read is kept under `others` rather than refused: a hook that does not need it works.
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut context = Self::default();
        for (name, value) in pairs {
            context.take(name, value);
        }
        context
    }

    /// The value of a name that this version has no field for.
    #[must_use]
    pub fn other(&self, name: &str) -> Option<&str> {
        self.others.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn take(&mut self, name: String, value: String) {
        let field = match name.as_str() {
            "event-id" => return self.event_id = value,
            "topic" => return self.topic = value,
            "account" => &mut self.account,
            "webhook-id" => &mut self.webhook_id,
            "delivery-id" => &mut self.delivery_id,
            "occurred-at" => match value.parse() {
                Ok(at) => return self.occurred_at = at,
                Err(_) => return self.others.push((name, value)),
            },
            "attempt" => match value.parse() {
                Ok(number) => return self.attempt = Some(number),
                Err(_) if value.is_empty() => return,
                Err(_) => return self.others.push((name, value)),
            },
            _ => return self.others.push((name, value)),
        };
        *field = Some(value).filter(|value| !value.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of_pairs(pairs: &[(&str, &str)]) -> Context {
        Context::from_pairs(pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    #[test]
    fn known_names_get_fields_and_unknown_ones_are_kept() {
        let context = of_pairs(&[
            ("event-id", "evt_1"),
            ("topic", "order.created"),
            ("account", ""),
            ("occurred-at", "1795000000000"),
            ("webhook-id", "wh_1"),
            ("attempt", "3"),
            ("site", "shop-2"),
        ]);
        assert_eq!((context.event_id.as_str(), context.topic.as_str()), ("evt_1", "order.created"));
        assert_eq!((context.account, context.occurred_at), (None, 1_795_000_000_000));
        assert_eq!(
            (context.webhook_id.as_deref(), context.delivery_id, context.attempt),
            (Some("wh_1"), None, Some(3))
        );
        assert_eq!(context.others, [("site".to_owned(), "shop-2".to_owned())]);
    }

    #[test]
    fn a_number_that_cannot_be_read_is_kept_as_text() {
        let context = of_pairs(&[("occurred-at", "yesterday"), ("attempt", "-1")]);
        assert_eq!((context.occurred_at, context.attempt), (0, None));
        assert_eq!((context.other("occurred-at"), context.other("attempt")), (Some("yesterday"), Some("-1")));
        assert_eq!(context.other("account"), None);
    }

    proptest! {
        #[test]
        fn no_name_and_no_value_is_too_strange(pairs: Vec<(String, String)>) {
            let unknown = pairs.len();
            prop_assert!(Context::from_pairs(pairs).others.len() <= unknown);
        }
    }
}
