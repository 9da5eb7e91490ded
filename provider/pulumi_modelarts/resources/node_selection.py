"""The resource `NodeSelection`: what a program writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pulumi
from pulumi import Input, Output, ResourceOptions, dynamic

from pulumi_modelarts.resources._arguments import inputs, output, properties
from pulumi_modelarts.resources._calls import checked
from pulumi_modelarts.resources._errors import ProgramError
from pulumi_modelarts.resources._options import adoptable, ignoring, spelt
from pulumi_modelarts.resources._order import note_order
from pulumi_modelarts.resources._provider import Provider
from pulumi_modelarts.resources._secrets import secret_inputs
from pulumi_modelarts.resources._stack import foretold_by
from pulumi_modelarts.resources._turns import Turns
from pulumi_modelarts.specs.paths import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.handlers.node_selection import NodeSelectionHandler


_INSTEAD = (
    "A selection is a choice in the state of its stack, and nowhere else: declare it, and export its nodes for other "
    "stacks"
)


_TURNS = Turns()
"""Whoever is checked first chooses first, so that selections are registered in the order of the program."""


class NodeSelectionProvider(Provider):
    """What the engine calls. Its import path is part of every state file and must never change."""

    def handler(self) -> NodeSelectionHandler:
        """Returns what handles a call about a selection."""
        from pulumi_modelarts.handlers.node_selection import NodeSelectionHandler  # noqa: PLC0415 - only the host needs it

        return NodeSelectionHandler(self.configuration)


class NodeSelection(dynamic.Resource, module="modelarts", name="NodeSelection"):
    """A choice of nodes that keeps: so many nodes of a pool, by name, and the same ones wherever they go.

    The nodes are chosen in the preview: idle ones first, then by name, and only such as a migration can take. They are
    recorded before anything moves and stay chosen afterwards, so that `NodeMigration(nodes=selection.nodes)` moves just
    these, also after its run was interrupted. Nothing is ever sent to the service, and deleting the resource leaves the
    nodes where they are.
    """

    @checked
    def __init__(
        self,
        resource_name: str,
        *,
        pool: Input[str],
        flavor: Input[str],
        count: Input[int],
        keepers: Input[Mapping[str, Input[str | int | float | bool]]] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Chooses nodes.

        Args:
            resource_name: Name of the resource in the program.
            pool: Id of the pool they are chosen from. Another one has all nodes chosen anew; those before stay where
                they are. Fails where it has too few that can be chosen, with the arithmetic.
            flavor: Id of the flavor they have. Another one has all nodes chosen anew, too.
            count: How many, 1 or more. More adds nodes to those that are chosen; fewer drops the last by name, which
                stay where they are. Supernodes are chosen and dropped whole, and count as their size.
            keepers: Any texts or numbers. Where one changes, nodes are replaced that have vanished, that have become
                such as no migration takes while they were still in the pool, or that another selection has too. All
                others stay.
            opts: Resource options. Selections choose in the order of the program. A migration that *names* nodes of the
                pool comes before them where they depend on it (`depends_on`).
        """
        props = properties(pool=pool, flavor=flavor, count=count, keepers=keepers)
        what = f"NodeSelection {resource_name!r}"
        adoptable(what, opts, _INSTEAD)
        opts = spelt(what, type(self), opts or ResourceOptions(), _INPUTS, "nodes", props)
        opts, ignored = ignoring(what, opts, _INPUTS, "nodes", props)
        further = {
            "ignored": ignored or None,
            "secrets": secret_inputs(props),
            "nodes": foretold_by(opts, _TURNS.wait()),
        }
        super().__init__(NodeSelectionProvider(), resource_name, {**props, **further}, opts)
        note_order(self, props, opts)
        _TURNS.taken_by(self)

    @classmethod
    def get(cls, resource_name: str, *_: object, **__: object) -> NoReturn:
        """Says what to do instead: a selection is declared, not looked up.

        Raises:
            ProgramError: Always.
        """
        raise ProgramError(f"NodeSelection {resource_name!r}: get(…) cannot look it up. {_INSTEAD}")

    @property
    @pulumi.getter
    def nodes(self) -> Output[Sequence[str]]:
        """Names of the chosen nodes, sorted. Known in previews; none under mocks that echo the inputs."""
        return output(self, "nodes").apply(lambda nodes: nodes or [])

    @property
    @pulumi.getter
    def pool(self) -> Output[str]:
        """Id of the pool they were chosen from."""
        return output(self, "pool")

    @property
    @pulumi.getter
    def flavor(self) -> Output[str]:
        """Id of the flavor they have."""
        return output(self, "flavor")

    @property
    @pulumi.getter
    def count(self) -> Output[int]:
        """How many they are."""
        return output(self, "count")


_INPUTS = inputs(NodeSelection.__init__, keepers={ANY: {}})
