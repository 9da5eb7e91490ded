"""What was asked and answered, for tests to look at. Secrets are replaced before anything is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json

from modelarts_emulator.wording import number_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from modelarts_emulator.messages import Request, Response
    from modelarts_emulator.service.operation import Operation
    from modelarts_emulator.state.store import Store

REDACTED = "***"
SECRET_HEADERS = frozenset(
    {
        "authorization",
        "x-auth-token",
        "x-security-token",
        "x-subject-token",
        "cookie",
        "set-cookie",
        "proxy-authorization",
    }
)
LARGEST_BODY = 65_536
"""Bodies above this many bytes are not kept."""

ANYTHING: Any = object()
"""Any body, and none."""

KEPT = 20_000
"""Exchanges kept; older ones are dropped."""


class Exchange(NamedTuple):
    """One request and its answer.

    Attributes:
        number: Running number.
        at: Virtual time in seconds since 1970.
        method: HTTP method.
        path: Decoded path.
        operation: Operation id; None for a path that is served nowhere.
        query: Query parameters.
        headers: Request headers, names in lower case, secrets replaced.
        body: Request body: parsed JSON, else text; None when empty, secret or very large.
        status: HTTP status of the answer, also when the answer was then lost on the way.
        response_headers: Header fields of the answer, secrets replaced.
        response: Body of the answer, as `body`.
        fault: What an armed fault did to this exchange; None normally.
    """

    number: int
    at: float
    method: str
    path: str
    operation: str | None
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int
    response_headers: dict[str, str]
    response: Any
    fault: str | None

    @property
    def unread(self) -> list[str]:
        """What was sent and nobody read, such as `spec.drvier` or `?colour`: a misspelt field changes nothing.

        A merge patch keeps fields that nobody knows; they are unread all the same. A body that was not kept has none.
        """
        from modelarts_emulator.wire.unread import unread  # noqa: PLC0415 - shapes are loaded when somebody asks

        return unread(self.operation, self.query, self.body)

    def document(self) -> dict[str, Any]:
        """Plain data for the control API."""
        return {**self._asdict(), "unread": self.unread}


class Journal:
    """The exchanges of one world.

    Args:
        store: Where they live.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def exchanges(
        self,
        operation: str | None = None,
        *,
        method: str | None = None,
        path: str = "",
        since: int = 0,
        limit: int = -1,
    ) -> list[Exchange]:
        """Exchanges in the order they happened.

        Args:
            operation: Only this operation.
            method: Only this method.
            path: Only paths that contain this, for example a pool's name.
            since: Only those numbered above this.
            limit: At most so many, the oldest ones; -1: all.
        """
        with self._store.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM exchanges WHERE number > :since AND (:operation IS NULL OR operation = :operation)"
                " AND (:method IS NULL OR method = :method) AND instr(path, :path) > 0 ORDER BY number LIMIT :limit",
                {"since": since, "operation": operation, "method": method, "path": path, "limit": limit},
            ).fetchall()
        return [_parse(row) for row in rows]

    def writes(self) -> list[Exchange]:
        """Exchanges that asked for a change of pools, nodes or jobs, in the order they happened."""
        from modelarts_emulator.service.urls import OPERATIONS  # noqa: PLC0415 - with it come all operations

        known = ((item, OPERATIONS.get(item.operation or "")) for item in self.exchanges())
        return [item for item, asked in known if asked is not None and not asked.reads and not asked.gives_token]

    def assert_asked(
        self, operation: str, *, path: str = "", body: Any = ANYTHING, times: int | None = None
    ) -> list[Exchange]:
        """Check that something was asked, and return the exchanges.

        Args:
            operation: Operation id.
            path: Part of the path, such as a pool's name.
            body: The whole body that was sent, parsed; by default any.
            times: How often; None: at least once.

        Raises:
            AssertionError: It was not, or not so often; the text lists what was asked instead.
        """
        found = [item for item in self.exchanges(operation, path=path) if body is ANYTHING or item.body == body]
        if len(found) == times or (times is None and found):
            return found
        wanted = f"{operation}{f' about {path}' * bool(path)}{'' if body is ANYTHING else f' with {body!r}'}"
        often = "at least once" if times is None else number_of(times, "time")
        raise AssertionError(f"{wanted} was asked {number_of(len(found), 'time')}, not {often}; {self._asked()}")

    def assert_not_asked(self, operation: str, *, path: str = "") -> None:
        """Check that something was not asked.

        Raises:
            AssertionError: It was.
        """
        self.assert_asked(operation, path=path, times=0)

    def assert_no_writes(self) -> None:
        """Check that nobody asked for a change.

        Raises:
            AssertionError: Somebody did; the text lists what was asked for.
        """
        if writes := self.writes():
            raise AssertionError("changes were asked for: " + "; ".join(map(_line, writes)))

    def assert_all_read(self) -> None:
        """Check that nothing was sent that nobody read, such as a misspelt field.

        Raises:
            AssertionError: Something was; the text lists it.
        """
        if ignored := [f"{_line(item)}: {', '.join(item.unread)}" for item in self.exchanges() if item.unread]:
            raise AssertionError("nobody read what was sent: " + "; ".join(ignored))

    def _asked(self) -> str:
        lines = [_line(item) for item in self.exchanges()]
        return f"asked was: {'; '.join(lines)}" if lines else "nothing was asked"

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM exchanges")

    def next_number(self, connection: sqlite3.Connection) -> int:
        """Number that the next exchange will get."""
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'exchanges'").fetchone()
        return (row[0] if row else 0) + 1

    def note(
        self,
        at: float,
        request: Request,
        operation: Operation | None,
        project: str | None,
        response: Response,
        fault: str | None,
    ) -> None:
        """Keep one exchange; no operation: its path is served nowhere."""
        name, secret = (None, False) if operation is None else (operation.name, operation.gives_token)
        with self._store.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO exchanges (at, method, path, operation, project, query, headers, body, status,"
                " response_headers, response, fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(at, request.method, request.path, name, project, _text(request.query)),
                    *(_text(redacted(request.headers)), _kept(request.body, secret=secret), response.status),
                    *(_text(redacted(response.headers)), _kept(response.body, secret=secret), fault),
                ),
            )
            number = int(cursor.lastrowid or 0)
            if number % 1000 == 0:
                connection.execute("DELETE FROM exchanges WHERE number <= ?", (number - KEPT,))


def _line(item: Exchange) -> str:
    return f"{item.operation or item.method} {item.path} {item.status}"


def redacted(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers with lower-case names and without secrets."""
    return {
        (lowered := name.lower()): REDACTED if lowered in SECRET_HEADERS else value for name, value in headers.items()
    }


def _text(value: object) -> str:
    return to_json(value).decode()


def _kept(body: bytes, *, secret: bool) -> bytes | None:
    return None if secret or not body or len(body) > LARGEST_BODY else body


def _readable(body: bytes | None) -> Any:
    if body is None:
        return None
    try:
        return from_json(body)
    except ValueError:
        return body.decode(errors="replace")


def _parse(row: sqlite3.Row) -> Exchange:
    return Exchange(
        number=row["number"],
        at=row["at"],
        method=row["method"],
        path=row["path"],
        operation=row["operation"],
        query=from_json(row["query"]),
        headers=from_json(row["headers"]),
        body=_readable(row["body"]),
        status=row["status"],
        response_headers=from_json(row["response_headers"]),
        response=_readable(row["response"]),
        fault=row["fault"],
    )
