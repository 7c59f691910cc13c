//! What a topic is called in code: a name that every language takes, and no two topics share.

use std::collections::HashSet;

/// The names that were given out.
pub(super) struct Names(HashSet<String>);

impl Names {
    /// No names but these are taken.
    pub(super) fn new(reserved: &[&str]) -> Self {
        Self(reserved.iter().map(|name| (*name).to_owned()).collect())
    }

    /// `order.created` as `OrderCreated`; `OrderCreated2` where that is taken.
    pub(super) fn unique(&mut self, topic: &str) -> String {
        let name = pascal_case(topic);
        let mut unique = name.clone();
        let mut number = 1u32;
        while !self.0.insert(unique.clone()) {
            number += 1;
            unique = format!("{name}{number}");
        }
        unique
    }
}

fn pascal_case(topic: &str) -> String {
    let mut name = String::with_capacity(topic.len());
    for part in topic.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name } else { format!("Topic{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_in_one_form() {
        let mut names = Names::new(&["Hookwright"]);
        let topics =
            ["order.created", "order_created", "orderCreated", "2fa.enabled", "_", "hookwright", "order-created2"];
        let found = topics.map(|topic| names.unique(topic));
        let expected = [
            "OrderCreated",
            "OrderCreated2",
            "OrderCreated3",
            "Topic2faEnabled",
            "Topic",
            "Hookwright2",
            "OrderCreated22",
        ];
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn no_two_topics_share_a_name(topics in prop::collection::vec("[aA2._-]{0,6}", 0..40)) {
            let mut names = Names::new(&[]);
            let found: HashSet<String> = topics.iter().map(|topic| names.unique(topic)).collect();
            prop_assert_eq!(found.len(), topics.len());
            prop_assert!(found.iter().all(|name| name.starts_with(|first: char| first.is_ascii_uppercase())));
        }
    }
}
