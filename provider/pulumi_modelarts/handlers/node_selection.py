"""What the engine calls for a `NodeSelection`.

A selection is in the state and nowhere else. So its nodes are chosen while its inputs are checked: a preview names
them, a saved plan pins them, and they are on record before anything that depends on them begins. Nothing is sent.
"""

from __future__ import annotations

import hashlib
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pulumi import dynamic

from pulumi_modelarts.api.errors import ConfigurationError
from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.handlers._handler import Handler
from pulumi_modelarts.plans import node_selection, summary
from pulumi_modelarts.plans.node_selection import Choice
from pulumi_modelarts.reconcilers.node_selection import SelectionReader
from pulumi_modelarts.specs._spec import Problem, inputs_of
from pulumi_modelarts.specs.node_selection import NodeSelectionSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.handlers import _rpc


class NodeSelectionHandler(Handler[NodeSelectionSpec]):
    """Chooses nodes, and keeps the choice."""

    spec = NodeSelectionSpec

    def foresight(self, spec: NodeSelectionSpec, before: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Returns what becomes of the choice; where previews are offline, one that stands is not looked at."""
        if self._configuration.options.live_preview or not _stands(spec, before):
            return self.foresee(spec, before, call)
        self.unforeseen(before, call)
        return Foresight({})

    def foresee(self, spec: NodeSelectionSpec, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Chooses, as often as somebody else has chosen one of the same nodes meanwhile."""
        session, choice = self.session, _choice(spec, olds)
        if maker := session.unborn.maker(spec.pool):
            return Foresight({}, (Problem("pool", node_selection.unborn(spec.pool, maker)),))
        reader, owners = SelectionReader.recent(session), session.owners
        made = reader.plan(spec, choice, owners.spoken_for(call.urn, spec.pool))
        while call.urn and not owners.choose(call.urn, spec.pool, made.nodes, {*made.nodes} - {*choice.nodes}):
            made = reader.plan(spec, choice, owners.spoken_for(call.urn, spec.pool))
        before = _nodes(olds)
        after = before if made.problems else made.nodes
        return Foresight(node_selection.steps(before, after), made.problems, made.warnings)

    def unforeseen(self, before: Mapping[str, Any], call: _rpc.Call) -> None:
        """Keeps others from choosing the nodes on record; without settings nobody can choose."""
        with suppress(ConfigurationError):
            if call.urn and (nodes := _nodes(before)):
                self.session.owners.choose(call.urn, str(before.get("pool")), nodes, ())

    def filled_in(
        self, steps: Mapping[str, str], before: Mapping[str, Any], spec: NodeSelectionSpec, *, same: bool
    ) -> list[str]:
        """Returns the nodes that are chosen from now on."""
        del spec, same
        return node_selection.after(_nodes(before), steps)

    def steps(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, str]:
        """Returns the nodes that are chosen, and those that are dropped."""
        return node_selection.steps(_nodes(before), _nodes(after))

    def before(self, call: _rpc.Call, outputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the recorded inputs, which the outputs echo."""
        return self.recorded(call, outputs)

    def as_declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns recorded inputs as they are: no version has recorded others."""
        return dict(inputs)

    def summary(self, entries: Mapping[str, str]) -> str:
        """Returns the nodes that are chosen, and those that are dropped."""
        return summary.of_selection(entries)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Records the choice."""
        urn = self.call.urn
        id_ = hashlib.sha256(urn.encode()).hexdigest()[:12] if urn else uuid.uuid4().hex[:12]
        return dynamic.CreateResult(id_, inputs_of(NodeSelectionSpec, props))

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Echoes the choice: what is in the state alone does not drift."""
        inputs = self.recorded(self.call, props)
        return dynamic.ReadResult(id_, dict(inputs), inputs)

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Records the choice as it is now."""
        del olds
        return dynamic.UpdateResult(inputs_of(NodeSelectionSpec, news))

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Forgets the choice; the nodes stay where they are."""
        if nodes := _nodes(props):
            self.call.tell(node_selection.released(nodes))


def _nodes(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(inputs.get("nodes") or ())


def _choice(spec: NodeSelectionSpec, olds: Mapping[str, Any]) -> Choice:
    """Returns what is on record of a choice; of another pool or flavor, nothing is."""
    if not _of_one_kind(spec, olds):
        return Choice()
    return Choice(_nodes(olds), renewed=dict(olds.get("keepers") or {}) != dict(spec.keepers))


def _of_one_kind(spec: NodeSelectionSpec, olds: Mapping[str, Any]) -> bool:
    return (olds.get("pool"), olds.get("flavor")) == (spec.pool, spec.flavor)


def _stands(spec: NodeSelectionSpec, olds: Mapping[str, Any]) -> bool:
    """Returns whether nothing has to be chosen or dropped."""
    choice = _choice(spec, olds)
    return len(choice.nodes) == spec.count and not choice.renewed
