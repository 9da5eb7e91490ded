"""Reads the maps that resources show in previews: what `changes` has written, as effects on objects of the service.

It is the one reader of that language. What it does not know becomes `Unread`, never nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.plans import arrivals, changes, marks, network, node_selection, pool_creation, pool_switch
from pulumi_modelarts.plans.effect import (
    Altered,
    Awaited,
    Chosen,
    Claimed,
    Counted,
    Deleted,
    Effect,
    Hidden,
    Kind,
    Made,
    Moved,
    Released,
    Removed,
    Switched,
    TakenOver,
    Unread,
)
from pulumi_modelarts.plans.secrets import SECRET
from pulumi_modelarts.plans.subject import Place, Subject
from pulumi_modelarts.specs.network import MADE
from pulumi_modelarts.specs.spelling import node_pool_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Reader = Callable[[Subject, Mapping[str, Any], str, str], Iterator[Effect]]

MAPS: Final[Mapping[Kind, str]] = {
    Kind.POOL: "changes",
    Kind.NETWORK: "changes",
    Kind.MIGRATION: "moves",
    Kind.FLEET: "moves",
    Kind.SELECTION: "nodes",
}
"""The checked input that says what a run does; that of a selection is the list of nodes that are chosen."""

_FIELDS: Final = frozenset({"driver.gpuVersion", "driver.npuVersion", "scope", "jobFlavors", "description"})
_NODES: Final = "nodes."
_FLAVORS: Final = "flavors."
_CREATED: Final = "created in "


def effects(kind: Kind, inputs: Mapping[str, Any], entries: Mapping[str, str]) -> tuple[Effect, ...]:
    """Returns what a run does to the service, in an order of its own.

    Args:
        kind: What the resource stands for.
        inputs: Its checked inputs, in the engine's spelling.
        entries: The entries of this run, as `changes.announced` returns them; of a selection, what becomes of nodes.
    """
    subject, reader = subject_of(kind, inputs), _READERS[kind]
    found: list[Effect] = []
    for key, entry in entries.items():
        try:
            found += [Hidden(subject, key)] if entry == SECRET else reader(subject, inputs, key, entry)
        except ValueError:
            found.append(Unread(subject, key, entry))
    return tuple(sorted(found, key=_place))


def deletion(kind: Kind, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> tuple[Effect, ...]:
    """Returns what becomes of the object of a resource that goes.

    Args:
        kind: What the resource stands for.
        inputs: Its recorded inputs.
        outputs: Its recorded outputs, by which a run decides; none where an input does not tell them.
    """
    if kind not in {Kind.POOL, Kind.NETWORK}:
        return ()
    said = pool_switch.was_made(inputs) if kind is Kind.POOL else inputs.get("ownership") == MADE
    made = said or outputs.get("ownership") == MADE
    subject = subject_of(kind, inputs)
    return (Deleted(subject) if made else Released(subject),)


def chosen(before: Sequence[str], after: Sequence[str]) -> Mapping[str, str]:
    """Returns what becomes of the nodes of a selection, as `effects` reads it."""
    return node_selection.steps(before, after)


def subject_of(kind: Kind, inputs: Mapping[str, Any]) -> Subject:
    """Returns what a resource is about; of a migration, the pool that nodes go to, and of a fleet, none."""
    if kind is Kind.NETWORK:
        return Subject(_known(inputs, "networkName") or _known(inputs, "name"), "network")
    name = {Kind.MIGRATION: "targetPool", Kind.SELECTION: "pool"}.get(kind, "poolName")
    return Subject(_known(inputs, name) or (_known(inputs, "name") if kind is Kind.POOL else ""))


def _known(inputs: Mapping[str, Any], name: str) -> str:
    found = inputs.get(name)
    return found if isinstance(found, str) else ""


def _of_pool(subject: Subject, inputs: Mapping[str, Any], key: str, entry: str) -> Iterator[Effect]:
    if key.startswith(_NODES) and entry in {changes.REMOVED, changes.REMOVED_SPARE}:
        yield Removed(subject, key.removeprefix(_NODES), spare=entry == changes.REMOVED_SPARE)
    elif arrivals.is_note(key) and entry == arrivals.AWAITED:
        yield Awaited(subject, key.removeprefix(arrivals.KEY))
    else:
        yield _step(subject, inputs, key, *_ends(entry))


def _step(subject: Subject, inputs: Mapping[str, Any], key: str, before: str, after: str) -> Effect:
    """Returns what a step of a pool does."""
    if key.startswith(_FLAVORS):
        return Counted(subject, key.removeprefix(_FLAVORS), "", "", int(before), int(after))
    if named := node_pool_of(key):
        return Counted(subject, _flavor(inputs, named[0]), *named, int(before), int(after))
    if key in _FIELDS:
        return Altered(subject, key, before, after)
    if key == marks.KEY:
        return Claimed(subject, before, after)
    if key == pool_switch.KEY:
        return Switched(subject, before, after)
    if key == pool_creation.KEY:
        begun = not after.startswith(_CREATED)
        return Made(subject, "" if begun else after.removeprefix(_CREATED), begun=begun)
    raise ValueError(key)


def _of_network(subject: Subject, _: Mapping[str, Any], key: str, entry: str) -> Iterator[Effect]:
    if (key, entry) == (network.NETWORK, network.CREATED):
        yield Made(subject)
    elif (key, entry) == (network.NETWORK, network.MADE_ANEW):
        yield from (Deleted(subject), Made(subject))
    elif network.TAKEN_OVER.get(key) == entry:
        yield from [TakenOver(subject)] if key == network.NETWORK else []
    elif key == network.ON_DESTROY:
        yield Switched(subject, *_ends(entry))
    else:
        raise ValueError(key)


def _of_migration(subject: Subject, inputs: Mapping[str, Any], node: str, entry: str) -> Iterator[Effect]:
    before, after = _ends(entry)
    if _known(inputs, "sourcePool") == subject.id and "/" not in entry:
        yield Moved(node, Place(subject, before), Place(subject, after))
    else:
        yield Moved(node, _place_of(before), _place_of(after))


def _of_fleet(_: Subject, inputs: Mapping[str, Any], node: str, entry: str) -> Iterator[Effect]:
    source, target = (Place(_in_fleet(inputs, changes.value(end) or "")) for end in _ends(entry))
    yield Moved(node, source, target)


def _of_selection(subject: Subject, _: Mapping[str, Any], node: str, entry: str) -> Iterator[Effect]:
    if entry not in {node_selection.CHOSEN, node_selection.DROPPED}:
        raise ValueError(entry)
    yield Chosen(subject, node, dropped=entry == node_selection.DROPPED)


def _ends(entry: str) -> tuple[str, str]:
    found = changes.parted(entry)
    if found is None:
        raise ValueError(entry)
    return found


def _place_of(end: str) -> Place:
    pool, _, part = end.partition("/")
    return Place(Subject(pool), part)


def _in_fleet(inputs: Mapping[str, Any], name: str) -> Subject:
    """Returns the pool that a fleet calls by a name; by that name where its id is not known."""
    pools = inputs.get("pools")
    declared = pools.get(name) if isinstance(pools, dict) else None
    return Subject((_known(declared, "poolName") if isinstance(declared, dict) else "") or name)


def _flavor(inputs: Mapping[str, Any], node_pool: str) -> str:
    pools = inputs.get("nodePools")
    declared = pools.get(node_pool) if isinstance(pools, dict) else None
    return _known(declared, "flavor") if isinstance(declared, dict) else ""


def _place(effect: Effect) -> tuple[str, str]:
    return type(effect).__name__, repr(effect)


_READERS: Final[Mapping[Kind, Reader]] = {
    Kind.POOL: _of_pool,
    Kind.NETWORK: _of_network,
    Kind.MIGRATION: _of_migration,
    Kind.FLEET: _of_fleet,
    Kind.SELECTION: _of_selection,
}
