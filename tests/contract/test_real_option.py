import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelarts_emulator import PROJECT, Emulator, Fault
from modelarts_emulator.service.urls import OPERATIONS
from pulumi_modelarts.api.settings import DOCUMENTED_REGION
from tests.contract import reporting
from tests.contract.account import ACCESS_KEY, SECRET_KEY, emulated
from tests.contract.operations import EVIDENCE, Evidence, table

ROOT = Path(__file__).parents[2]
FOLDER = "tests/contract"
OURS = f"{FOLDER}/{Path(__file__).name}"

USER = {
    "HW_ACCESS_KEY": "",
    "HW_SECRET_KEY": "",
    "HW_USER_NAME": "ann",
    "HW_USER_PASSWORD": "AKNOBODY",
    "HW_DOMAIN_NAME": "acme",
}
"""Environment of a user whom no emulator here knows."""

Run = tuple[int, str]


def run(*options: str, **settings: str) -> Run:
    """Exit code and output of the contract tests that go to the real service, in another process."""
    # CI: where it is set, pytest says everything twice.
    kept_out = ("HW_", "PYTEST_", "CI", "BUILD_NUMBER")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(kept_out)}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-k", "real", f"--ignore={OURS}", "-p", "no:cacheprovider"]
    paths = () if any(option.startswith(FOLDER) for option in options) else (FOLDER,)
    done = subprocess.run(
        [*command, *options, *paths],
        cwd=ROOT,
        env={**environment, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def settings(endpoint: str, **others: str) -> dict[str, str]:
    """The environment that leads to an emulator as if it were the real service."""
    return {
        "HW_REGION_NAME": DOCUMENTED_REGION,
        "HW_PROJECT_ID": PROJECT,
        "HW_ACCESS_KEY": ACCESS_KEY,
        "HW_SECRET_KEY": SECRET_KEY,
        "HW_MODELARTS_ENDPOINT": endpoint,
        "HW_AUTH_URL": endpoint,
        **others,
    }


def counts(output: str) -> dict[str, int]:
    """Numbers of the last line by outcome."""
    return {word.removesuffix("s"): int(number) for number, word in re.findall(r"(\d+) (\w+)", output.splitlines()[-1])}


def seen(emulator: Emulator) -> set[tuple[str, str]]:
    """Operations that were asked, each with whether it answered or refused."""
    return {
        (item.operation, "refuses" if item.status >= 400 else "answers")
        for item in emulator.journal.exchanges()
        if item.operation
    }


def declared(option: str) -> set[tuple[str, str]]:
    """What is said to be seen with an option."""
    return {
        (name, axis) for name, has in EVIDENCE.items() for axis in Evidence._fields[:2] if getattr(has, axis) == option
    }


@pytest.fixture
def stand_in() -> Iterator[Emulator]:
    """An emulator in place of the real service, whose time moves when somebody waits for it."""
    with emulated(clock="auto") as emulator:
        yield emulator


def test_reading(stand_in: Emulator) -> None:
    """With --real every test that only reads passes, the account is what it was, and the secrets stay secret."""
    stand_in.clock.set_mode("frozen")
    before = stand_in.snapshot()["tables"]

    with stand_in.serve() as server:
        code, output = run("--real", **settings(server.url))

    assert (code, counts(output)["skipped"]) == (0, 8), output
    assert stand_in.snapshot()["tables"] == before
    assert {item.status // 100 for item in stand_in.journal.writes()} == {4}
    assert seen(stand_in) == declared("--real")
    assert not {ACCESS_KEY, SECRET_KEY} & set(re.findall(r"\w+", output))
    assert "it agrees with errors: A missing node or order is 404 `ModelArts.50015001` (assumed)" in output
    assert "it contradicts" not in output


def test_changing(stand_in: Emulator) -> None:
    """With --real-changes what the rest makes is gone at the end, and only networks and tags have come and gone."""
    before = stand_in.world()

    with stand_in.serve() as server:
        code, output = run("--real-changes", "-m", "changes", **settings(server.url))

    after = stand_in.world()
    assert (code, "skipped" in counts(output)) == (0, False), output
    assert {**after, "now": None} == {**before, "now": None}
    taken = {item.operation for item in stand_in.journal.writes() if item.status < 400}
    assert taken == {"createNetwork", "deleteNetwork", "patchPool", "batchCreatePoolTags", "batchDeletePoolTags"}
    assert seen(stand_in) - declared("--real") == declared("--real-changes")


def test_contradiction(stand_in: Emulator) -> None:
    """Where the real service does otherwise, the run names the row of the table, and shows no secret."""
    stand_in.faults.arm(Fault("deletePool", status=410, code="ModelArts.1", times=None))

    with stand_in.serve() as server:
        code, output = run(
            *("--real", "-vv", "--showlocals", f"{FOLDER}/test_resource_pool.py"), **settings(server.url)
        )

    row = "errors: A missing pool is 404 `ModelArts.50015001` (documented: PatchPool)"
    assert (code, counts(output)["failed"]) == (1, 1), output
    assert f"it contradicts {row}" in output
    assert f"it agrees with {row}" not in output
    assert output.count(row) == 2
    assert not {ACCESS_KEY, SECRET_KEY} & set(re.findall(r"\w+", output))


@pytest.mark.parametrize("wrong", [{"HW_ACCESS_KEY": "AKNOBODY"}, USER], ids=["access key", "password"])
def test_not_let_in(stand_in: Emulator, wrong: dict[str, str]) -> None:
    """Who is not let in asks only once, as IAM locks users, and is told so in every test, without the secret."""
    with stand_in.serve() as server:
        code, output = run("--real", f"{FOLDER}/test_job.py", **settings(server.url, **wrong))

    assert (code, counts(output)["error"]) == (1, 7), output
    assert output.count(f"{server.url} does not let us in: ") == 7
    assert "AKNOBODY" not in output
    assert [item.status for item in stand_in.journal.exchanges()] == [401]


def test_no_credentials() -> None:
    """With --real and nothing set, everything is skipped, and the run ends with what is missing."""
    code, output = run("--real", f"{FOLDER}/test_job.py")

    assert (code, counts(output)["skipped"], counts(output).get("passed")) == (0, 7, None), output
    last = output[output.index("NOT TESTED") :]
    assert "settings that are missing: region, project id, credentials" in last
    assert "HW_SECRET_KEY" in last


def test_every_operation_has_evidence() -> None:
    """Every operation says what contract tests see of it, and why where that is no good answer."""
    assert EVIDENCE.keys() == OPERATIONS.keys()
    assert all(bool(item.why) != bool(item.answers) for item in EVIDENCE.values())


def test_unknown_row(request: pytest.FixtureRequest) -> None:
    """A mark that names a row which the table has not is refused."""
    request.node.add_marker(pytest.mark.behaviour("errors", "No such row"))

    with pytest.raises(LookupError, match="No such row"):
        reporting.rows_of(request.node)


def test_docs_show_the_evidence() -> None:
    """The page in the docs says what contract tests see of each operation."""
    assert table() in (ROOT / "docs" / "emulator.md").read_text()
