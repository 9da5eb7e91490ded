import re
from pathlib import Path

import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, clients
from modelarts_emulator.__main__ import main
from modelarts_emulator.behaviours import BEHAVIOURS, Behaviour, counts, table
from modelarts_emulator.urls import ROUTES, Route

DOCS = Path(__file__).parents[2] / "docs" / "emulator.md"
KINDS = {"documented", "client", "observed", "assumed"}


def test_docs_show_the_table() -> None:
    """The page in the docs holds the table of behaviours as the code has it."""
    assert table() in DOCS.read_text()


def test_docs_show_the_operations() -> None:
    """The page in the docs lists every operation that is served, and no other."""
    listed = re.findall(r"^\| `(\w+)` \| `(\w+) ([^`]+)` \| ([^|]+) \|$", DOCS.read_text(), re.MULTILINE)

    assert listed == [(route.operation, route.method, route.path, route.source) for route in ROUTES]


def test_docs_count_the_assumptions() -> None:
    """The page in the docs says how much of it is assumed."""
    numbers = counts()

    assert f"{numbers['assumed']} of {len(BEHAVIOURS)} are assumed" in DOCS.read_text()


@pytest.mark.parametrize("item", BEHAVIOURS, ids=lambda item: item.text)
def test_behaviour_names_its_source(item: Behaviour) -> None:
    """What is not assumed names where it is known from; what is assumed claims no source."""
    assert item.provenance in KINDS
    assert bool(item.source) == (item.provenance != "assumed")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_operation_names_its_source(route: Route) -> None:
    """Every operation names the page or program that it is taken from."""
    assert route.source.partition(":")[0] in KINDS


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`modelarts-emulator evidence` prints the table, how much of it is known from where, and what clients drive."""
    code = main(["evidence"])

    output = capsys.readouterr().out
    assert (code, output.startswith(table())) == (0, True)
    assert f"assumed: {counts()['assumed']}" in output
    assert output.endswith(f"\n{clients.table()}\n{clients.deviations()}")


def blocks() -> list[str]:
    """Python programs of the page in the docs, in order."""
    return re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)


def test_first_program(capsys: pytest.CaptureFixture[str]) -> None:
    """The first program of the page prints what the page says."""
    exec(blocks()[0], {})  # noqa: S102 - the page's own program

    assert f"This prints `{capsys.readouterr().out.strip()}`" in DOCS.read_text()


@pytest.mark.parametrize("program", blocks()[1:], ids=lambda program: program.splitlines()[0])
def test_other_programs(modelarts: Emulator, program: str) -> None:
    """The other programs of the page run with the names that the page has introduced."""
    program = program.replace("    ...\n", "")
    names = {"emulator": modelarts, "modelarts": modelarts, "PROJECT": PROJECT, "TRAIN_POOL": TRAIN_POOL}

    exec(program, names)  # noqa: S102 - the page's own program

    modelarts.faults.clear()
