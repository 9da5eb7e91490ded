"""The emulator as a distribution of its own, built from this checkout and installed where there is no Pulumi."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

import modelarts_emulator
from pulumi_modelarts._version import __version__
from tests import missing

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "tools" / "modelarts-emulator"
PACKAGE = Path(modelarts_emulator.__file__).parent
UV = Path(sys.executable).with_name("uv")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that sees nothing of this checkout; it does not raise."""
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def succeed(*command: str | Path, folder: Path) -> str:
    """Run a command that must succeed, and return what it prints."""
    done = run(*command, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a fresh environment `.venv` that has pytest, and hatchling to build with."""
    if not UV.exists():
        missing.skip("uv", f"no {UV}")
    folder = tmp_path_factory.mktemp("bare")
    succeed(UV, "venv", "--quiet", "--python", sys.executable, ".venv", folder=folder)
    done = run(UV, "pip", "install", "--quiet", "pytest", "hatchling", folder=folder)
    if done.returncode:
        missing.skip("a package registry", done.stderr)
    return folder


@pytest.fixture(scope="module")
def wheel(bare: Path) -> Path:
    """The wheel, built in `dist` from the checkout."""
    build(bare, "--wheel", "dist")
    (found,) = (bare / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(bare: Path, wheel: Path) -> Path:
    """Folder whose environment has the wheel and what it needs."""
    succeed(UV, "pip", "install", "--quiet", wheel, folder=bare)
    return bare


def build(bare: Path, *what: str) -> None:
    """Build with the environment's hatchling; the last word is the folder for the results."""
    *options, out = what
    python = bare / ".venv" / "bin" / "python"
    succeed(
        UV,
        "build",
        "--quiet",
        "--no-build-isolation",
        "--python",
        python,
        *options,
        "--out-dir",
        out,
        PROJECT,
        folder=bare,
    )


def package_files() -> set[str]:
    """What belongs into the wheel: all that is in the package's folder, save what Python caches there."""
    files = [path.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("*") if path.is_file()]
    return {path.as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_is_complete(wheel: Path) -> None:
    """It holds every file of the emulator, data and type marker included, the licence, and nothing else."""
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (info,) = {name.partition("/")[0] for name in names if ".dist-info/" in name}
        licence = archive.read(f"{info}/licenses/LICENSE").decode()

    assert {name for name in names if not name.startswith(info)} == package_files()
    assert "modelarts_emulator/py.typed" in names
    assert wheel.name == f"modelarts_emulator-{__version__}-py3-none-any.whl"
    assert licence == (ROOT / "LICENSE").read_text()


def test_a_source_distribution_gives_the_same_wheel(bare: Path, wheel: Path) -> None:
    """Where the checkout is not at hand, the source distribution is enough."""
    build(bare, "both")
    (other,) = (bare / "both").glob("*.whl")

    with ZipFile(wheel) as one, ZipFile(other) as two:
        assert {item.filename: item.CRC for item in one.infolist()} == {
            item.filename: item.CRC for item in two.infolist()
        }


def test_it_works_without_pulumi(installed: Path) -> None:
    """The command runs where nobody can import Pulumi."""
    binaries = installed / ".venv" / "bin"

    assert "documented: PatchPool" in succeed(binaries / "modelarts-emulator", "evidence", folder=installed)
    refused = run(binaries / "python", "-c", "import pulumi", folder=installed)
    assert "ModuleNotFoundError: No module named 'pulumi'" in refused.stderr


def test_its_readme_and_fixtures_work(installed: Path) -> None:
    """The program of its readme passes as a test, and the pytest plugin is found."""
    readme = (PROJECT / "README.md").read_text()
    program = readme.partition("```python\n")[2].partition("```")[0]
    fixture = "\n\ndef test_fixture(modelarts):\n    assert modelarts.clock.mode == 'frozen'\n"
    (installed / "test_it.py").write_text(program + fixture)

    assert "2 passed" in succeed(installed / ".venv" / "bin" / "pytest", "-q", "test_it.py", folder=installed)


def test_it_needs_what_the_emulator_needs() -> None:
    """Its requirements are those of the project, with YAML in the place of Pulumi, which brings it."""
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    own = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]

    assert own["dependencies"] == whole["dependencies"][1:]
    assert whole["dependencies"][0].startswith("pulumi>=")
    for name in ("license", "requires-python", "scripts", "entry-points"):
        assert own[name] == whole[name]
