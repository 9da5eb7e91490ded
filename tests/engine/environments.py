"""The interpreters and SDK versions that dynamic providers are hosted with.

Each pair is a virtual environment in the user's cache, made when a test first asks for it. They hold the package's
runtime dependencies only; the package itself is taken from the checkout.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tools.paths import user_cache

NEWEST_SDK = version("pulumi")
OWN_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

SDKS = ("3.216.0", "3.259.0", NEWEST_SDK)
"""The oldest that is supported, the one of the pinned CLI, and the one that the project is developed with."""

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


class UnavailableError(Exception):
    """An environment cannot be made here; the text says why."""


@dataclass(frozen=True)
class Environment:
    """A Python and an SDK."""

    python: str
    sdk: str

    def __str__(self) -> str:
        """Name for test ids: `py3.12-sdk3.216.0`."""
        return f"py{self.python}-sdk{self.sdk}"

    def interpreter(self) -> Path:
        """Return the environment's interpreter, making the environment if needed.

        Raises:
            UnavailableError: There is no such Python here, or its packages cannot be installed.
        """
        if self == OWN:
            return Path(sys.executable)
        folder = user_cache() / "engine" / str(self)
        folder.parent.mkdir(parents=True, exist_ok=True)
        ready = folder / "ready"
        with folder.with_suffix(".lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                self._make(folder)
                ready.touch()
        return folder / "bin" / "python"

    def _make(self, folder: Path) -> None:
        uv = Path(sys.prefix) / "bin" / "uv"
        if not uv.exists():
            raise UnavailableError("uv is not installed")
        _quietly([uv, "venv", "--clear", "--python", _find_python(self.python), folder])
        wanted = [f"pulumi=={self.sdk}", f"httpx=={version('httpx')}", f"pydantic=={version('pydantic')}"]
        _quietly([uv, "pip", "install", "--compile-bytecode", "--python", folder / "bin" / "python", *wanted])


OWN = Environment(OWN_PYTHON, NEWEST_SDK)

OF_SDKS = tuple(Environment(OWN_PYTHON, sdk) for sdk in SDKS)
"""For what depends on the SDK alone."""

MATRIX = tuple(dict.fromkeys([*OF_SDKS, *(Environment(each, NEWEST_SDK) for each in PYTHONS)]))
"""Every SDK on the running Python, and every Python with the newest SDK."""


def _find_python(wanted: str) -> Path:
    """Return an interpreter of that version from PATH, pyenv or wherever uv knows one."""
    candidates = [Path(sys.base_prefix) / "bin" / f"python{wanted}"]
    if on_path := shutil.which(f"python{wanted}"):
        candidates.append(Path(on_path))
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates += sorted(pyenv.glob(f"versions/{wanted}.*/bin/python{wanted}"))
    for candidate in candidates:
        if candidate.exists() and _is(candidate, wanted):
            return candidate
    found = _run([Path(sys.prefix) / "bin" / "uv", "python", "find", wanted])
    if found.returncode == 0 and _is(Path(found.stdout.strip()), wanted):
        return Path(found.stdout.strip())
    raise UnavailableError(f"there is no Python {wanted}")


def _is(python: Path, wanted: str) -> bool:
    """Tell whether it runs and is that version: pyenv's shims exist for versions that do not run."""
    answer = _run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    return answer.returncode == 0 and answer.stdout.strip() == wanted


def _quietly(command: list[str | Path]) -> None:
    answer = _run(command)
    if answer.returncode != 0:
        what = " ".join(str(part) for part in command[1:3])
        raise UnavailableError(f"uv {what} failed: {answer.stderr.strip()[-300:]}")


def _run(command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)
