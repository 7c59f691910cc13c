//! A plugin that answers every hook in a way that a test can see. Also the source of tests/fixtures/plugin-0.1.0.wasm.
//!
//! Its settings: `{"mark": "…", "veto": "…", "refuse": "…"}`, all optional.

use hookwright_plugin::{
    Context, Data, Description, Error, Headers, Hook, Interest, Outcome, Plugin, Topic, export_plugin, log, now,
    random_bytes, settings,
};
use serde_json::{Value, json};

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Settings {
    /// What `filter_payload` puts into the data as `mark`.
    mark: Option<String>,
    /// The webhook that no event may go to.
    veto: Option<String>,
    /// The topic of which every event is refused.
    refuse: Option<String>,
}

/// The plugin.
#[derive(Debug)]
pub struct EveryHook;

impl Plugin for EveryHook {
    fn describe() -> Description {
        Description::new("every-hook", "0.1.0")
            .summary("Answers every hook in a way that a test can see.")
            .author("The Hookwright authors")
            .homepage("https://plugins.example.com/every-hook")
            .interest(Interest::new(Hook::BuildPayload))
            .interest(Interest::new(Hook::FilterPayload).priority(20))
            .interest(Interest::new(Hook::ShouldDeliver))
            .interest(Interest::new(Hook::FilterRequest))
            .interest(Interest::new(Hook::AfterDelivery))
            .topic(
                Topic::new("every_hook.called", "Every hook called")
                    .description("Published by tests.")
                    .schema(json!({ "type": "object", "required": ["built"] }))
                    .sample(json!({ "built": 7, "topic": "every_hook.called" })),
            )
            .settings_schema(json!({
                "type": "object",
                "properties": {
                    "mark": { "type": "string" }, "veto": { "type": "string" }, "refuse": { "type": "string" }
                },
                "additionalProperties": false
            }))
    }

    fn build_payload(context: &Context, data: Data) -> Result<Data, Error> {
        Data::of(&json!({ "built": data.read::<Value>()?, "topic": context.topic }))
    }

    fn filter_payload(context: &Context, data: Data) -> Result<Data, Error> {
        let settings: Settings = settings()?;
        if settings.refuse.as_ref() == Some(&context.topic) {
            return Err(Error::refused(format_args!("the settings refuse {}", context.topic)));
        }
        let mut data: Value = data.read()?;
        let Some(members) = data.as_object_mut() else {
            return Err(Error::invalid_input("the data must be an object"));
        };
        if let Some(mark) = settings.mark {
            members.insert("mark".to_owned(), mark.into());
        }
        Data::of(&data)
    }

    fn should_deliver(context: &Context, _: &Data) -> Result<bool, Error> {
        let settings: Settings = settings()?;
        Ok(settings.veto.is_none() || settings.veto != context.webhook_id)
    }

    fn filter_request(context: &Context, headers: &[(String, String)]) -> Result<Headers, Error> {
        let value = format!("attempt {} after {} headers", context.attempt.unwrap_or_default(), headers.len());
        Ok(vec![("X-Every-Hook".to_owned(), value)])
    }

    fn after_delivery(context: &Context, outcome: &Outcome) -> Result<(), Error> {
        let random = random_bytes(4).len();
        log::info(format_args!("{}: {} at {} with {random} bytes", context.event_id, outcome.state, now()));
        Ok(())
    }
}

export_plugin!(EveryHook);

#[cfg(test)]
mod tests {
    use super::*;
    use hookwright_plugin::testing;

    #[test]
    fn the_description_is_in_order() {
        assert_eq!(testing::faults::<EveryHook>(), [""; 0]);
    }

    #[test]
    fn each_setting_has_its_effect() {
        testing::set_settings(json!({ "mark": "m", "veto": "wh_1", "refuse": "order.deleted" }));
        let mut context = Context::of("order.created");
        let data = EveryHook::filter_payload(&context, Data::from("{}")).unwrap();
        assert_eq!(data.text(), r#"{"mark":"m"}"#);
        context.webhook_id = Some("wh_1".to_owned());
        assert_eq!(EveryHook::should_deliver(&context, &data), Ok(false));
        context.topic = "order.deleted".to_owned();
        assert!(matches!(EveryHook::filter_payload(&context, data), Err(Error::Refused(_))));
    }

    #[test]
    fn without_settings_nothing_is_vetoed_and_everything_is_logged() {
        testing::reset();
        assert_eq!(EveryHook::should_deliver(&Context::of("a"), &Data::from("{}")), Ok(true));
        let outcome = Outcome::read(r#"{"state":"delivered"}"#.to_owned()).unwrap();
        EveryHook::after_delivery(&Context::of("a"), &outcome).unwrap();
        assert_eq!(testing::take_log()[0].1, "evt_test: delivered at 1767225600000 with 4 bytes");
    }
}
