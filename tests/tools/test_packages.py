"""What set-ups install is known beforehand, down to the bytes."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import packages
from tools.paths import EMULATOR, ROOT

CONSTRAINTS = ROOT / "tools" / "constraints.txt"
ENTRY = re.compile(r"[A-Za-z0-9._-]+==[^ ]+( ; [^\\]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n")


def test_each_package_has_its_version_and_hashes() -> None:
    """There is nothing in the constraints but versions with their hashes, and no place to load them from."""
    assert ENTRY.sub("", CONSTRAINTS.read_text(encoding="utf-8")) == ""


def test_everything_declared_is_there() -> None:
    """What both distributions, their builder, the checks and the tests ask for has its version in the constraints."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    own = tomllib.loads((EMULATOR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    declared = {name for group in groups.values() for name in group if isinstance(name, str)} | {*own}

    found = {line.partition("==")[0] for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if "==" in line}
    assert {canonicalize_name(Requirement(each).name) for each in declared} - found == set()


def test_the_installer_is_held_to_its_hashes_too() -> None:
    """uv, which installs the rest, is itself installed in the version of the constraints, with its hashes."""
    locked = packages._locked("uv")

    assert ENTRY.fullmatch(f"{locked}\n")
    assert locked.startswith("uv==")


def test_the_distributions_build_with_what_is_there() -> None:
    """What the builds of both ask for is in the group that set-ups install for them."""
    builds = [tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")) for folder in (ROOT, EMULATOR)]
    group = builds[0]["dependency-groups"]["build"]

    assert [each for build in builds for each in build["build-system"]["requires"] if each not in group] == []
