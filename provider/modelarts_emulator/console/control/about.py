"""What the emulator is and does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelarts_emulator.messages import Request
    from modelarts_emulator.world import World


def health(emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """That it lives, and how it is set up."""
    return emulator.health()


def routes(_emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """Every operation that is served."""
    from modelarts_emulator.service.urls import ROUTES  # noqa: PLC0415 - with it come all operations

    return {
        "items": [
            {"operation": route.name, "method": route.method, "path": route.path, "source": route.source}
            for route in ROUTES
        ]
    }


def evidence(_emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """Every behaviour with where it is known from, and how many there are of each provenance."""
    from modelarts_emulator.manifest import page, reading  # noqa: PLC0415 - hardly anybody asks for it

    items = [
        {"subject": case.about, "text": case.says, "provenance": case.provenance, "source": case.source}
        for case in reading.cases()
    ]
    return {"counts": page.counts(), "items": items}


def preconditions(_emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """Every precondition of changing a pool and of deleting, draining and migrating nodes."""
    from modelarts_emulator.service.preconditions import PRECONDITIONS  # noqa: PLC0415 - hardly anybody asks for it

    return {"items": [item._asdict() for item in PRECONDITIONS]}


def openapi(_emulator: World, _request: Request, _name: str) -> dict[str, Any]:
    """The OpenAPI document of what is served."""
    from modelarts_emulator.service.evidence.openapi import document  # noqa: PLC0415 - with it come all operations

    return document()
