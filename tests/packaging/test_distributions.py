"""Both distributions, built from this checkout and installed where there is nothing else."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest

import modelarts_emulator
import pulumi_modelarts
from tests import missing
from tools import distributions
from tools.bare import Bare
from tools.distributions import Wheel
from tools.packages import UV
from tools.paths import EMULATOR, ROOT
from tools.steps import StepError

PACKAGES = {"modelarts-emulator": modelarts_emulator, "pulumi-modelarts": pulumi_modelarts}

OPEN_THE_EMULATOR = """
from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.handlers._sessions import Target, session_for
try:
    session_for(Target(Settings.resolve({"modelarts:endpoint": "emulator"}.get, {})))
except ConfigurationError as error:
    print(error)
"""

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Wheel, ...]:
    """The wheels of emulator and provider, each built from its source distribution."""
    if not UV.exists():
        missing.skip("uv", f"no {UV}")
    return distributions.build_both(tmp_path_factory.mktemp("dist"))


@pytest.fixture
def bare(tmp_path: Path, wheels: tuple[Wheel, ...]) -> Bare:
    """A bare environment with both."""
    return _with(tmp_path, *(wheel.path for wheel in wheels))


def _with(folder: Path, *what: str | Path) -> Bare:
    bare = Bare(folder / "bare")
    bare.make()
    try:
        bare.install(*what)
    except StepError as error:
        if "Failed to fetch" in str(error):
            missing.skip("a package registry", str(error))
        raise
    return bare


@pytest.mark.parametrize("name", PACKAGES)
def test_a_wheel_is_complete(wheels: tuple[Wheel, ...], name: str) -> None:
    """It holds every file of its package, data and type marker included, licence and notice, and nothing else."""
    (wheel,) = (wheel for wheel in wheels if wheel.name == name)
    package = Path(str(PACKAGES[name].__file__)).parent
    with ZipFile(wheel.path) as archive:
        names = set(archive.namelist())
        (info,) = {name.partition("/")[0] for name in names if ".dist-info/" in name}
        legal = {
            path.name: archive.read(f"{info}/licenses/{path.name}") for path in (ROOT / "LICENSE", ROOT / "NOTICE")
        }

    files = {path.relative_to(package.parent) for path in package.rglob("*") if path.is_file()}
    assert {name for name in names if not name.startswith(info)} == {
        path.as_posix() for path in files if "__pycache__" not in path.parts
    }
    assert f"{package.name}/py.typed" in names
    assert legal == {name: (ROOT / name).read_bytes() for name in ("LICENSE", "NOTICE")}


def test_no_file_belongs_to_both(wheels: tuple[Wheel, ...]) -> None:
    """What one distribution installs, the other does not."""
    one, other = (set(ZipFile(wheel.path).namelist()) for wheel in wheels)

    assert one & other == set()


def test_the_provider_requires_the_emulator_of_its_own_version(wheels: tuple[Wheel, ...]) -> None:
    """Both have one version, and upgrading the provider upgrades the emulator."""
    emulator, provider = wheels

    assert provider.version == emulator.version
    assert f"modelarts-emulator=={provider.version}" in provider.requires
    assert [each for each in emulator.requires if "modelarts" in each or "pulumi" in each] == []


def test_a_wheel_of_a_source_distribution_has_the_whole_readme(wheels: tuple[Wheel, ...]) -> None:
    """What an index shows came through the source distribution, each link a whole address."""
    links = re.findall(r"\]\((?!#)([^)]+)", wheels[1].readme)

    assert wheels[1].readme.lstrip().startswith("# pulumi-modelarts\n")
    assert [link for link in links if not link.startswith("https://")] == []


def test_removing_the_provider_leaves_the_emulator(bare: Bare) -> None:
    """The emulator goes on working without the provider, as command, fixture and transport."""
    bare.install("pytest")
    bare.uninstall("pulumi-modelarts")

    assert "documented: PatchPool" in bare.run(bare.program("modelarts-emulator"), "evidence")
    assert not bare.program("modelarts").exists()
    assert "2 passed" in _try_readme(bare)


def test_removing_the_emulator_leaves_the_provider(bare: Bare, wheels: tuple[Wheel, ...]) -> None:
    """The provider goes on working with the service, says what is missing for the emulator, and can have it back."""
    bare.uninstall("modelarts-emulator")

    said = bare.run(bare.program("modelarts"), "--version")
    missed = bare.run(bare.program("python"), "-c", OPEN_THE_EMULATOR)
    bare.run(bare.program("python"), "-c", "import pulumi_modelarts as m; m.ResourcePool, m.Provider")
    with pytest.raises(
        StepError, match="failed     ModelArts: modelarts:endpoint is emulator, and the emulator is not"
    ):
        bare.run(bare.program("modelarts"), "doctor", "--endpoint", "emulator")
    bare.install(wheels[0].path)

    assert said == f"modelarts {wheels[1].version}\n"
    assert missed == (
        "modelarts:endpoint is emulator, and the emulator is not installed here; "
        f"`pip install modelarts-emulator=={wheels[1].version}` brings it back, in a checkout "
        "`pip install ./tools/modelarts-emulator`\n"
    )
    assert "documented: PatchPool" in bare.run(bare.program("modelarts-emulator"), "evidence")


def test_the_emulator_works_without_pulumi(tmp_path: Path, wheels: tuple[Wheel, ...]) -> None:
    """Who installs the emulator alone has neither Pulumi nor the provider, and all that its readme shows."""
    bare = _with(tmp_path, wheels[0].path, "pytest")

    with pytest.raises(StepError, match="No module named 'pulumi'"):
        bare.run(bare.program("python"), "-c", "import pulumi")
    assert "2 passed" in _try_readme(bare)


def _try_readme(bare: Bare) -> str:
    """Run the program of the emulator's readme as a test, with one that asks for a fixture."""
    program = (EMULATOR / "README.md").read_text().partition("```python\n")[2].partition("```")[0]
    fixture = "\n\ndef test_fixture(modelarts):\n    assert modelarts.clock.mode == 'frozen'\n"
    (bare.folder / "test_it.py").write_text(program + fixture)
    return bare.run(bare.program("pytest"), "-q", "test_it.py")


def test_one_command_installs_a_checkout(tmp_path: Path) -> None:
    """What the readme says installs both from the checkout, while neither is on an index."""
    bare = Bare(tmp_path / "bare")
    bare.make()
    checkout, lines = "../pulumi-modelarts", (ROOT / "README.md").read_text().splitlines()
    (command,) = (line for line in lines if line.startswith(f".venv/bin/pip install {checkout}"))
    paths = [ROOT / word.removeprefix(checkout).lstrip("/") for word in command.split()[2:]]

    bare.run(bare.program("python"), "-m", "pip", "install", "--quiet", *paths)

    versions = {bare.run(bare.program(name), "--version").split()[1] for name in ("modelarts", "modelarts-emulator")}
    assert len(versions) == 1
    bare.run(bare.program("python"), "-m", "pip", "check")


@pytest.mark.parametrize("resolution", ["highest", "lowest"])
def test_the_example_runs_where_both_are_installed(
    tmp_path: Path, cli: Path, wheels: tuple[Wheel, ...], resolution: str
) -> None:
    """With the newest and with the oldest packages that are asked for, `pulumi up` makes the example true, once."""
    options = distributions.lowest(wheels) if resolution == "lowest" else []

    installed = distributions.try_out(wheels, tmp_path / "bare", options).splitlines()

    assert ("pulumi==3.216.0" in installed) is (resolution == "lowest")
    assert (cli / "pulumi").exists()
