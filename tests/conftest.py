import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from pulumi_modelarts.handlers import _sessions
from tests import examples, missing
from tests.contracts import violations
from tests.order import ordered
from tools import pulumi_cli
from tools.paths import WHY_NO_CLI

MANY_TIMES = 5
"""Examples of a property in a long run, over those of an ordinary one."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for long tests."""
    parser.addoption(
        "--long", action="store_true", help="run what is long by nature, and properties with more examples"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let properties try many examples in a long run, before any test module is imported."""
    if config.getoption("--long"):
        examples.times = MANY_TIMES
    # A busy machine is no failure.
    hypothesis.settings.register_profile("any-speed", deadline=None, max_examples=examples.examples(100))
    hypothesis.settings.load_profile("any-speed")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what runs the real CLI, for `-m "not cli"`; keep long and other runs apart; begin with what takes long."""
    for item in items:
        if "cli" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.cli)
    wanted = ("long", "hypothesis") if config.getoption("--long") else None
    left_out = [item for item in items if not _belongs(item, wanted)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _belongs(item, wanted)]
    items[:] = ordered(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def _belongs(item: pytest.Item, wanted: tuple[str, ...] | None) -> bool:
    """Tell whether a test belongs to this run: any of the wanted marks, or everything that is not long."""
    if wanted is None:
        return item.get_closest_marker("long") is None
    return any(item.get_closest_marker(mark) for mark in wanted)


@pytest.fixture(autouse=True)
def sessions() -> Iterator[None]:
    """Sessions of a test end with it: each holds a whole emulator."""
    with _sessions.let_go():
        yield


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
