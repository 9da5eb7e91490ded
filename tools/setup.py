"""Set the project up: a virtual environment with all packages, and a Pulumi CLI.

Runs on a bare Python 3.11 or newer. Usage: `python -m tools.setup [--packages-only]`.
"""

import sys

from tools import packages, pulumi_cli
from tools.steps import StepError, say


def main() -> int:
    """Do what is missing; print nothing when nothing is."""
    try:
        packages.ensure()
        if "--packages-only" not in sys.argv:
            pulumi_cli.ensure()
    except KeyboardInterrupt:
        say("interrupted; run it again, what was done so far is kept")
        return 130
    except (StepError, pulumi_cli.NoCliError) as error:
        say(f"set-up failed: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
