"""What `hookwright plugins build` runs: componentize-py makes a component of the author's files and of the SDK.

Gets one argument, a JSON object with folders and files: `tools` (where componentize-py lies), `work` (an empty folder),
`project`, `sdk` (the folder that holds `hookwright_plugin`), `packages` (a virtual environment's folder with what the
plugin needs), `wit` and `out`. Ends with code 2 and a message on standard error where the author's files are at fault.
"""

import json
import os
import pathlib
import sys
import textwrap

STEPS = json.loads(sys.argv[1])
WORK = pathlib.Path(STEPS["work"])


def main() -> int:
    sys.path.insert(0, STEPS["tools"])
    os.environ["RUST_BACKTRACE"] = "0"
    # Else the packages of this machine would be on the path.
    os.environ["VIRTUAL_ENV"] = STEPS["packages"]
    # The Python that runs inside leaves no files in the author's folder.
    WORK.joinpath("sitecustomize.py").write_text("import sys\n\nsys.dont_write_bytecode = True\n", encoding="utf-8")
    sys.argv = ["componentize-py", "--quiet", "--wit-path", STEPS["wit"], "--world", "plugin", "componentize"]
    for folder in (STEPS["work"], STEPS["project"], STEPS["sdk"]):
        sys.argv += ["--python-path", folder]
    sys.argv += ["--stub-wasi", "hookwright_plugin._component", "--output", STEPS["out"]]
    from componentize_py import script

    try:
        script()
    except AssertionError as error:
        print(told(str(error)), file=sys.stderr)
        return 2
    return 0


def told(text: str) -> str:
    """What the author has to read of what componentize-py says: the cause, without the way to it through the SDK."""
    whole, _, cause = text.partition("\n\nCaused by:\n")
    kind, _, fault = textwrap.dedent(cause).strip().partition(": ")
    printed = whole.partition("Traceback (most recent call last):")[0].strip()
    return "\n".join(filter(None, [printed, fault])) if kind == "NotAPlugin" else text.strip()


if __name__ == "__main__":
    sys.exit(main())
