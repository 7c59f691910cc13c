//! `catalogue`

use hookwright_core as core;

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::catalogue as wit;
use crate::imports::with_call;

impl wit::Guest for Component {
    fn get(name: String) -> Result<wit::Topic, wit::Error> {
        with_call(|call| call.topic(&name)).map(Into::into)
    }

    fn find(query: wit::Query) -> Result<wit::Page, wit::Error> {
        let query = core::TopicQuery {
            search: query.search,
            source: query.source,
            group: query.group,
            paging: query.paging.into(),
        };
        let (items, total) = with_call(|call| call.find_topics(&query))?;
        Ok(wit::Page { items: items.into_iter().map(Into::into).collect(), total })
    }

    fn register(topic: wit::NewTopic) -> Result<wit::Topic, wit::Error> {
        let topic = core::NewTopic {
            name: topic.name,
            title: topic.title,
            description: topic.description,
            group: topic.group,
            schema: topic.schema,
            sample: topic.sample,
        };
        with_call(|call| call.register_topic(topic)).map(Into::into)
    }

    fn unregister(name: String) -> Result<(), wit::Error> {
        with_call(|call| call.unregister_topic(&name))
    }

    fn settings(name: String) -> Result<wit::TopicSettings, wit::Error> {
        with_call(|call| call.topic_settings(&name)).map(Into::into)
    }

    fn configure(name: String, settings: wit::TopicSettings) -> Result<wit::TopicSettings, wit::Error> {
        with_call(|call| call.configure_topic(&name, settings.into())).map(Into::into)
    }

    fn document(format: wit::DocumentFormat, filter: wit::Filter) -> Result<String, wit::Error> {
        let filter = core::TopicFilter { search: filter.search, source: filter.source, group: filter.group };
        with_call(|call| call.document(format.into(), &filter))
    }
}

impl From<core::TopicInfo> for wit::Topic {
    fn from(topic: core::TopicInfo) -> Self {
        Self {
            name: topic.name,
            title: topic.title,
            description: topic.description,
            group: topic.group,
            sources: topic.sources,
            schema: topic.schema,
            sample: topic.sample,
            deprecated: topic.deprecated,
            replaced_by: topic.replaced_by,
        }
    }
}

impl From<core::TopicSettings> for wit::TopicSettings {
    fn from(settings: core::TopicSettings) -> Self {
        Self {
            validation: match settings.validation {
                core::Validation::Off => wit::Validation::Off,
                core::Validation::Warn => wit::Validation::Warn,
                core::Validation::Enforce => wit::Validation::Enforce,
            },
            dedupe_window: settings.dedupe_window_ms,
            keep_payloads: settings.keep_payloads_ms,
            keep_attempts: settings.keep_attempts_ms,
            deprecated: settings.deprecated,
            replaced_by: settings.replaced_by,
        }
    }
}

impl From<wit::TopicSettings> for core::TopicSettings {
    fn from(settings: wit::TopicSettings) -> Self {
        Self {
            validation: match settings.validation {
                wit::Validation::Off => core::Validation::Off,
                wit::Validation::Warn => core::Validation::Warn,
                wit::Validation::Enforce => core::Validation::Enforce,
            },
            dedupe_window_ms: settings.dedupe_window,
            keep_payloads_ms: settings.keep_payloads,
            keep_attempts_ms: settings.keep_attempts,
            deprecated: settings.deprecated,
            replaced_by: settings.replaced_by,
        }
    }
}

impl From<wit::DocumentFormat> for core::DocumentFormat {
    fn from(format: wit::DocumentFormat) -> Self {
        match format {
            wit::DocumentFormat::Json => Self::Json,
            wit::DocumentFormat::JsonSchema => Self::JsonSchema,
            wit::DocumentFormat::Asyncapi => Self::Asyncapi,
            wit::DocumentFormat::Openapi => Self::Openapi,
            wit::DocumentFormat::Markdown => Self::Markdown,
            wit::DocumentFormat::Typescript => Self::Typescript,
        }
    }
}
