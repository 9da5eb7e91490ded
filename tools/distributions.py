"""Build both distributions, and try them where there is nothing else: what a release does before it is published.

Usage: `python -m tools.distributions build [--tag v1.2.3]`, then `python -m tools.distributions try [--lowest]`.
"""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

from tools import pulumi_cli
from tools.bare import Bare
from tools.packages import PYTHON, UV
from tools.paths import EMULATOR, ROOT
from tools.steps import StepError, run, say

PROJECTS = {"modelarts-emulator": EMULATOR, "pulumi-modelarts": ROOT}
"""What is built from which folder, what the other one requires first."""

EXAMPLE = ROOT / "stacks" / "emulator.py"

_STACK = """\
config:
  modelarts:endpoint: emulator
  modelarts:emulatorClock: scaled:600
"""


@dataclass(frozen=True)
class Wheel:
    """A wheel, and what its metadata says.

    Attributes:
        path: The file.
        name: Of the distribution.
        version: Of the distribution.
        requires: Its requirements.
        readme: What a package index shows.
    """

    path: Path
    name: str
    version: str
    requires: tuple[str, ...]
    readme: str

    @classmethod
    def read(cls, path: Path) -> "Wheel":
        """Read the metadata of a wheel."""
        with ZipFile(path) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            text = message_from_bytes(archive.read(name))
        readme = str(text.get_payload())
        return cls(path, text["Name"], text["Version"], tuple(text.get_all("Requires-Dist", [])), readme)


def build(folder: Path, name: str) -> Wheel:
    """Build the source distribution of one project, and its wheel from that, with the builder of the constraints."""
    command = [str(UV), "build", "--quiet", "--no-build-isolation", "--no-create-gitignore", "--python", str(PYTHON)]
    run(f"building {name}", [*command, "--out-dir", str(folder), str(PROJECTS[name])])
    (path,) = folder.glob(f"{name.replace('-', '_')}-*.whl")
    return Wheel.read(path)


def build_both(folder: Path) -> tuple[Wheel, ...]:
    """Build both distributions into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    return tuple(build(folder, name) for name in PROJECTS)


def check_tag(wheels: Sequence[Wheel], tag: str) -> None:
    """See that what was built is what the tag says.

    Raises:
        StepError: A version is another one.
    """
    for wheel in wheels:
        if f"v{wheel.version}" != tag:
            raise StepError(
                f"{wheel.name} was built as {wheel.version}, the tag is {tag}: a tag is v and the version as Python "
                "writes it, such as v0.2.0 or v0.2.0rc1, on a commit without further changes"
            )


def lowest(wheels: Sequence[Wheel]) -> list[str]:
    """Return what makes an installation take the oldest of everything that the wheels ask for by name."""
    own = {wheel.name for wheel in wheels}
    names = {re.split(r"[^\w.-]", requirement)[0] for wheel in wheels for requirement in wheel.requires}
    return ["--resolution", "lowest-direct", *sorted(names - own)]


def try_out(wheels: Sequence[Wheel], folder: Path, options: Sequence[str] = ()) -> str:
    """Install the wheels into a bare environment, and run the example there on the embedded emulator.

    Args:
        wheels: Both distributions.
        folder: An empty one.
        options: Further ones of the installation.

    Returns:
        What was installed, as `pip freeze` prints it.

    Raises:
        StepError: Something does not work.
    """
    bare = Bare(folder)
    bare.make()
    bare.install(*(wheel.path for wheel in wheels), *options)
    for name, wheel in zip(("modelarts-emulator", "modelarts"), wheels, strict=True):
        said = bare.run(bare.program(name), "--version")
        if said != f"{name} {wheel.version}\n":
            raise StepError(f"`{name} --version` says {said!r}, and {wheel.version} was installed")
    up(bare)
    return bare.run(UV, "pip", "freeze", "--python", bare.program("python"))


def up(bare: Bare) -> None:
    """Run the example twice in the environment: the first run makes it true, the second has nothing to do.

    Raises:
        StepError: A run failed, or did something else.
    """
    program, stack = EXAMPLE.read_text(encoding="utf-8"), bare.folder / "state"
    stack.mkdir(exist_ok=True)
    settings = "name: example\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n"
    for name, text in (("__main__.py", program), ("Pulumi.yaml", settings), ("Pulumi.try.yaml", _STACK)):
        (bare.folder / name).write_text(text, encoding="utf-8")
    cli = pulumi_cli.ensure()
    env = {
        "PULUMI_BACKEND_URL": f"file://{stack}",
        "PULUMI_HOME": str(bare.folder / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "try",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    bare.run(cli / "pulumi", "stack", "init", "try", "--non-interactive", **env)
    for expected in ("4 created", "4 unchanged"):
        said = bare.run(cli / "pulumi", "up", "--yes", "--skip-preview", "--non-interactive", **env)
        if expected not in said:
            raise StepError(f"`pulumi up` was expected to end with {expected!r}, and said\n{said}")


def main() -> int:
    """Build, or try what was built."""
    parser = argparse.ArgumentParser(description="Build both distributions, and try them in a bare environment.")
    parser.add_argument("verb", choices=["build", "try"])
    parser.add_argument("--folder", type=Path, default=ROOT / "dist", help="of the distributions (default: dist)")
    parser.add_argument("--tag", help="fail when what was built is not what this tag says")
    parser.add_argument("--lowest", action="store_true", help="take the oldest of everything that is asked for")
    options = parser.parse_args()
    try:
        _run(options)
    except (StepError, pulumi_cli.NoCliError) as error:
        say(str(error))
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    if options.verb == "build":
        wheels = build_both(options.folder)
        if options.tag:
            check_tag(wheels, options.tag)
        return
    wheels = tuple(Wheel.read(next(options.folder.glob(f"{name.replace('-', '_')}-*.whl"))) for name in PROJECTS)
    with tempfile.TemporaryDirectory() as folder:
        print(try_out(wheels, Path(folder), lowest(wheels) if options.lowest else ()), end="")


if __name__ == "__main__":
    sys.exit(main())
