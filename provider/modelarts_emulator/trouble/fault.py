"""One rule as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from modelarts_emulator.messages import Drop  # noqa: TC001 - `shape` reads the types of the fields at run time

SCOPE_HEADER = "x-emulator-scope"
EVERY = "*"
"""Stands for every operation."""

NO_BODY: Any = ...
"""Stands for no body of the rule's own, as None is a body: JSON's null."""


class Outcome(NamedTuple):
    """How something asynchronous, or a batch, ends.

    Attributes:
        nodes: Of the nodes that the next order makes or deletes, the next migration moves or the next batch request
            names, the first so many succeed; others vanish, or stay as they were.
        spec: At its end, `wanted` leaves the counts asked for in the pool's spec, `real` sets them to the nodes.
        driver: `Abnormal` makes the next driver upgrade fail.
        job: `stuck` leaves the next migration's job running for ever once `nodes` (here: none by default) have moved;
            `vanished` lets the job do its work and hides it: it is in no list, and showing it answers 404.
        reason: Text that the order or job gives.
        order: `stuck` leaves the next order processing for ever once `nodes` (here: none by default) have come or gone.
        others: What becomes of the other new nodes of an order: `vanish`, or stay in the pool `Abnormal`.
        network: `Abnormal` is what the network becomes that is being made.
    """

    nodes: int | None = None
    spec: Literal["wanted", "real"] = "wanted"
    driver: Literal["Abnormal"] | None = None
    job: Literal["stuck", "vanished"] | None = None
    reason: str = "insufficient resources"
    order: Literal["stuck"] | None = None
    others: Literal["vanish", "Abnormal"] = "vanish"
    network: Literal["Abnormal"] | None = None


class Throttle(NamedTuple):
    """A token bucket: it begins full, fills by virtual time, and a request that finds no token in it is refused.

    Attributes:
        rate: Tokens that come back per virtual second, above 0.
        burst: Tokens that it holds.
        per_scope: True gives each value of the scope header a bucket of its own; False: all share one.
    """

    rate: float
    burst: int = 1
    per_scope: bool = False


_EVERYTHING: Mapping[str, str] = {}


class Fault(NamedTuple):
    """One rule. It needs an operation and at least one thing to do.

    Attributes:
        operation: Operation id, such as `patchPool`; `*` is every operation.
        match: Path parameters that must be equal, such as `{"pool": "..."}`; empty matches every request. What a
            request is to make is matched by the id that it will have.
        status: Answer with this HTTP status instead of processing the request (or, with `when="after"`, after it).
        code: `error_code` of that answer.
        message: `error_msg` of that answer.
        retry_after: Retry-After header of that answer, in seconds.
        body: Answer with this JSON document, any at all, in place of the real one or of an error: with 200 unless
            `status` says otherwise.
        latency: Virtual seconds that pass first. Where the client's read timeout is shorter, it runs into it.
        drop: How the connection ends: reset (RST), close (before any byte), truncate (a part of the body, then the
            end), stall (a part of the body, then silence). A part of an answer takes one, so that with the last two
            the request is processed in any case.
        cut_json: Answer with the first part of the JSON body and a Content-Length that fits it; processed likewise.
        when: `before` the request is processed (it has no effect), or `after` (it has).
        outcome: How what the request sets going ends.
        scope: Only requests whose `X-Emulator-Scope` header is this.
        times: How many requests it hits; None: as many as there are. A throttle refuses whatever finds its bucket empty
            and takes no number.
        after: How many matching requests it lets pass first.
        throttle: Refuse requests beyond a rate as the API gateway does: 429 with Retry-After.
        starts_in: Virtual seconds from arming until the rule is active; what comes earlier is not counted.
        lasts: Virtual seconds that it is active then; None: for ever.
        keep: Bytes of the body that arrive with truncate, stall and cut_json, at most all but one; None: half.
    """

    operation: str
    match: Mapping[str, str] = _EVERYTHING
    status: int | None = None
    code: str = "ModelArts.50005000"
    message: str = "internal error"
    retry_after: float | None = None
    latency: float = 0.0
    drop: Drop | None = None
    cut_json: bool = False
    when: Literal["before", "after"] = "before"
    outcome: Outcome | None = None
    scope: str | None = None
    times: int | None = 1
    after: int = 0
    throttle: Throttle | None = None
    starts_in: float = 0.0
    lasts: float | None = None
    keep: int | None = None
    body: Any = NO_BODY

    @property
    def has_body(self) -> bool:
        """True when it answers with a document of its own."""
        return self.body is not NO_BODY

    @property
    def limit(self) -> int | None:
        """How often it fires at most; None: without end."""
        return None if self.throttle is not None else self.times

    def document(self) -> dict[str, Any]:
        """Plain data, from which `parse` makes it again."""
        parts = {name: part._asdict() for name in _PARTS if (part := getattr(self, name)) is not None}
        plain = {**self._asdict(), **parts}
        if not self.has_body:
            del plain["body"]
        return plain

    @classmethod
    def parse(cls, rule: Mapping[str, Any]) -> Fault:
        """Build a rule from plain data.

        Raises:
            ValueError: Not an object, unknown fields, or none where one is needed; with what is possible.
        """
        if not isinstance(rule, Mapping):
            raise ValueError(f"not a fault: {rule!r}; give an object with {_names(cls)}")  # noqa: TRY004 - as for the rest
        _refuse_unknown("a fault", rule, cls)
        if "operation" not in rule:
            raise ValueError("operation is missing: name the one that shall fail, or * for every one")
        parts = {name: _part(name, rule[name], kind) for name, kind in _PARTS.items() if rule.get(name) is not None}
        return cls(**{**rule, **parts})


_PARTS: dict[str, type[Outcome | Throttle]] = {"outcome": Outcome, "throttle": Throttle}


def _part(name: str, given: Any, kind: type[Outcome | Throttle]) -> Outcome | Throttle:
    if not isinstance(given, Mapping):
        raise ValueError(f"not a fault: {name} takes {_names(kind)}, not {given!r}")  # noqa: TRY004 - as for the rest
    _refuse_unknown(f"not a fault: {name}", given, kind)
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"not a fault: {name} needs rate") from error


def _refuse_unknown(what: str, given: Mapping[str, Any], kind: type[Fault | Outcome | Throttle]) -> None:
    unknown = sorted(set(given) - set(kind._fields))
    if unknown:
        raise ValueError(f"unknown fields of {what}: {', '.join(unknown)}; use {_names(kind)}")


def _names(kind: type[Fault | Outcome | Throttle]) -> str:
    return ", ".join(sorted(kind._fields))
