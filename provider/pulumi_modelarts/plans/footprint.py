"""What a run does to the service, by the object that it does it to: what a human approves, and what a run is held to.

A resource's map (`changes`, `moves`) speaks of one resource of one program. Here the same is said of the pool, node or
network itself, whatever the program calls it and however it spells its inputs: a rename, an alias or a count that is
written in another way is no other effect. What sends nothing, such as an adoption or a node that is awaited, is none.

All of it is pure, and derived from checked inputs and a map alone, so that a preview that is read from a file and a run
come to the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_modelarts.plans import arrivals, changes, network, pool_creation, pool_switch
from pulumi_modelarts.plans.secrets import SECRET
from pulumi_modelarts.specs.paths import Paths

COUNT: Final = "nodes of "
DELETED: Final = "deleted"
GOING: Final = "nodes deleted with it"
MADE: Final = "made"
PLACE: Final = "place"
YES: Final = "yes"
ON_DESTROY: Final = pool_switch.KEY

_NODE: Final = "nodes."
_DETAILS_LEFT_OUT: Final = frozenset({"flavor", "count", "azs"})
"""Of a node pool: what the entries of the map say themselves."""
_POOL_DETAILS: Final = ("prefix", "tags", "workspaceId")
"""What a pool is made with and no entry says."""
_DIGITS: Final = 12

Objects = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Effects:
    """What a run does to the service.

    Attributes:
        objects: Entries in the language of the maps, by object: `{"pool auto-pool-…": {"nodes of f": "2 -> 4"}}`.
    """

    objects: Objects = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Returns whether there are any."""
        return bool(self.objects)

    def __or__(self, other: Effects) -> Effects:
        """Returns both; what both say of one object is put together."""
        names = self.objects.keys() | other.objects.keys()
        return Effects({name: {**self.objects.get(name, {}), **other.objects.get(name, {})} for name in sorted(names)})

    @property
    def is_sent(self) -> bool:
        """Whether anything is sent for them: what becomes of an object in the end is only recorded."""
        return any(what != ON_DESTROY for entries in self.objects.values() for what in entries)

    @property
    def bought(self) -> int:
        """Nodes that are bought; secret counts are not counted (`has_secret_counts`)."""
        return sum(grown for grown in map(_growth, self._counts(COUNT)) if grown > 0)

    @property
    def removed(self) -> int:
        """Nodes that are deleted, by name or with their pool."""
        named = sum(entry in {changes.REMOVED, changes.REMOVED_SPARE} for entry in self._entries())
        return named - sum(map(_growth, self._counts(GOING)))

    @property
    def has_secret_counts(self) -> bool:
        """Whether a count changes that is never told."""
        return any(entry.startswith(SECRET) for entry in self._counts(COUNT))

    @property
    def has_secrets(self) -> bool:
        """Whether something changes that is never told."""
        return any(entry.startswith(SECRET) for entry in self._entries())

    def beyond(self, allowed: Effects) -> Effects:
        """Returns what of them is not allowed: the rule by which a run is held to its preview, for each object."""
        more = {name: changes.beyond(entries, allowed.objects.get(name, {})) for name, entries in self.objects.items()}
        return Effects({name: entries for name, entries in more.items() if entries})

    def lines(self) -> list[str]:
        """Returns each of them in a line, in a stable order."""
        return [
            f"{name}: {what} {entry}" if entry != YES else f"{name}: {what}"
            for name, entries in sorted(self.objects.items())
            for what, entry in sorted(entries.items())
        ]

    def _entries(self) -> list[str]:
        return [entry for entries in self.objects.values() for entry in entries.values()]

    def _counts(self, beginning: str) -> list[str]:
        return [
            entry for entries in self.objects.values() for what, entry in entries.items() if what.startswith(beginning)
        ]


def of(kind: str, inputs: Mapping[str, Any], entries: Mapping[str, str]) -> Effects:
    """Returns what a run of one resource does.

    Args:
        kind: The resource's class, such as `ResourcePool`; one that sends nothing has no effects.
        inputs: Its checked inputs, plain.
        entries: What its map announces for this run, without marks.
    """
    derive = _DERIVED.get(kind)
    objects = derive(inputs, entries) if derive else {}
    return Effects({name: dict(sorted(found.items())) for name, found in sorted(objects.items()) if found})


def of_deletion(kind: str, id_: str, nodes: int = 0) -> Effects:
    """Returns what the deletion of an object that its resource has made does.

    Args:
        kind: The resource's class.
        id_: Id of the object.
        nodes: Nodes that a pool has.
    """
    going = {GOING: changes.step(nodes, 0)} if nodes else {}
    return Effects({f"{'network' if kind == 'Network' else 'pool'} {id_}": {DELETED: YES, **going}})


