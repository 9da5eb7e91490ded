"""The reference: each public name, each fixture and each command is described in one place."""

import re
from collections import Counter
from importlib.metadata import entry_points
from types import ModuleType

import pytest

import modelarts_emulator
import pulumi_modelarts
from modelarts_emulator import pytest_plugin
from tools.paths import ROOT

PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "reference").glob("*.md")}
DIRECTIVE = re.compile(r"^\.\. (?:(currentmodule)|auto\w+|py:\w+):: ([\w.]+)", re.MULTILINE)


def described() -> Counter[str]:
    """How often each name is described, by module and name."""
    found: Counter[str] = Counter()
    for text in PAGES.values():
        module = ""
        for is_module, name in DIRECTIVE.findall(text):
            module = name if is_module else module
            found[f"{module}.{name}"] += not is_module
    return found


@pytest.mark.parametrize("package", [pulumi_modelarts, modelarts_emulator], ids=lambda package: package.__name__)
def test_each_public_name_is_described_once(package: ModuleType) -> None:
    """What a package exports is in the reference, on one page and there once."""
    names = [f"{package.__name__}.{name}" for name in package.__all__]

    found = described()

    assert {name: found[name] for name in names} == dict.fromkeys(names, 1)


def test_each_fixture_is_described() -> None:
    """What pytest gets from the emulator is in the reference."""
    fixtures = [name for name in vars(pytest_plugin) if name.startswith("modelarts")]

    found = described()

    assert {name: found[f"{pytest_plugin.__name__}.{name}"] for name in fixtures} == dict.fromkeys(fixtures, 1)
    assert fixtures


@pytest.mark.parametrize("command", ["modelarts", "modelarts-emulator"])
def test_each_command_is_described(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The reference asks each command of a program for its help, and no other."""
    (program,) = entry_points(group="console_scripts", name=command)
    with pytest.raises(SystemExit):
        program.load()(["--help"])
    told = re.findall(r"^    (\w[\w-]*)", capsys.readouterr().out, re.MULTILINE)

    asked = [
        name for text in PAGES.values() for name in re.findall(rf"^```{{help-of}} {command} (.+)$", text, re.MULTILINE)
    ]

    assert sorted(asked) == sorted(told) != []
