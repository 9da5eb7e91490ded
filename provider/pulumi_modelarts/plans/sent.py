"""What a run has sent, in one line for each write: what was asked, on what, and by which ids it can be followed.

A status in a row vanishes; these lines stay. Whoever reads the log of a run, and nothing else, knows what it did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.summary import moves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def patch(pool: str, entries: Mapping[str, str]) -> str:
    """Returns what a patch asks for.

    Args:
        pool: Id of the pool.
        entries: What of the `changes` map it makes true.
    """
    return f"change pool {pool}: {changes.in_one_line(entries)}"


def pool(name: str, entries: Mapping[str, str]) -> str:
    """Returns what the creation of a pool asks for.

    Args:
        name: Id of the pool.
        entries: What of the `changes` map it makes true.
    """
    return f"make pool {name}: {changes.in_one_line(entries)}"


def record(name: str) -> str:
    """Returns what the deletion of the record of a failed creation asks for."""
    return f"delete the record of pool {name}, whose creation has failed"


def drain(pool: str, nodes: Sequence[str]) -> str:
    """Returns what a drain asks for."""
    return f"drain {number_of(len(nodes), 'node')} of pool {pool}: {changes.names(nodes)}"


def deletion(pool: str, nodes: Sequence[str]) -> str:
    """Returns what a deletion of nodes asks for."""
    return f"delete {number_of(len(nodes), 'node')} of pool {pool}: {changes.names(nodes)}"


def pool_deletion(pool: str) -> str:
    """Returns what the deletion of a pool asks for."""
    return f"delete pool {pool} with all its nodes"


def move(entries: Mapping[str, str]) -> str:
    """Returns what a migration asks for.

    Args:
        entries: What of the `moves` map it makes true.
    """
    return "; ".join(moves(entries))


def made_network(network: str, cidr: str) -> str:
    """Returns what the creation of a network asks for."""
    return f"make network {network} with addresses {cidr}"


def deleted_network(network: str) -> str:
    """Returns what the deletion of a network asks for."""
    return f"delete network {network}"


def marked(pool: str, marks: Mapping[str, str]) -> str:
    """Returns what a mark asks for.

    Args:
        pool: Id of the pool.
        marks: The tag; its value names the stack.
    """
    return f"mark pool {pool} as that of {changes.names([*marks.values()])}"


def unmarked(pool: str, marks: Mapping[str, str]) -> str:
    """Returns what the deletion of marks asks for."""
    return f"take the mark of {changes.names([*marks.values()])} off pool {pool}"


def accepted(what: str, ids: Sequence[str]) -> str:
    """Returns that a write was accepted.

    Args:
        what: What it asked for.
        ids: What it can be followed by, such as `request 4f1a…`.
    """
    return f"sent: {what} ({', '.join(ids)})" if ids else f"sent: {what}"


def in_doubt(what: str, reason: str) -> str:
    """Returns that nobody knows whether a write was accepted.

    Args:
        what: What it asked for.
        reason: Why nobody knows.
    """
    return f"sent, and may have taken effect: {what} ({reason})"
