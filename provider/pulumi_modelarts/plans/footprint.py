"""What a run does to the service, object by object: what a human approves, and what a run is held to.

Pools, nodes and networks are named as the service names them, so that a rename, an alias, a count that is written in
another way or a default that is spelt out leaves the same footprint. What sends nothing, such as an adoption or a node
that is awaited, leaves none. How far a run goes for it is part of it: whether work is waited for, and what else than
the map says is bought.

All of it is pure, and comes of checked inputs and a map alone, so that a preview that is read from a file and a run
come to the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.plans import changes, pool_switch
from pulumi_modelarts.plans.effect import (
    Altered,
    Claimed,
    Counted,
    Deleted,
    Effect,
    Hidden,
    Kind,
    Made,
    Moved,
    Removed,
    Switched,
    Unread,
)
from pulumi_modelarts.plans.effects import effects
from pulumi_modelarts.plans.secrets import SECRET
from pulumi_modelarts.plans.subject import Place, Subject
from pulumi_modelarts.specs.paths import Paths
from pulumi_modelarts.specs.spelling import argument, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COUNT: Final = "nodes of "
DELETED: Final = "deleted"
GOING: Final = "nodes deleted with it"
MADE: Final = "made"
ON_DESTROY: Final = pool_switch.KEY
PLACE: Final = "place"
NODE: Final = "node "
YES: Final = "yes"

_COUNTS: Final = ("flavors.", "nodePools.")
_INPUTS: Final = frozenset({"jobFlavors", "scope", "description"})
_GONE: Final = frozenset({changes.REMOVED, changes.REMOVED_SPARE})
_SAID: Final = frozenset({"flavor", "count", "azs"})
"""What entries of the map say of a node pool themselves."""
_OF_A_POOL: Final = ("prefix", "tags", "workspaceId")
"""What a pool is made with and no entry says."""
_DIGITS: Final = 12

Objects = Mapping[str, Mapping[str, str]]
Item = tuple[str, str, str]
"""An object, what becomes of it, and the entry."""


@dataclass(frozen=True)
class Footprint:
    """What a run does to the service.

    Attributes:
        objects: Entries in the language of the maps, by object: `{"pool auto-pool-…": {"nodes of f": "2 -> 4"}}`.
    """

    objects: Objects = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Returns whether there is anything."""
        return bool(self.objects)

    def __or__(self, other: Footprint) -> Footprint:
        """Returns both; what both say of one object is put together."""
        return _of_items([*self.items(), *other.items()])

    @property
    def is_sent(self) -> bool:
        """Whether anything is sent for it: what becomes of an object in the end is only recorded."""
        return any(what != ON_DESTROY for _, what, _ in self.items())

    @property
    def bought(self) -> int:
        """Nodes that are bought, secret counts left out (`has_secret_counts`)."""
        return sum(_growth(entry) for _, what, entry in self.items() if what.startswith(COUNT))

    @property
    def removed(self) -> int:
        """Nodes that are deleted, by name or with their pool."""
        named = sum(entry in _GONE for _, _, entry in self.items())
        return named - sum(_growth(entry) for _, what, entry in self.items() if what == GOING)

    @property
    def deletes(self) -> bool:
        """Whether a whole pool or network is deleted."""
        return any(what == DELETED for _, what, _ in self.items())

    @property
    def has_secret_counts(self) -> bool:
        """Whether a count changes that is never told."""
        return any(what.startswith(_COUNTS) for _, what, entry in self.items() if entry == SECRET)

    @property
    def secrets(self) -> list[str]:
        """Lines about what changes and is never told."""
        return [f"{name}: {_spoken(what)}" for name, what, entry in self.items() if entry == SECRET]

    def beyond(self, allowed: Footprint) -> Footprint:
        """Returns what of it is not allowed: for each object by the rule that holds a run to its preview.

        A count may also grow to less than it is allowed to.
        """
        found = []
        for name, entries in self.objects.items():
            known = allowed.objects.get(name, {})
            found += [
                (name, what, entry)
                for what, entry in changes.beyond(entries, known).items()
                if not (what.startswith(COUNT) and what in known and _within(entry, known[what]))
            ]
        return _of_items(found)

    def items(self) -> list[Item]:
        """Returns all of it, in a stable order."""
        return [
            (name, what, entry)
            for name, entries in sorted(self.objects.items())
            for what, entry in sorted(entries.items())
        ]

    def lines(self) -> list[str]:
        """Returns all of it in lines, in a stable order and in the program's spelling."""
        told = [(f"{name}: {_spoken(what)}", entry) for name, what, entry in self.items()]
        return [line if entry == YES else f"{line} {entry}" for line, entry in told]


def footprint(kind: Kind, inputs: Mapping[str, Any], entries: Mapping[str, str]) -> Footprint:
    """Returns what a run of one resource does.

    Args:
        kind: What the resource stands for.
        inputs: Its checked inputs, in the engine's spelling.
        entries: What its map announces for this run, without marks; nothing of a selection, which sends nothing.
    """
    return Footprint() if kind is Kind.SELECTION else of_effects(effects(kind, inputs, entries), inputs)


def of_effects(found: Sequence[Effect], inputs: Mapping[str, Any]) -> Footprint:
    """Returns what a run of one resource does.

    Args:
        found: Its effects.
        inputs: Its checked inputs, in the engine's spelling.
    """
    items = [item for effect in found for item in _items(effect, inputs)]
    return _of_items([*items, *_manner(found, inputs)])


