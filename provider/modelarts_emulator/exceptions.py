"""Every error the emulated services give, by name; those of the training service are in `training_errors`.

Codes and texts marked *documented* stand on an API page or in the public error table; *client* ones are what the
official Terraform provider relies on; *assumed* ones are choices where no source was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from modelarts_emulator.messages import Response


class ApiError(Exception):
    """An answer that is an error.

    Attributes:
        status: HTTP status.
        code: `error_code` of the body.
        message: `error_msg` of the body.
        headers: Extra header fields, such as Retry-After.
        solution: `error_solution` of the body; empty: it has none.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None, solution: str = ""
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.solution = solution

    def document(self) -> dict[str, str]:
        """Body of the answer."""
        document = {"error_code": self.code, "error_msg": self.message}
        return document | ({"error_solution": self.solution} if self.solution else {})


class ImpossibleWorldError(ValueError):
    """A world that cannot exist was given to the emulator; the message says which statement is impossible and why."""


class UnreadableFileError(ValueError):
    """A YAML or JSON file holds no plain data, or something else than it should; the text says where."""


class UnsupportedFileError(RuntimeError):
    """A world file was written by another version, or is not a world file at all."""


class LockedFileError(TimeoutError):
    """Another process kept a world file locked for as long as this one waited.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path | None) -> None:
        super().__init__(f"{path} is locked by another process that does not let go; end it, or use another file")
        self.path = path


class UnsupportedSnapshotError(ValueError):
    """A snapshot was taken by another version, or is none; the message says what is wrong with it."""


class DefectError(RuntimeError):
    """A request met a defect of the emulator itself; what went wrong is its cause.

    Attributes:
        answer: What a client over HTTP is told, with the id of the request.
    """

    def __init__(self, request: str, answer: Response) -> None:
        super().__init__(f"a defect of the emulator at {request}; please report it with what is said above")
        self.answer = answer


def bad_request(detail: str = "") -> ApiError:
    """Documented (PatchPool): 400 ModelArts.50004000. The detail after the full stop is assumed wording."""
    return ApiError(400, "ModelArts.50004000", f"Bad request. {detail}" if detail else "Bad request")


def pool_not_found(name: str) -> ApiError:
    """Documented (PatchPool): 404 ModelArts.50015001; the quoted name is what the Terraform tests expect (client)."""
    return ApiError(404, "ModelArts.50015001", f'pool "{name}" not found')


def pool_already_exists(name: str) -> ApiError:
    """Documented (CreatePool): 409 ModelArts.50015000; the name in the text is assumed."""
    return ApiError(409, "ModelArts.50015000", f'Pool "{name}" already exists.')


def node_pool_not_found(name: str) -> ApiError:
    """Assumed: a missing node pool answers 404 with the pool service's not-found code."""
    return ApiError(404, "ModelArts.50015001", f'nodepool "{name}" not found')


def network_not_found(name: str) -> ApiError:
    """Documented (ShowNetwork): 404 ModelArts.50025001; the name in the text is assumed."""
    return ApiError(404, "ModelArts.50025001", f'Network "{name}" not exist.')


def network_in_use(name: str, pool: str) -> ApiError:
    """Observed by third parties: ModelArts.50025002; the status 409 and the text are assumed."""
    return ApiError(409, "ModelArts.50025002", f'Network "{name}" is used by pool "{pool}".')


def workspace_not_found(workspace: str) -> ApiError:
    """Documented (error table): 400 ModelArts.0102."""
    return ApiError(400, "ModelArts.0102", f"The workspace {workspace!r} does not exist.")


def wrong_region(project: str, region: str) -> ApiError:
    """Documented (error table): 403 ModelArts.0210; that a project of another region gets it is assumed."""
    return ApiError(403, "ModelArts.0210", f"The project {project} is in region {region}, send the request there.")


def node_not_found(name: str) -> ApiError:
    """Assumed: a missing node answers 404 with the pool service's not-found code."""
    return ApiError(404, "ModelArts.50015001", f'node "{name}" not found')


def order_not_found(name: str) -> ApiError:
    """Documented (ListOrders): 404 ModelArts.50015001; its use for one order is assumed."""
    return ApiError(404, "ModelArts.50015001", f'order "{name}" not found')


def job_not_found(job_id: str) -> ApiError:
    """Assumed: a missing job answers 404 with the pool service's not-found code."""
    return ApiError(404, "ModelArts.50015001", f'job "{job_id}" not found')


def unsupported_content_type(given: str, wanted: str) -> ApiError:
    """Observed by third parties: ModelArts.50004100; the status 415 is assumed."""
    shown = given or "none"
    return ApiError(415, "ModelArts.50004100", f"Content type not supported: {shown}, send {wanted}")


def api_does_not_exist() -> ApiError:
    """Documented (API gateway): a path or method that is served nowhere."""
    return ApiError(404, "APIGW.0101", "The API does not exist or has not been published in the environment")


def body_too_large() -> ApiError:
    """Documented (API gateway): bodies are limited to 12 MB."""
    return ApiError(413, "APIGW.0201", "Request entity too large: the limit is 12 MB")


def length_required() -> ApiError:
    """Assumed: a body without Content-Length is refused instead of being read as empty."""
    return ApiError(411, "APIGW.0201", "Length required: send the body with Content-Length")


def throttled(limit: int, seconds: float) -> ApiError:
    """Documented (API gateway): 429 APIGW.0308; the policy after the colon is as third parties quote it (observed)."""
    policy = f"policy user over ratelimit,limit:{limit},time:{seconds:g} second"
    return ApiError(429, "APIGW.0308", f"The throttling threshold has been reached: {policy}")


def quota_insufficient(detail: str) -> ApiError:
    """Documented (error table): 400 ModelArts.0118; that pools, networks and nodes answer with it is assumed."""
    return ApiError(400, "ModelArts.0118", f"The quota is insufficient: {detail}")


def not_authenticated(reason: str) -> ApiError:
    """Documented (API gateway): 401 APIGW.0301 with the reason after the colon."""
    return ApiError(401, "APIGW.0301", f"Incorrect IAM authentication information: {reason}")


def forbidden_host(host: str) -> ApiError:
    """Emulator's own: a name other than loopback in the Host or Origin field is how a web page would reach in."""
    return ApiError(403, "Emulator.0001", f"Host or Origin {host!r} is not served here")


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
    return ApiError(415, "Emulator.0005", f"the body is {given or 'of no type'}: send it as application/json")


def malformed_request(status: int, detail: str) -> ApiError:
    """Emulator's own: what came is no HTTP request, or one with too long or too many header fields."""
    return ApiError(status, "Emulator.0006", detail)


def too_many_connections(most: int) -> ApiError:
    """Emulator's own: more clients at once than the server has threads for."""
    return ApiError(503, "Emulator.0007", f"{most} connections are open, close some", {"retry-after": "1"})


def locked_file(error: LockedFileError) -> ApiError:
    """Emulator's own: another process does not let go of the world file."""
    return ApiError(503, "Emulator.0008", str(error), {"retry-after": "1"})


def internal_error() -> ApiError:
    """Assumed code, which armed faults have as well; here it means a defect of the emulator."""
    return ApiError(500, "ModelArts.50005000", "internal error: a defect of the emulator, whose log says more")
