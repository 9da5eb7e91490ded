"""Deletes a network that its resource has made: look, refuse or write, wait until it is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.errors import CancelledError, ModelArtsError, NotFoundError, RefusedError
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.api.wording import is_are
from pulumi_modelarts.plans import changes, footprint, sent
from pulumi_modelarts.plans.effect import Kind
from pulumi_modelarts.plans.network import NETWORK
from pulumi_modelarts.reconcilers.absence import believe_gone
from pulumi_modelarts.reconcilers.stopped import stopped_deletion
from pulumi_modelarts.reconcilers.writes import may_have_arrived

if TYPE_CHECKING:
    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.writes import Writing

SHOWN_AFTER: Final = 30.0
"""Seconds after which what was asked for is believed to be shown, if it is done at all (assumed)."""


@dataclass(frozen=True)
class NetworkDeletion:
    """Deletes one network; made anew for every call.

    Attributes:
        watch: What the call waits with.
        network: Id of the network.
    """

    watch: Watch
    network: str

    def delete(self) -> None:
        """Deletes the network, and returns once it is gone; one that is gone already is as good.

        Pools that are being deleted are waited for.

        Raises:
            RefusedError: A pool is in it, or nothing may change now.
            OperationError: It took too long, or a stop was requested; the next destroy goes on from there.
            ModelArtsError: The service refused, or could not be asked.
        """
        try:
            self._delete()
        except CancelledError as error:
            raise stopped_deletion(error, sent=self.watch.writes.accepted) from error

    def _delete(self) -> None:
        found = shown(self.watch.session, self.network)
        if found is None:
            believe_gone(self.watch.session, "network", self.network)
            return
        lost = False
        if not found.deleting:
            self.watch.guard.admit(footprint.of_deletion(Kind.NETWORK, self.network))
            self.watch.wait(f"Deleting network {self.network!r}", self._emptied)
            with self.watch.writes.locked(self.network) as writing:
                lost = not ask_to_delete(self.watch, writing, self.network)
        await_gone(self.watch, self.network, lost=lost)
        self.watch.done({NETWORK: "deleted"})

    def _emptied(self) -> Observation[None]:
        """Looks whether pools that are being deleted are still in the network.

        Raises:
            RefusedError: Another pool is in it.
        """
        session = self.watch.session
        listing = session.board.listing(requested_after=session.clock.monotonic(), deadline=self.watch.deadline)
        pools = [pool for pool in listing.pools.values() if pool.spec.network.name == self.network]
        if staying := sorted(pool.name for pool in pools if not pool.metadata.deletion_timestamp):
            raise _occupied(self.network, staying)
        leaving = changes.names(sorted(pool.name for pool in pools))
        return Observation(None, done=not pools, status=f"waiting for {leaving} to be gone")


def shown(session: Session, network: str) -> Network | None:
    """Returns a network as it is now; None where there is none.

    Raises:
        ModelArtsError: It could not be read.
    """
    try:
        return session.client.networks.get(network)
    except NotFoundError:
        return None


def ask_to_delete(watch: Watch, writing: Writing, network: str) -> bool:
    """Asks for the deletion of a network.

    Returns:
        Whether the service has accepted it; not where its answer was lost.

    Raises:
        ModelArtsError: The service refused, as it does while a pool is in the network, or it did not arrive.
    """
    client = watch.session.client
    watch.report(f"deleting network {network}")
    try:
        writing.send(sent.deleted_network(network), lambda: client.networks.delete(network))
    except NotFoundError:
        return True
    except ModelArtsError as error:
        if not may_have_arrived(error):
            raise
        return False
    finally:
        watch.session.network_changed(network)
    return True


def await_gone(watch: Watch, network: str, *, lost: bool = False) -> None:
    """Waits until a network is gone.

    Args:
        watch: What the call waits with.
        network: Id of the network.
        lost: Whether it is not known that the service has accepted the deletion.

    Raises:
        OperationError: The deletion did not arrive after all, it took too long, or a stop was requested.
        ModelArtsError: It could not be read.
    """
    since = watch.session.clock.monotonic()

    def gone() -> Observation[None]:
        found, waited = shown(watch.session, network), watch.session.clock.monotonic() - since
        failed = None
        if lost and found is not None and not found.deleting and waited >= SHOWN_AFTER:
            failed = f"the answer was lost, and {SHOWN_AFTER:.0f} s later nobody deletes it. Run the same command again"
        return Observation(None, done=found is None, status="network is being deleted", failed=failed)

    watch.wait(f"Deleting network {network!r}", gone)
    watch.session.network_changed(network)


def _occupied(network: str, pools: list[str]) -> RefusedError:
    return RefusedError(
        f"Deleting network {network!r} was refused before anything was sent: {changes.names(pools)} "
        f"{is_are(len(pools))} in it. Delete the pools first; or keep the network: run `pulumi up` once with "
        "ResourceOptions(retain_on_delete=True), or take it out of the state alone with `pulumi state delete`"
    )
