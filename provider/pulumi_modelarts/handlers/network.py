"""What the engine calls for a `Network`."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pulumi import dynamic

from pulumi_modelarts.api.errors import ConfigurationError, HalfDoneError, ModelArtsError
from pulumi_modelarts.handlers import _rpc
from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.handlers._handler import Handler
from pulumi_modelarts.plans import network, summary
from pulumi_modelarts.plans.network import Record, Step
from pulumi_modelarts.plans.network_projection import expected, outputs_of, projected
from pulumi_modelarts.reconcilers.absence import believe_gone
from pulumi_modelarts.reconcilers.network import NetworkReader, NetworkReconciler, SeenNetwork
from pulumi_modelarts.reconcilers.network_deletion import NetworkDeletion
from pulumi_modelarts.reconcilers.run import NetworkRun
from pulumi_modelarts.specs._spec import Problem, inputs_of
from pulumi_modelarts.specs.made_pool import predicted_id
from pulumi_modelarts.specs.network import ADOPTED, MADE, NetworkSpec, Ownership, is_network_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.reconcilers.session import Session

OWNERSHIP: Final = "ownership"
_NOUN: Final = "network"
_UNKNOWN: Final[tuple[tuple[str, ...], float]] = ((), math.inf)
"""What is around a network of which nobody tells: pools, and addresses that it has left."""
_OF_ONE_MADE: Final = frozenset({"cidr", "workspaceId"})
"""Inputs of a network that is made, and outputs of any."""


class NetworkHandler(Handler[NetworkSpec]):
    """Makes networks, adopts those that there are, and deletes what it has made."""

    spec = NetworkSpec
    _ownership: Ownership | None = None

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        """Validates the inputs; fills in the network's id, whether this resource makes it, and what this run does."""
        self._ownership = olds.get(OWNERSHIP)
        given = {key: value for key, value in news.items() if key != OWNERSHIP}
        checked = super().check(olds, given)
        if checked.failures:
            return checked
        owned: Any = self._ownership
        if _rpc.is_unknown(checked.inputs[self._computed]) and owned is None:
            owned = _rpc.unknown()
        return dynamic.CheckResult(checked.inputs | ({OWNERSHIP: owned} if owned is not None else {}), [])

    def completed(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Returns raw inputs with the id that a network will have which the program makes."""
        name, project = raw.get("name"), self._configuration.project_id
        if name is None or raw.get("networkName") is not None:
            return dict(raw)
        if isinstance(name, str) and project is not None:
            return {**raw, "networkName": predicted_id(name, project)} if is_network_name(name) else dict(raw)
        return {**raw, "networkName": _rpc.unknown()} if _rpc.is_unknown(name) or project is None else dict(raw)

    def declare(self, raw: Mapping[str, Any], call: _rpc.Call) -> None:
        """Records which network the resource stands for, so that nobody deletes it in this run."""
        if isinstance(declared := raw.get("networkName"), str):
            with suppress(ConfigurationError):  # which the check itself reports
                self.session.owners.declare(call.urn, _NOUN, declared)

    def foresight(self, spec: NetworkSpec, before: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Returns what a run would do; refuses, also offline, to put another network in the place of a made one."""
        record = _record(before)
        if record is not None and (problems := network.replaced(spec, record)):
            return Foresight({}, problems)
        return super().foresight(spec, before, call)

    def foresee(self, spec: NetworkSpec, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Plans the run from the live network; tells the other checks of one that is to be made."""
        session = self.session
        if call.urn and (other := session.owners.rival(call.urn, _NOUN, spec.id)):
            reason = f"network {spec.id!r} is already managed by {other}; merge both resources into one"
            return Foresight({}, (Problem("name" if spec.makes else "network_name", reason),))
        reader = NetworkReader(session)
        found = reader.find(spec.id)
        plan = reader.plan(spec, _record(olds), found)
        self._ownership = plan.ownership
        if spec.makes and not plan.problems and (plan.step is not Step.NOTHING or not network.settled(found)):
            session.unborn.post_network(call.urn, expected(spec, session.client.settings.workspace_id))
        else:
            session.unborn.take_back(call.urn)
        return Foresight(plan.changes, plan.problems, plan.warnings)

    def as_declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns recorded inputs, without what only outputs tell of a network that is adopted."""
        return {key: value for key, value in inputs.items() if inputs.get("name") or key not in _OF_ONE_MADE}

    def _canonical(self, declared: Mapping[str, Any]) -> object:
        """Leaves out whose the network is, which no program says."""
        return super()._canonical({key: value for key, value in declared.items() if key != OWNERSHIP})

    def summary(self, entries: Mapping[str, str]) -> str:
        """Returns what becomes of the network."""
        return summary.of_network(entries)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Makes the network, or begins to manage one that is there."""
        outs = self._apply(props, {}, None)
        return dynamic.CreateResult(str(outs["networkName"]), outs)

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Reads the live network; one that is gone has no id."""
        session, call = self.session, self.call
        found = NetworkReader(session).find(id_)
        if found is None:
            believe_gone(session, _NOUN, id_)
            return dynamic.ReadResult("", {}, {})
        for warning in network.ailments(found):
            call.warn(warning)
        owned = _owned(props)
        inputs = projected(self.recorded(call, props), found, owned)
        outs = _outs(inputs, SeenNetwork(found, owned), _around(session, id_))
        return dynamic.ReadResult(id_, {**outs, "changes": props.get("changes", {})}, inputs)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Makes the network what the program declares now: makes it anew, or changes what becomes of it in the end."""
        recorded = self.recorded(self.call, olds)
        named = bool((recorded if recorded.get("networkName") else news).get("name"))
        return dynamic.UpdateResult(self._apply(news, olds, Record(id_, named, _owned(olds))))

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Deletes a network that this resource has made; any other stays as it is.

        One that a resource declares in this process stays too: it has been replaced by itself, or changed hands.
        """
        call = self.call
        if _owned(props) != MADE:
            call.tell(network.released(id_))
            return
        if owner := self.session.owners.declared(_NOUN, id_):
            call.tell(network.kept(id_, owner))
            return
        NetworkDeletion(self.watch(call), id_).delete()

    def _apply(self, news: dict[str, Any], olds: Mapping[str, Any], record: Record | None) -> dict[str, Any]:
        call = self.call
        watch = self.watch(call)
        spec, announced = self.run_of(news, olds, call)
        try:
            seen = NetworkReconciler(NetworkRun(spec, announced, record), watch).apply()
        except HalfDoneError as error:
            # The engine keeps the old inputs: outputs that echo the new ones would pass for what the program said last.
            call.partly_done(spec.id, _outs(olds or news, error.seen), error)
        finally:
            watch.session.unborn.take_back(call.urn)
            self.tell_losses(call)
        around = _UNKNOWN
        with suppress(ModelArtsError):  # the run has done what it was to do, which no failure to look around takes back
            around = _around(watch.session, spec.id)
        return _outs(news, seen, around)


def _owned(props: Mapping[str, Any]) -> Ownership:
    """Returns whether a recorded network was made by its resource; one of which nothing says so was not."""
    return MADE if props.get(OWNERSHIP) == MADE else ADOPTED


def _record(inputs: Mapping[str, Any]) -> Record | None:
    """Returns what recorded inputs say; None where nothing is on record."""
    if not inputs.get("networkName"):
        return None
    return Record(str(inputs["networkName"]), named=bool(inputs.get("name")), ownership=inputs.get(OWNERSHIP))


def _around(session: Session, name: str) -> tuple[tuple[str, ...], float]:
    """Returns the pools in a network, and how many addresses it has left.

    Raises:
        ModelArtsError: The service did not answer.
    """
    return NetworkReader(session).pools(name), session.free_addresses(name)


def _outs(inputs: Mapping[str, Any], seen: object, around: tuple[tuple[str, ...], float] = _UNKNOWN) -> dict[str, Any]:
    """Returns inputs and the outputs of a network; inputs alone where none was seen.

    Args:
        inputs: The inputs.
        seen: The network as it was seen; anything else where a run had not begun.
        around: The pools in it, and the addresses that it has left.
    """
    outs = inputs_of(NetworkSpec, inputs)
    if not isinstance(seen, SeenNetwork):
        return outs
    outs[OWNERSHIP] = seen.ownership or ADOPTED
    return outs if seen.network is None else {**outs, **outputs_of(seen.network, *around)}
