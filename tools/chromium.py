"""Find the browser that the emulator's page is tested with; as a program, install it where that can be done.

Nothing is installed on a machine whose owner did not ask for it: `make test` only looks, `.ci/run` runs this.
"""

import os
import shutil
import sys

from tools.steps import StepError, run, say

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""Programs that will do; the first one on PATH is taken."""

PATIENCE = 600.0
"""Seconds for each step of an installation."""


def main() -> int:
    """Install a browser where there is none; failing that, say so and go on, as only some tests need it."""
    ensure(is_root=os.geteuid() == 0)
    return 0


def ensure(*, is_root: bool) -> None:
    """Have a browser on PATH, if that is possible; say what is done, and why it cannot be.

    Args:
        is_root: True for the user who may install packages.
    """
    if find() is not None:
        return
    try:
        _install(is_root=is_root)
    except StepError as error:
        say(f"going on without Chromium, what needs it will be skipped: {error}")


def find() -> str | None:
    """Return the path of the browser; None when there is none on PATH."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def arguments() -> list[str]:
    """Return what to start it with: nothing that asks the network by itself, and no sandbox for root, who has none."""
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    return ["--no-sandbox", *quiet] if os.geteuid() == 0 else quiet


def _install(*, is_root: bool) -> None:
    """Install Debian's package.

    Raises:
        StepError: This machine has no apt-get, the user may not use it, or it failed.
    """
    if shutil.which("apt-get") is None:
        raise StepError("there is no apt-get here; install it by hand")
    if not is_root:
        raise StepError("only root can install it; run `apt-get install chromium`")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    run("reading the lists of packages", ["apt-get", "update"], env=env, timeout=PATIENCE)
    run("installing Chromium, to test the emulator's page", command, env=env, timeout=PATIENCE)
    if find() is None:
        raise StepError("its package has brought none of " + ", ".join(NAMES))


if __name__ == "__main__":
    sys.exit(main())
