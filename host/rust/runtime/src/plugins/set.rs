//! Decides which plugins are active together, and in which order they are asked.
//!
//! Knows nothing of what they answer.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::active::{Active, ActivePlugin, Surroundings};
use super::hook::Hook;
use super::topic_name;

/// The plugins that are active at one time.
#[derive(Debug, Default)]
pub(crate) struct Set {
    /// In the order of activation.
    pub(crate) active: Vec<Arc<Active>>,
    /// By priority, then activation.
    routes: HashMap<Hook, Vec<Route>>,
}

/// That a plugin is asked at a hook.
#[derive(Debug)]
pub(crate) struct Route {
    priority: i32,
    pub(crate) active: Arc<Active>,
    /// Topic patterns; empty means all.
    pub(crate) topics: Vec<String>,
}

impl Set {
    /// Puts plugins together; those that stay keep their instances and their record.
    ///
    /// # Errors
    ///
    /// An [`ActivationError`] about the first two that exclude each other.
    pub(crate) fn new(
        mut given: Vec<ActivePlugin>,
        former: &Self,
        surroundings: &Arc<Surroundings>,
    ) -> Result<Self, ActivationError> {
        given.sort_by_key(|plugin| plugin.activation);
        check(&given)?;
        let active = given.into_iter().map(|given| {
            let staying = former.active.iter().find(|active| active.is(&given));
            staying.map_or_else(|| Arc::new(Active::new(given, Arc::clone(surroundings))), Arc::clone)
        });
        let active: Vec<Arc<Active>> = active.collect();
        let mut routes: HashMap<Hook, Vec<Route>> = HashMap::new();
        for active in &active {
            let description = active.plugin().description();
            for interest in &description.interests {
                let topics = match interest.hook {
                    Hook::BuildPayload => {
                        let own = description.topics.iter().map(|topic| &topic.name);
                        let own: Vec<_> = own.filter(|name| topic_name::is_wanted(&interest.topics, name)).collect();
                        if own.is_empty() {
                            continue;
                        }
                        own.into_iter().cloned().collect()
                    }
                    _ => interest.topics.clone(),
                };
                let route = Route { priority: interest.priority, active: Arc::clone(active), topics };
                routes.entry(interest.hook).or_default().push(route);
            }
        }
        for routes in routes.values_mut() {
            routes.sort_by_key(|route| (route.priority, route.active.activation()));
        }
        Ok(Self { active, routes })
    }

    /// Whom to ask at a hook, in order: without those that have been suspended and may be left out.
    pub(crate) fn routes(&self, hook: Hook) -> impl Iterator<Item = &Route> {
        let routes = self.routes.get(&hook).map_or(&[][..], Vec::as_slice);
        routes.iter().filter(|route| !route.active.is_suspended() || route.active.fails_closed())
    }

    /// As [`Set::routes`], for one topic.
    pub(crate) fn routes_of<'a>(&'a self, hook: Hook, topic: &'a str) -> impl Iterator<Item = &'a Active> {
        let wanting = self.routes(hook).filter(move |route| topic_name::is_wanted(&route.topics, topic));
        wanting.map(|route| route.active.as_ref())
    }
}

/// Why plugins cannot be active together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActivationError {
    /// Two have one name; perhaps two versions of one plugin.
    #[error("two active plugins are named `{0}`; deactivate one of them, perhaps its older version")]
    NameTwice(String),
    /// Two add one topic.
    #[error("the plugins `{first}` and `{second}` both add the topic `{topic}`; only one of them can be active")]
    TopicTwice {
        /// The topic.
        topic: String,
        /// The plugin that was activated before.
        first: String,
        /// The plugin that was activated after it.
        second: String,
    },
    /// The settings are no JSON object.
    #[error("the settings of plugin `{plugin}` are not a JSON object: {message}")]
    Settings {
        /// The plugin.
        plugin: String,
        /// What is wrong with them.
        message: String,
    },
}

fn check(given: &[ActivePlugin]) -> Result<(), ActivationError> {
    let mut owners: HashMap<&str, &str> = HashMap::new();
    let mut names = HashSet::new();
    for ActivePlugin { plugin, settings, .. } in given {
        let description = plugin.description();
        let name = description.name.as_str();
        if !names.insert(name) {
            return Err(ActivationError::NameTwice(name.to_owned()));
        }
        if let Err(error) = serde_json::from_str::<HashMap<String, IgnoredAny>>(settings) {
            return Err(ActivationError::Settings { plugin: name.to_owned(), message: error.to_string() });
        }
        for topic in &description.topics {
            if let Some(first) = owners.insert(&topic.name, name) {
                let (topic, first, second) = (topic.name.clone(), first.to_owned(), name.to_owned());
                return Err(ActivationError::TopicTwice { topic, first, second });
            }
        }
    }
    Ok(())
}
