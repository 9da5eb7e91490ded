"""The armed rules of one world: which of them fires on a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import from_json, to_json

from modelarts_emulator.trouble import bucket
from modelarts_emulator.trouble.armed import Armed
from modelarts_emulator.trouble.checks import check
from modelarts_emulator.trouble.endings import is_about
from modelarts_emulator.trouble.fault import EVERY, Fault

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

    from modelarts_emulator.state.clock import Clock
    from modelarts_emulator.state.store import Store
    from modelarts_emulator.trouble.endings import Kind
    from modelarts_emulator.trouble.fault import Outcome, Throttle
    from modelarts_emulator.trouble.target import Target


class Faults:
    """The armed rules of one world.

    Args:
        store: Where they live.
        operations: Gives what rules can be armed for, by operation id; asked when one is armed.
        clock: Time of windows and of buckets.
    """

    def __init__(self, store: Store, operations: Callable[[], Mapping[str, Target]], clock: Clock) -> None:
        self._store = store
        self._operations = operations
        self._clock = clock

    def arm(self, fault: Fault) -> int:
        """Add a rule behind the others and return its number.

        Raises:
            ValueError: The rule can never fire or does nothing.
        """
        check(fault, self._operations())
        with self._store.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO faults (rule, times, armed_at) VALUES (?, ?, ?)",
                (to_json(fault.document()).decode(), fault.limit, self._clock.now()),
            )
        return int(cursor.lastrowid or 0)

    def arm_all(self, faults: Iterable[Fault]) -> list[int]:
        """Arm several rules, or none of them when one is refused.

        Raises:
            ValueError: One of them can never fire or does nothing.
        """
        with self._store.transaction():
            return [self.arm(fault) for fault in faults]

    def armed(self) -> list[Armed]:
        """All rules in the order they are tried, those that have fired included."""
        with self._store.transaction() as connection:
            return [_parse(row) for row in connection.execute("SELECT * FROM faults ORDER BY number")]

    def unfired(self) -> list[Fault]:
        """Rules that have not fired as often as they were armed for; one without an end is to fire once at least."""
        return [armed.fault for armed in self.armed() if not armed.has_fired]

    def clear(self) -> None:
        """Disarm everything."""
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM faults")
            connection.execute("DELETE FROM buckets")

    def restart(self) -> None:
        """Let windows begin now and buckets be full, as after a step of the clock back to the beginning of time."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE faults SET armed_at = ?", (self._clock.now(),))
            connection.execute("DELETE FROM buckets")

    def take(self, operation: str, facts: Mapping[str, object], scope: str | None) -> Fault | None:
        """First rule for the request itself that fires now; it is counted. A throttle is given as what it answers."""
        return self._take(lambda fault: fault.outcome is None and _matches(fault, operation, facts, scope), scope)

    def take_outcome(
        self, operation: str, kind: Kind, facts: Mapping[str, object], scope: str | None
    ) -> Outcome | None:
        """How what the request sets going shall end, when a rule says so; it is counted."""
        found = self._take(
            lambda fault: (
                fault.outcome is not None and is_about(fault.outcome, kind) and _matches(fault, operation, facts, scope)
            ),
            scope,
        )
        return found.outcome if found is not None else None

    def _take(self, fits: Callable[[Fault], bool], scope: str | None) -> Fault | None:
        with self._store.transaction() as connection:
            rows = connection.execute("SELECT * FROM faults WHERE times IS NULL OR hits < times ORDER BY number")
            for armed in [_parse(row) for row in rows]:
                if fits(armed.fault) and armed.is_active(self._clock.now()):
                    fired = self._fired(connection, armed, scope)
                    connection.execute(
                        "UPDATE faults SET seen = seen + 1, hits = hits + ? WHERE number = ?",
                        (fired is not None, armed.number),
                    )
                    if fired is not None:
                        return fired
        return None

    def _fired(self, connection: sqlite3.Connection, armed: Armed, scope: str | None) -> Fault | None:
        """What the rule does to a request that it is for; None when it lets it pass."""
        if armed.seen < armed.fault.after:
            return None
        throttle = armed.fault.throttle
        if throttle is None:
            return armed.fault
        wait = self._draw(connection, throttle, (armed.number, scope or "" if throttle.per_scope else ""))
        return _refusal(armed.fault, throttle, wait) if wait else None

    def _draw(self, connection: sqlite3.Connection, throttle: Throttle, key: tuple[int, str]) -> int:
        """Take a token from a bucket, and return 0, or return the seconds until there is one."""
        now = self._clock.now()
        row = connection.execute("SELECT full_at FROM buckets WHERE rule = ? AND scope = ?", key).fetchone()
        drawn = bucket.draw(throttle, row["full_at"] if row else now, now)
        connection.execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?)", (*key, drawn.full_at))
        return drawn.wait


def _refusal(fault: Fault, throttle: Throttle, wait: int) -> Fault:
    """A throttle as the error that it answers with.

    Documented (API gateway): 429 APIGW.0308; the policy after the colon is as third parties quote it (observed).
    """
    policy = f"policy user over ratelimit,limit:{throttle.burst},time:{throttle.burst / throttle.rate:g} second"
    message = f"The throttling threshold has been reached: {policy}"
    return fault._replace(status=429, code="APIGW.0308", message=message, retry_after=wait, throttle=None)


def _matches(fault: Fault, operation: str, facts: Mapping[str, object], scope: str | None) -> bool:
    if fault.operation not in {operation, EVERY} or (fault.scope is not None and fault.scope != scope):
        return False
    return all(facts.get(name) == value for name, value in fault.match.items())


def _parse(row: sqlite3.Row) -> Armed:
    return Armed(row["number"], Fault.parse(from_json(row["rule"])), row["seen"], row["hits"], row["armed_at"])
