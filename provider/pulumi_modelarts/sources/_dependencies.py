"""What an output form waits for, and whether that is to change in this run.

In a preview Pulumi itself calls a function whose dependencies have ids, be they about to change or not: what it read
then would be what was there before, and other than what `up` reads. A resource of ours therefore names an output that
is unknown in the preview of a change, and known at rest (`TELLS_CHANGE`). Of other packages' resources only the id can
tell, which is unknown for those that are to be made.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import pulumi
from pulumi import CustomResource, Output, Resource

from pulumi_modelarts.resources._arguments import TELLS_CHANGE
from pulumi_modelarts.resources._order import order_of


@dataclass(frozen=True)
class Dependencies:
    """Resources that a question comes after.

    Attributes:
        named: Those that its inputs come from, or that its options name.
        every: Those, what is in components among them, and what all of that comes after in turn.
    """

    named: set[Resource]
    every: set[Resource]

    @classmethod
    async def of(cls, inputs: Output[Any], depends_on: object) -> Dependencies:
        """Returns the resources that inputs come from, and those that `depends_on` names."""
        named = await inputs.resources() | await _named(depends_on)
        every, waiting = set(named), list(named)
        while waiting:
            new = await _before(waiting.pop()) - every
            every |= new
            waiting += new
        return cls(named, every)

    async def will_change(self) -> bool:
        """Returns whether this run changes one of them, as far as its preview can tell."""
        known = [await output.is_known() for resource in self.every for output in _telling(resource)]
        return not all(known)

    async def urns(self) -> frozenset[str]:
        """Returns their urns, once all of them are done."""
        return frozenset([str(await resource.urn.future()) for resource in self.every])


async def _before(resource: Resource) -> set[Resource]:
    """Returns what a resource comes after, as far as that is known: a component comes after what is in it."""
    if not isinstance(resource, CustomResource):
        return set(getattr(resource, "_childResources", ()))
    props, depends_on = order_of(resource)
    return await Output.from_input(dict(props)).resources() | await _named(depends_on)


async def _named(depends_on: Any) -> set[Resource]:
    """Returns the resources in `depends_on`: one or several, some of them outputs."""
    if isawaitable(depends_on):
        depends_on = Output.from_input(depends_on)
    if isinstance(depends_on, Output):
        return await depends_on.resources() | await _named(await depends_on.future())
    if isinstance(depends_on, Resource):
        return {depends_on}
    found: set[Resource] = set()
    for each in depends_on or ():
        found |= await _named(each)
    return found


def _telling(resource: Resource) -> list[Output[Any]]:
    """Returns the outputs of a resource that are unknown when it is to change; a reference by urn has none."""
    if not isinstance(resource, CustomResource) or "id" not in vars(resource):
        return []
    name = getattr(type(resource), TELLS_CHANGE, None)
    return [resource.id, *([] if name is None else [pulumi.get(resource, name)])]
