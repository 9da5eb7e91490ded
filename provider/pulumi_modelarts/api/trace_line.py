"""What a trace says of one request: its fields, and the words for how it ended."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from pydantic_core import from_json

from pulumi_modelarts.api.error_bodies import explain, request_id_of
from pulumi_modelarts.api.errors import CancelledError
from pulumi_modelarts.api.node_migration import BATCH_MIGRATE_POOL_NODES, job_id_of
from pulumi_modelarts.api.outcomes import Answer, Lost
from pulumi_modelarts.api.redaction import redacted
from pulumi_modelarts.api.resource_pool import ORDER_NAME
from pulumi_modelarts.api.resource_pools import PATCH_POOL
from pulumi_modelarts.api.wire import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi_modelarts.api.caller import Caller
    from pulumi_modelarts.api.exchange import Call, Exchange, Outcome, Try

ENDINGS: Final[Mapping[str, str]] = {
    "answered": "the service said yes",
    "refused": "the service said no",
    "failed": "the service broke down (5xx); it may have acted on it",
    "unreadable": "the service said yes in an answer that is no JSON, or too long",
    "lost": "no usable answer came back; the service may have acted on it",
    "not sent": "it did not reach the service, or was not even tried: no connection, no token",
    "stopped": "a stop was requested (Ctrl-C): before a write was sent, or while a read waited for its answer",
    "broken off": "a defect of this package, or the end of the process",
}
"""How requests end, in a word, and what that means."""

OBJECTS: Final[Mapping[str, str]] = {
    "pools": "pool",
    "nodes": "node",
    "orders": "order",
    "jobs": "job",
    "training-jobs": "training_job",
    "networks": "network",
    "workspaces": "workspace",
    "migrateNodeNames": "nodes",
    "deleteNodeNames": "nodes",
    "nodeNames": "nodes",
    "toPoolName": "to_pool",
}
"""What a request is about, by the collections of its path and the fields of its body that name things."""

LONGEST_REASON: Final = 1000
"""Characters of what others say that a line repeats."""

_IN_PATH: Final = re.compile(r"/(pools|nodes|orders|jobs|training-jobs|networks|workspaces)/(?!batch-)([^/?]+)")


@dataclass(frozen=True)
class Line:
    """One line; a field without a value is left out.

    Attributes:
        time: when it began, in UTC.
        process: id of the process that asked.
        urn: the resource that it was asked for.
        during: what was being done to that: `check`, `diff`, `create`, `read`, `update`, `delete`.
        operation: as the API reference has it.
        request: method and path, `{project_id}` standing for the project.
        object: what it is about: names of pool, nodes, order, job.
        sent: the body of a write, values hidden that are not known to be harmless.
        outcome: how it ended, a word of `ENDINGS`.
        status: HTTP status of the last answer.
        code: the service's error code.
        reason: what the service said, or what went wrong on the way.
        request_id: the service's id of the last try that was answered.
        order: what a change of counts can be followed by.
        job: what a move can be followed by.
        seconds: from the first try to the end, pauses included.
        tries: each time that it was sent.
    """

    time: str
    process: int
    urn: str
    during: str
    operation: str
    request: str
    object: Mapping[str, Any]
    sent: Any
    outcome: str
    status: int | None
    code: str
    reason: str
    request_id: str
    order: str
    job: str
    seconds: float
    tries: list[dict[str, Any]]

    def to_json(self) -> str:
        """The line, of ASCII characters only."""
        found = {name: value for name, value in asdict(self).items() if value not in ("", None, {})}
        return json.dumps(found)


def line_of(exchange: Exchange, caller: Caller, process: int, path: str, mask: Callable[[str], str]) -> Line:
    """What there is to say of a request that has ended.

    Args:
        exchange: the request, and how it ended.
        caller: on whose behalf it was sent.
        process: id of this process.
        path: of the request, without what names the project.
        mask: takes secrets out of what others say.
    """
    call, end = exchange.call, exchange.end
    body = from_json(call.content) if call.content and call.changes else None
    last = exchange.tries[-1].outcome if exchange.tries else None
    code, reason = _said(end, mask)
    order, job = _handles(call, body, end)
    return Line(
        time=datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="milliseconds"),
        process=process,
        urn=caller.urn,
        during=caller.during,
        operation=call.operation.name,
        request=f"{call.method} {caller.mask(path)}",
        object=_masked({**dict(_in_path(path)), **dict(_in_body(body))}, caller.mask),
        sent=None if body is None else redacted(body, hides_values=caller.has_secrets),
        outcome=ending(end),
        status=last.response.status_code if isinstance(last, Answer) else None,
        code=short(code),
        reason=reason[:LONGEST_REASON],
        request_id=_request_id(last, mask),
        order=short(mask(order)),
        job=short(mask(job)),
        seconds=round(exchange.seconds, 3),
        tries=[_of_try(each, mask) for each in exchange.tries],
    )


def ending(end: Outcome) -> str:
    """How a request ended, or one of its tries, in a word of `ENDINGS`."""
    match end:
        case Answer() if end.response.is_success:
            usable = not end.too_long and (end.is_json or not end.response.content.strip())
            return "answered" if usable else "unreadable"
        case Answer():
            return "failed" if end.response.is_server_error else "refused"
        case Lost():
            return "lost" if end.may_have_been_acted_on else "not sent"
        case CancelledError():
            return "stopped"
        case None:
            return "broken off"
    return "not sent"


def _of_try(each: Try, mask: Callable[[str], str]) -> dict[str, Any]:
    outcome = each.outcome
    told = {
        "after": round(each.after, 3),
        "seconds": round(each.seconds, 3),
        "outcome": ending(outcome),
        "status": outcome.response.status_code if isinstance(outcome, Answer) else None,
        "request_id": _request_id(outcome, mask),
        "reason": mask(str(outcome)) if isinstance(outcome, Lost) else "",
    }
    return {name: value for name, value in told.items() if value not in ("", None)}


def _said(end: Outcome, mask: Callable[[str], str]) -> tuple[str, str]:
    """Code and reason; empty for what was answered."""
    if isinstance(end, Answer):
        return ("", "") if end.response.is_success else explain(end, mask)[:2]
    return "", "" if end is None else mask(str(end))


def _request_id(outcome: Outcome, mask: Callable[[str], str]) -> str:
    return short(mask(request_id_of(outcome))) if isinstance(outcome, Answer) else ""


def _handles(call: Call, sent: Any, end: Outcome) -> tuple[str, str]:
    """Ids of the order and the job that the answer to a write has; empty without.

    A pool names its last order, also in the answer to a patch that makes none.
    """
    body = end.body if isinstance(end, Answer) and end.response.is_success else None
    if call.operation == PATCH_POOL and isinstance(body, dict):
        return (_order_of(body) if "resources" in sent.get("spec", {}) else ""), ""
    return "", (job_id_of(body) if call.operation == BATCH_MIGRATE_POOL_NODES else "")


def _order_of(pool: dict[str, Any]) -> str:
    metadata = pool.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    return str(labels.get(ORDER_NAME) or "") if isinstance(labels, dict) else ""


def _masked(names: Mapping[str, Any], mask: Callable[[str], str]) -> dict[str, Any]:
    """Names of objects, of which the program may keep one secret."""
    return {
        kind: [mask(str(each)) for each in name] if isinstance(name, list) else mask(str(name))
        for kind, name in names.items()
    }


def _in_path(path: str) -> Iterator[tuple[str, str]]:
    for collection, name in _IN_PATH.findall(path):
        yield OBJECTS[collection], unquote(name)


def _in_body(body: Any) -> Iterator[tuple[str, Any]]:
    for field, value in body.items() if isinstance(body, dict) else ():
        if field in OBJECTS:
            yield OBJECTS[field], value
