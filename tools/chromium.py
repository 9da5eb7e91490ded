"""Find the browser that the emulator's page is tested with, and install it where that can be done.

Nothing is installed on a machine whose owner did not ask: `make test` only looks, `.ci/run` calls this.
"""

import os
import shutil
import sys

from tools.steps import StepError, run, say

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""Programs that will do, the first one on PATH wins."""

PATIENCE = 600.0
"""Seconds for each of the two steps of an installation."""


def main() -> int:
    """Install a Chromium where there is none and it is possible; without one the tests that need it are skipped."""
    if find() is not None:
        return 0
    if refusal := _why_not():
        say(f"going on without a Chromium, its tests will be skipped: {refusal}")
        return 0
    try:
        _install()
    except StepError as error:
        say(f"going on without a Chromium, its tests will be skipped: {error}")
    return 0


def find() -> str | None:
    """Return the path of the browser; None when there is none on PATH."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def arguments() -> list[str]:
    """Return what a test starts the browser with: nothing that asks the network, and no sandbox where root has none."""
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    return ["--no-sandbox", *quiet] if os.geteuid() == 0 else quiet


def _why_not() -> str | None:
    """Return why this machine gets none; None when it can have one."""
    if shutil.which("apt-get") is None:
        return "there is no apt-get here; install one by hand"
    if os.geteuid() != 0:
        return "only root can install one; run `apt-get install chromium`"
    return None


def _install() -> None:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run("reading the lists of packages", ["apt-get", "update"], env=env, timeout=PATIENCE)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    run("installing Chromium for the tests of the emulator's page", command, env=env, timeout=PATIENCE)


if __name__ == "__main__":
    sys.exit(main())
