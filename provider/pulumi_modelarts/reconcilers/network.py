"""Makes a network, or manages one that there is: look, refuse or write, wait."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ModelArtsError, OperationError
from pulumi_modelarts.api.network import SHOW_NETWORK
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import sent
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.network import ABNORMAL, ACTIVE, LiveNetwork, NetworkPlan, Step, plan, settled
from pulumi_modelarts.plans.network_projection import creation
from pulumi_modelarts.reconcilers.half_done import keeping_what_is_done
from pulumi_modelarts.reconcilers.lookup import complete
from pulumi_modelarts.reconcilers.network_deletion import SHOWN_AFTER, ask_to_delete, await_gone, shown
from pulumi_modelarts.reconcilers.writes import may_have_arrived
from pulumi_modelarts.specs.network import MADE, Ownership

if TYPE_CHECKING:
    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.plans.network import Record
    from pulumi_modelarts.reconcilers.run import NetworkRun
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.writes import Writing
    from pulumi_modelarts.specs.network import NetworkSpec


@dataclass(frozen=True)
class SeenNetwork:
    """A network as a run saw it last.

    Attributes:
        network: The network; None where it was not seen.
        ownership: Whether this resource has made it.
    """

    network: Network | None
    ownership: Ownership | None


@dataclass(frozen=True)
class NetworkReader:
    """Reads what a plan for a network needs, and no more.

    Attributes:
        session: Reads the service.
    """

    session: Session

    def find(self, network: str) -> Network | None:
        """Returns a network from a list that is fresh enough; None where its own address says that there is none.

        Raises:
            ModelArtsError: It could not be read.
        """
        return self.session.networks().get(network) or shown(self.session, network)

    def plan(self, spec: NetworkSpec, record: Record | None, found: Network | None) -> NetworkPlan:
        """Plans a run from a network and whatever else the plan turns out to need.

        Raises:
            ModelArtsError: Something could not be read.
        """
        session = self.session
        others = {**session.networks(), **session.unborn.networks()}
        live = LiveNetwork(
            found,
            {name: other for name, other in others.items() if name != spec.id},
            frozenset(session.unborn.networks()),
        )
        readers = {
            Fact.IN_NETWORK: lambda live: replace(live, pools=self.pools(spec.id)),
            Fact.MOST_NETWORKS: lambda live: replace(live, most=self._most()),
            Fact.MAY_SHOW_NETWORK: lambda live: replace(live, denied=self._denied(spec.id)),
        }
        _, made = complete(live, lambda live: plan(spec, record, live), readers)
        return made

    def pools(self, network: str) -> tuple[str, ...]:
        """Returns the ids of the live pools in a network, from a list that is fresh enough.

        Raises:
            ModelArtsError: They could not be listed.
        """
        pools = self.session.live().snapshot().pools
        return tuple(sorted(name for name, pool in pools.items() if pool.spec.network.name == network))

    def _most(self) -> float:
        most = self.session.allowance().network_quota
        return float("inf") if most is None else most

    def _denied(self, network: str) -> str:
        return self.session.rights.denial(SHOW_NETWORK, lambda: shown(self.session, network))


@dataclass
class NetworkReconciler:
    """Executes one run on one network; made anew for every call.

    Attributes:
        run: What the run is to do.
        watch: What the call waits with.
    """

    run: NetworkRun
    watch: Watch
    _seen: SeenNetwork = field(default=SeenNetwork(None, None), init=False)
    _asked_at: float | None = field(default=None, init=False)
    _lost: ModelArtsError | None = field(default=None, init=False)

    def apply(self) -> SeenNetwork:
        """Makes the network what the program declares, and returns it.

        Does nothing that the preview did not announce: if the network has changed since, it fails with the difference.

        Raises:
            HalfDoneError: The run ended, whatever the reason, after the service had accepted something or may have.
                Carries the `SeenNetwork`.
            RefusedError: The network has changed since the preview, or a problem must be resolved first.
            OperationError: It took too long, failed, or a stop was requested, before anything was sent.
            ModelArtsError: Anything else, before anything was sent.
        """
        with keeping_what_is_done(self.watch, lambda: self._seen):
            made = self._write()
            if not settled(self._seen.network):
                self._until_active()
            self.watch.done(made.changes)
            return self._seen

    def _write(self) -> NetworkPlan:
        """Plans from the live network, and sends what is to be sent.

        One that is being deleted has to go first, and one that is made anew is deleted before.
        """
        doomed: NetworkPlan | None = None
        lost = False
        while True:
            with self.watch.writes.locked(self._id) as writing:
                found = shown(self.watch.session, self._id)
                if found is None and doomed is not None:
                    self._create(writing)
                    return doomed
                if found is None or not found.deleting:
                    made = self._plan(found)
                    if made.step is Step.CREATE:
                        self._create(writing)
                    if made.step is not Step.CREATE_ANEW:
                        return made
                    doomed, lost = made, not ask_to_delete(self.watch, writing, self._id)
            await_gone(self.watch, self._id, lost=lost)

    def _plan(self, found: Network | None) -> NetworkPlan:
        """Plans from the network as it is now; refuses a run that has problems or was not announced."""
        made = self._reader.plan(self.run.spec, self.run.record, found)
        self._seen = SeenNetwork(found, made.ownership)
        refusal = f"{self._doing} was refused before anything was sent"
        self.run.refuse(made.problems, made.changes, refusal=refusal, since_preview="it has changed")
        return made

    def _create(self, writing: Writing) -> None:
        """Asks for the network, once; one whose answer was lost is looked for.

        Raises:
            OperationError: The service has made a network of another id than it was expected to have.
            ModelArtsError: It was refused.
        """
        spec, session = self.run.spec, self.watch.session
        body = creation(spec, session.client.settings.workspace_id)
        what = sent.made_network(self._id, str(spec.cidr))
        self._seen, self._asked_at = SeenNetwork(None, MADE), session.clock.monotonic()
        self.watch.report(f"making network {self._id}")
        try:
            made = writing.send(what, lambda: session.client.networks.create(body))
        except ModelArtsError as error:
            if not may_have_arrived(error):
                self._explain(error)
            self._lost = error
            return
        finally:
            session.network_changed(self._id)
        if made.name != self._id:
            raise OperationError(
                f"{self._doing}: the service has made {made.name!r} instead, which nobody manages now. Delete it in "
                "the console, and report this: ids of networks are expected to be their name and the project's id",
                last=made.phase,
            )
        self._seen = SeenNetwork(made, MADE)

    def _explain(self, error: ModelArtsError) -> None:
        """Ends a creation that was refused: where somebody has made the network meanwhile, with what that means.

        Raises:
            ModelArtsError: Always.
        """
        found = None
        with suppress(ModelArtsError):
            found = shown(self.watch.session, self._id)
        if found is not None:
            self._plan(found)
        raise error

    def _until_active(self) -> None:
        """Waits until the network is Active; an adopted one that is Abnormal is as it was.

        Raises:
            OperationError: It came Abnormal, is gone, or was never shown; or the wait ended before.
        """
        known = self._seen.network
        self.watch.wait(
            self._doing,
            lambda: self._observed(shown(self.watch.session, self._id)),
            known=None if known is None else self._observed(known),
        )

    def _observed(self, network: Network | None) -> Observation[Network | None]:
        if network is None:
            return Observation(None, done=False, status="not shown yet", failed=self._missing())
        self._seen = replace(self._seen, network=network)
        adopted = self._seen.ownership != MADE
        failed = None
        if network.deleting:
            failed = "somebody is deleting it. Run `pulumi up` again to make it anew"
        elif network.phase == ABNORMAL and not adopted:
            failed = "it came Abnormal. Run `pulumi up` again to delete it and make it anew"
        done = network.phase == ACTIVE or (network.phase == ABNORMAL and adopted)
        return Observation(network, done=done, status=f"network is {network.phase or 'Creating'}", failed=failed)

    def _missing(self) -> str | None:
        """Returns why a network that is not shown will not be; None while it may."""
        if self._asked_at is None:
            return "it is gone: somebody has deleted it. Run `pulumi up` again"
        if self.watch.session.clock.monotonic() - self._asked_at < SHOWN_AFTER:
            return None
        lost = f" ({self._lost})" if self._lost is not None else ""
        return (
            f"it was asked for and is not shown {SHOWN_AFTER:.0f} s later{lost}. Run `pulumi up` again: it looks "
            "first, and makes the network where it is still missing"
        )

    @property
    def _reader(self) -> NetworkReader:
        return NetworkReader(self.watch.session)

    @property
    def _id(self) -> str:
        return self.run.spec.id

    @property
    def _doing(self) -> str:
        return f"{'Making' if self.run.spec.makes else 'Adopting'} network {self._id!r}"
