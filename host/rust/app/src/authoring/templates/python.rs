//! What a new project in Python consists of, and the SDK for a project that keeps no copy of it.

use super::{Carried, Template, carried};

pub(super) const PYTHON: Template = Template {
    own: carried!(
        "guest/plugin-templates/python" into "":
        ".gitignore",
        "README.md",
        "plugin.py",
        "pyproject.toml",
        "requirements.txt",
        "test_plugin.py",
    ),
    sdk: &[SDK, CONTRACT],
};

const SDK: Carried = carried!(
    "guest/plugin-sdk-python/hookwright_plugin" into "hookwright_plugin/":
    "__init__.py",
    "_author.py",
    "_calls.py",
    "_clock.py",
    "_component.py",
    "_context.py",
    "_description.py",
    "_environment.py",
    "_errors.py",
    "_faults.py",
    "_plugin.py",
    "_surroundings.py",
    "_traces.py",
    "_warm.py",
    "log.py",
    "py.typed",
    "testing.py",
);

const CONTRACT: Carried = carried!("wit/plugin" into "hookwright_plugin/wit/": "plugin.wit");

/// The SDK: paths below the folder that Python finds it in, and contents.
pub(in crate::authoring) fn sdk() -> impl Iterator<Item = (String, &'static str)> {
    [SDK, CONTRACT]
        .into_iter()
        .flat_map(|carried| carried.files.iter().map(move |(path, text)| (format!("{}{path}", carried.into), *text)))
}
