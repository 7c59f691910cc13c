//! The door for callers that do not know the interface when they are compiled: any export by its name, arguments and
//! answers as JSON text. What stands in wit/webhooks decides the shapes, so a changed interface changes nothing here.
//!
//! Decides how a value of the interface is written in JSON; refuses to know what any function means.
//!
//! | in the WIT | in JSON |
//! | --- | --- |
//! | `bool`, `string` | the same |
//! | integers of any size | an integer, exact |
//! | `list<u8>` | base64 text, standard alphabet, padded |
//! | other lists, tuples | an array |
//! | record | an object with the field names of the WIT; a field that is none may be left out |
//! | `option<T>` | null, or T |
//! | enum | its name |
//! | variant | its name, or `{"name": payload}` |
//! | `result<T, E>` | `{"ok": T}` or `{"err": E}` |
//!
//! A call of a [`DynamicInstance`] runs on the caller's thread, and so do the imports that it asks for. In Rust,
//! [`Hookwright::call_by_name`](crate::Hookwright::call_by_name) does the same on a running host.

mod by_name;
mod component;
mod failure;
mod instance;
mod json;
mod publish;
mod shape;

pub use component::DynamicComponent;
pub(crate) use component::Exports;
pub use failure::DynamicError;
pub use instance::{DynamicImports, DynamicInstance};
