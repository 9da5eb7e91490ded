from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from tests import missing
from tests.contract import reporting
from tests.contract.account import HOW, PLACES, REAL, Accounts
from tests.contract.service import Service


@pytest.fixture(scope="session")
def accounts() -> Iterator[Accounts]:
    """One account at each place for all tests, as the real one is: what a test changes there it puts back."""
    with ExitStack() as stack:
        yield Accounts(stack)


@pytest.fixture(params=PLACES)
def service(request: pytest.FixtureRequest, accounts: Accounts) -> Iterator[Service]:
    """ModelArts in process, over loopback, and for real; whatever it answers in the test fits its contract."""
    if request.param == REAL:
        _require_leave(request)
    found = replace(accounts.at(request.param), answers=[])
    yield found
    beyond = sorted({field for answer in found.answers for field in answer.inventions})
    problems = [problem for answer in found.answers for problem in answer.problems]
    if request.param == REAL:
        request.node.user_properties += [(reporting.INVENTION, field) for field in beyond]
    else:
        problems += [f"{field} is in no contract" for field in beyond]
    assert not problems, "\n".join(problems)


def _require_leave(request: pytest.FixtureRequest) -> None:
    may_change = request.config.getoption("--real-changes")
    if not may_change and not request.config.getoption("--real"):
        missing.skip("the real ModelArts", HOW)
    if not may_change and request.node.get_closest_marker("changes"):
        how = "run with --real-changes: it makes and deletes a network and a tag"
        missing.skip("leave to change the real account", how)
    rows = reporting.rows_of(request.node)
    request.node.user_properties += [(reporting.ROW, reporting.line(row)) for row in rows]


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known."""
    config.addinivalue_line("markers", f"{reporting.ROW}(subject, text): row of the table that the test rests on")
    config.addinivalue_line("markers", "changes: changes the account; on the real one only with --real-changes")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a mark that names a row which the table has not."""
    try:
        reporting.rows_of(item)
    except LookupError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a failure name the rows that are wrong, if the test is right; and fold the skips into one line."""
    report = yield
    if isinstance(report.longrepr, tuple) and missing.PREFIX in report.longrepr[2]:
        report.longrepr = (__file__, _require_leave.__code__.co_firstlineno, report.longrepr[2])
    if report.failed and call.when == "call" and (rows := reporting.rows_of(item)):
        report.sections.append(("Rows of the behaviours that this contradicts", "\n".join(map(reporting.line, rows))))
    return report
