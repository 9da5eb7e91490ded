"""Run a Pulumi verb on a stack of this project: `python -m tools.stack up --stack emulator`.

The example stacks are changed without a question, since only an emulator changes; for every other stack Pulumi
shows its preview and asks.
"""

import argparse
import os
import subprocess
import sys
from typing import NoReturn

from tools import shell_env
from tools.paths import ROOT
from tools.pulumi_cli import NoCliError
from tools.steps import say


def commands(verb: str, stack: str, extra: list[str]) -> list[list[str]]:
    """Return the commands that make up a verb; the last one is what was asked for."""
    if stack not in shell_env.EXAMPLES:
        return [["pulumi", verb, *extra]]
    if verb == "preview":
        return [["pulumi", "preview", "--diff", *extra]]
    if verb == "up":
        # The first shows every property that will change, the second the progress in each resource's row.
        return [["pulumi", "preview", "--diff"], ["pulumi", "up", "--yes", "--skip-preview", *extra]]
    return [["pulumi", verb, "--yes", *extra]]


def main() -> int:
    """Run the verb; the last command replaces this process, so that Ctrl-C reaches Pulumi alone."""
    parser = argparse.ArgumentParser(description="Run a Pulumi verb on a stack of this project.")
    parser.add_argument("verb", choices=["up", "preview", "refresh", "destroy"])
    parser.add_argument("--stack", default=shell_env.EXAMPLE)
    options, extra = parser.parse_known_args()
    try:
        env = os.environ | shell_env.variables(options.stack)
        shell_env.select(options.stack, env)
        *before, last = commands(options.verb, options.stack, extra)
        for command in before:
            print(f"$ {' '.join(command)}", flush=True)
            subprocess.run(command, cwd=ROOT, env=env, check=True)
    except NoCliError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    except subprocess.CalledProcessError as error:
        return error.returncode
    return _become(last, env)


def _become(command: list[str], env: dict[str, str]) -> NoReturn:
    """Let `command` replace this process."""
    print(f"$ {' '.join(command)}", flush=True)
    os.chdir(ROOT)
    os.execvpe(command[0], command, env)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    sys.exit(main())
