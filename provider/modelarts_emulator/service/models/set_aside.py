"""What fell due and failed: undone, set aside with the reason, and told, so that the world can be read as before."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json

from modelarts_emulator.state.clock import rfc3339

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from modelarts_emulator.service.models.tenant import Tenant


class SetAside(NamedTuple):
    """Something that should have happened.

    Attributes:
        at: Virtual time at which it was due, in seconds since 1970.
        project: Project that it is about.
        kind: What it is.
        payload: About what it is.
        error: Why it failed, and where.
    """

    at: float
    project: str
    kind: str
    payload: dict[str, Any]
    error: str

    def __str__(self) -> str:
        """What and where, in a sentence."""
        what = f"{self.kind} {to_json(self.payload).decode()}, due at {rfc3339(self.at)} in project {self.project},"
        return f"{what} failed and is set aside: {self.error}"

    def document(self) -> dict[str, Any]:
        """Plain data for the control API."""
        return {**self._asdict(), "time": rfc3339(self.at)}


def unless_it_works(
    tenant: Tenant, kind: str, payload: dict[str, Any], action: Callable[[Tenant, dict[str, Any]], None] | None
) -> list[SetAside]:
    """Let something happen; where it fails, undo what it did and keep it aside. Nothing, or the one that failed.

    Args:
        tenant: The project, at the moment at which it is due.
        kind: What it is.
        payload: About what it is.
        action: Does it; None: nobody knows how.
    """
    try:
        with _attempt(tenant.connection):
            (action or _unknown)(tenant, payload)
    except Exception as error:  # noqa: BLE001 - whatever it is, who looks has not asked for it
        failed = SetAside(tenant.now, tenant.project, kind, payload, _reason(error))
        return [failed] if _keep(tenant, failed) else []
    return []


def every(connection: sqlite3.Connection) -> list[SetAside]:
    """All that is set aside, oldest first."""
    rows = connection.execute("SELECT at, project, kind, payload, error FROM set_aside ORDER BY number")
    return [SetAside(at, project, kind, from_json(payload), error) for at, project, kind, payload, error in rows]


def _unknown(_tenant: Tenant, _payload: dict[str, Any]) -> None:
    raise NotImplementedError("nobody knows how to do that")


def _keep(tenant: Tenant, failed: SetAside) -> bool:
    """Keep what failed; False where it is known: what waits for something is tried again at each look."""
    cursor = tenant.connection.execute(
        "INSERT INTO set_aside (at, project, kind, payload, error) SELECT :at, :project, :kind, :payload, :error WHERE"
        " NOT EXISTS (SELECT 1 FROM set_aside WHERE (project, kind, payload) = (:project, :kind, :payload))",
        {**failed._asdict(), "payload": to_json(failed.payload).decode()},
    )
    return cursor.rowcount > 0


def _reason(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    module = place.filename.replace("\\", "/").rpartition("modelarts_emulator/")[2]
    return f"{type(error).__name__}: {error} ({module}:{place.lineno})"


@contextmanager
def _attempt(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("SAVEPOINT due")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO due")
        raise
    finally:
        connection.execute("RELEASE due")
