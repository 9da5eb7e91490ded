"""Networks: pools live in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from modelarts_emulator.service.exceptions import network_in_use, network_not_found
from modelarts_emulator.service.models import project, quota, resource_pool
from modelarts_emulator.service.models.resource_pool import DISPLAY_NAME, WORKSPACE
from modelarts_emulator.service.preconditions import named, unmet

if TYPE_CHECKING:
    import sqlite3

    from modelarts_emulator.service.models.tenant import Tenant

DISPLAY_NAMES = re.compile(r"[a-z][a-z0-9-]{2,30}[a-z0-9]")
"""Four to 32 characters (documented: CreateNetwork)."""

CIDRS = {IPv4Network("172.16.0.0/12"): (12, 24), IPv4Network("192.168.0.0/16"): (16, 24)}
"""Blocks that a network may lie in, with the shortest and longest prefix (documented: CreateNetwork)."""

_EXISTS = "(gone_at IS NULL OR gone_at > :now)"


@dataclass
class Network:
    """One network.

    Attributes:
        name: `metadata.name`, the network's id.
        created_at: When it was asked for.
        ready_at: When it reaches its outcome.
        outcome: Active or Abnormal.
        deleting_at: When its deletion was asked for; None while nobody has.
        gone_at: When it is gone; None: it stays.
        labels: `metadata.labels`.
        spec: `spec` as it was sent.
        addresses: How many addresses its nodes can have; None: as many as its block has.
    """

    name: str
    created_at: float
    ready_at: float
    labels: dict[str, str]
    spec: dict[str, Any]
    outcome: str = "Active"
    deleting_at: float | None = None
    gone_at: float | None = None
    addresses: int | None = None

    def phase_at(self, now: float) -> str:
        """Phase at this moment (documented: ShowNetwork; that one being deleted keeps its phase is assumed)."""
        return self.outcome if now >= self.ready_at else "Creating"


def create(tenant: Tenant, body: dict[str, Any]) -> Network:
    """Begin to make a network.

    Raises:
        ApiError: 400 for a name, block or workspace that cannot be, 403 when the quota is used up.
    """
    labels = {WORKSPACE: project.DEFAULT_WORKSPACE, **body["metadata"]["labels"]}
    _check_name(labels[DISPLAY_NAME])
    check_cidr(body["spec"]["cidr"])
    project.require_workspace(tenant, labels[WORKSPACE])
    name = f"{labels[DISPLAY_NAME]}-{tenant.project}"
    if look_for(tenant, name) is not None:
        raise unmet("free_name", f"the network {name} already exists")
    quota.require(tenant, "networks", len(every(tenant)) + 1)
    made = Network(name, tenant.now, tenant.now + tenant.timings.network, labels, body["spec"])
    ending = tenant.outcome("network", {"network": name})
    if ending is not None and ending.network is not None:
        made.outcome = ending.network
    make(tenant, made)
    return made


def _check_name(name: str) -> None:
    if not DISPLAY_NAMES.fullmatch(name):
        raise unmet(
            "network_name",
            f"metadata.labels[{DISPLAY_NAME}] {name!r} must be 4 to 32 lower-case letters, digits and hyphens,"
            " and begin with a letter",
        )


def check_cidr(text: str) -> None:
    """Refuse a block of addresses that no network may have.

    Raises:
        ApiError: 400; wording assumed.
    """
    try:
        block = IPv4Network(text)
    except ValueError as error:
        raise unmet("network_block", f"spec.cidr {text!r} is not a block of addresses: {error}") from error
    for around, (shortest, longest) in CIDRS.items():
        if block.subnet_of(around) and shortest <= block.prefixlen <= longest:
            return
    raise unmet("network_block", f"spec.cidr {text} must lie in 172.16.0.0/12 to /24 or in 192.168.0.0/16 to /24")


def delete(tenant: Tenant, network: Network) -> None:
    """Begin to delete a network; asking again changes nothing (assumed).

    Raises:
        ApiError: 409 while a pool is in it, one that is being deleted included (assumed).
    """
    for pool in resource_pool.existing(tenant):
        if pool.spec["network"]["name"] == network.name:
            raise named("unused_network", network_in_use(network.name, pool.name))
    if network.deleting_at is None:
        network.deleting_at, network.gone_at = tenant.now, tenant.now + tenant.timings.network_deleting
        tenant.connection.execute(
            "UPDATE networks SET deleting_at = ?, gone_at = ? WHERE project = ? AND name = ? AND gone_at IS NULL",
            (network.deleting_at, network.gone_at, tenant.project, network.name),
        )


def make(tenant: Tenant, network: Network) -> None:
    """Add a network to the world."""
    document = to_json({name: getattr(network, name) for name in ("labels", "spec", "addresses")}).decode()
    tenant.connection.execute(
        "INSERT INTO networks (project, name, created_at, ready_at, outcome, document) VALUES (?, ?, ?, ?, ?, ?)",
        (tenant.project, network.name, network.created_at, network.ready_at, network.outcome, document),
    )


def find(tenant: Tenant, name: str) -> Network:
    """The network of this name.

    Raises:
        ApiError: 404 when there is none.
    """
    found = look_for(tenant, name)
    if found is None:
        raise network_not_found(name)
    return found


def look_for(tenant: Tenant, name: str) -> Network | None:
    """The network of this name; None when there is none."""
    found = _select(tenant, "AND name = :name", name=name)
    return found[0] if found else None


def every(tenant: Tenant) -> list[Network]:
    """All networks of the project by name."""
    return _select(tenant, "ORDER BY name")


def _select(tenant: Tenant, tail: str, **parameters: str) -> list[Network]:
    rows = tenant.connection.execute(
        f"SELECT * FROM networks WHERE project = :project AND {_EXISTS} {tail}",  # noqa: S608 - constants
        {"project": tenant.project, "now": tenant.now, **parameters},
    )
    return [_parse(row) for row in rows]


def _parse(row: sqlite3.Row) -> Network:
    columns = ("name", "created_at", "ready_at", "outcome", "deleting_at", "gone_at")
    return Network(**{column: row[column] for column in columns}, **from_json(row["document"]))
