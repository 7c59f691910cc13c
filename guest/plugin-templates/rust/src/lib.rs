//! My plugin, for Hookwright: a topic of its own, and a label in the data of every order.
//!
//! Hosts call the functions of `impl Plugin`. `cargo test` runs the tests below without one.

use hookwright_plugin::{
    Context, Data, Description, Error, Hook, Interest, Plugin, Topic, export_plugin,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What a site owner can set.
#[derive(Deserialize)]
#[serde(default)]
struct Settings {
    label: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            label: "new".to_owned(),
        }
    }
}

/// What an application publishes for the topic of this plugin.
#[derive(Deserialize)]
struct Happened {
    id: u64,
    #[serde(default)]
    note: String,
}

struct MyPlugin;

impl Plugin for MyPlugin {
    fn describe() -> Description {
        Description::new("my-plugin", env!("CARGO_PKG_VERSION"))
            .summary("Puts a label into orders, and tells when something has happened.")
            .author("Example Ltd")
            .interest(Interest::new(Hook::BuildPayload))
            .interest(Interest::new(Hook::FilterPayload).topics(["order.*"]))
            .topic(
                Topic::new("my_plugin.happened", "Something has happened")
                    .description("Say here when the event is published.")
                    .schema(json!({
                        "type": "object",
                        "required": ["id", "note", "happened_at"],
                        "properties": {
                            "id": { "type": "string" },
                            "note": { "type": "string" },
                            "happened_at": { "description": "Unix milliseconds.", "type": "integer" }
                        }
                    }))
                    .sample(json!({ "id": "7", "note": "The lamp is on.", "happened_at": 1_767_225_600_000_i64 })),
            )
            .settings_schema(json!({
                "type": "object",
                "properties": {
                    "label": { "description": "Is put into every order.", "type": "string", "default": "new" }
                },
                "additionalProperties": false
            }))
    }

    /// From what the application publishes to what receivers get.
    fn build_payload(context: &Context, data: Data) -> Result<Data, Error> {
        let happened: Happened = data.read()?;
        Data::of(&json!({
            "id": happened.id.to_string(),
            "note": happened.note,
            "happened_at": context.occurred_at
        }))
    }

    fn filter_payload(_: &Context, data: Data) -> Result<Data, Error> {
        let settings: Settings = hookwright_plugin::settings()?;
        let mut order: Map<String, Value> = data.read()?;
        order.insert("label".to_owned(), settings.label.into());
        Data::of(&order)
    }
}

export_plugin!(MyPlugin);

#[cfg(test)]
mod tests {
    use super::*;
    use hookwright_plugin::testing;

    #[test]
    fn a_host_takes_the_description() {
        assert_eq!(testing::faults::<MyPlugin>(), [""; 0]);
    }

    #[test]
    fn an_order_gets_the_label_of_the_settings() {
        let filter = || {
            MyPlugin::filter_payload(&Context::of("order.created"), Data::from(r#"{"id":7}"#))
                .unwrap()
        };
        assert_eq!(filter().text(), r#"{"id":7,"label":"new"}"#);
        testing::set_settings(json!({ "label": "seen" }));
        assert_eq!(filter().text(), r#"{"id":7,"label":"seen"}"#);
    }

    #[test]
    fn receivers_get_the_data_of_the_sample() {
        let mut context = Context::of("my_plugin.happened");
        context.occurred_at = 1_767_225_600_000;
        let published = Data::of(&json!({ "id": 7, "note": "The lamp is on." })).unwrap();
        let built: Value = MyPlugin::build_payload(&context, published)
            .unwrap()
            .read()
            .unwrap();
        let sample: Value =
            serde_json::from_str(MyPlugin::describe().topics()[0].sample_text().unwrap()).unwrap();
        assert_eq!(built, sample);
    }

    #[test]
    fn what_is_missing_is_told() {
        let error = MyPlugin::build_payload(&Context::of("my_plugin.happened"), Data::from("{}"))
            .unwrap_err();
        assert!(error.to_string().contains("missing field `id`"), "{error}");
    }
}
