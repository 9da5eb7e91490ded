"""What goes into an operation and what comes out: shapes, by the names that they have in `documents/`.

They are loaded when somebody first needs one: most runs of a provider ask and send nothing that has to be checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, TypeAlias

from modelarts_emulator.messages import JSON

Part: TypeAlias = Literal["body", "query", "answer"]
PARTS: tuple[Part, ...] = ("body", "query", "answer")


@dataclass(frozen=True)
class Contract:
    """Shapes of one operation.

    Attributes:
        noun: Module of `documents/` that has them. A name such as `node.NodeList` is one of another module.
        query: Query of the request, as a map of parameters; empty: it takes none.
        body: Body of the request; empty: it takes none.
        answer: Body of a good answer; empty: it has none.
        status: HTTP status of a good answer.
        media_type: Content type of the request's body.
        any_case: Whether the body's fields may be spelled in any case.
    """

    noun: str
    query: str = ""
    body: str = ""
    answer: str = ""
    status: int = 200
    media_type: str = JSON
    any_case: bool = False

    def shape(self, part: Part) -> Any:
        """The shape of a part; None where there is no such part."""
        name: str = getattr(self, part)
        if not name:
            return None
        home, _, shape = name.rpartition(".")
        return getattr(import_module(f"{__package__}.documents.{home or self.noun}"), shape)
