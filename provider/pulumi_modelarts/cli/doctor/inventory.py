"""Pools and nodes, as the service shows them: counts and phases, and whatever is not as it should be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.wording import number_of, plural
from pulumi_modelarts.cli.doctor import questions
from pulumi_modelarts.cli.doctor.report import Finding, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.cli.doctor.patient import Patient, Reply

MEND: Final = "Have what is broken mended or replaced."
MOVE: Final = "If no migration is under way, see docs/node-migration.md, Nodes that are left drained."


def look(patient: Patient) -> Iterator[Finding]:
    """How many pools there are, those that cannot be read, and one after the other."""
    reply = questions.pools(patient)
    if reply.value is None:
        yield Finding(State.UNKNOWN, "pools", patient.said(reply.error), "See Connection, Who asks and Rights.")
        return
    listed = questions.in_order(patient)
    yield _number(patient, len(listed))
    for name, error in reply.value.unreadable.items():
        shown = patient.names.of("pool", name) if name else "a pool without an id"
        advice = "Report it with this line: runs that manage this pool fail, others do not."
        yield Finding(State.FAILED, shown, patient.said(error), advice, {"place": patient.names.foreign(error.place)})
    looked_into = questions.looked_into(patient)
    for pool, nodes in looked_into:
        yield from _pool(patient, pool, nodes)
    for pool in listed[len(looked_into) :]:
        yield Finding(State.OK, patient.names.of("pool", pool.name), f"{_shape(pool)}; nodes not listed")


def _number(patient: Patient, found: int) -> Finding:
    named = patient.settings is not None and patient.settings.workspace_id is not None
    where = "in the workspace of the settings" if named else "in the workspace that the service takes by default"
    facts = {"pools": found}
    if found:
        return Finding(State.OK, "pools", f"{number_of(found, 'pool')} {where}", facts=facts)
    advice = "Check region, project and workspace, if there should be some."
    return Finding(State.WARNING, "pools", f"none {where}", advice, facts)


def _pool(patient: Patient, pool: ResourcePool, reply: Reply[Sequence[Node]]) -> Iterator[Finding]:
    name = patient.names.of("pool", pool.name)
    if patient.names.shown:
        name = f"{name} ({patient.names.label('pool', pool.name)})"
    facts: dict[str, Any] = {
        "pool": patient.names.of("pool", pool.name),
        "phase": pool.phase,
        "flavors": dict(_flavors(pool)),
        "prepaid": pool.prepaid,
    }
    if reply.value is None:
        text = f"{_shape(pool)}; its nodes cannot be listed: {patient.said(reply.error)}"
        yield Finding(State.UNKNOWN, name, text, "See Rights.", facts)
        return
    phases = Counter(node.phase or "no phase" for node in reply.value)
    facts |= {"nodes": dict(sorted(phases.items()))}
    told = ", ".join(f"{count} {phase}" for phase, count in sorted(phases.items())) or "no nodes"
    text = f"{_shape(pool)}; listed {told}"
    if pool.phase == "Running":
        yield Finding(State.OK, name, text, facts=facts)
    else:
        advice = "Runs change nothing of it before it is Running, unless it is being changed right now."
        yield Finding(State.WARNING, name, text, advice, facts)
    yield from _nodes(patient, name, reply.value)


def _flavors(pool: ResourcePool) -> Counter[str]:
    found: Counter[str] = Counter()
    for entry in pool.entries:
        found[entry.flavor] += entry.count
    return found


def _shape(pool: ResourcePool) -> str:
    flavors = ", ".join(f"{count} of {flavor}" for flavor, count in sorted(_flavors(pool).items()))
    scope = "/".join(pool.spec.scope) or "no job type"
    paid = ", prepaid" if pool.prepaid else ""
    return f"{pool.phase or 'no phase'}, {scope}{paid}; declared {flavors or 'nothing'}"


def _nodes(patient: Patient, pool: str, nodes: Sequence[Node]) -> Iterator[Finding]:
    """Nodes that somebody has to look after."""
    ordered = sorted(nodes, key=lambda node: node.name)
    for node in ordered:
        patient.names.label("node", node.name)
    broken = [node for node in ordered if "Abnormal" in {node.phase, node.driver_phase}]
    drained = [node for node in ordered if node.drained]
    for what, advice, found in (("Abnormal", MEND, broken), ("drained", MOVE, drained)):
        if found:
            names = [patient.names.of("node", node.name) for node in found]
            text = f"{plural('node', names)} {', '.join(names)}: {what}"
            yield Finding(State.WARNING, pool, text, advice, {"nodes": names, "what": what})
