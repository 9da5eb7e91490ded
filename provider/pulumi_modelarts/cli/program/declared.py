"""What a program can say of a pool so that a run has nothing to do: what a plan of the same pool agrees to.

Nothing is written that was not planned first. What a run would change, or refuse, is left out, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli.program.details import Detail, details, unsaid_of_entry, unsaid_of_pool
from pulumi_modelarts.cli.program.secretive import may_be_secret
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fields import ENABLE_FAILED, driver_version, live_scope
from pulumi_modelarts.plans.live_pool import Entry, LivePool, entries
from pulumi_modelarts.plans.node_details import altered
from pulumi_modelarts.specs._spec import parse
from pulumi_modelarts.specs.paths import quoted
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from pulumi_modelarts.specs.spelling import property_path, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.pool_reader import PoolReader
    from pulumi_modelarts.specs._spec import Problem
    from pulumi_modelarts.specs.paths import Steps

PREPAID: Final = (
    "Paid by the year or month: it grows here as declared, and what is paid for is given back in the console alone."
)
UNSETTLED: Final = "Nodes are being made or removed just now: the counts are those that it is to have."
MOST_FIELDS: Final = 12
"""Fields that a comment names one by one."""


@dataclass(frozen=True)
class Declared:
    """Something that a program declares.

    Attributes:
        id: its id at the service.
        title: what people call it.
        inputs: what is declared of it; not in a `repr`, as secrets are in plain there.
        remarks: what could not be declared, and what whoever reads the program should know.
        refused: why it cannot be declared at all; empty where it can.
        secrets: which inputs must not be written out, by the steps that lead to them.
    """

    id: str
    title: str
    inputs: Mapping[str, Any] = field(repr=False)
    remarks: tuple[str, ...] = ()
    refused: str = ""
    secrets: frozenset[Steps] = frozenset()


@dataclass(frozen=True)
class DeclaredPool(Declared):
    """A pool as a program has it.

    Attributes:
        live: what is known of it, so that nothing is read twice.
    """

    live: LivePool = field(kw_only=True)


def declared_pool(reader: PoolReader, pool: ResourcePool, title: str) -> DeclaredPool:
    """What can be said of a pool.

    Raises:
        ModelArtsError: something of it could not be read.
    """
    draft = _Draft(reader, reader.settled_view(pool), {"poolName": pool.name})
    refused = draft.objection(draft.inputs)
    if not refused:
        draft.remarks += _circumstances(draft.live)
        for entry in _distinct(draft.live):
            draft.count(entry)
        for steps, value in _fields(pool):
            draft.say(steps, value, hidden=steps == ("description",) and may_be_secret(value))
        draft.left += unsaid_of_pool(pool)
    remarks, hidden = (*draft.remarks, *_left(draft.left)), frozenset(draft.secrets)
    return DeclaredPool(pool.name, title, draft.inputs, remarks, refused, hidden, live=draft.live)


@dataclass
class _Draft:
    """What is declared of a pool so far; more is added as long as a run with it has nothing to do."""

    reader: PoolReader
    live: LivePool
    inputs: dict[str, Any]
    remarks: list[str] = field(default_factory=list)
    secrets: set[Steps] = field(default_factory=set)
    left: list[str] = field(default_factory=list)

    def objection(self, inputs: Mapping[str, Any]) -> str:
        """Why inputs cannot be declared of the pool; empty where a run with them has nothing to do."""
        parsed = parse(ResourcePoolSpec, inputs, lambda _: False)
        if parsed.spec is None:
            return told(parsed.problems)
        self.live, plan = self.reader.plan_from(parsed.spec, self.live, None)
        if problems := (*plan.problems, *altered(parsed.spec, self.live, {})):
            return told(problems)
        return "; ".join(f"{spoken(key)} would be changed, {entry}" for key, entry in plan.changes.items())

    def say(self, steps: Steps, value: Any, *, hidden: bool = False) -> bool:
        """Declare an input, or remark why it is not; returns whether it is."""
        more = _with(self.inputs, steps, value)
        if reason := self.objection(more):
            why = "it may be a secret, and no argument takes it as it is" if hidden else reason
            self.remarks.append(f"Not declared: {f'{property_path(steps)}: ' if hidden else ''}{why}.")
            return False
        self.inputs = more
        self.secrets |= {steps} if hidden else set()
        return True

    def count(self, entry: Entry) -> None:
        """Declare a count, and where it is one of a node pool, what its nodes were made with."""
        steps, value = _count(entry, self.live)
        node_pool = steps[0] == "nodePools"
        if self.say(steps, value):
            said = [each.wire for each in details(entry.wire) if node_pool and self._detail(steps, each)]
            whose = quoted(steps[1])[1:-1]
            self.left += [f"{name} of {whose}" for name in unsaid_of_entry(entry.wire, said)]

    def _detail(self, node_pool: Steps, detail: Detail) -> bool:
        """Declare what nodes were made with; one that no argument says as the service has it is left to a remark."""
        more = _with(self.inputs, (*node_pool, detail.name), detail.value)
        if self.objection(more):
            return False
        self.inputs = more
        self.secrets |= {(*node_pool, detail.name, *steps) for steps in detail.secrets}
        return True


def _left(names: Sequence[str]) -> Iterator[str]:
    """Which fields stay as they are, since nothing says them; never what is in them."""
    if names:
        yield f"Left as it is, since no argument here says it: {changes.names(names, MOST_FIELDS)}."


def told(problems: Iterable[Problem]) -> str:
    """Problems in a line, the first of each input: what follows from that is none by itself."""
    first: dict[str, str] = {}
    for problem in problems:
        first.setdefault(problem.path, problem.reason)
    return "; ".join(f"{path} {reason}" for path, reason in first.items())


def _with(inputs: Mapping[str, Any], steps: Steps, value: Any) -> dict[str, Any]:
    """Inputs with one more, at the end of some steps."""
    first, *rest = steps
    return {**inputs, first: _with(inputs.get(first, {}), tuple(rest), value) if rest else value}


def _distinct(live: LivePool) -> list[Entry]:
    """The entries of a pool; of those that one key cannot tell apart the first."""
    return list({entry.key: entry for entry in reversed(entries(live.pool))}.values())[::-1]


def _count(entry: Entry, live: LivePool) -> tuple[Steps, Any]:
    """One count: of a flavor, or of a node pool, by zone where its nodes are in several."""
    flavor, node_pool = entry.key
    zones = entry.zones(settled=live.settled) or {}
    if len(zones) > 1:
        return ("nodePools", node_pool), {"flavor": flavor, "azs": dict(sorted(zones.items()))}
    count = entry.count(settled=live.settled)
    if node_pool == f"{flavor}-default":
        return ("flavors", flavor), count
    return ("nodePools", node_pool), {"flavor": flavor, "count": count}


def _fields(pool: ResourcePool) -> Iterator[tuple[Steps, Any]]:
    """What else can be declared, as far as the pool has it."""
    for chip in ("gpu", "npu"):
        if version := driver_version(pool, chip):
            yield ("driver", f"{chip}Version"), version
    if scope := live_scope(pool):
        yield ("scope",), scope
    if job_flavors := sorted(set(pool.spec.job_flavors)):
        yield ("jobFlavors",), job_flavors
    if pool.description:
        yield ("description",), pool.description


def _circumstances(live: LivePool) -> Iterator[str]:
    if live.pool.prepaid:
        yield PREPAID
    if not live.settled:
        yield UNSETTLED
    for scope in live.pool.status.scope:
        if scope.state == ENABLE_FAILED:
            yield f"Not declared: scope {scope.scope_type} is {ENABLE_FAILED}."
