"""What the nodes of a node pool are made with: labels, taints, tags, disks, image and script.

It is sent when a node pool is made, with its pool or later. Whether the service takes a later change no page says for
certain, so that one is refused and never half believed (assumed).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.plans.live_pool import EntryKey, LivePool, entries
from pulumi_modelarts.plans.ownership import MARK, mark_of, marks_on
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.api.resource_pool import ResourceEntry, ResourcePool
    from pulumi_modelarts.specs.node_pool import DataVolumeSpec, NodePoolSpec
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

_INPUTS = {
    "labels": "labels",
    "taints": "taints",
    "tags": "tags",
    "rootVolume": "rootVolume",
    "dataVolumes": "dataVolumes",
    "os": "osImage",
    "extendParams": "postInstall",
}
"""Fields of an entry, and the input of each."""


def details_of(spec: ResourcePoolSpec, key: EntryKey, pool: ResourcePool) -> dict[str, Any]:
    """Returns what the nodes of an entry are made with, as the service takes it (documented: CreatePool, PoolResource).

    A pool that the program makes has its mark there too: the one that it was made with, which outlives the name of its
    resource.

    Args:
        spec: What the program declares.
        key: The entry.
        pool: The pool that it is of.
    """
    tags = _tags(spec, _declared(spec, key))
    if spec.makes and (mark := next(iter(sorted(marks_on(pool))), mark_of(spec.stack))):
        tags[MARK] = mark
    wire = _wire(_declared(spec, key))
    return {**wire, **({"tags": [{"key": name, "value": text} for name, text in tags.items()]} if tags else {})}


def altered(spec: ResourcePoolSpec, live: LivePool, recorded: Mapping[str, NodePoolSpec]) -> Iterator[Problem]:
    """Yields what nodes that are there were made with otherwise than is declared.

    Args:
        spec: What the program declares.
        live: The pool.
        recorded: What the last run declared, for what the service does not tell.
    """
    managed = {f"{flavor}-default" for flavor in spec.flavors or ()} | (spec.node_pools or {}).keys()
    for entry in entries(live.pool):
        if entry.key[1] not in managed or not entry.count(settled=live.settled):
            continue
        declared = _declared(spec, entry.key)
        before = recorded.get(entry.key[1])
        for field, wanted in _wanted(spec, declared).items():
            if not _as_made(field, wanted, entry.wire, _wire(before).get(field)):
                of_pool = field == "tags" and (declared is None or declared.tags is None)
                path = ("tags",) if of_pool else ("nodePools", entry.key[1], _INPUTS[field])
                yield Problem(
                    property_path(path),
                    f"is what nodes are made with, and those of node pool {entry.key[1]!r} are there and were not made "
                    "so; the service is not known to change it. Put it back, or declare another node pool with it and "
                    "remove this one's nodes",
                )


def _declared(spec: ResourcePoolSpec, key: EntryKey) -> NodePoolSpec | None:
    return (spec.node_pools or {}).get(key[1])


def _tags(spec: ResourcePoolSpec, declared: NodePoolSpec | None) -> dict[str, str]:
    own = {} if declared is None else declared.tags or {}
    return dict(sorted({**(spec.tags or {}), **own}.items()))


def _wanted(spec: ResourcePoolSpec, declared: NodePoolSpec | None) -> dict[str, Any]:
    """Returns the fields of an entry that are declared; tags by key, for those are compared without the mark."""
    wanted = _wire(declared)
    if spec.tags is not None or (declared is not None and declared.tags is not None):
        wanted["tags"] = _tags(spec, declared)
    return wanted


def _as_made(field: str, wanted: Any, wire: ResourceEntry, recorded: Any) -> bool:
    """Returns whether a field of an entry is as declared; as it was declared last, where the service does not tell."""
    if field == "tags":
        return bool({tag.key: tag.value for tag in wire.tags if tag.key != MARK} == wanted)
    live = wire.to_wire().get(field)
    if isinstance(live, dict) and isinstance(wanted, dict) and field in {"os", "extendParams"}:
        live = {name: live.get(name) for name in wanted}
    if field == "extendParams":
        return _script(live or recorded) == _script(wanted)
    return bool((live or recorded) == wanted)


def _script(wire: Any) -> bytes | None:
    """Returns the script of an entry without the line break at its end, which `pulumi config set` takes away."""
    encoded = (wire or {}).get("postInstall")
    try:
        return b64decode(encoded).rstrip(b"\r\n") if encoded else None
    except (TypeError, ValueError):
        return None


def _wire(declared: NodePoolSpec | None) -> dict[str, Any]:
    """Returns the fields of an entry, but for tags."""
    if declared is None:
        return {}
    wire: dict[str, Any] = {}
    if declared.labels is not None:
        wire["labels"] = dict(declared.labels)
    if declared.taints is not None:
        wire["taints"] = [{"key": each.key, "value": each.value, "effect": each.effect} for each in declared.taints]
    if declared.root_volume is not None:
        wire["rootVolume"] = {"volumeType": declared.root_volume.type, "size": str(declared.root_volume.size)}
    if declared.data_volumes is not None:
        wire["dataVolumes"] = [_data_volume(each) for each in declared.data_volumes]
    if declared.os_image is not None:
        wire["os"] = {"imageId": declared.os_image, "imageType": "private"}
    if declared.post_install is not None:
        wire["extendParams"] = {"postInstall": b64encode(declared.post_install.encode()).decode("ascii")}
    return wire


def _data_volume(volume: DataVolumeSpec) -> dict[str, Any]:
    group = {"extendParams": {"volumeGroup": volume.volume_group}} if volume.volume_group is not None else {}
    return {"volumeType": volume.type, "size": str(volume.size), "count": volume.count, **group}
