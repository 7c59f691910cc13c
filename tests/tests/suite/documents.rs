//! The catalogue as documents: the same bytes from both subjects, and right in the eyes of each format's own tools.

mod fixture;
mod judges;

use std::collections::BTreeMap;

use hookwright_runtime::catalogue::{DocumentFormat, Filter, Query};
use hookwright_runtime::types::Paging;
use hookwright_tests::installation::{Installation, Kind};
use hookwright_tests::subject::Subject;
use serde_json::Value;

use crate::expect::invalid;
use fixture::{FORMATS, all, document, parsed, site};

both! {
    a_filter_leaves_out_topics_and_changes_no_name,
    the_data_of_a_document_are_those_of_the_list,
    a_search_text_that_no_database_takes_is_refused,
}

#[test]
fn both_subjects_write_the_same_bytes() {
    let [mut native, mut component] = Kind::ALL.map(site);
    let of = |source: &str| Filter { source: Some(source.to_owned()), ..all() };
    for format in FORMATS {
        for filter in [all(), of("woocommerce"), of("custom"), of("nowhere")] {
            let told = format!("{format:?} {filter:?}");
            let text = document(&mut native, format, filter.clone());
            assert_eq!(text, document(&mut component, format, filter.clone()), "{told}");
            assert_eq!(text, document(&mut component, format, filter), "{told}: twice the same");
        }
    }
}

fn a_filter_leaves_out_topics_and_changes_no_name(kind: Kind) {
    let mut site = site(kind);
    let names = |site: &mut Installation, filter: Filter| -> BTreeMap<String, Value> {
        let bundle = parsed(&document(site, DocumentFormat::JsonSchema, filter));
        bundle["$defs"].as_object().unwrap().clone().into_iter().collect()
    };
    let everything = names(&mut site, all());
    let shop = names(&mut site, Filter { source: Some("woocommerce".to_owned()), ..all() });
    assert_eq!(shop.len(), 2 * 17);
    let group = Some("Odd | group".to_owned());
    let odd = names(&mut site, Filter { group, search: Some("ODD.TOPIC".to_owned()), ..all() });
    assert_eq!(odd.keys().collect::<Vec<_>>(), ["OddTopic2Data", "OddTopic2Event"]);
    for (name, schema) in shop.iter().chain(&odd) {
        assert_eq!(everything.get(name), Some(schema), "{name}");
    }
    for format in FORMATS {
        let empty = document(&mut site, format, Filter { source: Some("nowhere".to_owned()), ..all() });
        assert!(!empty.contains("woocommerce"), "{format:?}: {empty}");
    }
}

fn the_data_of_a_document_are_those_of_the_list(kind: Kind) {
    let mut site = site(kind);
    let document = parsed(&document(&mut site, DocumentFormat::Json, all()));
    let told = document["topics"].as_array().unwrap();
    let mut listed = Vec::new();
    for page in 1..=10 {
        let paging = Paging { page, per_page: 100 };
        listed.extend(site.topics_find(Query { search: None, source: None, group: None, paging }).unwrap().items);
    }
    assert_eq!(told.len(), listed.len());
    for (told, listed) in told.iter().zip(&listed) {
        let texts = [&listed.name, &listed.title, &listed.description, &listed.group];
        assert_eq!(
            ["name", "title", "description", "group"].map(|key| told[key].as_str().unwrap()),
            texts.map(|t| &**t)
        );
        let maybe = |text: &Option<String>| text.as_deref().map_or(Value::Null, parsed);
        assert_eq!((&told["schema"], &told["sample"]), (&maybe(&listed.schema), &maybe(&listed.sample)));
    }
}

fn a_search_text_that_no_database_takes_is_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    let filter = Filter { search: Some("a\0b".to_owned()), ..all() };
    assert!(invalid(site.topics_document(DocumentFormat::Json, filter)).starts_with("search: "));
}
