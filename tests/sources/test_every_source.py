"""Laws that every data source keeps."""

from __future__ import annotations

import asyncio
import inspect
import re
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

import pulumi_modelarts as modelarts
from modelarts_emulator import PROJECT, Emulator
from pulumi_modelarts.handlers._configuration import Configuration
from pulumi_modelarts.queries.catalogue import QUERIES
from pulumi_modelarts.resources._arguments import properties
from pulumi_modelarts.specs.paths import property_name
from tests.sources.subjects import SUBJECTS, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.sources.program import Program

LEFT_OUT = {"token", "raw"}
"""What is a text in one form, and a secret output in the other."""


def parts(kind: type[Any]) -> Iterator[type[Any]]:
    """Return a result's dataclass and those inside."""
    yield kind
    for each in fields(kind):
        inner = each.metadata.get("each") or type(each.default)
        if is_dataclass(inner):
            yield from parts(inner)


def told(value: Any) -> Any:
    """Return a result without what differs between the forms."""
    if isinstance(value, tuple):
        return [told(item) for item in value]
    if is_dataclass(value):
        return {each.name: told(getattr(value, each.name)) for each in fields(value) if each.name not in LEFT_OUT}
    return value


def test_there_is_a_row_for_each() -> None:
    """No data source escapes the laws, and each is exported in both forms."""
    exported = {name for name in modelarts.__all__ if name.startswith("get_")}

    assert exported == {name for each in SUBJECTS for name in (each.name, f"{each.name}_output")}
    assert QUERIES.keys() == {each.name for each in SUBJECTS}


def test_both_forms_take_the_same(subject: Subject) -> None:
    """What is written for one can be written for the other."""
    plain, output = (inspect.signature(form).parameters.values() for form in (subject.plain, subject.output))

    assert [(each.name, each.kind, each.default) for each in plain] == [
        (each.name, each.kind, each.default) for each in output
    ]


def test_results_are_frozen_and_described(subject: Subject) -> None:
    """Each field stands in its docstring, has a default, and cannot be set."""
    for kind in parts(subject.kind):
        described = re.findall(r"^ +(\w+): ", (kind.__doc__ or "").partition("Attributes:")[2], re.MULTILINE)
        assert described == [each.name for each in fields(kind)]
        with pytest.raises(FrozenInstanceError):
            setattr(kind(), fields(kind)[0].name, None)


def test_nothing_but_what_was_asked_for_is_found(subject: Subject, program: Program) -> None:
    """Both forms tell the same, of the kind that they say."""
    plain = program.run(lambda: subject.plain(**subject.arguments))
    output = program.outputs(lambda: {"it": subject.output(**subject.arguments)})["it"]

    items = plain if subject.items else (plain,)
    assert items != ()
    assert {type(item) for item in items} == {subject.kind}
    assert (output.known, output.secret, told(output.value)) == (True, False, told(plain))


def test_answers_have_every_field(subject: Subject, program: Program) -> None:
    """What a query tells is what its result has, at every depth: no name is misspelt on either side."""

    def ask() -> dict[str, Any]:
        keys = ("modelarts:endpoint", "modelarts:emulatorFile")
        config = pulumi.dynamic.Config({key: pulumi.runtime.get_config(key) for key in keys}, "test")
        given = properties(**{**switches(subject), **subject.arguments})
        return QUERIES[subject.name](Configuration(config).session, given)

    answer = program.run(ask)

    item = answer[subject.items][0] if subject.items else answer
    assert misfits(subject.kind, item) == []


def switches(subject: Subject) -> dict[str, bool]:
    """Return the arguments that are given by default."""
    found = inspect.signature(subject.plain).parameters
    return {name: each.default for name, each in found.items() if isinstance(each.default, bool)}


def misfits(kind: type[Any], answer: dict[str, Any]) -> list[str]:
    """Return the names that an answer has and its dataclass lacks, or the other way round."""
    found = sorted({property_name(each.name) for each in fields(kind)} ^ answer.keys())
    for each in fields(kind):
        value, many = answer.get(property_name(each.name)), each.metadata.get("each")
        if is_dataclass(each.default):
            found += misfits(type(each.default), value or {})
        elif many:
            found += [name for item in (value or ()) for name in misfits(many, item)]
    return found


def test_looking_is_never_a_write(subject: Subject, program: Program) -> None:
    """The service was asked, and has changed nothing."""
    before = program.emulator.world()

    program.run(lambda: subject.plain(**subject.arguments))

    assert program.emulator.journal.exchanges() != []
    program.emulator.journal.assert_no_writes()
    assert program.emulator.world() == before


def test_equal_calls_of_a_run_are_asked_once(subject: Subject, program: Program) -> None:
    """However often and in whatever form; the next run asks anew."""

    def several() -> dict[str, pulumi.Output[Any]]:
        subject.plain(**subject.arguments)
        return {f"{number}": subject.output(**subject.arguments) for number in range(3)}

    program.run(lambda: subject.plain(**subject.arguments))
    once = len(program.emulator.journal.exchanges())
    program.outputs(several)
    twice = len(program.emulator.journal.exchanges())

    assert twice == 2 * once


def test_an_output_is_refused_in_the_plain_form(subject: Subject, program: Program) -> None:
    """It says which argument, and what to write."""
    name = next(name for name in inspect.signature(subject.plain).parameters if name != "opts")

    async def ask() -> None:
        subject.plain(**{name: pulumi.Output.from_input("x")})

    with pytest.raises(pulumi.RunError, match=rf"{subject.name}: {name} is an output.*{subject.name}_output\("):
        program.run(lambda: asyncio.run(ask()))


@pytest.mark.long
def test_a_file_and_a_server_tell_the_same(subject: Subject, tmp_path: Path) -> None:
    """The embedded emulator and one behind a socket, both real, are one service."""
    found: list[Any] = []
    with Emulator.open(tmp_path / "world.db", "frozen") as emulator, emulator.serve() as server:
        far = {"endpoint": server.url, "region": "cn-north-7", "projectId": PROJECT, "token": "any"}
        near = {"endpoint": "emulator", "emulatorFile": str(tmp_path / "world.db")}
        for config in (near, far):
            pulumi.runtime.set_all_config({f"modelarts:{key}": value for key, value in config.items()})
            found.append(told(subject.plain(**subject.arguments)))

    assert found[0] == found[1]
