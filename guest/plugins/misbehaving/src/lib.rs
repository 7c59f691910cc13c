//! A plugin that does what none should, as its settings say: for tests of what becomes of it.
//!
//! Its settings: `{"how": "loop", "hooks": ["filter-payload"]}`; see `README.md`.

use std::hint::black_box;

use hookwright_plugin::{
    Context, Data, Description, Error, Headers, Hook, Interest, Outcome, Plugin, Topic, export_plugin, now,
    random_bytes, settings,
};
use serde_json::{Value, json};

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Settings {
    how: Option<String>,
    hooks: Option<Vec<String>>,
}

/// Far more than any answer may have.
const LARGE: usize = 3_000_000;

/// The plugin.
#[derive(Debug)]
pub struct Misbehaving;

impl Plugin for Misbehaving {
    fn describe() -> Description {
        let hooks =
            [Hook::BuildPayload, Hook::FilterPayload, Hook::ShouldDeliver, Hook::FilterRequest, Hook::AfterDelivery];
        let description = Description::new("misbehaving", "1.0.0")
            .summary("Does what none should, for tests.")
            .author("The Hookwright authors")
            .topic(Topic::new("misbehaving.called", "Misbehaving called").sample(json!({ "a": 1 })))
            .settings_schema(json!({
                "type": "object",
                "properties": {
                    "how": { "type": "string" },
                    "hooks": { "type": "array", "items": { "type": "string" } }
                },
                "additionalProperties": false
            }));
        hooks.into_iter().fold(description, |description, hook| description.interest(Interest::new(hook)))
    }

    fn build_payload(_: &Context, data: Data) -> Result<Data, Error> {
        of_data("build-payload", data)
    }

    fn filter_payload(_: &Context, data: Data) -> Result<Data, Error> {
        of_data("filter-payload", data)
    }

    fn should_deliver(_: &Context, _: &Data) -> Result<bool, Error> {
        misbehave("should-deliver").map(|_| true)
    }

    fn filter_request(_: &Context, _: &[(String, String)]) -> Result<Headers, Error> {
        let header = |index: usize| (format!("x-misbehaving-{index}"), "1".to_owned());
        Ok(match misbehave("filter-request")?.as_deref() {
            Some("headers") => (0..21).map(header).collect(),
            Some("large") => vec![("x-misbehaving".to_owned(), "x".repeat(LARGE))],
            _ => vec![header(0)],
        })
    }

    fn after_delivery(_: &Context, _: &Outcome) -> Result<(), Error> {
        misbehave("after-delivery").map(drop)
    }
}

fn of_data(hook: &str, data: Data) -> Result<Data, Error> {
    Ok(match misbehave(hook)?.as_deref() {
        Some("not-json") => Data::from("{\"a\": nothing}"),
        Some("large") => Data::of(&Value::from("x".repeat(LARGE)))?,
        _ => data,
    })
}

/// Does what has no end, and gives what the hook has to do by itself.
fn misbehave(hook: &str) -> Result<Option<String>, Error> {
    let Settings { how, hooks } = settings()?;
    if hooks.is_some_and(|hooks| !hooks.iter().any(|name| name == hook)) {
        return Ok(None);
    }
    match how.as_deref() {
        Some("loop") => without_end(),
        Some("memory") => fill_memory(),
        Some("recursion") => drop(deeper(black_box(1))),
        Some("panic") => panic!("the settings want a panic in {hook}"),
        Some("fail") => {
            return Err(Error::other(format_args!("the settings want a failure\n  in {hook}\n  of line 3")));
        }
        Some("calls") => loop {
            black_box(now());
        },
        Some("random") => loop {
            black_box(random_bytes(65_536));
        },
        _ => {}
    }
    Ok(how)
}

fn without_end() {
    let mut count: u64 = 0;
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

fn fill_memory() {
    let mut all = Vec::new();
    loop {
        all.push(black_box(vec![1_u8; 1 << 20]));
    }
}

#[expect(unconditional_recursion, reason = "it is what the test wants")]
fn deeper(depth: u64) -> u64 {
    let below = deeper(black_box(depth.wrapping_add(1)));
    black_box(below).wrapping_add(depth)
}

export_plugin!(Misbehaving);

#[cfg(test)]
mod tests {
    use super::*;
    use hookwright_plugin::testing;

    #[test]
    fn the_description_is_in_order() {
        assert_eq!(testing::faults::<Misbehaving>(), [""; 0]);
    }

    #[test]
    fn it_behaves_where_no_setting_says_otherwise() {
        for settings in [json!({}), json!({ "how": "fail", "hooks": ["after-delivery"] })] {
            testing::set_settings(settings);
            let data = Misbehaving::filter_payload(&Context::of("order.created"), Data::from("1")).unwrap();
            assert_eq!(data.text(), "1");
        }
        testing::set_settings(json!({ "how": "not-json" }));
        let data = Misbehaving::filter_payload(&Context::of("order.created"), Data::from("1")).unwrap();
        assert!(serde_json::from_str::<Value>(data.text()).is_err());
    }
}
