"""Tokens that were issued. Only their digests are kept, so that no world file holds a secret."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

LIFETIME = 86_400.0
"""Seconds a token is valid: 24 hours (documented: authentication page)."""


def keep(connection: sqlite3.Connection, token: str, expires_at: float) -> None:
    """Remember an issued token."""
    connection.execute("INSERT OR REPLACE INTO tokens VALUES (?, ?)", (_digest(token), expires_at))


def count(connection: sqlite3.Connection) -> int:
    """How many are remembered."""
    return int(connection.execute("SELECT count(*) FROM tokens").fetchone()[0])


def expiry(connection: sqlite3.Connection, token: str) -> float | None:
    """Moment at which an issued token expires; None for a token that was not issued here."""
    row = connection.execute("SELECT expires_at FROM tokens WHERE digest = ?", (_digest(token),)).fetchone()
    return None if row is None else float(row["expires_at"])


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
