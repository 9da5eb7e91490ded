"""What the control API refuses."""

from __future__ import annotations

from modelarts_emulator.service.exceptions import ApiError


def invalid_control_request(detail: str) -> ApiError:
    """Emulator's own: the control API did not understand the request."""
    return ApiError(400, "Emulator.0002", detail)


def control_not_found(detail: str) -> ApiError:
    """Emulator's own: the control API knows no such path or object."""
    return ApiError(404, "Emulator.0003", detail)


def control_method_not_allowed(path: str, allowed: list[str]) -> ApiError:
    """Emulator's own: the control API knows the path, but not with this method."""
    return ApiError(405, "Emulator.0004", f"{path} takes {', '.join(allowed)}", {"allow": ", ".join(allowed)})


def control_wants_json(given: str) -> ApiError:
    """Emulator's own: what changes the emulator comes as JSON, which no web page sends to another origin by itself."""
    text = (
        f"the content type is {given or 'not said'}: what changes something says application/json, with a body or not"
    )
    return ApiError(415, "Emulator.0005", text)
