"""What an output form waits for, and whether that is to change in this run.

In a preview Pulumi itself calls a function whose dependencies have ids, be they about to change or not: what it read
then would be what was there before, and other than what `up` reads. A resource of ours therefore names an output that
is unknown in the preview of a change, and known at rest (`TELLS_CHANGE`). Of other packages' resources only the id can
tell, which is unknown for those that are to be made.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import CustomResource, Output, Resource

from pulumi_modelarts.resources._arguments import TELLS_CHANGE

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Dependencies:
    """Resources that a question comes after.

    Attributes:
        named: Those that its inputs come from, or that its options name.
    """

    named: set[Resource]

    @classmethod
    async def of(cls, inputs: Output[Any], depends_on: object) -> Dependencies:
        """Returns the resources that inputs come from, and those that `depends_on` names."""
        return cls(await inputs.resources() | await _named(depends_on))

    async def will_change(self) -> bool:
        """Returns whether this run changes one of them, as far as its preview can tell."""
        for resource in _with_children(self.named):
            for output in _telling(resource):
                if not await output.is_known():
                    return True
        return False

    async def urns(self) -> frozenset[str]:
        """Returns their urns, and those of what is in components, once all of them are done."""
        return frozenset([str(await resource.urn.future()) for resource in _with_children(self.named)])


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


def _with_children(resources: Iterable[Resource]) -> list[Resource]:
    """Returns resources and what is inside of components, which are no more than that."""
    found = dict.fromkeys(resources)
    waiting = list(found)
    while waiting:
        resource = waiting.pop()
        if isinstance(resource, CustomResource):
            continue
        new = [child for child in getattr(resource, "_childResources", ()) if child not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)


def _telling(resource: Resource) -> list[Output[Any]]:
    """Returns the outputs of a resource that are unknown when it is to change; a reference by urn has none."""
    if not isinstance(resource, CustomResource) or "id" not in vars(resource):
        return []
    name = getattr(type(resource), TELLS_CHANGE, None)
    return [resource.id, *([] if name is None else [pulumi.get(resource, name)])]
