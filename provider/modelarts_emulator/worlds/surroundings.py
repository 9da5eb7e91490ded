"""What surrounds the pools of a world given as plain data: the project's region and workspaces, and its networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.service.models import network, network_addresses, project, resource_pool
from modelarts_emulator.service.models.network import Network
from modelarts_emulator.service.models.project import Project
from modelarts_emulator.service.models.resource_pool import DISPLAY_NAME, WORKSPACE
from modelarts_emulator.state.errors import ImpossibleWorldError
from modelarts_emulator.worlds.jobs import checked_algorithms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.models.tenant import Tenant

DEFAULT_CIDR = "172.16.0.0/12"
"""The largest block that there is: a world that says nothing of addresses does not run out of them."""


def load_surroundings(tenant: Tenant, content: Mapping[str, Any]) -> None:
    """Put what a world says about a project into it, and its networks: those given, and those that pools name.

    Raises:
        ImpossibleWorldError: A network or algorithm that cannot be, or a pool in a workspace that is not there.
    """
    algorithms = checked_algorithms(content)
    found = Project(region=content.get("region"), workspaces=content.get("workspaces", {}), algorithms=algorithms)
    project.save(tenant.connection, tenant.project, found)
    for name, facts in content.get("networks", {}).items():
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
    try:
        network.check_cidr(cidr)
    except ApiError as error:
        raise ImpossibleWorldError(f"networks[{name}].cidr: {error.message}") from error
    labels = {
        DISPLAY_NAME: name.removesuffix(f"-{tenant.project}"),
        WORKSPACE: project.DEFAULT_WORKSPACE,
        **facts.get("labels", {}),
    }
    made = Network(name, tenant.now, tenant.now, labels, {"cidr": cidr}, outcome=phase)
    if "free_addresses" in facts:
        made.addresses = network_addresses.of(tenant, made).used + facts["free_addresses"]
    network.make(tenant, made)
