"""What a resource of ours comes after; Pulumi tells the engine, and keeps none of it.

A question that comes after a resource comes after all that as well: a pool may stay as it is while the migration before
it moves nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Resource, ResourceOptions

_NOTHING: tuple[Mapping[str, Any], Any] = ({}, None)

_known: WeakKeyDictionary[Resource, tuple[Mapping[str, Any], Any]] = WeakKeyDictionary()


def note_order(resource: Resource, props: Mapping[str, Any], opts: ResourceOptions) -> None:
    """Keeps what a resource comes after: what its properties come from, and what its options name."""
    _known[resource] = (props, opts.depends_on)


def order_of(resource: Resource) -> tuple[Mapping[str, Any], Any]:
    """Returns the properties of a resource and its `depends_on`; nothing for resources of other packages."""
    return _known.get(resource, _NOTHING)
