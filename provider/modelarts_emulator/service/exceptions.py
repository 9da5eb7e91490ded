"""What the service refuses, by name; the training service has errors of its own, in `training_errors`.

Codes and texts marked *documented* stand on an API page or in the public error table; *client* ones are what the
official Terraform provider relies on; *assumed* ones are choices where no source was found.
"""

from __future__ import annotations

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

    def response(self) -> Response:
        """The answer."""
        document = {"error_code": self.code, "error_msg": self.message}
        document |= {"error_solution": self.solution} if self.solution else {}
        return Response.of_json(self.status, document, self.headers)


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


def quota_insufficient(detail: str) -> ApiError:
    """Documented (error table): 400 ModelArts.0118; that pools, networks and nodes answer with it is assumed."""
    return ApiError(400, "ModelArts.0118", f"The quota is insufficient: {detail}")
