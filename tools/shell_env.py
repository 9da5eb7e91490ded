"""What a shell needs so that plain `pulumi` commands work on the stacks of this project.

`eval "$(make -s env)"` takes it over into the shell. The user's own Pulumi login stays as it is: the backend
is chosen by a variable, not by `pulumi login`. For the example stacks the backend is a folder inside the
checkout and the passphrase is a public one, because they hold no secret; other stacks keep what the
user has set, and Pulumi asks for their passphrase itself.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from pulumi_modelarts.api.credentials import PASSPHRASE, PUBLIC_PASSPHRASE
from tools import pulumi_cli
from tools.paths import ROOT
from tools.steps import say

EXAMPLE = "emulator"
"""The stack that is meant where none is named."""

EXAMPLES = (EXAMPLE, "team", "platform", "team-blue")
"""The stacks that need no account."""

_PUBLIC_NOTE = (
    "PULUMI_CONFIG_PASSPHRASE of this shell is that of the example, which is public: no keys of an account here. "
    'They belong into a folder and a stack of your own; see "Use it" in README.md.'
)


def variables(stack: str) -> dict[str, str]:
    """Return the variables to set for `stack`.

    Raises:
        NoCliError: There is no Pulumi CLI.
    """
    backend = f"file://{quote(str(ROOT))}"
    folder = pulumi_cli.ensure()
    if stack in EXAMPLES:
        chosen = {"PULUMI_BACKEND_URL": backend, PASSPHRASE: PUBLIC_PASSPHRASE}
    else:
        chosen = {"PULUMI_BACKEND_URL": os.environ.get("PULUMI_BACKEND_URL", backend)}
    return chosen | {"PULUMI_SKIP_UPDATE_CHECK": "true", "PATH": _path_with(folder)}


def select(stack: str, env: dict[str, str]) -> None:
    """Make `stack` exist and be the one that plain commands mean; one without a program has to exist already.

    Raises:
        CalledProcessError: Pulumi refused; it has said why on standard error.
    """
    known = sorted(path.stem.replace("_", "-") for path in (ROOT / "stacks").glob("*.py"))
    has_program = stack.rpartition("/")[2] in known
    if not has_program:
        say(f"No program in stacks/ is that of a stack {stack!r}, so that none is made. There are {', '.join(known)}.")
    command = ["pulumi", "stack", "select", *(["--create"] if has_program else []), stack]
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=sys.stderr)


def _path_with(folder: Path) -> str:
    """Return PATH such that `pulumi` is the one in `folder`."""
    path = os.environ.get("PATH", os.defpath)
    found = shutil.which("pulumi", path=path)
    return path if found and Path(found).parent == folder else f"{folder}{os.pathsep}{path}"


def main() -> int:
    """Print the variables as shell commands."""
    parser = argparse.ArgumentParser(description="Print what a shell needs for plain pulumi commands.")
    parser.add_argument("--stack", default=EXAMPLE)
    stack = parser.parse_args().stack
    try:
        chosen = variables(stack)
        select(stack, os.environ | chosen)
    except pulumi_cli.NoCliError as error:
        say(str(error))
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    if stack in EXAMPLES:
        say(_PUBLIC_NOTE)
    for name, value in chosen.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
