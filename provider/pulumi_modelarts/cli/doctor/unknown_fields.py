"""Fields of pools and nodes that neither the provider knows nor any page from which the emulator was written.

They are kept, and sent back as they were; what they mean nobody here has read. Only their names are shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.embedded import beyond_pages
from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.api.wire import Wire
from pulumi_modelarts.cli.doctor import questions
from pulumi_modelarts.cli.doctor.report import Finding, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pulumi_modelarts.cli.doctor.patient import Patient

INDEX: Final = re.compile(r"\[\d+\]")
ITEM: Final = "items[]."


def look(patient: Patient) -> Iterator[Finding]:
    """Those of pools, then those of nodes."""
    pools = questions.in_order(patient)
    listed = [questions.node_documents(patient, pool.name) for pool in pools[: questions.MOST_POOLS]]
    nodes = [node for reply in listed for node in reply.value or ()]
    yield _finding("pools", "listPools", pools)
    yield _finding("nodes", "listPoolNodes", nodes)


def _finding(subject: str, operation: str, objects: Iterable[Wire]) -> Finding:
    objects = list(objects)
    if not objects:
        return Finding(State.UNKNOWN, subject, "none were seen", "See Pools and nodes.", {"paths": []})
    try:
        beyond = beyond_pages(operation, {"items": [each.to_wire() for each in objects]})
    except ConfigurationError:
        text = "modelarts-emulator is not installed, which knows the fields of the pages"
        return Finding(State.UNKNOWN, subject, text, "See Versions.", {"paths": []})
    paths = sorted({INDEX.sub("[]", path).removeprefix(ITEM) for path in beyond} & _beyond_models(objects))
    if not paths:
        return Finding(State.OK, subject, "none", facts={"paths": []})
    advice = "Nothing to do: they are kept as they are. Tell us of them, with the region, in an issue."
    return Finding(State.WARNING, subject, ", ".join(paths), advice, {"paths": paths})


def _beyond_models(objects: Iterable[Wire]) -> set[str]:
    return {path for each in objects for path in _unread(each, "")}


def _unread(model: Wire, prefix: str) -> Iterator[str]:
    """Paths of what a model has kept without knowing it."""
    fields = type(model).model_fields
    known = {field.alias for field in fields.values()}  # as nulls they are kept likewise
    yield from (f"{prefix}{name}" for name in model.model_extra or {} if name not in known)
    for name, field in fields.items():
        value = getattr(model, name)
        path = f"{prefix}{field.alias or name}"
        if isinstance(value, Wire):
            yield from _unread(value, f"{path}.")
        elif isinstance(value, list):
            yield from (found for item in value if isinstance(item, Wire) for found in _unread(item, f"{path}[]."))
