"""Files of cases: those that come with the emulator, and those that somebody recorded."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from modelarts_emulator.manifest.case import Case, Cases, Step
from modelarts_emulator.state.errors import UnreadableFileError
from modelarts_emulator.worlds.files import read_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FOLDER = Path(__file__).with_name("cases")
SUBJECTS = (
    *("errors", "access", "regions", "pools", "creation", "deletion", "patch", "scope", "drivers", "tags"),
    *("scaling", "orders", "nodes", "node_pools", "spares", "supernodes", "replacement", "migration", "jobs"),
    *("training_jobs", "workloads", "networks", "workspaces", "quotas", "flavors", "events"),
)
"""Files of the cases that come with the emulator, in the order in which they are told."""


@cache
def cases() -> tuple[Case, ...]:
    """All cases that come with the emulator."""
    return tuple(case for subject in SUBJECTS for case in read(FOLDER / f"{subject}.yaml", ours=True).cases)


@cache
def given() -> dict[str, tuple[Step, ...]]:
    """Steps that several cases have in common, by name."""
    return TypeAdapter(dict[str, tuple[Step, ...]]).validate_python(
        read_document(FOLDER / "given.yaml", "steps", ours=True)
    )


def read(path: Path, *, ours: bool = False) -> Cases:
    """A file of cases.

    Args:
        path: The file.
        ours: Whether it comes with the emulator.

    Raises:
        UnreadableFileError: It holds none; with the first thing that is wrong.
        OSError: It cannot be read.
    """
    document = read_document(path, "a file of cases", ours=ours)
    try:
        return Cases.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UnreadableFileError(f"{path}: {_place(first['loc'], document)}: {first['msg']}") from error


def steps_of(case: Case) -> Iterator[Step]:
    """Every step of a case, in the order in which they are done."""
    for name in (*case.arranged, *case.given):
        yield from given()[name]
    yield from case.steps
    yield from case.afterwards


def _place(loc: tuple[int | str, ...], document: dict[str, Any]) -> str:
    """Where in a file something is wrong, a case by what it says."""
    path = ".".join(map(str, loc))
    match loc:
        case ("cases", int(at), *_) if isinstance(item := document["cases"][at], dict):
            return f"{path} ({item.get('says')!r})"
    return path
