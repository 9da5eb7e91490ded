"""Find a Pulumi CLI, or get one.

In this order, the reason for every refusal being printed:

1. `pulumi` on PATH, or in `~/.pulumi/bin`, if it is recent enough and has a Python language host;
2. the one an earlier set-up left in the user's cache;
3. the official release, held to its checksum, into that cache;
4. a build from the pinned Go modules in `tools/pulumi-cli/`, into that cache.

The cache (`~/.cache/pulumi-modelarts`, or under `XDG_CACHE_HOME`) serves every checkout, and `~/.pulumi`
stays as it is.
"""

import fcntl
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import go_build, release_archive
from tools.paths import user_cache
from tools.steps import StepError, say

OLDEST = (3, 216, 0)
"""The oldest CLI taken: Pulumi numbers CLI and SDK alike, and this is the oldest SDK the package supports."""

PINNED = go_build.VERSION
"""The version that is installed or built, because the tests are known to pass with it."""

RELEASES = "https://get.pulumi.com/releases/sdk"

CHECKSUMS = {
    "darwin-arm64": "57c27f179e527e2cf9f62b841a448af72a020e44b2fb4ee0d9bd85556c00c864",
    "darwin-x64": "eaca4c3b8277bfa3ab061fa3b270d1c66358a0b2e613da8c5587a04b7226c534",
    "linux-arm64": "edc8327463a72160bb36cf82cf5062da9c8a244290a706d9980988e7bf486853",
    "linux-x64": "94ba357acac23d01474084c4b00098dc0f7bc70ce13f34c777459254a5f718e5",
}
"""SHA-256 of the archives of the pinned version, as Pulumi's own Homebrew formula has them."""

_ARCHITECTURES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


class NoCliError(Exception):
    """No usable CLI could be found or made; the text gives every way that was tried and why it failed."""


def ensure() -> Path:
    """Return the folder of a usable CLI, getting one first where there is none.

    Raises:
        NoCliError: Nothing worked.
    """
    refusals: list[str] = []
    if found := find(refusals):
        return found
    for refusal in refusals:
        say(refusal)
    target = cache_folder()
    with _one_at_a_time(target.parent):
        if (target / "pulumi").exists():
            return target
        for doing, get in (("the official release", _download), ("a build from Go modules", go_build.build)):
            say(f"getting the Pulumi CLI {PINNED} with {doing}, into {target}")
            try:
                _get_whole(get, target)
            except StepError as error:
                refusals.append(f"{doing}: {error}")
                say(f"this does not work here: {error}")
            else:
                return target
    raise NoCliError("no Pulumi CLI can be had:\n" + "\n".join(f"- {refusal}" for refusal in refusals))


def find(refusals: list[str]) -> Path | None:
    """Return the folder of a usable CLI that is there already, or None; `refusals` receives the reasons."""
    on_path = shutil.which("pulumi")
    candidates = {
        "on PATH": Path(on_path) if on_path else None,
        "in ~/.pulumi/bin": Path.home() / ".pulumi" / "bin" / "pulumi",
        "in the user's cache": cache_folder() / "pulumi",
    }
    for place, program in candidates.items():
        if program is None or not program.exists():
            refusals.append(f"no Pulumi CLI {place}")
        elif reason := _refuse(program):
            refusals.append(f"the Pulumi CLI {place} is not taken: {reason}")
        else:
            return program.parent
    return None


def cache_folder() -> Path:
    """Return where this project puts a CLI that it had to get."""
    return user_cache() / f"pulumi-{PINNED}" / "bin"


def _refuse(program: Path) -> str | None:
    """Return why a CLI is of no use, or None if it is usable."""
    try:
        answer = subprocess.run(
            [program, "version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        return f"`{program} version` failed: {error}"
    numbers = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer)
    if not numbers:
        return f"`{program} version` says {answer!r}"
    if tuple(map(int, numbers.groups())) < OLDEST:
        return f"it is {answer}, older than {'.'.join(map(str, OLDEST))}"
    if not (program.parent / go_build.LANGUAGE_HOST).exists() and not shutil.which(go_build.LANGUAGE_HOST):
        return f"it has no {go_build.LANGUAGE_HOST} beside it"
    return None


def _download(folder: Path) -> None:
    """Get the release of the pinned version into `folder`, leaving shell profiles and `~/.pulumi` alone.

    Raises:
        StepError: There is none for this machine, or the download failed or is not what it should be.
    """
    machine = f"{platform.system().lower()}-{_ARCHITECTURES.get(platform.machine().lower(), platform.machine())}"
    if machine not in CHECKSUMS:
        raise StepError(f"its checksum is known for {', '.join(CHECKSUMS)}, and this is {machine}")
    release_archive.get(f"{RELEASES}/pulumi-v{PINNED}-{machine}.tar.gz", CHECKSUMS[machine], folder)


def _get_whole(get: go_build.Getter, target: Path) -> None:
    """Let `get` fill a folder beside `target` and move it into place, so that half of one never counts."""
    partial = target.parent.with_name(f"{target.parent.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "bin").mkdir(parents=True)
    get(partial / "bin")
    if reason := _refuse(partial / "bin" / "pulumi"):
        raise StepError(f"what it made is of no use: {reason}")
    shutil.rmtree(target.parent, ignore_errors=True)
    partial.rename(target.parent)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other set-up of this user is getting a CLI."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is getting a Pulumi CLI; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Print the folder of the CLI, or why there is none."""
    try:
        print(ensure())
    except NoCliError as error:
        say(str(error))
        say("install one by hand (https://www.pulumi.com/docs/install/) and run this again")
        return 1
    except KeyboardInterrupt:
        say("interrupted; what was downloaded and compiled so far is kept for the next try")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
