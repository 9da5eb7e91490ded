"""A pool that the program makes: which inputs belong together, and by which id it is known before it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

POOL_EXAMPLE: Final = "'auto-pool-os-86c13962597848eeb29c5861153a391f'"
_ONLY_MADE: Final = ("workspaceId", "prefix", "tags", "arrivals")


def predicted_id(name: str, project_id: str) -> str:
    """Returns the id that a pool or network of this name will have (documented: examples of CreatePool; assumed).

    The program therefore knows it in its first preview, and nothing that depends on it is unknown.
    """
    return f"{name}-{project_id}"


def made_by_half(given: Mapping[str, object]) -> dict[str, str]:
    """Returns what is wrong with inputs of which some make a pool; by the input.

    A pool's own id stands beside its name in checked inputs, so that one which is made of the name is no mistake.
    """
    pool, name = given.get("poolName"), given.get("name")
    if isinstance(pool, str) and not (isinstance(name, str) and pool.startswith(predicted_id(name, ""))):
        return {"poolName": "adopts a pool that exists, and name and network make one; give one of the two"}
    if "network" not in given:
        return {
            "network": "is required beside name: give the id of the network to make the pool in, such as network_name "
            "of a Network; to adopt a pool that exists, give pool_name alone"
        }
    if "name" not in given:
        return {
            "name": "is required beside network: give the pool to make a name such as 'team-b'; to adopt a pool that "
            "exists, give pool_name alone"
        }
    return _lacks(given)


def _lacks(given: Mapping[str, object]) -> dict[str, str]:
    """Returns what no pool can be made without, where it is not declared; by the input."""
    lacks: dict[str, str] = {}
    if not given.keys() & {"flavors", "nodePools"}:
        lacks["flavors"] = (
            "is required for a pool to make, or node_pools: declare a flavor with its count, such as "
            '{"modelarts.vm.cpu.4ud": 1}'
        )
    if "scope" not in given:
        lacks["scope"] = 'is required for a pool to make: name the job types that it serves, such as ["Train"]'
    return lacks


def only_for_made(given: Mapping[str, object]) -> dict[str, str]:
    """Returns which inputs of a pool that is adopted are for one that is made; by the input."""
    return {
        name: "is for a pool that the program makes, with name and network; this one exists already. Take it out"
        for name in _ONLY_MADE
        if name in given
    }
