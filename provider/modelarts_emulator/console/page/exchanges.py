"""The journal as the page shows it: a line per exchange; the control API has the bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.console.refusals import invalid_control_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.models.tenant import Tenant
    from modelarts_emulator.wire.journal import Journal

MOST = 200
"""Lines of one answer; a page that was away for longer sees the newest ones."""

_LINES = """
SELECT number, at, method, path, operation, status, fault FROM exchanges
WHERE number > ? ORDER BY number DESC LIMIT ?
"""


def since_of(query: Mapping[str, str]) -> int:
    """Number of the last exchange that the page knows.

    Raises:
        ApiError: 400 when it is not a number.
    """
    since = query.get("since", "0")
    if not (since.isascii() and since.isdecimal()) or len(since) > len(str(2**53)):
        raise invalid_control_request("since must be the number of an exchange")
    return int(since)


def lines(tenant: Tenant, journal: Journal, since: int) -> dict[str, Any]:
    """What was asked after an exchange, oldest first, of all projects.

    `first` is the oldest number still kept and `last` the newest ever given, so that the page can forget what was
    cleared, and tell a journal that began anew.
    """
    last = journal.next_number(tenant.connection) - 1
    first = tenant.connection.execute("SELECT min(number) FROM exchanges").fetchone()[0]
    rows = tenant.connection.execute(_LINES, (since, MOST)).fetchall()
    return {"first": last + 1 if first is None else first, "last": last, "items": [dict(row) for row in rows[::-1]]}
