"""Control requests that change something: JSON, and said to be so, as a page of another origin cannot send that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic_core import from_json

from modelarts_emulator.console.refusals import control_wants_json, invalid_control_request
from modelarts_emulator.messages import JSON

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator.messages import Request
    from modelarts_emulator.world import World

    Action: TypeAlias = Callable[[World, Request, str], Any]
    """Gets the emulator, the request and the name at the end of the path, and returns plain data."""


def require_json(request: Request) -> None:
    """Refuse what is not said to be JSON, also where there is no body: that is what a page can send by itself.

    Raises:
        ApiError: 415.
    """
    if request.content_type != JSON:
        raise control_wants_json(request.content_type)


def document(request: Request) -> Any:
    """Parsed body.

    Raises:
        ApiError: 400 for a body that is not JSON.
    """
    try:
        return request.json()
    except ValueError as error:
        raise invalid_control_request(f"the body is not JSON: {error}") from error


def deep_document(request: Request) -> Any:
    """Parsed body as deep as the parser goes: a snapshot holds what bodies of requests held before.

    Raises:
        ApiError: As `document`.
    """
    try:
        return from_json(request.body)
    except ValueError as error:
        raise invalid_control_request(f"the body is not JSON: {error}") from error


def fields(request: Request, *known: str) -> dict[str, Any]:
    """Parsed body that is an object with no other than these fields.

    Raises:
        ApiError: As `document`, and 400 for anything else.
    """
    found = document(request)
    if not isinstance(found, dict) or not set(found) <= set(known):
        raise invalid_control_request(f"the body is a JSON object with {', '.join(known)}")
    return found


def texts(request: Request, *known: str) -> dict[str, str]:
    """Parsed body that is an object of strings with no other than these fields.

    Raises:
        ApiError: As `fields`.
    """
    found = fields(request, *known)
    for name, value in found.items():
        if not isinstance(value, str):
            raise invalid_control_request(f"{name} must be a string")
    return found
