from pathlib import Path

import pytest

from modelarts_emulator.__main__ import main
from modelarts_emulator.service.evidence.behaviours import BEHAVIOURS, Behaviour, counts
from modelarts_emulator.service.evidence.declined import DECLINED
from modelarts_emulator.service.operation import Operation
from modelarts_emulator.service.urls import ROUTES

EVIDENCE = Path(__file__).parents[2] / "docs" / "emulator-evidence.md"
KINDS = {"documented", "client", "observed", "assumed"}


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`modelarts-emulator evidence` prints the page in the docs: what is served, what is not, and how it is known."""
    code = main(["evidence"])

    assert (code, capsys.readouterr().out) == (0, EVIDENCE.read_text())


def test_evidence_has_everything() -> None:
    """The page lists every operation, every reason and every behaviour once, and counts them by provenance."""
    lines = EVIDENCE.read_text().splitlines()

    operations = [f"| `{route.name}` | `{route.method} {route.path}` | {route.source} |" for route in ROUTES]
    reasons = [f"| {item.what} | {item.reason} |" for item in DECLINED]
    texts = [f"| {item.subject} | {item.text} |" for item in BEHAVIOURS]
    for row in (*operations, *reasons, *texts):
        assert sum(line.startswith(row) for line in lines) == 1, row
    assert f"{len(BEHAVIOURS)} behaviours" in EVIDENCE.read_text()
    assert sum(counts().values()) == len(BEHAVIOURS)


@pytest.mark.parametrize("item", BEHAVIOURS, ids=lambda item: item.text)
def test_behaviour_names_its_source(item: Behaviour) -> None:
    """What is not assumed names where it is known from; what is assumed claims no source."""
    assert item.provenance in KINDS
    assert bool(item.source) == (item.provenance != "assumed")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_operation_names_its_source(route: Operation) -> None:
    """Every operation names the page or program that it is taken from."""
    assert route.source.partition(":")[0] in KINDS
