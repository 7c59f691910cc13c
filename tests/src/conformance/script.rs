//! Callbacks as a scenario writes them down: small enough that every language can play them.
//!
//! Decides what each does and what is told of attempts; knows neither door of the runtime.

use std::sync::{Mutex, PoisonError};

use hookwright_runtime::{DeliveryContext, EventContext, ExtensionTopic, Extensions, Hook, Interest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One extension: topics, and an answer to each hook that it has.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExtensionScript {
    name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    topics: Vec<TopicScript>,
    /// Topics for which its hooks are asked; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty", rename = "for")]
    wanted: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build_data: Option<DataScript>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filter_data: Option<DataScript>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    should_deliver: Option<VetoScript>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filter_request: Option<HeadersScript>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after_delivery: Option<ListenerScript>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct TopicScript {
    name: String,
    title: String,
    description: String,
    group: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schema: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sample: Option<Value>,
}

/// What becomes of data: members are put behind those that are there, or the event is refused.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum DataScript {
    Put(Map<String, Value>),
    Refuse(String),
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum VetoScript {
    Answer(bool),
    Refuse(String),
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum HeadersScript {
    Add(Map<String, Value>),
    Refuse(String),
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum ListenerScript {
    Listen,
}

/// The extensions of one scenario, at work.
#[derive(Debug)]
pub(super) struct Script {
    extensions: Vec<ExtensionScript>,
    told: Mutex<Vec<Value>>,
}

impl Script {
    pub(super) fn new(extensions: Vec<ExtensionScript>) -> Self {
        Self { extensions, told: Mutex::default() }
    }

    /// What was told of attempts since this was asked last.
    pub(super) fn take_told(&self) -> Vec<Value> {
        std::mem::take(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn asked<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a ExtensionScript> {
        self.extensions.iter().filter(move |one| one.wanted.is_empty() || one.wanted.iter().any(|it| it == topic))
    }
}

impl Extensions for Script {
    fn topics(&self) -> Vec<ExtensionTopic> {
        let of_one = |one: &ExtensionScript| one.topics.iter().map(|topic| topic.told(&one.name)).collect::<Vec<_>>();
        self.extensions.iter().flat_map(of_one).collect()
    }

    fn interests(&self) -> Vec<Interest> {
        let mut interests = Vec::new();
        for one in &self.extensions {
            let own = || one.topics.iter().map(|topic| topic.name.clone()).collect();
            for (hook, is_there, topics) in [
                (Hook::BuildData, one.build_data.is_some(), own()),
                (Hook::FilterData, one.filter_data.is_some(), one.wanted.clone()),
                (Hook::ShouldDeliver, one.should_deliver.is_some(), one.wanted.clone()),
                (Hook::FilterRequest, one.filter_request.is_some(), one.wanted.clone()),
                (Hook::AfterDelivery, one.after_delivery.is_some(), one.wanted.clone()),
            ] {
                if is_there {
                    interests.push(Interest { hook, topics });
                }
            }
        }
        interests
    }

    fn build_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        let owners = self.extensions.iter().filter(|one| one.topics.iter().any(|topic| topic.name == event.topic));
        changed(owners.filter_map(|one| one.build_data.as_ref()), data)
    }

    fn filter_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        changed(self.asked(&event.topic).filter_map(|one| one.filter_data.as_ref()), data)
    }

    fn should_deliver(&self, event: &EventContext, _: &str, _: &str) -> Result<bool, String> {
        for script in self.asked(&event.topic).filter_map(|one| one.should_deliver.as_ref()) {
            match script {
                VetoScript::Answer(true) => {}
                VetoScript::Answer(false) => return Ok(false),
                VetoScript::Refuse(words) => return Err(words.clone()),
            }
        }
        Ok(true)
    }

    fn filter_request(
        &self,
        delivery: &DeliveryContext,
        _: &[(String, String)],
    ) -> Result<Vec<(String, String)>, String> {
        let mut added = Vec::new();
        for script in self.asked(&delivery.event.topic).filter_map(|one| one.filter_request.as_ref()) {
            match script {
                HeadersScript::Add(headers) => {
                    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                    added.extend(headers.iter().map(|(name, value)| (name.clone(), text(value))));
                }
                HeadersScript::Refuse(words) => return Err(words.clone()),
            }
        }
        Ok(added)
    }

    fn after_delivery(&self, delivery: &DeliveryContext, outcome: &str) -> Result<(), String> {
        for one in self.asked(&delivery.event.topic).filter(|one| one.after_delivery.is_some()) {
            let mut outcome: Value = serde_json::from_str(outcome).map_err(|error| error.to_string())?;
            outcome["duration-ms"] = 0.into();
            let told = json!({
                "to": one.name,
                "delivery-id": delivery.delivery_id,
                "topic": delivery.event.topic,
                "attempt": delivery.attempt,
                "outcome": outcome,
            });
            self.told.lock().unwrap_or_else(PoisonError::into_inner).push(told);
        }
        Ok(())
    }
}

impl TopicScript {
    fn told(&self, extension: &str) -> ExtensionTopic {
        ExtensionTopic {
            name: self.name.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            group: self.group.clone(),
            schema: self.schema.as_ref().map(ToString::to_string),
            sample: self.sample.as_ref().map(ToString::to_string),
            extension: extension.to_owned(),
        }
    }
}

fn changed<'a>(scripts: impl Iterator<Item = &'a DataScript>, mut data: String) -> Result<String, String> {
    for script in scripts {
        match script {
            DataScript::Put(members) => data = with_members(&data, members),
            DataScript::Refuse(words) => return Err(words.clone()),
        }
    }
    Ok(data)
}

/// As text, because a parsed map would forget the order of its members.
fn with_members(data: &str, members: &Map<String, Value>) -> String {
    let more = Value::Object(members.clone()).to_string();
    match data.trim_end().strip_suffix('}') {
        Some(start) if start.trim() == "{" => more,
        Some(start) => format!("{start},{}", more.strip_prefix('{').unwrap_or_default()),
        None => data.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_put_behind_those_that_are_there() {
        let members = json!({ "b": [] }).as_object().unwrap().clone();
        assert_eq!(with_members(r#"{"z":{}}"#, &members), r#"{"z":{},"b":[]}"#);
        assert_eq!(with_members("{}", &members), r#"{"b":[]}"#);
    }
}
