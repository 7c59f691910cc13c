//! What a webhook's name and topics may be.

use crate::call::Call;
use crate::catalogue;
use crate::config::Config;
use crate::endpoint_url::EndpointUrl;
use crate::envelope;
use crate::error::{FieldErrors, Result};
use crate::guard;
use crate::topic::Pattern;

const NAME_MAX: usize = 200;
const TOPICS_MAX: usize = 100;

impl Call<'_> {
    /// Checks the patterns of a webhook, drops repeated ones, and refuses names that no event can have.
    pub(super) fn parse_topics(&mut self, topics: &[String], errors: &mut FieldErrors) -> Result<Vec<String>> {
        if topics.len() > TOPICS_MAX {
            errors.add("topics", format!("{} topics; a webhook has at most {TOPICS_MAX}", topics.len()));
            return Ok(Vec::new());
        }
        let mut patterns: Vec<String> = Vec::with_capacity(topics.len());
        let mut names = Vec::new();
        for (index, text) in topics.iter().enumerate() {
            let field = format!("topics[{index}]");
            let Some(pattern) = errors.check(&field, Pattern::parse(text)) else { continue };
            if let Pattern::Exact(topic) = &pattern {
                names.push((field, topic.clone()));
            }
            let text = pattern.to_string();
            if !patterns.contains(&text) {
                patterns.push(text);
            }
        }
        let unknown = self.unknown_topics(names.iter().map(|(_, topic)| topic))?;
        for (field, topic) in &names {
            if unknown.contains(topic.as_str()) {
                errors.add(field.clone(), catalogue::unknown_topic(topic));
            }
        }
        Ok(patterns)
    }

    pub(super) fn default_name(&self) -> String {
        // The form that WooCommerce users know (facts: reference-systems.md §3.1).
        let date = envelope::date_for_people(self.now).unwrap_or_default();
        format!("Webhook created on {date}")
    }
}

/// Parses a URL, and refuses one that would never be called. Names may still resolve to addresses that are not.
pub(super) fn parse_url(url: &str, config: &Config) -> core::result::Result<EndpointUrl, String> {
    let url = EndpointUrl::parse(url, config.plain_http).map_err(|error| error.to_string())?;
    guard::check_endpoint(&url, &config.guard).map_err(|blocked| blocked.to_string())?;
    Ok(url)
}

pub(super) fn parse_name(name: &str) -> core::result::Result<String, String> {
    let name = name.trim();
    if name.is_empty() {
        Err("the name is empty; leave it out for a default name".to_owned())
    } else if name.chars().count() > NAME_MAX {
        Err(format!("the name has more than {NAME_MAX} characters"))
    } else if name.chars().any(char::is_control) {
        Err("the name holds a control character".to_owned())
    } else {
        Ok(name.to_owned())
    }
}
