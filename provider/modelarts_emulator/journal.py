"""What was asked and answered, for tests to look at. Secrets are replaced before anything is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json

from modelarts_emulator.responses.identity import TOKEN_OPERATION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from modelarts_emulator.messages import Request, Response
    from modelarts_emulator.store import Store

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
SECRET_OPERATIONS = frozenset({TOKEN_OPERATION})
LARGEST_BODY = 65_536
"""Bodies above this many bytes are not kept."""

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

    def document(self) -> dict[str, Any]:
        """Plain data for the control API."""
        return self._asdict()


class Journal:
    """The exchanges of one world.

    Args:
        store: Where they live.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def exchanges(
        self, operation: str | None = None, *, method: str | None = None, path: str = "", since: int = 0
    ) -> list[Exchange]:
        """Exchanges in the order they happened.

        Args:
            operation: Only this operation.
            method: Only this method.
            path: Only paths that contain this, for example a pool's name.
            since: Only those numbered above this.
        """
        with self._store.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM exchanges WHERE number > :since AND (:operation IS NULL OR operation = :operation)"
                " AND (:method IS NULL OR method = :method) AND instr(path, :path) > 0 ORDER BY number",
                {"since": since, "operation": operation, "method": method, "path": path},
            ).fetchall()
        return [_parse(row) for row in rows]

    def writes(self) -> list[Exchange]:
        """Exchanges that asked for a change of pools, nodes or jobs, in the order they happened."""
        from modelarts_emulator.urls import WRITES  # noqa: PLC0415 - importing the package loads no operations

        return [item for item in self.exchanges() if item.operation in WRITES]

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM exchanges")

    def next_number(self, connection: sqlite3.Connection) -> int:
        """Number that the next exchange will get."""
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'exchanges'").fetchone()
        return (row[0] if row else 0) + 1

    def note(
        self, at: float, request: Request, route: tuple[str | None, str | None], response: Response, fault: str | None
    ) -> None:
        """Keep one exchange; `route` is operation id and project."""
        operation, project = route
        secret = operation in SECRET_OPERATIONS
        with self._store.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO exchanges (at, method, path, operation, project, query, headers, body, status,"
                " response_headers, response, fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(at, request.method, request.path, operation, project, _text(request.query)),
                    *(_text(redacted(request.headers)), _kept(request.body, secret=secret), response.status),
                    *(_text(redacted(response.headers)), _kept(response.body, secret=secret), fault),
                ),
            )
            number = int(cursor.lastrowid or 0)
            if number % 1000 == 0:
                connection.execute("DELETE FROM exchanges WHERE number <= ?", (number - KEPT,))


def redacted(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers with lower-case names and without secrets."""
    lowered = {name.lower(): value for name, value in headers.items()}
    return {name: REDACTED if name in SECRET_HEADERS else value for name, value in lowered.items()}


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
