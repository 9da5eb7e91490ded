"""The README, followed from its first command to its last by somebody who has keys."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import PROJECT, Credentials, Emulator
from tests import missing
from tests.stacks.test_documentation import EXAMPLE, blocks
from tools.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.long  # it sets everything up anew, as a newcomer does

AK, SK, PASSPHRASE = PLANTED = tuple(f"planted{token_hex(12)}" for _ in range(3))
"""Keys and a passphrase that stand nowhere yet, in no copy of this file either."""

NOT_INHERITED = ("PULUMI_", "MODELARTS_", "HW_", "OS_", "PYTHON", "VIRTUAL_ENV", "GIT_", "MAKE", "MFLAGS", "ARGS")

MEANT_HERE = {"<project id>": PROJECT, "pulumi login --local": 'pulumi login "file://$PULUMI_HOME"'}
"""What stands for something else in the README, and what would write outside of the test's folder."""

TYPED = {
    "read -rs PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
    "pulumi config set --secret modelarts:accessKey": AK,
    "pulumi config set --secret modelarts:secretKey": SK,
}
"""What a person types when a command asks."""


@dataclass(frozen=True)
class Walk:
    """A checkout, and who has followed the README in it.

    Attributes:
        folder: What has the checkout in it.
        printed: What was printed on the way.
        env: Variables of the shell.
    """

    folder: Path
    printed: str
    env: dict[str, str]

    @property
    def checkout(self) -> Path:
        """The checkout."""
        return self.folder / "pulumi-modelarts"


def commands() -> Iterator[str]:
    """Return the commands of "Try it" and "Use it", as they are typed here."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    guide = text[text.index("## Try it") : text.index("## Where to go on")]
    for block in blocks(guide, "sh"):
        for line in block.splitlines():
            command = re.sub(r"\s+#.*", "", line)
            for written, meant in MEANT_HERE.items():
                command = command.replace(written, meant)
            if command != "make test":  # which is where this runs
                typed = TYPED.get(command)
                yield f"{command} <<< '{typed}'" if typed else command


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, cli: Path) -> Iterator[Walk]:
    """A checkout in which somebody has followed the README, with keys that the service at its end accepts."""
    folder = tmp_path_factory.mktemp("walk")
    checkout = folder / "pulumi-modelarts"
    _check_out(checkout)
    with Emulator(clock="auto", credentials=Credentials(access_keys={AK: SK})) as service, service.serve() as server:
        env = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)} | {
            "PATH": f"{cli}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(folder / "home"),
            "PULUMI_HOME": str(folder / "home" / ".pulumi"),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
            "HW_MODELARTS_ENDPOINT": server.url,
            "PULUMI_SKIP_CONFIRMATIONS": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        Path(env["PULUMI_HOME"]).mkdir(parents=True)
        script = "\n".join(["set -eo pipefail", *commands()])
        written = script.replace("pulumi login", f"cat > __main__.py <<'end'\n{EXAMPLE}end\npulumi login")
        done = _typed(written, checkout, env)
        printed = done.stdout + done.stderr
        if done.returncode != 0 and "Failed to fetch" in printed:
            missing.skip("a package registry", printed[-300:])
        assert done.returncode == 0, printed
        yield Walk(folder, printed, env)


def _check_out(folder: Path) -> None:
    """Make a checkout of what is here, in the state in which it is here."""
    listed = _git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "All of it")


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def _typed(script: str, folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run what somebody types into a shell."""
    command = ["/bin/bash", "-c", script]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=1200, check=False)


def test_it_works_as_it_is_written(walk: Walk) -> None:
    """Followed to its end, it has run the example, and shown what would change in a real account."""
    assert "Resources:\n    + 4 created" in walk.printed
    assert "is that of the example, which is public" in walk.printed
    assert 'plan: flavors["modelarts.vm.cpu.4ud"] 1 -> 3' in walk.printed.rpartition("Created stack 'prod'")[2]


def test_it_leads_no_key_into_the_checkout(walk: Walk) -> None:
    """No tracked file has changed, none was added, and what was typed stands in no file as it was typed."""
    found = [
        path
        for path in walk.folder.rglob("*")
        if path.is_file() and ".venv" not in path.parts and any(word.encode() in path.read_bytes() for word in PLANTED)
    ]

    assert _git(walk.checkout, "status", "--porcelain") == ""
    assert found == []
    assert "modelarts:secretKey" in (walk.folder / "my-pools" / "Pulumi.prod.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("stack", "refused"),
    [("emulator", "the embedded emulator needs no credentials"), ("new", "the passphrase of the public example")],
)
def test_keys_in_the_shell_of_the_example_are_refused(walk: Walk, stack: str, refused: str) -> None:
    """Whoever sets them there is told before anything is asked, in the example's stack and in a new one."""
    region = "pulumi config set modelarts:region cn-north-7; pulumi config set modelarts:projectId x"
    select = "cp stacks/emulator.py stacks/new.py; pulumi stack init new; " + region if stack == "new" else ""
    script = f"""
    eval "$(make -s env)"
    {select}
    pulumi config set --secret modelarts:secretKey '{SK}'
    pulumi preview; echo "exit $?"
    git checkout --quiet . && git clean --quiet --force stacks
    """

    done = _typed(script, walk.checkout, walk.env)

    assert "modelarts:secretKey: is" in done.stdout
    assert refused in done.stdout
    assert "exit 255" in done.stdout or "exit 1" in done.stdout
    assert SK not in done.stdout + done.stderr
