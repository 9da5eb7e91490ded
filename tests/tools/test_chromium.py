"""When the set-up installs a browser, and what it says when it does not."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.paths import ROOT


@dataclass(frozen=True)
class Machine:
    """A machine on whose PATH there is nothing but what a test puts there."""

    folder: Path

    def install(self, program: str, *lines: str) -> Path:
        """Put a program on PATH."""
        path = self.folder / program
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
        path.chmod(0o755)
        return path

    def install_apt(self, brings: str = "chromium") -> None:
        """Put an apt-get on PATH that notes what it is asked and brings a program."""
        target = self.folder / brings
        fill = f"[ $1 = update ] || {{ echo '#!/bin/sh' > {target}; /bin/chmod +x {target}; }}"
        self.install("apt-get", f'echo "$DEBIAN_FRONTEND: $@" >> {self.folder}/asked', fill)

    def ensure(self, *, is_root: bool = True) -> list[str]:
        """Run the tool and return what it said."""
        code = f"from tools.chromium import ensure; ensure(is_root={is_root})"
        env = {"PATH": str(self.folder)}
        answer = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        assert answer.stdout == ""
        return answer.stderr.splitlines()

    def asked(self) -> list[str]:
        """What apt-get was asked."""
        path = self.folder / "asked"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with nothing."""
    return Machine(tmp_path)


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_one_that_is_there_is_left_alone(machine: Machine, name: str) -> None:
    """Where there is a browser nothing is done, nor said."""
    machine.install(name)
    machine.install_apt()

    assert machine.ensure() == []
    assert machine.asked() == []


def test_it_is_installed_by_root(machine: Machine) -> None:
    """Root gets it from the distribution, without questions, and reads what is going on."""
    machine.install_apt()

    said = machine.ensure()

    assert [line.partition(":")[0] for line in said] == [
        "[setup] reading the lists of packages ...",
        "[setup] reading the lists of packages",
        "[setup] installing Chromium, to test the emulator's page ...",
        "[setup] installing Chromium, to test the emulator's page",
    ]
    assert machine.asked() == [
        "noninteractive: update",
        "noninteractive: install --yes --no-install-recommends chromium",
    ]


def test_others_are_told_how(machine: Machine) -> None:
    """Nobody else's machine is changed."""
    machine.install_apt()

    (said,) = machine.ensure(is_root=False)

    assert said.endswith("will be skipped: only root can install it; run `apt-get install chromium`")
    assert machine.asked() == []


def test_a_machine_without_apt_get(machine: Machine) -> None:
    """Where packages come in another way, the set-up goes on without."""
    (said,) = machine.ensure()

    assert said.endswith("will be skipped: there is no apt-get here; install it by hand")


def test_an_installation_that_fails(machine: Machine) -> None:
    """The set-up goes on, and shows what apt-get printed last."""
    machine.install("apt-get", "echo 'E: no network'", "exit 100")

    said = machine.ensure()

    assert said[1].endswith("reading the lists of packages: apt-get ended with status 100")
    assert said[1:] == [said[1], "E: no network"]


def test_a_package_that_brings_nothing(machine: Machine) -> None:
    """A package without the program, as some distributions have, is no success."""
    machine.install_apt(brings="chromium-snap")

    said = machine.ensure()

    assert said[-1].endswith("its package has brought none of chromium, chromium-browser, google-chrome")
