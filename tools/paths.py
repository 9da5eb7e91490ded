"""Where the project and its caches are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the checkout."""

EMULATOR = ROOT / "tools" / "modelarts-emulator"
"""What the distribution of the emulator is built from; the provider's is built from `ROOT`."""

VENV = ROOT / ".venv"
"""The virtual environment that `make setup` fills."""

WHY_NO_CLI = VENV / ".why-no-pulumi-cli"
"""Left by a set-up that went on without a Pulumi CLI, for the tests to say why they skip."""


def user_cache() -> Path:
    """Return the folder that all checkouts of one user share: built programs, SDK environments."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).expanduser() / "pulumi-modelarts"
