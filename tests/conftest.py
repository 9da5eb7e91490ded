from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests import missing
from tests.contract import reporting
from tests.contracts import violations
from tools import pulumi_cli
from tools.paths import WHY_NO_CLI


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of tests/contract here, where a run from the root finds them."""
    reporting.add_options(parser)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs the real CLI, so that `-m "not cli"` leaves the quick tests."""
    for item in items:
        if "cli" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.cli)


@pytest.fixture(scope="session")
def cli() -> Path:
    """Folder of a usable Pulumi CLI; a test that needs one is skipped, and counted at the end, where there is none."""
    refusals: list[str] = []
    if found := pulumi_cli.find(refusals):
        return found
    why = WHY_NO_CLI.read_text(encoding="utf-8") if WHY_NO_CLI.exists() else "; ".join(refusals)
    return missing.skip("the Pulumi CLI", " ".join(why.split()))


@pytest.fixture(autouse=True)
def _answers_keep_their_contracts(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every answer that an emulator of a fixture gave in the test has the shape that its contract says."""
    names = {"modelarts", "wire"} & set(request.fixturenames)
    found = [request.getfixturevalue(name) for name in sorted(names)]
    yield
    for item in found:
        wrong = violations(getattr(item, "emulator", item))
        assert not wrong, "\n".join(wrong)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Say loudly, below everything else, what was not tested for want of something on this machine."""
    yield
    reporting.write(terminalreporter)
    reasons = Counter(
        str(report.longrepr[2]).partition(missing.PREFIX)[2]
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and missing.PREFIX in report.longrepr[2]
    )
    if not reasons:
        return
    terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
    for reason, count in sorted(reasons.items()):
        terminalreporter.line(f"{count} skipped, not to be had here: {reason}", red=True, bold=True)
