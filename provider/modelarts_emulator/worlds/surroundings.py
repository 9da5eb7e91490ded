"""What surrounds the pools of a world given as plain data: the project's region and workspaces, and its networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.exceptions import ApiError, ImpossibleWorldError
from modelarts_emulator.models import network, project, resource_pool
from modelarts_emulator.models.network import Network
from modelarts_emulator.models.project import Project
from modelarts_emulator.models.resource_pool import DISPLAY_NAME, WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.models.tenant import Tenant

NETWORK_FIELDS = ("cidr", "labels", "phase")
WORKSPACE_FIELDS = ("name", "description", "enterprise_project_id")
NETWORK_PHASES = ("Active", "Abnormal")
DEFAULT_CIDR = "192.168.20.0/24"


def load_surroundings(tenant: Tenant, content: Mapping[str, Any]) -> None:
    """Put region and workspaces of a project into the world, and its networks: those given, and those that pools name.

    Raises:
        ImpossibleWorldError: A network or workspace that cannot be, or a pool in a workspace that is not there.
    """
    workspaces = _maps(content, "workspaces", WORKSPACE_FIELDS)
    found = Project(region=content.get("region"), workspaces=workspaces)
    project.save(tenant.connection, tenant.project, found)
    for name, facts in _maps(content, "networks", NETWORK_FIELDS).items():
        _load_network(tenant, name, facts)
    for pool in resource_pool.every(tenant):
        if not found.has_workspace(pool.labels[WORKSPACE]):
            raise ImpossibleWorldError(
                f"pools[{pool.name}].labels: the project has no workspace {pool.labels[WORKSPACE]!r}, name it in"
                " workspaces"
            )
        if network.look_for(tenant, pool.spec["network"]["name"]) is None:
            _load_network(tenant, pool.spec["network"]["name"], {})


def _load_network(tenant: Tenant, name: str, facts: Mapping[str, Any]) -> None:
    cidr, phase = facts.get("cidr", DEFAULT_CIDR), facts.get("phase", "Active")
    if phase not in NETWORK_PHASES:
        raise ImpossibleWorldError(f"networks[{name}].phase: {phase!r} is not one of {', '.join(NETWORK_PHASES)}")
    try:
        network.check_cidr(cidr)
    except ApiError as error:
        raise ImpossibleWorldError(f"networks[{name}].cidr: {error.message}") from error
    labels = {
        DISPLAY_NAME: name.removesuffix(f"-{tenant.project}"),
        WORKSPACE: project.DEFAULT_WORKSPACE,
        **facts.get("labels", {}),
    }
    network.make(tenant, Network(name, tenant.now, tenant.now, labels, {"cidr": cidr}, outcome=phase))


def _maps(content: Mapping[str, Any], what: str, known: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """A map of maps with no other than these fields."""
    given = content.get(what, {})
    if not isinstance(given, dict):
        raise ImpossibleWorldError(f"{what}: write a map from names to what is said about each")
    for name, facts in given.items():
        if not isinstance(facts, dict):
            raise ImpossibleWorldError(f"{what}[{name}]: write a map, or {{}} where nothing is to be said")
        for field in facts:
            if field not in known:
                raise ImpossibleWorldError(f"{what}[{name}]: unknown field {field!r}, use {', '.join(known)}")
    return given