def _of_pool(inputs: Mapping[str, Any], entries: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, str] = {}
    for key, entry in entries.items():
        if arrivals.is_note(key):
            continue
        if key.startswith(_NODE):
            found[f"node {key.removeprefix(_NODE)}"] = entry
        elif key.startswith(("flavors.", "nodePools.")):
            found |= _of_count(inputs, key, entry)
        elif key == pool_creation.KEY:
            found |= _of_creation(inputs, entry)
        elif key == ON_DESTROY:
            found[key] = _fate(entry)
        else:
            found[key] = entry
    removes = any(entry in {changes.REMOVED, changes.REMOVED_SPARE} for entry in found.values())
    if removes and inputs.get("onRunningJobs") == "ignore":
        found["work on nodes that go"] = "ignored"
    forced = (inputs.get("driver") or {}).get("updateStrategy") == "force"
    if forced and any(key.startswith("driver.") for key in found):
        found["work while drivers change"] = "ignored"
    return {f"pool {inputs['poolName']}": found}


def _of_count(inputs: Mapping[str, Any], key: str, entry: str) -> dict[str, str]:
    """Returns what is bought; a count that falls says nothing that the names of the nodes do not say."""
    if not entry.startswith(SECRET) and _growth(entry) < 0:
        return {}
    kind, _, name = key.partition(".")
    if kind == "flavors":
        return {f"{COUNT}{name}": entry}
    node_pools = inputs.get("nodePools") or {}
    node_pool = next(each for each in sorted(node_pools, key=len, reverse=True) if f"{name}.".startswith(f"{each}."))
    flavor, zone = node_pools[node_pool]["flavor"], name.removeprefix(node_pool).removeprefix(".azs.")
    where = "" if node_pool == f"{flavor}-default" else f" in {node_pool}"
    what = f"{flavor}{where}{f' ({zone})' if zone else ''}"
    details = {each: value for each, value in node_pools[node_pool].items() if each not in _DETAILS_LEFT_OUT}
    hidden = Paths.of(inputs.get("secrets") or ()).touch("nodePools", node_pool)
    return {f"{COUNT}{what}": entry, **_made_like(f"made like, of {what}", details, hidden=hidden)}


def _of_creation(inputs: Mapping[str, Any], entry: str) -> dict[str, str]:
    """Returns that a pool is made; one that an earlier run has begun is only waited for."""
    _, _, after = entry.partition(changes.ARROW)
    if not after.startswith("created"):
        return {}
    details = {name: inputs[name] for name in _POOL_DETAILS if inputs.get(name)}
    hidden = any(Paths.of(inputs.get("secrets") or ()).touch(name) for name in _POOL_DETAILS)
    return {MADE: after, **_made_like("made like", details, hidden=hidden)}


def _made_like(what: str, details: Mapping[str, Any], *, hidden: bool) -> dict[str, str]:
    """Returns with what something is made that no entry says, in a form that is short and tells no secret."""
    told = {name: value for name, value in details.items() if value not in (None, {}, [], "")}
    if not told:
        return {}
    if hidden:
        return {what: SECRET}
    text = json.dumps(_plain(told), sort_keys=True)
    return {what: f"{', '.join(sorted(told))} {hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"}


def _of_migration(inputs: Mapping[str, Any], entries: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return _moved(entries, inputs)


def _of_fleet(inputs: Mapping[str, Any], entries: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Returns the moves of a fleet, whose map calls pools as the program does, between the pools themselves."""
    ids = {changes.text(key): str(pool["poolName"]) for key, pool in inputs["pools"].items()}
    ways = {node: [ids.get(end, end) for end in entry.split(changes.ARROW)] for node, entry in entries.items()}
    return _moved({node: changes.ARROW.join(way) for node, way in ways.items()}, inputs)


def _moved(ways: Mapping[str, str], inputs: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    how = {"work on it": "ignored"} if inputs.get("onRunningJobs") == "ignore" else {}
    if (inputs.get("strategy") or {}).get("drain") is False:
        how["not drained"] = YES
    return {f"node {node}": {PLACE: way, **how} for node, way in ways.items()}


def _of_network(inputs: Mapping[str, Any], entries: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, str] = {}
    for key, entry in entries.items():
        if key == ON_DESTROY and changes.ARROW in entry:
            found[key] = _fate(entry)
        elif (key, entry) in {(network.NETWORK, network.CREATED), (network.NETWORK, network.MADE_ANEW)}:
            anew = {DELETED: YES} if entry == network.MADE_ANEW else {}
            found |= {MADE: f"with addresses {changes.text(inputs.get('cidr'))}", **anew}
    return {f"network {inputs['networkName']}": found}


def _fate(entry: str) -> str:
    """Returns what becomes of an object in the end, without how many nodes it will have then."""
    before, _, after = entry.partition(changes.ARROW)
    return changes.step(*(each.partition(" ")[0] for each in (before, after)))


def _growth(entry: str) -> int:
    try:
        before, after = changes.ends(entry)
    except ValueError:
        return 0
    return after - before


def _plain(value: Any) -> Any:
    """Returns a value in which whole numbers are whole, as they are not when the engine has had them."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


_DERIVED: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str]], dict[str, dict[str, str]]]]] = {
    "ResourcePool": _of_pool,
    "NodeMigration": _of_migration,
    "FleetPlacement": _of_fleet,
    "Network": _of_network,
}
