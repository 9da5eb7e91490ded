"""An answer that says no, turned into the error to raise.

The body comes in one of the known shapes. Documented: `{"error_code", "error_msg"}` (ModelArts and the gateway; the
training service adds `error_solution`) and `{"error": {"code", "message"}}` (IAM). The vendor's SDK also understands
`{"errorCode", "errorMsg"}` and `{"code", "message"}`, and with each the `encoded_authorization_message` of identity
policies, which tells an administrator what was missing. Whatever else comes (the page of a proxy, say) is quoted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    ThrottledError,
    UnsupportedMediaTypeError,
    is_unserved,
)
from pulumi_modelarts.api.masking import masker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import httpx

    from pulumi_modelarts.api.operation import Operation
    from pulumi_modelarts.api.outcomes import Answer

LONGEST_QUOTE: Final = 300
"""Characters of an unexplained answer that a message repeats."""

MARKUP: Final = re.compile(r"(?is)<(script|style).*?(?:</\1>|\Z)|<[^<>]*>")
"""Whatever it meets, it looks at no character more than a few times: an unclosed `<` ends at the next one, and an
unclosed script at the end of the page."""

BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    409: ConflictError,
    415: UnsupportedMediaTypeError,
    429: ThrottledError,
}

BY_CODE: Final[Mapping[str, type[ApiError]]] = {
    "ModelArts.2775": NotFoundError,  # a missing training job is a 400 (documented: error codes)
    "ModelArts.50004100": UnsupportedMediaTypeError,  # its status is documented nowhere
    "ModelArts.0206": AuthenticationError,  # a wrong access key is a 403 (documented: error codes)
    "ModelArts.2786": PermissionDeniedError,  # a token of another project is a 404 (documented: error codes)
    "ModelArts.2836": ApiError,  # a 404 about the path, not about an object (documented: error codes)
}
"""Codes that say something else than their status does."""

CREDENTIAL_HEADERS: Final = ("x-auth-token", "x-security-token")


def error_from_answer(
    answer: Answer,
    attempting: str,
    *,
    operation: Operation,
    project: str = "",
    secrets: Iterable[str] = (),
    expired: str | None = None,
) -> ApiError:
    """The error for an answer that is not a success.

    The only place that makes one. Credentials that the service repeats (the gateway names the access key it does not
    know) are hidden.

    Args:
        answer: the answer, with its request.
        attempting: what was attempted, and on what.
        operation: which operation of the service it was.
        project: id of the project it was asked in; empty for none.
        secrets: further values to hide, beside those the request carried in its headers.
        expired: what to do where the credentials may have ended; None where they cannot.
    """
    status = answer.response.status_code
    code, message, request_id = explain(answer, masker([*secrets, *carried(answer.response.request)]))
    kind = _kind(status, explain(answer)[0])
    return kind(
        attempting,
        status=status,
        code=code,
        message=message,
        request_id=request_id,
        remedy=expired if expired and kind is AuthenticationError else _remedy(kind, status, operation, project),
        operation=operation,
    )


def explain(answer: Answer, mask: Callable[[str], str] = str) -> tuple[str, str, str]:
    """Code, message and request id of an answer; what it does not say is empty.

    Args:
        answer: the answer.
        mask: takes secrets out of each of them, before anything is cut: a part of one would not be known again.
    """
    fields = _fields(answer)
    code = _first(fields, "error_code", "errorCode", "code")
    message = _first(fields, "error_msg", "errorMsg", "message")
    solution = _first(fields, "error_solution")
    if solution and message:
        message = f"{message.rstrip('. ')}. {solution}"
    if encoded := _first(fields, "encoded_authorization_message"):
        message = f"{message.rstrip('. ')} [encoded_authorization_message: {encoded}]"
    return mask(code), mask(message) or _quote(answer.response, mask), mask(request_id_of(answer))


def request_id_of(answer: Answer) -> str:
    """What to quote to the service's support, of any answer; empty where it gives nothing."""
    return str(answer.response.headers.get("x-request-id", "")) or _first(_fields(answer), "request_id", "requestId")


def _fields(answer: Answer) -> dict[str, Any]:
    fields = answer.body if isinstance(answer.body, dict) else {}
    return {**fields, **fields["error"]} if isinstance(fields.get("error"), dict) else fields


def _remedy(kind: type[ApiError], status: int, operation: Operation, project: str) -> str | None:
    """What to do next, where more is known than the kind of error says by itself."""
    if is_unserved(kind, status):
        return "Check endpoint and region: nothing serves this address."
    return operation.to_grant(project) if kind is PermissionDeniedError else None


def _first(fields: dict[str, Any], *names: str) -> str:
    for name in names:
        if isinstance(fields.get(name), str | int):
            return str(fields[name])
    return ""


def _quote(response: httpx.Response, mask: Callable[[str], str]) -> str:
    """What an unexplained answer says to a human: tags and repeated blanks removed, shortened."""
    page = response.content.decode("utf-8", errors="replace")
    printable = "".join(letter if letter.isprintable() else " " for letter in MARKUP.sub(" ", page))
    text = mask(" ".join(printable.split()))
    if len(text) > LONGEST_QUOTE:
        return f"{text[:LONGEST_QUOTE]}…"
    return text or response.reason_phrase


def _kind(status: int, code: str) -> type[ApiError]:
    if code in BY_CODE:
        return BY_CODE[code]
    if status == 404:  # noqa: PLR2004 - an HTTP status is its own name
        return NotFoundError if code.startswith("ModelArts.") else ApiError
    return ServerError if status >= 500 else BY_STATUS.get(status, ApiError)  # noqa: PLR2004 - as above


def carried(request: httpx.Request) -> list[str]:
    """The credentials in a request's headers."""
    access = re.search(r"Access=([^,\s]+)", request.headers.get("authorization", ""))
    return [
        *(request.headers[name] for name in CREDENTIAL_HEADERS if name in request.headers),
        *(access.groups() if access else ()),
    ]
