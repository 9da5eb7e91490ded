"""Make the virtual environment of the project and keep it current.

What comes from a package index is in `tools/constraints.txt` with its version and its hashes, the builder of the
project's own distributions included: nothing else gets into the environment.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.paths import EMULATOR, ROOT, VENV
from tools.steps import StepError, run, say

PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"

_CONSTRAINTS = ROOT / "tools" / "constraints.txt"
_STAMP = VENV / ".installed"
_LOCKED = ["--require-hashes", "--requirement", str(_CONSTRAINTS)]
_OWN = ["--no-deps", "--no-build-isolation", "--editable", str(EMULATOR), "--editable", str(ROOT)]
_DECLARATIONS = [
    ROOT / "pyproject.toml",
    ROOT / "hatch_build.py",
    *(EMULATOR / name for name in ("pyproject.toml", "hatch_build.py")),
    _CONSTRAINTS,
]


def ensure() -> None:
    """Make `.venv` hold the project, its tools and its tests' packages; quick when it does already.

    Raises:
        StepError: The environment cannot be made or filled; the text says what the last attempt printed.
    """
    if _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == _fingerprint() and _works(PYTHON):
        return
    if not _works(PYTHON):
        _create()
    _fill()
    _STAMP.write_text(_fingerprint(), encoding="utf-8")


def installer() -> list[str]:
    """Return the command that installs packages: uv where the environment has it, else pip."""
    if UV.exists():
        return [str(UV), "pip", "install", "--compile-bytecode", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install"]


def _fingerprint() -> str:
    """Return what the content of the environment depends on, as a hash."""
    parts = [*(path.read_bytes() for path in _DECLARATIONS), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _works(python: Path) -> bool:
    """Tell whether the environment's interpreter still starts and is new enough."""
    code = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _create() -> None:
    """Create the environment with uv in it, in the quickest way that works."""
    try:
        run("creating .venv", [sys.executable, "-m", "venv", "--clear", "--without-pip", VENV])
        _install_uv([sys.executable, "-m", "pip", "--python", str(PYTHON)])
    except StepError as error:
        say(f"the quick way does not work here, creating .venv with its own pip instead: {error}")
        run("creating .venv with pip", [sys.executable, "-m", "venv", "--clear", VENV])
        _install_uv_with_own_pip()


def _install_uv_with_own_pip() -> None:
    """Install uv with the environment's pip; without uv, pip goes on alone."""
    try:
        _install_uv([str(PYTHON), "-m", "pip"])
    except StepError as error:
        say(f"there is no uv for this machine, going on with pip: {error}")


def _install_uv(pip: list[str]) -> None:
    """Install the uv of the constraints."""
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder) / "uv.txt"
        requirement.write_text(_locked("uv"), encoding="utf-8")
        run("installing uv", [*pip, "install", "--quiet", "--require-hashes", "--requirement", requirement])


def _locked(name: str) -> str:
    """Return what the constraints say of one package: its version and hashes."""
    lines = re.findall(rf"^{name}==.*(?:\n .*)*", _CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)
    return "\n".join(lines)


def _fill() -> None:
    """Install everything the project's verbs need, and then the project, with uv, else with pip."""
    if UV.exists():
        env = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
        try:
            run("installing packages", [*installer(), *_LOCKED], env=env)
            run("installing the project", [*installer(), *_OWN], env=env)
        except StepError as error:
            say(f"uv cannot install them (it does not read pip's settings), trying pip: {error}")
        else:
            return
    run("preparing pip", [PYTHON, "-m", "ensurepip", "--upgrade"])
    run("updating pip", [PYTHON, "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1"])
    run("installing packages with pip", [PYTHON, "-m", "pip", "install", *_LOCKED])
    run("installing the project with pip", [PYTHON, "-m", "pip", "install", *_OWN])
