"""Set the project up: a virtual environment with all packages, and a Pulumi CLI.

Runs on a bare Python 3.11 or newer. Usage: `python -m tools.setup [--packages-only | --without-cli-if-need-be]`.
"""

import sys

from tools import packages, pulumi_cli
from tools.paths import WHY_NO_CLI
from tools.steps import StepError, say


def main() -> int:
    """Do what is missing; print nothing when nothing is."""
    try:
        packages.ensure()
        if "--packages-only" not in sys.argv:
            _get_cli(needed="--without-cli-if-need-be" not in sys.argv)
    except KeyboardInterrupt:
        say("interrupted; run it again, what was done so far is kept")
        return 130
    except (StepError, pulumi_cli.NoCliError) as error:
        say(f"set-up failed: {error}")
        return 1
    return 0


def _get_cli(*, needed: bool) -> None:
    """Get a CLI; failing that, say so, leave the reason for the tests and go on, unless it is `needed`."""
    WHY_NO_CLI.unlink(missing_ok=True)
    try:
        pulumi_cli.ensure()
    except pulumi_cli.NoCliError as error:
        if needed:
            raise
        say(f"going on without: {error}")
        WHY_NO_CLI.write_text(str(error), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
