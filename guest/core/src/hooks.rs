//! What extensions do to an event and to its requests, and what becomes of their mistakes.
//!
//! Decides who is asked and what of an answer is taken: a wrong answer about data refuses the event, one about headers
//! costs only the headers. Knows nothing of who answers.

use crate::call::Call;
use crate::error::{Error, Result};
use crate::json;
use crate::ports::{DeliveryContext, EventContext, Headers, Hook, Interest, Level};
use crate::registry::check_headers;
use crate::settle::redacted;
use crate::topic::{Pattern, Topic};

impl Call<'_> {
    /// The data that an extension makes of what was published; none where no extension builds events of the topic.
    ///
    /// # Errors
    ///
    /// [`Error::Extension`]
    pub(crate) fn built(
        &self,
        interests: &[Interest],
        topic: &Topic,
        context: EventContext<'_>,
        data: &str,
    ) -> Result<Option<String>> {
        if !wanted(interests, Hook::BuildData, topic) {
            return Ok(None);
        }
        let built = self.extensions.build_data(context, data).map_err(Error::Extension)?;
        match json::compact(&built) {
            Ok(data) => Ok(Some(data)),
            Err(error) => Err(Error::Extension(format!("an extension built bad JSON: {error}"))),
        }
    }

    /// The data as extensions want it to be frozen.
    ///
    /// # Errors
    ///
    /// [`Error::Extension`]
    pub(crate) fn filtered(
        &self,
        interests: &[Interest],
        topic: &Topic,
        context: EventContext<'_>,
        data: String,
    ) -> Result<String> {
        if !wanted(interests, Hook::FilterData, topic) {
            return Ok(data);
        }
        let filtered = self.extensions.filter_data(context, &data).map_err(Error::Extension)?;
        json::compact(&filtered).map_err(|error| Error::Extension(format!("an extension returned bad JSON: {error}")))
    }

    /// Adds what extensions want to the headers of a request; nothing where they fail, because the delivery is due.
    pub(crate) fn add_headers(&self, interests: &[Interest], context: DeliveryContext<'_>, headers: &mut Headers) {
        if !wanted_by_name(interests, Hook::FilterRequest, context.event.topic) {
            return;
        }
        let shown: Headers =
            redacted(headers).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let added = self.extensions.filter_request(context, &shown);
        match added.and_then(|added| addition(headers, added)) {
            Ok(added) => headers.extend(added),
            Err(why) => {
                let id = context.delivery_id;
                self.environment.log(
                    Level::Warn,
                    &format!("delivery {id}: it goes out without the headers that extensions add: {why}"),
                );
            }
        }
    }
}

/// Whether some extension answers a hook for a topic.
pub(crate) fn wanted(interests: &[Interest], hook: Hook, topic: &Topic) -> bool {
    interests.iter().filter(|interest| interest.hook == hook).any(|interest| {
        interest.topics.is_empty()
            || interest.topics.iter().any(|text| Pattern::parse(text).is_ok_and(|pattern| pattern.matches(topic)))
    })
}

/// The same for a topic as it is stored.
pub(crate) fn wanted_by_name(interests: &[Interest], hook: Hook, topic: &str) -> bool {
    interests.iter().any(|interest| interest.hook == hook)
        && Topic::parse(topic).is_ok_and(|topic| wanted(interests, hook, &topic))
}

/// The headers to add, by the rules of a webhook's own, with names in lower case.
fn addition(present: &[(String, String)], mut added: Headers) -> core::result::Result<Headers, String> {
    check_headers(&added)?;
    for (name, _) in &mut added {
        name.make_ascii_lowercase();
        if present.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            return Err(format!("the request has a header {name} already"));
        }
    }
    Ok(added)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn what_stands_there_is_not_overridden() {
        let present = [header("X-Tenant", "a")];
        assert_eq!(addition(&present, vec![header("X-Trace", "1")]), Ok(vec![header("x-trace", "1")]));
        assert!(addition(&present, vec![header("x-tenant", "b")]).unwrap_err().contains("already"));
        assert!(addition(&present, vec![header("webhook-id", "b")]).unwrap_err().contains("cannot be chosen"));
        assert!(addition(&present, vec![header("x-trace", "1\r\nhost: evil")]).is_err());
    }

    #[test]
    fn an_interest_is_in_one_hook_and_its_topics() {
        let interests = [
            Interest { hook: Hook::FilterRequest, topics: vec!["order.*".to_owned(), "%".to_owned()] },
            Interest { hook: Hook::AfterDelivery, topics: vec![] },
        ];
        for (hook, topic, expected) in [
            (Hook::FilterRequest, "order.created", true),
            (Hook::FilterRequest, "payment_received", false),
            (Hook::AfterDelivery, "webhook.ping", true),
            (Hook::AfterDelivery, "", false),
            (Hook::BuildData, "order.created", false),
        ] {
            assert_eq!(wanted_by_name(&interests, hook, topic), expected, "{hook:?} {topic}");
        }
    }

    proptest! {
        #[test]
        fn an_addition_never_names_what_is_there(
            present in prop::collection::vec(("[a-cA-C]", "[a-z]{0,3}"), 0..3),
            added in prop::collection::vec(("[a-eA-E]", "\\PC{0,3}"), 0..4),
        ) {
            if let Ok(added) = addition(&present, added) {
                prop_assert!(added.iter().all(|(name, _)| *name == name.to_ascii_lowercase()));
                prop_assert!(added.iter().all(|(name, _)| !present.iter().any(|one| one.0.eq_ignore_ascii_case(name))));
            }
        }
    }
}
