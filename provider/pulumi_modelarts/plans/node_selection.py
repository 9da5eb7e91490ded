"""The plan for a selection: which nodes are chosen, which stay chosen, and which are dropped.

A choice keeps: a node that is chosen stays so wherever it goes, until fewer are declared, or until it is lost and
`keepers` changes. New ones are such that a migration can take: idle ones first, then by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import is_are, number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.pool_names import absent
from pulumi_modelarts.plans.selectable import room, selectable, unfit
from pulumi_modelarts.plans.supernodes import unit
from pulumi_modelarts.plans.units import Rank, Unit, chosen, reachable
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.candidates import Candidates
    from pulumi_modelarts.plans.live_nodes import LiveNodes
    from pulumi_modelarts.plans.selectable import Holder
    from pulumi_modelarts.specs.node_selection import NodeSelectionSpec

CHOSEN = "chosen"
DROPPED = "dropped"


@dataclass(frozen=True)
class Choice:
    """A choice on record.

    Attributes:
        nodes: The nodes, as far as they were chosen from this pool and of this flavor.
        renewed: Whether `keepers` has changed since.
    """

    nodes: tuple[str, ...] = ()
    renewed: bool = False


@dataclass(frozen=True)
class SelectionPlan:
    """What becomes of a choice.

    Attributes:
        nodes: Everything that is chosen from now on, sorted; with a problem, what was chosen before.
        problems: What must be resolved before the run may start.
        warnings: What stays chosen although it is lost.
        lacks: Facts that have to be read before the plan is complete.
    """

    nodes: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    lacks: frozenset[Fact] = frozenset()


def steps(before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """Returns what becomes of each node of which something does."""
    more, fewer = sorted({*after} - {*before}), sorted({*before} - {*after})
    return dict.fromkeys(more, CHOSEN) | dict.fromkeys(fewer, DROPPED)


def after(before: Sequence[str], taken: Mapping[str, str]) -> list[str]:
    """Returns what is chosen after some steps."""
    return sorted(name for name in {*before, *taken} if taken.get(name) != DROPPED)


def plan(spec: NodeSelectionSpec, choice: Choice, live: LiveNodes, others: Mapping[str, Holder]) -> SelectionPlan:
    """Plans a choice.

    Args:
        spec: What the program declares.
        choice: What is on record.
        live: What is known of the service; what a plan needs and lacks is named in the result.
        others: Nodes that other selections and migrations of the program have.
    """
    if lacks := _lacks(spec, choice, live):
        return SelectionPlan(choice.nodes, lacks=lacks)
    gone = [name for name in choice.nodes if _gone(name, live)]
    lost = [name for name in choice.nodes if _lost(name, spec, live, others)] if choice.renewed else []
    kept = [name for name in choice.nodes if name not in lost]
    shared = list(_shared(kept, others))
    found: Sequence[str] = kept
    problem: Problem | None = None
    if len(kept) > spec.count:
        found, problem = _fewer(spec, kept, gone, live)
    elif len(kept) < spec.count:
        found, problem = _more(spec, kept, live, others)
    if problem is not None or shared:
        return SelectionPlan(choice.nodes, (*shared, *([problem] if problem else [])), tuple(_notes(spec, gone, live)))
    staying = [name for name in gone if name in found]
    return SelectionPlan(tuple(sorted(found)), (), tuple(_notes(spec, staying, live, found)))


def unborn(pool: str, maker: str) -> str:
    """Returns that nodes cannot be chosen of a pool that is yet to be made.

    Args:
        pool: The pool.
        maker: The resource that makes it, as the program calls it.
    """
    return (
        f"{pool!r} is made by {maker} in this run, and nobody knows the names of its nodes before. Choose from a pool "
        "that is there, or add this resource when `pulumi up` has made the pool"
    )


def released(nodes: Sequence[str]) -> str:
    """Returns what becomes of the nodes of a selection that is taken out of its program."""
    stay = (
        "is not chosen any more and stays where it is"
        if len(nodes) == 1
        else ("are not chosen any more and stay where they are")
    )
    return f"{changes.names(nodes)} {stay}"


def _lacks(spec: NodeSelectionSpec, choice: Choice, live: LiveNodes) -> frozenset[Fact]:
    missing = [name for name in choice.nodes if name not in live.nodes]
    unread = spec.pool in live.pools and spec.pool not in live.lists
    more = spec.count > len(choice.nodes) or choice.renewed
    needed = {
        Fact.NODES: unread,
        Fact.ELSEWHERE: bool(missing) and not unread and not live.everywhere,
        Fact.MIGRATING: (more or (bool(missing) and live.everywhere)) and live.jobs is None,
        Fact.WORK: more and not unread and spec.pool in live.pools and live.work is None,
    }
    return frozenset(fact for fact, is_needed in needed.items() if is_needed)


def _gone(name: str, live: LiveNodes) -> bool:
    """Returns whether a node is in no pool, and not on its way from one to another either."""
    return name not in live.nodes and name not in live.migrating


def _is_shared(name: str, others: Mapping[str, Holder]) -> bool:
    return name in others and bool(others[name].selection)


def _lost(name: str, spec: NodeSelectionSpec, live: LiveNodes, others: Mapping[str, Holder]) -> bool:
    """Returns whether a node is replaced when `keepers` changes: one that has left for its new pool is not."""
    if _gone(name, live) or _is_shared(name, others):
        return True
    found = live.nodes.get(name)
    return found is not None and found.pool == spec.pool and unfit(found.node, live) is not None


def _fewer(
    spec: NodeSelectionSpec, kept: Sequence[str], gone: Sequence[str], live: LiveNodes
) -> tuple[Sequence[str], Problem | None]:
    """Returns what stays chosen of too many: nodes that are gone are dropped first, then the last by name."""
    going = sorted(name for name in gone if name in kept)[spec.count - len(kept) :]
    together: dict[str, list[str]] = {}
    for name in sorted({*kept} - {*going}):
        together.setdefault(unit(live.nodes[name].node) if name in live.nodes else name, []).append(name)
    units = [Unit(Rank.IDLE, tuple(names)) for names in together.values()]
    if (staying := chosen(units, spec.count)) is not None:
        return _names(staying), None
    there = sum(each.size for each in units)
    reason = f"is {spec.count} of {there} nodes that are chosen, and they are {_sizes(units)}, which stay chosen whole"
    return kept, Problem("count", f"{reason}; declare {_near(reachable(units, there), spec.count)}")


def _more(
    spec: NodeSelectionSpec, kept: Sequence[str], live: LiveNodes, others: Mapping[str, Holder]
) -> tuple[Sequence[str], Problem | None]:
    """Returns what is chosen with what is added to too few."""
    if spec.pool not in live.pools:
        return kept, Problem("pool", absent(spec.pool, live.pools, "pool"))
    if live.untold:
        return kept, Problem("pool", live.untold)
    found = selectable(spec, live, kept, others)
    if not kept and not found.units and not found.kept:
        return kept, Problem("flavor", _no_such_nodes(spec, live))
    wanted, sums = spec.count - len(kept), reachable(found.units, room(spec, live, kept, others))
    if wanted in sums:
        return [*kept, *_names(chosen(found.units, wanted) or ())], None
    asked = f"is {spec.count}"
    if kept:
        asked += f", of which {len(kept)} {is_are(len(kept))} chosen already"
    if wanted < sums[-1]:
        near = _near([len(kept) + each for each in sums], spec.count)
        whole = f"what can be chosen are {_sizes(found.units)}, which are chosen whole"
        return kept, Problem("count", f"{asked}, and {whole}; declare {near}")
    return kept, Problem("count", f"{asked}; {_arithmetic(spec, len(kept), sums[-1], found, live)}")


def _no_such_nodes(spec: NodeSelectionSpec, live: LiveNodes) -> str:
    flavors = sorted({node.flavor for node in live.lists[spec.pool]})
    has = f"only of {', '.join(flavors)}" if flavors else "nor of any other"
    return f"{spec.pool!r} has no node of {spec.flavor!r}, {has}; correct flavor, or pool"


def _arithmetic(spec: NodeSelectionSpec, kept: int, most: int, found: Candidates, live: LiveNodes) -> str:
    """Returns how many nodes there are, why no more of them can be chosen, and what to do about it."""
    reasons, outs = [found.reasons] if found.kept else [], found.outs
    if most < found.most:
        reasons.append(f"the pool has {number_of(len(live.present(spec.pool)), 'node')} and keeps at least one")
        outs = [*outs, "grow the pool first"]
    outs = [*outs, f"declare count={kept + most}" if kept + most else "take this resource out of the program"]
    there = f"{spec.pool!r} has {number_of(found.most + len(found.kept), f'{spec.flavor} node')}"
    besides = " besides" if kept else ""
    why = f": {'; '.join(reasons)}" if reasons else ""
    return f"{there}{besides}, and {most or 'none'} can be chosen{why}. {outs[0][0].upper()}{'; or '.join(outs)[1:]}"


def _names(units: Sequence[Unit]) -> list[str]:
    return [name for each in units for name in each.names]


def _sizes(units: Sequence[Unit]) -> str:
    return f"supernodes of {' and '.join(map(str, sorted({each.size for each in units if each.size > 1})))} nodes"


def _near(sums: Sequence[int], wanted: int) -> str:
    """Returns the counts nearest to one that whole units do not make up."""
    near = [*[count for count in sums if 0 < count < wanted][-1:], *[count for count in sums if count > wanted][:1]]
    return ", or ".join(map(str, near))


def _shared(kept: Sequence[str], others: Mapping[str, Holder]) -> Iterator[Problem]:
    """Yields each other selection that has some of the nodes on record, too."""
    held: dict[str, list[str]] = {}
    for name in kept:
        if _is_shared(name, others):
            held.setdefault(others[name].selection, []).append(name)
    for selection, names in held.items():
        reason = (
            f"{changes.nodes_are(names)} chosen by {selection} too; change keepers of one of the two selections, so"
        )
        yield Problem("nodes", f"{reason} that it chooses others in their stead")


def _notes(spec: NodeSelectionSpec, gone: Sequence[str], live: LiveNodes, staying: Sequence[str] = ()) -> Iterator[str]:
    """Yields what stays chosen although it is lost.

    Args:
        spec: What the program declares.
        gone: Chosen nodes that are in no pool.
        live: What is known of the service.
        staying: All nodes that are chosen from now on.
    """
    if gone:
        was, it, has = ("was", "It stays", "it") if len(gone) == 1 else ("were", "They stay", "them")
        yield (
            f"nodes: {changes.names(gone)} {was} chosen and {is_are(len(gone))} in no pool of the project any more. "
            f"{it} chosen: change keepers to have {has} replaced, or declare fewer"
        )
    for name in sorted(staying):
        found = live.nodes.get(name)
        if found and found.pool == spec.pool and (why := unfit(found.node, live)):
            yield (
                f"nodes: {name} in {spec.pool!r} {why.why}, so that no migration takes it. It stays chosen: change "
                "keepers to have it replaced"
            )
