"""What a program may declare about a choice of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from pulumi_modelarts.specs._declaration import Declaration
from pulumi_modelarts.specs._spec import Computed
from pulumi_modelarts.specs.paths import Steps
from pulumi_modelarts.specs.values import FlavorId, PoolName, whole_number
from pulumi_modelarts.specs.wording import Takes, shown


def _keeper(value: object) -> object:
    """Accepts a text, a number or a truth value; Pulumi delivers 2 as 2.0, which says the same."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, (str, bool, int, float)):
        return value
    raise ValueError(f"must be a text, a number, True or False, got {shown(value)}")


Keeper = Annotated[str | bool | int | float, BeforeValidator(_keeper)]


class NodeSelectionSpec(Declaration):
    """So many nodes of a pool are chosen, and stay chosen wherever they go.

    Attributes:
        pool: Pool they are chosen from.
        flavor: Flavor they have.
        count: How many.
        keepers: Whatever makes nodes that are lost be replaced when it changes.
        nodes: The chosen nodes, filled in by the provider.
    """

    pool: PoolName
    flavor: FlavorId
    count: Annotated[int, BeforeValidator(partial(whole_number, least=1)), Takes("a number of nodes", "2")]
    keepers: Annotated[Mapping[str, Keeper], Takes("a map", '{"round": "2"}')] = Field(default_factory=dict)
    nodes: Annotated[tuple[str, ...], Computed] = ()

    identities: ClassVar[tuple[Steps, ...]] = (("pool",), ("flavor",), ("count",))
    plain: ClassVar[str] = "the chosen nodes are plain in every state, and tell it"
