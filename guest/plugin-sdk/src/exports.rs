//! Answers the host's calls with what the author's [`Plugin`] says: mapping only.

use core::fmt;
use core::marker::PhantomData;
use std::panic;
use std::sync::Once;

use crate::bindings::exports::hookwright::plugin::hooks;
use crate::{Context, Data, Description, Error, FailurePolicy, Interest, Outcome, Plugin, Topic, log};

/// The exports of a plugin. The macro names it; nobody else does.
pub struct Exported<P>(PhantomData<P>);

impl<P> fmt::Debug for Exported<P> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Exported")
    }
}

type Pairs = Vec<(String, String)>;

impl<P: Plugin> hooks::Guest for Exported<P> {
    fn describe() -> hooks::Description {
        log_panics();
        P::describe().into()
    }

    fn build_payload(context: Pairs, data: String) -> Result<String, hooks::HookError> {
        log_panics();
        let data = P::build_payload(&Context::from_pairs(context), Data::from(data))?;
        Ok(data.into_text())
    }

    fn filter_payload(context: Pairs, data: String) -> Result<String, hooks::HookError> {
        log_panics();
        let data = P::filter_payload(&Context::from_pairs(context), Data::from(data))?;
        Ok(data.into_text())
    }

    fn should_deliver(context: Pairs, data: String) -> Result<bool, hooks::HookError> {
        log_panics();
        Ok(P::should_deliver(&Context::from_pairs(context), &Data::from(data))?)
    }

    fn filter_request(context: Pairs, headers: Pairs) -> Result<Pairs, hooks::HookError> {
        log_panics();
        Ok(P::filter_request(&Context::from_pairs(context), &headers)?)
    }

    fn after_delivery(context: Pairs, outcome: String) -> Result<(), hooks::HookError> {
        log_panics();
        Ok(P::after_delivery(&Context::from_pairs(context), &Outcome::read(outcome)?)?)
    }
}

/// A trap says nothing; the log does, with the message and its place in the source.
fn log_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| panic::set_hook(Box::new(|panic| log::error(panic))));
}

impl From<Error> for hooks::HookError {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidInput(message) => Self::InvalidInput(message),
            Error::Refused(message) => Self::Refused(message),
            Error::Other(message) => Self::Other(message),
        }
    }
}

impl From<Description> for hooks::Description {
    fn from(plugin: Description) -> Self {
        Self {
            name: plugin.name,
            version: plugin.version,
            summary: plugin.summary,
            author: plugin.author,
            homepage: plugin.homepage,
            interests: plugin.interests.into_iter().map(Into::into).collect(),
            topics: plugin.topics.into_iter().map(Into::into).collect(),
            settings_schema: plugin.settings_schema,
            on_failure: match plugin.on_failure {
                FailurePolicy::FailOpen => hooks::FailurePolicy::FailOpen,
                FailurePolicy::FailClosed => hooks::FailurePolicy::FailClosed,
            },
            attributes: plugin.attributes,
        }
    }
}

impl From<Interest> for hooks::Interest {
    fn from(interest: Interest) -> Self {
        Self {
            hook: interest.hook.name().to_owned(),
            priority: interest.priority,
            topics: interest.topics,
            attributes: Pairs::new(),
        }
    }
}

impl From<Topic> for hooks::Topic {
    fn from(topic: Topic) -> Self {
        Self {
            name: topic.name,
            title: topic.title,
            description: topic.description,
            group: topic.group,
            schema: topic.schema,
            sample: topic.sample,
            attributes: topic.attributes,
        }
    }
}
