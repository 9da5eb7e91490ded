"""Where the version comes from: a tag, and where there is none, a number that installs nevertheless."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import modelarts_emulator
import pulumi_modelarts
from modelarts_emulator.__main__ import main as emulator_main
from pulumi_modelarts.cli.__main__ import main as provider_main
from tools.distributions import Wheel, check_tag
from tools.paths import EMULATOR, ROOT
from tools.steps import StepError

TOLD_BY_HATCHLING = """
import os, sys, warnings
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
warnings.simplefilter("ignore")
for root in sys.argv[1:]:
    os.chdir(root)
    print(ProjectMetadata(root, PluginManager()).version)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one commit, which has what the versions of both distributions are made from."""
    folder = tmp_path / "checkout"
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "tools/modelarts-emulator/pyproject.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "tools" / "modelarts-emulator" / "hatch_build.py").touch()
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def git(folder: Path, *words: str) -> None:
    """Run git without the settings of whoever runs the tests."""
    who = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "tag.gpgsign=false",
    ]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)  # noqa: S607 - the one on PATH


def commit(folder: Path) -> None:
    """Record everything."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "one")


def versions(checkout: Path) -> list[str]:
    """The versions that a build would give the provider and the emulator."""
    folders = [checkout, checkout / "tools" / "modelarts-emulator"]
    command = [sys.executable, "-c", TOLD_BY_HATCHLING, *map(str, folders)]
    return subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout.split()


def test_a_tag_is_the_version(checkout: Path) -> None:
    """On a tagged commit both have the version of the tag."""
    git(checkout, "tag", "v1.2.3")

    assert versions(checkout) == ["1.2.3", "1.2.3"]


def test_a_tag_can_be_a_candidate(checkout: Path) -> None:
    """A candidate is tagged like a version."""
    git(checkout, "tag", "v1.2.3rc1")

    assert versions(checkout) == ["1.2.3rc1", "1.2.3rc1"]


def test_between_tags_is_development(checkout: Path) -> None:
    """Behind a tag both have a development version of what comes next, with the commit in it."""
    git(checkout, "tag", "v1.2.3")
    commit(checkout)

    provider, emulator = versions(checkout)

    assert provider == emulator
    assert re.fullmatch(r"1\.2\.4\.dev1\+g[0-9a-f]+", provider)


def test_a_checkout_without_tags(checkout: Path) -> None:
    """A clone that brought no tags, as shallow ones do, has a version below every release."""
    provider, emulator = versions(checkout)

    assert provider == emulator
    assert re.fullmatch(r"0\.0\.0\.dev1\+g[0-9a-f]+", provider)


def test_a_shallow_clone(checkout: Path, tmp_path: Path) -> None:
    """So has one of the last commit alone."""
    git(checkout, "tag", "v1.2.3")
    commit(checkout)
    git(tmp_path, "clone", "--quiet", "--depth", "1", checkout.as_uri(), "shallow")

    provider, emulator = versions(tmp_path / "shallow")

    assert provider == emulator
    assert Version(provider) < Version("0.0.0")


def test_a_tree_that_is_no_checkout(checkout: Path) -> None:
    """An archive of the tree has one too."""
    shutil.rmtree(checkout / ".git")

    assert versions(checkout) == ["0.0.0.dev0", "0.0.0.dev0"]


def test_a_release_of_another_version_is_refused() -> None:
    """What was built for a tag has its version, and else the release ends with what a tag has to be."""
    wheel = Wheel(Path("x.whl"), "pulumi-modelarts", "0.2.1.dev0+dirty", (), "")

    check_tag([Wheel(Path("x.whl"), "modelarts-emulator", "0.2.0", (), "")], "v0.2.0")
    with pytest.raises(
        StepError, match=r"pulumi-modelarts was built as 0\.2\.1\.dev0\+dirty, the tag is v0\.2\.0: a tag is"
    ):
        check_tag([wheel], "v0.2.0")


def test_both_are_versioned_alike() -> None:
    """The emulator's version is made as the provider's, from the same tags."""
    whole, own = (tomllib.loads((folder / "pyproject.toml").read_text()) for folder in (ROOT, EMULATOR))

    own["tool"]["hatch"]["version"].pop("raw-options")
    assert own["tool"]["hatch"]["version"] == whole["tool"]["hatch"]["version"]


def test_the_installed_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Both commands, and the package, tell the version of their own distribution."""
    with pytest.raises(SystemExit, match=r"^0$"):
        provider_main(["--version"])
    with pytest.raises(SystemExit, match=r"^0$"):
        emulator_main(["--version"])

    version = pulumi_modelarts.__version__
    assert capsys.readouterr().out.splitlines() == [f"modelarts {version}", f"modelarts-emulator {version}"]
    assert Requirement(f"pulumi-modelarts=={version}")


def test_a_command_line_without_a_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """`modelarts` alone prints what there is."""
    code = provider_main([])

    assert (code, capsys.readouterr().out.startswith("usage: modelarts ")) == (0, True)


def test_the_command_line_loads_neither_pulumi_nor_http() -> None:
    """It answers at once, and where Pulumi does not work."""
    code = (
        "import sys, pulumi_modelarts.cli.__main__; print({'pulumi', 'httpx', 'pydantic', 'grpc'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout == "set()\n"


def test_a_tree_that_is_not_installed() -> None:
    """A package that is found by its path alone says that its version is unknown, and works."""
    code = (
        "import pulumi_modelarts as m; from modelarts_emulator.version import version; print(m.__version__, version())"
    )
    folder = Path(modelarts_emulator.__file__).parents[1]

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {code}"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout == "unknown unknown\n"
