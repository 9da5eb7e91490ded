"""What is refused before a request reaches an operation: by the API gateway, or by the emulator's own server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.exceptions import ApiError

if TYPE_CHECKING:
    from modelarts_emulator.state.errors import LockedFileError


def api_does_not_exist(headers: dict[str, str]) -> ApiError:
    """Documented (API gateway): a path or method that is served nowhere."""
    text = "The API does not exist or has not been published in the environment"
    return ApiError(404, "APIGW.0101", text, headers)


def body_too_large() -> ApiError:
    """Documented (API gateway): bodies are limited to 12 MB."""
    return ApiError(413, "APIGW.0201", "Request entity too large: the limit is 12 MB")


def length_required() -> ApiError:
    """Assumed: a body without Content-Length is refused instead of being read as empty."""
    return ApiError(411, "APIGW.0201", "Length required: send the body with Content-Length")


def not_authenticated(reason: str) -> ApiError:
    """Documented (API gateway): 401 APIGW.0301 with the reason after the colon."""
    return ApiError(401, "APIGW.0301", f"Incorrect IAM authentication information: {reason}")


def forbidden_host(host: str) -> ApiError:
    """Emulator's own: a web page of another origin asks, or one that reaches in by a name of its own."""
    return ApiError(403, "Emulator.0001", f"Host or Origin {host!r} is not served here")


def malformed_request(status: int, detail: str) -> ApiError:
    """Emulator's own: what came is no HTTP request, or one with too long or too many header fields."""
    return ApiError(status, "Emulator.0006", detail)


def incomplete_body() -> ApiError:
    """Emulator's own: the client ended within the body, which is not taken for what it wanted to send."""
    return malformed_request(400, "the body is shorter than Content-Length says")


def too_slow(seconds: float) -> ApiError:
    """Emulator's own: a request that does not arrive is not waited for."""
    return malformed_request(408, f"the request did not arrive within {seconds:g} s")


def too_many_connections(most: int) -> ApiError:
    """Emulator's own: more clients at once than the server has threads for."""
    return ApiError(503, "Emulator.0007", f"{most} connections are open, close some", {"retry-after": "1"})


def locked_file(error: LockedFileError) -> ApiError:
    """Emulator's own: another process does not let go of the world file."""
    return ApiError(503, "Emulator.0008", str(error), {"retry-after": "1"})


def internal_error() -> ApiError:
    """Assumed code, which armed faults have as well; here it means a defect of the emulator."""
    return ApiError(500, "ModelArts.50005000", "internal error: a defect of the emulator, whose log says more")
