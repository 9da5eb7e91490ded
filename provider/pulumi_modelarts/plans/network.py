"""What a declared network means against the one that there is, and what stands against it.

A network that is made carries no mark, as its creation has no field that is free for one. So whether a resource has
made its network stands in the state alone (`ownership`): one that was there before is taken over, and stays when the
resource goes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.projects import made_elsewhere, other_project
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.network import ADOPTED, MADE, Ownership

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.specs.network import NetworkSpec

ACTIVE: Final = "Active"
ABNORMAL: Final = "Abnormal"

NETWORK: Final = "network"
ON_DESTROY: Final = "on destroy"
CREATED: Final = changes.step(None, "created")
TAKEN_OVER: Final = {NETWORK: "exists -> managed", ON_DESTROY: "released"}
MADE_ANEW: Final = "Abnormal -> deleted and created anew"
_REPAIR: Final = (
    "pools in it may not work. Ask the service's support to repair it; one that this program has made, with no pool in "
    "it and no connection, is made anew by the next `pulumi up`"
)
_FATES: Final[Mapping[str, str]] = {MADE: "deleted", ADOPTED: "released"}
"""What becomes of a network when its resource goes."""


class Step(Enum):
    """What a run does to the service."""

    NOTHING = "nothing"
    CREATE = "create"
    CREATE_ANEW = "create anew"


@dataclass(frozen=True)
class Record:
    """What is on record of a network from before.

    Attributes:
        id: Id of the network.
        named: Whether the program declared its name, and not its id.
        ownership: Whether the resource has made it; None where nobody has looked yet.
    """

    id: str
    named: bool
    ownership: Ownership | None

    @property
    def kept(self) -> bool:
        """Whether it may be one that the resource has made, which would be deleted for another one."""
        return self.ownership == MADE or (self.ownership is None and self.named)


@dataclass(frozen=True)
class LiveNetwork:
    """A network as it is, with its surroundings.

    Attributes:
        found: The network; None where there is none.
        others: All other networks of the project by id, those that this program will make among them.
        unborn: Ids of those that this program will make.
        pools: Ids of the pools in it; None before anybody looked.
        most: Networks that the project may have; infinite where that is not known, None before anybody asked.
        denied: Why this user may not read what a run reads; None before anybody tried.
    """

    found: Network | None
    others: Mapping[str, Network] = field(default_factory=dict)
    unborn: frozenset[str] = frozenset()
    pools: tuple[str, ...] | None = None
    most: float | None = None
    denied: str | None = None


@dataclass(frozen=True)
class NetworkPlan:
    """What a run would do.

    Attributes:
        step: What it does to the service.
        ownership: Whether the resource has made the network, once the run is over; None where nobody knows.
        changes: What it does, as the `changes` map shows it.
        problems: What stands against it.
        warnings: What is not as it should be, and stays so.
        lacks: Facts that have to be read before the plan is complete.
    """

    step: Step = Step.NOTHING
    ownership: Ownership | None = None
    changes: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    lacks: frozenset[Fact] = frozenset()


def plan(spec: NetworkSpec, record: Record | None, live: LiveNetwork) -> NetworkPlan:
    """Plans a run.

    Args:
        spec: What the program declares; the id is known.
        record: What is on record; None for a resource that is new.
        live: The network, and as much around it as has been read.
    """
    if record is not None and (problems := replaced(spec, record)):
        return NetworkPlan(ownership=record.ownership, problems=problems)
    if record is not None and record.id != spec.id:
        record = None
    if live.found is None or live.found.deleting:
        return _without(spec, record, live)
    return _with(spec, record, live.found, live)


def replaced(spec: NetworkSpec, record: Record) -> tuple[Problem, ...]:
    """Returns why what a resource has made cannot become what the program declares now: another network."""
    return (_another(spec, record),) if record.id != spec.id and record.kept else ()


def settled(network: Network | None) -> bool:
    """Returns whether a network is there and becomes nothing else by itself."""
    return network is not None and not network.deleting and network.phase in {ACTIVE, ABNORMAL}


def released(network: str) -> str:
    """Returns that a network goes on without its resource, which has not made it."""
    return f"network {network} is released and stays as it is"


def kept(network: str, owner: str) -> str:
    """Returns that a network stays although its resource goes.

    Args:
        network: Id of the network.
        owner: The resource that declares it, by its name in the program.
    """
    return f"network {network} stays as it is: {owner} declares it in this run"


def ailments(network: Network) -> tuple[str, ...]:
    """Returns what is wrong with a network that is there, for a warning."""
    if network.deleting:
        return (f"network {network.name!r} is being deleted",)
    if network.phase == ABNORMAL:
        return (f"network {network.name!r} is {ABNORMAL}: {_REPAIR}",)
    if network.phase != ACTIVE:
        return (f"network {network.name!r} is still being made; a run waits until it is {ACTIVE}",)
    return ()


def _without(spec: NetworkSpec, record: Record | None, live: LiveNetwork) -> NetworkPlan:
    """Plans for a network that is not there, or will not be any more."""
    if not spec.makes:
        return NetworkPlan(ownership=ADOPTED, problems=(Problem("network_name", _absent(spec.id, live)),))
    entries = {NETWORK: CREATED, **_switch(record, MADE)}
    made = NetworkPlan(Step.CREATE, MADE, entries, warnings=tuple(_overlaps(spec, live)))
    if live.most is None:
        return replace(made, lacks=frozenset({Fact.MOST_NETWORKS}))
    return replace(made, problems=tuple(_beyond_quota(spec, live, live.most)))


def _with(spec: NetworkSpec, record: Record | None, found: Network, live: LiveNetwork) -> NetworkPlan:
    """Plans for a network that is there."""
    ownership = _ownership(spec, record)
    problems = tuple(_unlike(spec, record, found))
    entries = TAKEN_OVER if record is None and spec.makes else _switch(record, ownership)
    warnings = (*ailments(found), *(_overlaps(spec, live) if record is None and spec.makes else ()))
    seen = NetworkPlan(Step.NOTHING, ownership, entries, problems, warnings)
    if found.phase == ABNORMAL and record is not None and record.ownership == ownership == MADE and not problems:
        if live.pools is None:
            return replace(seen, lacks=frozenset({Fact.IN_NETWORK}))
        if not live.pools and not found.spec.connection:
            seen = replace(seen, step=Step.CREATE_ANEW, changes={NETWORK: MADE_ANEW}, warnings=())
    return _tried(spec, seen, live) if seen.changes and not problems else seen


def _tried(spec: NetworkSpec, made: NetworkPlan, live: LiveNetwork) -> NetworkPlan:
    """Returns a plan of a run that reads the network, which this user may have to be granted."""
    if live.denied is None:
        return replace(made, lacks=frozenset({Fact.MAY_SHOW_NETWORK}))
    if not live.denied:
        return made
    reason = f"this user may not read what a run reads after its preview: {live.denied}"
    return replace(made, problems=(Problem(_argument(spec), reason),))


def _ownership(spec: NetworkSpec, record: Record | None) -> Ownership | None:
    """Returns whether the resource has made a network that is there: a program that begins to name it says so."""
    if not spec.makes or record is None:
        return ADOPTED
    return record.ownership if record.named else MADE


def _switch(record: Record | None, ownership: Ownership | None) -> dict[str, str]:
    """Returns that another thing becomes of the network when its resource goes than was said before."""
    if record is None or record.ownership is None or ownership is None or ownership == record.ownership:
        return {}
    return {ON_DESTROY: changes.step(_FATES[record.ownership], _FATES[ownership])}


def _argument(spec: NetworkSpec) -> str:
    """Returns the argument that says which network it is."""
    return "name" if spec.makes else "network_name"


def _another(spec: NetworkSpec, record: Record) -> Problem:
    """Returns that a program would have a network deleted by naming another one."""
    ours = spec.id.removeprefix(f"{spec.name}-")
    if spec.makes and record.id == f"{spec.name}-{other_project(record.id, ours)}":
        return Problem("name", made_elsewhere("network", record.id, ours))
    return Problem(
        _argument(spec),
        f"says that this is {spec.id!r}, and this resource has made {record.id!r}, which would be deleted for it. "
        "Declare the other network as a resource of its own; once no pool is in the first one any more, take that out "
        "of the program",
    )


def _absent(network: str, live: LiveNetwork) -> str:
    if live.found is not None:
        return f"{network!r} is being deleted; declare name and cidr to make it anew, or take this resource out"
    named = sorted(other.name for other in live.others.values() if other.display_name == network)
    known = changes.names([f"{name} ({other.cidr})" for name, other in sorted(live.others.items())]) or "no networks"
    also = f"; that is the display name of {changes.names(named)}" if named else ""
    return (
        f"{network!r} does not exist{also}. The project has: {known}. Correct network_name; declare name and cidr to "
        "make a network; if it has been deleted, take this resource out of the program"
    )


def _unlike(spec: NetworkSpec, record: Record | None, found: Network) -> Iterable[Problem]:
    """Yields what is declared otherwise than it is, and cannot be changed."""
    for path, what, declared, there in (
        ("cidr", "addresses", spec.cidr, found.cidr),
        ("workspace_id", "workspace", spec.workspace_id, found.workspace_id),
    ):
        if declared is None or declared == there:
            continue
        if record is None:
            reason = (
                f"is {declared!r}, and network {found.name!r} exists with {there!r}. Declare {path}={there!r} to "
                "manage it as it is, or another name to make another network"
            )
        else:
            reason = (
                f"is {declared!r}, and network {found.name!r} has {there!r}: its {what} cannot be changed. Declare "
                f"{path}={there!r}; or make another network by a resource of its own, and take this one out of the "
                "program once no pool is in it any more"
            )
        yield Problem(path, reason)


def _overlaps(spec: NetworkSpec, live: LiveNetwork) -> Iterable[str]:
    """Yields each network that has some of the declared addresses too."""
    block = _block(spec.cidr or "")
    for name, other in sorted(live.others.items()):
        theirs = _block(other.cidr)
        if block is not None and theirs is not None and not other.deleting and theirs.overlaps(block):
            yield (
                f"cidr: {spec.cidr} overlaps with network {name!r}, which has {other.cidr}: nothing that is connected "
                "with both of them could tell their addresses apart"
            )


def _block(cidr: str) -> IPv4Network | None:
    try:
        return IPv4Network(cidr, strict=False)
    except ValueError:
        return None


def _beyond_quota(spec: NetworkSpec, live: LiveNetwork, most: float) -> Iterable[Problem]:
    """Yields that there would be more networks than the project may have, with the arithmetic."""
    coming = {*live.unborn, spec.id}
    there = len(live.others.keys() - coming)
    if there + len(coming) > most:
        yield Problem(
            "name",
            f"makes one network too many: the project may have {most:.0f}, has {there}, and this program makes "
            f"{len(coming)} more. Delete one that is not needed, or have the quota raised",
        )
