"""Trouble on order: rules that make a request, or what it sets going, fail in a chosen way.

A rule fires on the first requests that match it, a fixed number of times; nothing is left to chance. Rules and their
counts live in the store, so a test can arm one for another process that works on the same file.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from modelarts_emulator.messages import Drop
    from modelarts_emulator.store import Store

SCOPE_HEADER = "x-emulator-scope"


@dataclass(frozen=True)
class Outcome:
    """How something asynchronous ends.

    Attributes:
        nodes: Of the nodes that the next order makes or deletes, or the next migration moves, this many succeed;
            others vanish (or stay).
        spec: At its end, `wanted` leaves the counts asked for in the pool's spec, `real` sets them to the nodes.
        driver: `Abnormal` makes the next driver upgrade fail.
        job: `stuck` leaves the next migration's job running for ever once `nodes` (here: none by default) have moved;
            `vanished` lets the job do its work and hides it: it is in no list, and showing it answers 404.
        reason: Text that the order or job gives.
    """

    nodes: int | None = None
    spec: Literal["wanted", "real"] = "wanted"
    driver: Literal["Abnormal"] | None = None
    job: Literal["stuck", "vanished"] | None = None
    reason: str = "insufficient resources"


@dataclass(frozen=True)
class Fault:
    """One rule. It needs an operation and at least one thing to do.

    Attributes:
        operation: Operation id, such as `patchPool`.
        match: Path parameters that must be equal, such as `{"pool": "..."}`; empty matches every request.
        status: Answer with this HTTP status instead of processing the request (or, with `when="after"`, after it).
        code: `error_code` of that answer.
        message: `error_msg` of that answer.
        retry_after: Retry-After header of that answer, in seconds.
        latency: Virtual seconds that pass first. Where the client's read timeout is shorter, it runs into it.
        drop: How the connection ends: reset (RST), close (before any byte), truncate (half the body). To truncate an
            answer takes one, so that request is processed in any case.
        cut_json: Answer with the first half of the JSON body and a Content-Length that fits it; processed likewise.
        when: `before` the request is processed (it has no effect), or `after` (it has).
        outcome: How what the request sets going ends.
        scope: Only requests whose `X-Emulator-Scope` header is this.
        times: How many requests it hits.
        after: How many matching requests it lets pass first.
    """

    operation: str
    match: Mapping[str, str] = field(default_factory=dict)
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
    times: int = 1
    after: int = 0

    @classmethod
    def parse(cls, rule: Mapping[str, Any]) -> Fault:
        """Build a rule from plain data.

        Raises:
            ValueError: Unknown fields, or a rule that could do nothing.
        """
        unknown = sorted(set(rule) - {item.name for item in fields(cls)})
        if unknown or "operation" not in rule:
            raise ValueError(f"unknown fields of a fault: {', '.join(unknown)}" if unknown else "operation is missing")
        outcome = rule.get("outcome")
        try:
            return cls(**{**rule, "outcome": Outcome(**outcome) if outcome else None})
        except TypeError as error:
            raise ValueError(f"not a fault: {error}") from error

    def check(self, operations: Mapping[str, frozenset[str]]) -> None:
        """Refuse a rule that can never fire or has no effect.

        Args:
            operations: Path parameters by operation id.

        Raises:
            ValueError: With what is wrong.
        """
        if self.operation not in operations:
            raise ValueError(f"unknown operation {self.operation!r}: use one of {', '.join(sorted(operations))}")
        for name in self.match:
            if name not in operations[self.operation]:
                known = ", ".join(sorted(operations[self.operation]))
                raise ValueError(f"{self.operation} cannot be matched by {name!r}: use {known}")
        if self.times < 1 or self.after < 0:
            raise ValueError("times must be at least 1 and after at least 0")
        if not (self.status or self.latency > 0 or self.drop or self.cut_json or self.outcome):
            raise ValueError("a fault needs one of status, latency, drop, cut_json, outcome")
        if self.outcome is not None and (self.status or self.drop or self.cut_json or self.latency):
            raise ValueError("arm an outcome and a failing request as two faults, so that each is counted")


class Armed(NamedTuple):
    """A rule with its counts.

    Attributes:
        number: Number of the rule.
        fault: The rule.
        seen: Requests that matched so far.
        hits: Requests it fired on.
    """

    number: int
    fault: Fault
    seen: int
    hits: int

    @property
    def left(self) -> int:
        """How often it will still fire."""
        return self.fault.times - self.hits

    def document(self) -> dict[str, Any]:
        """Plain data for the control API."""
        return {"number": self.number, "seen": self.seen, "hits": self.hits, "fault": asdict(self.fault)}


class Faults:
    """The armed rules of one world.

    Args:
        store: Where they live.
        operations: Path parameters by operation id.
    """

    def __init__(self, store: Store, operations: Mapping[str, frozenset[str]]) -> None:
        self._store = store
        self._operations = operations

    def arm(self, fault: Fault) -> int:
        """Add a rule behind the others and return its number.

        Raises:
            ValueError: The rule can never fire or does nothing.
        """
        fault.check(self._operations)
        with self._store.transaction() as connection:
            cursor = connection.execute("INSERT INTO faults (rule) VALUES (?)", (to_json(asdict(fault)).decode(),))
        return int(cursor.lastrowid or 0)

    def armed(self) -> list[Armed]:
        """All rules in the order they are tried, those that have fired included."""
        with self._store.transaction() as connection:
            return [_parse(row) for row in connection.execute("SELECT * FROM faults ORDER BY number")]

    def unfired(self) -> list[Fault]:
        """Rules that have not fired as often as they were armed for."""
        return [armed.fault for armed in self.armed() if armed.left > 0]

    def clear(self) -> None:
        """Disarm everything."""
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM faults")

    def take(self, operation: str, facts: Mapping[str, object], scope: str | None) -> Fault | None:
        """First rule for the request itself that fires now; it is counted."""
        return self._take(lambda fault: fault.outcome is None and _matches(fault, operation, facts, scope))

    def take_outcome(self, operation: str, kind: str, facts: Mapping[str, object], scope: str | None) -> Outcome | None:
        """How what the request sets going shall end, when a rule says so; it is counted."""
        found = self._take(lambda fault: _ends(fault, kind) and _matches(fault, operation, facts, scope))
        return found.outcome if found is not None else None

    def _take(self, fits: Callable[[Fault], bool]) -> Fault | None:
        with self._store.transaction() as connection:
            rows = connection.execute("SELECT * FROM faults WHERE hits < json_extract(rule, '$.times') ORDER BY number")
            for armed in [_parse(row) for row in rows]:
                if fits(armed.fault):
                    fires = armed.seen >= armed.fault.after
                    connection.execute(
                        "UPDATE faults SET seen = seen + 1, hits = hits + ? WHERE number = ?", (fires, armed.number)
                    )
                    if fires:
                        return armed.fault
        return None


def _ends(fault: Fault, kind: str) -> bool:
    outcome = fault.outcome
    if outcome is None:
        return False
    if kind == "migration":
        return outcome.nodes is not None or outcome.job is not None
    return (outcome.driver if kind == "driver" else outcome.nodes) is not None


def _matches(fault: Fault, operation: str, facts: Mapping[str, object], scope: str | None) -> bool:
    if fault.operation != operation or (fault.scope is not None and fault.scope != scope):
        return False
    return all(facts.get(name) == value for name, value in fault.match.items())


def _parse(row: sqlite3.Row) -> Armed:
    return Armed(row["number"], Fault.parse(from_json(row["rule"])), row["seen"], row["hits"])
