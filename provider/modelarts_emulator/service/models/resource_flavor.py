"""Flavors: what a node is made of and where it can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    import sqlite3

Flavor = dict[str, Any]
"""Spec of a flavor as the flavor list shows it, plus `zones`: availability zone -> normal | soldout, and perhaps
`stock`: availability zone -> nodes that it can supply beyond those of the world's beginning."""


def save(connection: sqlite3.Connection, flavor_id: str, flavor: Flavor) -> None:
    """Keep a flavor."""
    connection.execute("INSERT OR REPLACE INTO flavors VALUES (?, ?)", (flavor_id, to_json(flavor).decode()))


def catalogue(connection: sqlite3.Connection) -> dict[str, Flavor]:
    """All flavors by id, in the order of ids."""
    rows = connection.execute("SELECT id, document FROM flavors ORDER BY id")
    return {row["id"]: from_json(row["document"]) for row in rows}


def accelerator(flavor: Flavor) -> str | None:
    """`gpu` or `npu` for a flavor with accelerators, None for a CPU flavor."""
    return "gpu" if flavor.get("gpu") else "npu" if flavor.get("npu") else None
