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
