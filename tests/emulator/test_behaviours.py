import re
from pathlib import Path

import pytest

from modelarts_emulator.__main__ import main
from modelarts_emulator.manifest.page import counts
from modelarts_emulator.manifest.reading import cases
from modelarts_emulator.service.evidence.declined import DECLINED
from modelarts_emulator.service.urls import ROUTES

EVIDENCE = Path(__file__).parents[2] / "docs" / "emulator-evidence.md"
PERMISSION = r"modelarts:\w+:\w+|none|"
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
    texts = [f"| {case.about} | {case.says} |" for case in cases()]
    for row in (*operations, *reasons, *texts):
        assert sum(line.startswith(row) for line in lines) == 1, row
    assert f"{len(cases())} behaviours" in EVIDENCE.read_text()
    assert sum(counts().values()) == len(cases())


def test_operations_name_their_sources() -> None:
    """Every operation names the page or program that it is taken from, and a permission as pages write one, if any."""
    assert [route.name for route in ROUTES if route.source.partition(":")[0] not in KINDS] == []
    assert [route.name for route in ROUTES if not re.fullmatch(PERMISSION, route.permission)] == []
