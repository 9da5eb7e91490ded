"""What nodes were made with, as far as the service shows it: which of that an argument can say, and what is left."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli.program.secretive import may_be_secret
from pulumi_modelarts.plans.ownership import MARK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pulumi_modelarts.api.resource_pool import ResourceEntry, ResourcePool
    from pulumi_modelarts.specs.paths import Steps

COUNTED: Final = frozenset({"flavor", "count", "maxCount", "azs", "nodePool", "creatingStep"})
"""Fields of an entry that its count stands for."""

SAID: Final = frozenset({"type", "scope", "resources", "network", "jobFlavors", "driver", "controlMode"})
"""Fields of a pool that arguments say, or that nobody sets."""

_SPEC: Final = "spec"


@dataclass(frozen=True)
class Detail:
    """Something that nodes were made with.

    Attributes:
        name: the input that says it, such as `postInstall`.
        wire: the field of the entry that has it, such as `extendParams.postInstall`.
        value: the input; not in a `repr`, as it may be a secret.
        secrets: what of it may be a secret, by the steps that lead there.
    """

    name: str
    wire: str
    value: Any
    secrets: frozenset[Steps] = frozenset()

    def __repr__(self) -> str:
        """Say what it is, and never what it says."""
        return f"Detail({self.wire})"


def details(entry: ResourceEntry) -> Iterator[Detail]:
    """What the nodes of an entry were made with that an argument of a node pool can say."""
    wire = entry.to_wire()
    for name, value in (("labels", wire.get("labels")), ("tags", _tags(entry))):
        if isinstance(value, dict) and value:
            hidden = frozenset((key,) for key, text in value.items() if may_be_secret(key, str(text)))
            yield Detail(name, name, dict(sorted(value.items())), hidden)
    taints = _maps(wire.get("taints"))
    if taints and not may_be_secret(*(str(text) for taint in taints for text in taint.values())):
        yield Detail("taints", "taints", taints)
    if root := _maps([wire.get("rootVolume")]):
        yield Detail("rootVolume", "rootVolume", _volume(root[0]))
    if disks := _maps(wire.get("dataVolumes")):
        yield Detail("dataVolumes", "dataVolumes", [_volume(disk) for disk in disks])
    if image := _at(wire, "os", "imageId"):
        yield Detail("osImage", "os.imageId", image)
    if (script := _script(_at(wire, "extendParams", "postInstall"))) is not None:
        yield Detail("postInstall", "extendParams.postInstall", script, frozenset({()}))


def unsaid_of_entry(entry: ResourceEntry, said: Collection[str]) -> list[str]:
    """The fields of an entry that nothing in the program says.

    Args:
        entry: the entry.
        said: those of its fields that the program says, such as `extendParams.postInstall`.
    """
    wire = {name: value for name, value in entry.to_wire().items() if name not in COUNTED and _says(value)}
    if not _tags(entry):
        wire.pop("tags", None)
    known = {*said, *({"os.imageType"} if "os.imageId" in said else ())}
    return sorted(field for field in _fields(wire) if field not in known)


def unsaid_of_pool(pool: ResourcePool) -> list[str]:
    """The fields of a pool itself that no argument says."""
    spec = pool.to_wire().get(_SPEC, {})
    return sorted(name for name, value in spec.items() if name not in SAID and _says(value))


def _fields(wire: Mapping[str, Any]) -> Iterator[str]:
    """Each field; of those with several things in them, each of these."""
    for name, value in wire.items():
        if name in {"os", "extendParams"} and isinstance(value, dict):
            yield from (f"{name}.{key}" for key, each in value.items() if _says(each))
        else:
            yield name


def _says(value: Any) -> bool:
    return value not in (None, "", [], {})


def _tags(entry: ResourceEntry) -> dict[str, str]:
    """The tags of an entry without the mark of whoever made the pool."""
    return {tag.key: tag.value for tag in entry.tags if tag.key != MARK}


def _maps(value: Any) -> list[dict[str, Any]]:
    """The maps of a list, where it has nothing else."""
    return value if isinstance(value, list) and all(isinstance(each, dict) and each for each in value) else []


def _at(wire: Mapping[str, Any], field: str, key: str) -> str:
    found = wire.get(field)
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""


def _volume(wire: Mapping[str, Any]) -> dict[str, Any]:
    """A disk as an input; one that no input can say becomes none that is valid."""
    size, extended = str(wire.get("size")), wire.get("extendParams")
    group = extended.get("volumeGroup") if isinstance(extended, dict) else None
    return {
        "type": wire.get("volumeType"),
        "size": int(size) if size.isascii() and size.isdecimal() else size,
        **({"count": wire["count"]} if "count" in wire else {}),
        **({"volumeGroup": group} if group else {}),
    }


def _script(encoded: str) -> str | None:
    """A script that the service has in base64; None for none that is a text."""
    try:
        return b64decode(encoded, validate=True).decode("utf-8") or None
    except ValueError:
        return None
