//! What a new project in Rust consists of.

use super::{Carried, Template, carried};

pub(super) const RUST: Template = Template {
    own: carried!("guest/plugin-templates/rust" into "": ".gitignore", "Cargo.toml", "README.md", "src/lib.rs"),
    sdk: &[SDK_MANIFEST, SDK, CONTRACT],
};

/// That of the SDK in the repository leans on the repository's workspace.
const SDK_MANIFEST: Carried = carried!("guest/plugin-templates/rust-sdk" into "hookwright-plugin/": "Cargo.toml");

const SDK: Carried = carried!(
    "guest/plugin-sdk/src" into "hookwright-plugin/src/":
    "bindings.rs",
    "context.rs",
    "data.rs",
    "description.rs",
    "environment.rs",
    "error.rs",
    "exports.rs",
    "lib.rs",
    "log.rs",
    "outcome.rs",
    "plugin.rs",
    "testing.rs",
    "testing/faults.rs",
);

const CONTRACT: Carried = carried!("wit/plugin" into "hookwright-plugin/wit/": "plugin.wit");

#[cfg(test)]
mod tests {
    use super::*;

    /// What follows `name = ` in a line of a manifest.
    fn value<'m>(manifest: &'m str, name: &str) -> Option<&'m str> {
        manifest.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "))
    }

    #[test]
    fn the_manifest_of_the_sdk_is_that_of_the_repository_without_its_workspace() {
        let [(_, carried)] = SDK_MANIFEST.files else { panic!("{SDK_MANIFEST:?}") };
        let workspace = include_str!("../../../../../../Cargo.toml");
        let own = include_str!("../../../../../../guest/plugin-sdk/Cargo.toml");
        let mut dependencies = 0;
        for line in own.lines().take_while(|line| *line != "[dev-dependencies]") {
            if let Some((name, _)) = line.split_once(".workspace = true") {
                dependencies += usize::from(value(workspace, name).is_some_and(|value| value.starts_with('{')));
                assert_eq!(value(carried, name), value(workspace, name), "{name}");
            } else {
                assert!(carried.lines().any(|other| other == line), "{line}");
            }
        }
        assert_eq!(dependencies, 3);
    }
}
