//! What a new project in JavaScript or TypeScript consists of.

use super::{Carried, Template, carried};

pub(super) const JAVASCRIPT: Template = Template {
    own: carried!(
        "guest/plugin-templates/js" into "":
        ".gitignore",
        "README.md",
        "package.json",
        "src/plugin.js",
        "test/plugin.test.js",
    ),
    sdk: &[SDK, CONTRACT],
};

pub(super) const TYPESCRIPT: Template = Template {
    own: carried!(
        "guest/plugin-templates/ts" into "":
        ".gitignore",
        "README.md",
        "package.json",
        "src/plugin.ts",
        "test/plugin.test.ts",
        "tsconfig.json",
    ),
    sdk: &[SDK, CONTRACT],
};

const SDK: Carried = carried!(
    "guest/plugin-sdk-js/src" into "hookwright/":
    "clone.js",
    "component.js",
    "console.js",
    "definition.js",
    "encoding.js",
    "errors.js",
    "globals.js",
    "hooks.js",
    "host.js",
    "index.d.ts",
    "index.js",
    "package.json",
    "places.js",
    "testing.d.ts",
    "testing.js",
);

const CONTRACT: Carried = carried!("wit/plugin" into "hookwright/wit/": "plugin.wit");
