//! The topics that come with the component: a table made by `build.rs` from the packs in `catalogue/`.

use super::TopicInfo;
use crate::topic::{self, Topic};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// A topic of a built-in pack.
struct Builtin {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    group: &'static str,
    sources: &'static [&'static str],
    sample: &'static str,
}

/// Names that exist by their form.
struct Family {
    prefix: &'static str,
    title: &'static str,
    description: &'static str,
    group: &'static str,
    source: &'static str,
    /// What the rest of the name begins with.
    allowed_prefixes: &'static [&'static str],
    denied: &'static [&'static str],
    example: &'static str,
    sample: &'static str,
}

/// All of them, in the order of their packs; a family by its example.
pub(super) fn builtin_topics() -> impl Iterator<Item = TopicInfo> {
    TOPICS.iter().map(TopicInfo::from).chain(FAMILIES.iter().map(|family| family.info(family.example)))
}

/// What the names of a family begin with, when this is the family's example; else nothing.
pub(crate) fn family_beginnings(name: &str) -> Vec<String> {
    let family = FAMILIES.iter().find(|family| family.example == name);
    let beginnings =
        |family: &Family| family.allowed_prefixes.iter().map(|allowed| format!("{}{allowed}", family.prefix)).collect();
    family.map(beginnings).unwrap_or_default()
}

pub(super) fn did_you_mean(name: &str) -> String {
    topic::suggest(name, TOPICS.iter().map(|topic| topic.name))
        .map(|near| format!(" (did you mean {near}?)"))
        .unwrap_or_default()
}

fn position(name: &str) -> Option<&'static Builtin> {
    let found = BY_NAME.binary_search_by(|index| TOPICS[usize::from(*index)].name.cmp(name)).ok()?;
    TOPICS.get(usize::from(BY_NAME[found]))
}

pub(super) fn is_builtin(name: &str) -> bool {
    position(name).is_some() || family(name).is_some()
}

pub(super) fn builtin(name: &str) -> Option<TopicInfo> {
    position(name).map(TopicInfo::from).or_else(|| family(name).map(|family| family.info(name)))
}

/// Whether the topic exists by the form of its name, so that its data have no form of their own.
pub(super) fn is_of_family(name: &str) -> bool {
    position(name).is_none() && family(name).is_some()
}

fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| {
        name.strip_prefix(family.prefix)
            .is_some_and(|rest| family.allowed_prefixes.iter().any(|prefix| rest.starts_with(prefix)))
            && !family.denied.contains(&name)
            && Topic::parse(name).is_ok()
    })
}

impl Family {
    fn info(&self, name: &str) -> TopicInfo {
        TopicInfo {
            name: name.to_owned(),
            title: self.title.to_owned(),
            description: self.description.to_owned(),
            group: self.group.to_owned(),
            sources: vec![self.source.to_owned()],
            schema: None,
            sample: Some(self.sample.to_owned()),
            ..TopicInfo::default()
        }
    }
}

impl From<&Builtin> for TopicInfo {
    fn from(topic: &Builtin) -> Self {
        Self {
            name: topic.name.to_owned(),
            title: topic.title.to_owned(),
            description: topic.description.to_owned(),
            group: topic.group.to_owned(),
            sources: topic.sources.iter().map(|source| (*source).to_owned()).collect(),
            schema: None,
            sample: Some(topic.sample.to_owned()),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn count(source: &str) -> usize {
        TOPICS.iter().filter(|topic| topic.sources.contains(&source)).count()
    }

    #[test]
    fn packs_are_complete() {
        // facts: reference-systems.md §2.4, §2.11, §3.2, §4.7, §5
        assert_eq!(count("ultimate-multisite"), 23);
        assert_eq!(count("wp-ultimo"), 8);
        assert_eq!(count("woocommerce"), 16);
        assert_eq!(count("wink"), 105);
        assert_eq!(count("easy-lms"), 3);
        assert!(is_builtin("account_created") && is_builtin("payment_received"));
    }

    #[test]
    fn every_sample_satisfies_the_schema_that_is_inferred_from_it() {
        for topic in builtin_topics() {
            let sample = topic.sample.unwrap();
            let schema = crate::json_schema::Schema::parse(&crate::export::inferred_schema(&sample)).unwrap();
            assert_eq!(schema.violations(&serde_json::from_str(&sample).unwrap(), 9), [], "{}", topic.name);
        }
    }

    #[test]
    fn every_name_is_a_topic_and_every_sample_is_json() {
        for topic in &TOPICS {
            assert!(Topic::parse(topic.name).is_ok(), "{}", topic.name);
            assert_eq!(json::compact(topic.sample).as_deref(), Ok(topic.sample), "{}", topic.name);
        }
    }

    #[test]
    fn action_topics_exist_by_their_form() {
        let check = |name: &str, known: bool| assert_eq!(is_builtin(name), known, "{name}");
        check("action.woocommerce_payment_complete", true);
        check("action.wc_anything", true);
        check("action.woocommerce_login_credentials", false);
        check("action.woocommerce_product_csv_importer_check_import_file_path", false);
        check("action.woocommerce_webhook_should_deliver", false);
        check("action.save_post", false);
        check("action.", false);
    }
}
