"""What a project has around its pools and what hardly changes: flavors on offer, addresses, how much it may have."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import UnreadableError
from pulumi_modelarts.api.network import SHOW_NETWORK_AVAILABLE_IP
from pulumi_modelarts.api.resource_flavor import LIST_RESOURCE_FLAVORS
from pulumi_modelarts.api.user_config import SHOW_OS_CONFIG, UserConfig
from pulumi_modelarts.api.workspace import DEFAULT, LIST_WORKSPACE
from pulumi_modelarts.plans import changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.client import ModelArts
    from pulumi_modelarts.api.resource_flavor import ResourceFlavor
    from pulumi_modelarts.reconcilers.rights import Rights

UNCHECKED_FLAVORS = "what is offered, where and for which architecture is not checked before a run"
UNCHECKED_QUOTA = "whether the project may have more pools or networks is not checked before a run"
UNCHECKED_ADDRESSES = "whether a network has addresses for further nodes is not checked before a run"


def offered(client: ModelArts, rights: Rights) -> Mapping[str, ResourceFlavor]:
    """Returns the flavors that the service offers, by id; none where it does not tell."""
    found = rights.if_told(LIST_RESOURCE_FLAVORS, client.resource_flavors.every, UNCHECKED_FLAVORS)
    return {flavor.name: flavor for flavor in found or ()}


def allowance(client: ModelArts, rights: Rights) -> UserConfig:
    """Returns how much the project may have; what the service does not tell is None."""
    return rights.if_told(SHOW_OS_CONFIG, client.user_config.get, UNCHECKED_QUOTA) or UserConfig()


def free_addresses(client: ModelArts, rights: Rights, network: str) -> float:
    """Returns how many addresses a network has left; infinite where that is not told, or not understood."""
    free = None
    with suppress(UnreadableError):
        ask = client.networks.count_free_addresses
        free = rights.if_told(SHOW_NETWORK_AVAILABLE_IP, lambda: ask(network), UNCHECKED_ADDRESSES)
    return math.inf if free is None else free


def workspaces(client: ModelArts, rights: Rights) -> tuple[str, ...]:
    """Returns the ids of the workspaces this user can see; the program's own one where the service does not tell."""
    listed = client.workspaces.list()
    if listed is None:
        listed = [client.settings.workspace_id or DEFAULT]
        only = changes.names(sorted({DEFAULT, *listed}))
        without = f"training jobs of other workspaces than {only} are not seen, and their nodes look idle"
        rights.lose(LIST_WORKSPACE, without, grave=True)
    return tuple(dict.fromkeys([DEFAULT, *listed]))
