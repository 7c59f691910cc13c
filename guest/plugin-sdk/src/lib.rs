//! What the author of a Hookwright plugin depends on: the trait [`Plugin`], the macro [`export_plugin!`], and what a
//! plugin may ask of its host. The guide is `guest/README.md`; the contract below is `wit/plugin/plugin.wit`.
//!
//! `hookwright plugins new NAME --lang rust` writes a whole project with this crate in it. It is a library crate of the
//! types `cdylib` (the WebAssembly module) and `rlib` (for its tests):
//!
//! ```toml
//! [lib]
//! crate-type = ["cdylib", "rlib"]
//!
//! [dependencies]
//! hookwright-plugin = { path = "hookwright-plugin" }
//! serde = { version = "1", features = ["derive"] }
//! serde_json = "1"
//! ```
//!
//! A whole one, which adds a topic and stamps the data of all orders with a region that the site owner sets:
//!
//! ```
//! use hookwright_plugin::{Context, Data, Description, Error, Hook, Interest, Plugin, Topic, export_plugin, log};
//! use serde_json::{Value, json};
//!
//! #[derive(serde::Deserialize)]
//! #[serde(default)]
//! struct Settings {
//!     region: String,
//! }
//!
//! impl Default for Settings {
//!     fn default() -> Self {
//!         Self { region: "eu".to_owned() }
//!     }
//! }
//!
//! struct Regions;
//!
//! impl Plugin for Regions {
//!     fn describe() -> Description {
//!         Description::new("regions", "1.0.0")
//!             .summary("Says which region an order belongs to.")
//!             .author("Example Ltd")
//!             .homepage("https://plugins.example.com/regions")
//!             .interest(Interest::new(Hook::FilterPayload).priority(20).topics(["order.*"]))
//!             .interest(Interest::new(Hook::BuildPayload))
//!             .topic(
//!                 Topic::new("region.closed", "Region closed")
//!                     .description("No order is taken from a region any more.")
//!                     .group("Regions")
//!                     .schema(json!({ "type": "object", "required": ["region"] }))
//!                     .sample(json!({ "region": "eu", "closed_at": 1_795_000_000_000_i64 })),
//!             )
//!             .settings_schema(json!({
//!                 "type": "object",
//!                 "properties": { "region": { "type": "string", "default": "eu" } },
//!                 "additionalProperties": false,
//!             }))
//!     }
//!
//!     fn build_payload(context: &Context, data: Data) -> Result<Data, Error> {
//!         let region: String = data.read()?;
//!         Data::of(&json!({ "region": region, "closed_at": context.occurred_at }))
//!     }
//!
//!     fn filter_payload(context: &Context, data: Data) -> Result<Data, Error> {
//!         let settings: Settings = hookwright_plugin::settings()?;
//!         let mut order: Value = data.read()?;
//!         let Some(members) = order.as_object_mut() else {
//!             return Err(Error::invalid_input("an order must be a JSON object"));
//!         };
//!         members.insert("region".to_owned(), settings.region.into());
//!         log::debug(format_args!("{} has a region", context.event_id));
//!         Data::of(&order)
//!     }
//! }
//!
//! export_plugin!(Regions);
//!
//! // A test of the plugin: natively, with what `testing` says instead of a host.
//! use hookwright_plugin::testing;
//!
//! testing::set_settings(json!({ "region": "us" }));
//! let data = Regions::filter_payload(&Context::of("order.created"), Data::from(r#"{"id":7}"#)).unwrap();
//! assert_eq!(data.text(), r#"{"id":7,"region":"us"}"#);
//! assert_eq!(testing::faults::<Regions>(), [""; 0]);
//! ```
//!
//! Everything here works on every target. On WebAssembly it speaks to the host; elsewhere `testing` stands in for
//! one, so that a plugin's logic is tested with plain `cargo test`.

mod context;
mod data;
mod description;
mod environment;
mod error;
pub mod log;
mod outcome;
mod plugin;
#[cfg(not(target_family = "wasm"))]
pub mod testing;

#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod bindings;
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod exports;

pub use context::Context;
pub use data::Data;
pub use description::{Description, FailurePolicy, Hook, Interest, Topic};
pub use environment::{now, random_bytes, settings, settings_text};
pub use error::Error;
pub use outcome::Outcome;
pub use plugin::Plugin;

/// Headers of a request: names and values, in order; a name may stand more than once.
pub type Headers = Vec<(String, String)>;

/// Makes a type that implements [`Plugin`] the plugin of this crate. Once in a crate, beside the type.
///
/// On WebAssembly it exports the functions that hosts call; on other targets it only checks the type.
#[macro_export]
macro_rules! export_plugin {
    ($plugin:ty) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Exported = $crate::exports::Exported<$plugin>;
    $crate::bindings::export!(Exported with_types_in $crate::bindings);
        };
        #[cfg(not(target_family = "wasm"))]
        const _: fn() -> $crate::Description = <$plugin as $crate::Plugin>::describe;
    };
}
