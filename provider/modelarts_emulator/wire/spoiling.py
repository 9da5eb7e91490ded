"""What an armed fault makes of an exchange: of its answer, of how that arrives, and of the journal's note of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_json

from modelarts_emulator.messages import JSON, Response, part
from modelarts_emulator.service.exceptions import ApiError

if TYPE_CHECKING:
    from modelarts_emulator.messages import Loss
    from modelarts_emulator.trouble import Fault


def prevents(fault: Fault, loss: Loss | None) -> bool:
    """True when the request is not processed."""
    answers = fault.status is not None or fault.has_body
    return fault.when == "before" and (answers or loss in {"reset", "close", "timeout"})


def answer_of(fault: Fault) -> Response | None:
    """The answer that a fault gives; None where it leaves the service's own."""
    headers = {} if fault.retry_after is None else {"retry-after": f"{fault.retry_after:g}"}
    if fault.has_body:
        return Response(fault.status or 200, {"content-type": JSON, **headers}, to_json(fault.body))
    if fault.status is None:
        return None
    return ApiError(fault.status, fault.code, fault.message, headers).response()


def spoil(response: Response, fault: Fault, loss: Loss | None) -> Response:
    """Turn a good answer into what the fault makes of it."""
    response = answer_of(fault) or response
    if fault.cut_json:
        response = response._replace(body=part(response.body, fault.keep))
    return response._replace(drop=loss, keep=fault.keep) if loss else response


def named(fault: Fault | None, loss: Loss | None) -> str | None:
    """What a fault did, in words; None where there was none."""
    if fault is None:
        return None
    parts = [
        str(fault.status or ""),
        "body" * fault.has_body,
        loss or "",
        "cut_json" * fault.cut_json,
        "latency" * bool(fault.latency),
    ]
    return " ".join(filter(None, [*parts, fault.when]))