def of_deletion(kind: Kind, id_: str, nodes: int = 0) -> Footprint:
    """Returns what the deletion of an object does that its resource has made.

    Args:
        kind: What the resource stands for.
        id_: Id of the object.
        nodes: Nodes that a pool has.
    """
    name = _name(Subject(id_, "network" if kind is Kind.NETWORK else "pool"))
    return Footprint({name: {DELETED: YES, **({GOING: changes.step(nodes, 0)} if nodes else {})}})


def _of_items(items: Iterable[Item]) -> Footprint:
    objects: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name, what, entry in items:
        objects[name][what] = entry
    return Footprint({name: dict(sorted(entries.items())) for name, entries in sorted(objects.items())})


def _items(effect: Effect, inputs: Mapping[str, Any]) -> Iterator[Item]:
    """Yields what an effect does; nothing for a note, and for a count that falls, as the nodes that go are named."""
    name = _name(effect.subject)
    match effect:
        case Moved(node, source, target):
            yield f"{NODE}{node}", PLACE, changes.step(_place(source), _place(target))
        case Removed(_, node, spare):
            yield name, f"{NODE}{node}", changes.REMOVED_SPARE if spare else changes.REMOVED
        case Counted() if effect.bought:
            yield from _bought(name, effect, inputs)
        case Altered(_, what, before, after):
            yield name, what, f"{before}{changes.ARROW}{after}"
        case Hidden(_, key):
            yield name, key, SECRET
        case Unread(_, key, entry):
            yield name, key, entry
        case _:
            yield from _of_object(name, effect, inputs)


def _of_object(name: str, effect: Effect, inputs: Mapping[str, Any]) -> Iterator[Item]:
    """Yields what becomes of a pool or a network as a whole; one whose creation has begun is only waited for."""
    match effect:
        case Made(_, where, begun) if not begun:
            yield name, MADE, f"in {where}" if where else f"with addresses {changes.text(inputs.get('cidr'))}"
            yield from _made_like(name, "made like", {each: inputs.get(each) for each in _OF_A_POOL}, inputs)
        case Deleted():
            yield name, DELETED, YES
        case Switched(_, before, after):
            yield name, ON_DESTROY, changes.step(before.partition(" ")[0], after.partition(" ")[0])
        case Claimed(_, before, after):
            yield name, "claim", f"{before}{changes.ARROW}{after}"


def _bought(name: str, effect: Counted, inputs: Mapping[str, Any]) -> Iterator[Item]:
    node_pool = effect.node_pool or f"{effect.flavor}-default"
    default = node_pool == f"{effect.flavor}-default"
    of = f"{effect.flavor}{'' if default else f' in {node_pool}'}{f' ({effect.zone})' if effect.zone else ''}"
    yield name, f"{COUNT}{of}", changes.step(effect.before, effect.after)
    declared = (inputs.get("nodePools") or {}).get(node_pool) or {}
    details = {each: value for each, value in declared.items() if each not in _SAID}
    yield from _made_like(name, f"made like, of {of}", details, inputs, ("nodePools", node_pool))


def _made_like(
    name: str, what: str, details: Mapping[str, Any], inputs: Mapping[str, Any], steps: tuple[str, ...] = ()
) -> Iterator[Item]:
    """Yields with what something is made that no entry says, in a form that is short and tells no secret."""
    said = {each: value for each, value in details.items() if value not in (None, {}, [], "")}
    if not said:
        return
    hidden = Paths.of(inputs.get("secrets") or ())
    if any(hidden.touch(*steps, each) for each in said):
        yield name, what, SECRET
    else:
        text = json.dumps(_plain(said), sort_keys=True)
        yield (
            name,
            what,
            f"{', '.join(sorted(map(argument, said)))} {hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}",
        )


def _manner(found: Iterable[Effect], inputs: Mapping[str, Any]) -> Iterator[Item]:
    """Yields how far a run goes for what it does, where that is further than it goes by default."""
    ignores = inputs.get("onRunningJobs") == "ignore"
    forces = (inputs.get("driver") or {}).get("updateStrategy") == "force"
    drains = (inputs.get("strategy") or {}).get("drain") is not False
    for effect in found:
        match effect:
            case Moved(node):
                yield from [(f"{NODE}{node}", "work on it", "ignored")] if ignores else []
                yield from [] if drains else [(f"{NODE}{node}", "not drained", YES)]
            case Removed() if ignores:
                yield _name(effect.subject), "work on nodes that go", "ignored"
            case Altered(_, what) if forces and what.startswith("driver."):
                yield _name(effect.subject), "work while drivers change", "ignored"


def _name(subject: Subject) -> str:
    return f"{subject.kind} {subject.id}"


def _place(place: Place) -> str:
    return f"{place.pool.id}/{place.part}" if place.part else place.pool.id


def _spoken(what: str) -> str:
    """Returns what becomes of an object as a message says it: an input as the program spells it."""
    return spoken(what) if what in _INPUTS or what.startswith((*_COUNTS, "driver.")) else what


def _growth(entry: str) -> int:
    before, after = changes.ends(entry)
    return after - before


def _within(entry: str, allowed: str) -> bool:
    """Returns whether a count grows within the bounds of an allowed growth."""
    (before, after), (least, most) = changes.ends(entry), changes.ends(allowed)
    return least <= before and after <= most


def _plain(value: Any) -> Any:
    """Returns a value in which whole numbers are whole, as they are not when the engine has had them."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
