"""Claims that are made at once: exactly one wins, whoever comes first."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pulumi_modelarts.reconcilers.claims import Conflict, NodeClaim, PoolClaim
from pulumi_modelarts.reconcilers.owners import Owners

if TYPE_CHECKING:
    from collections.abc import Callable

ALONE_FOR = 0.2
"""Real seconds for which a claim that compares itself with an earlier one looks out for a second to do so."""
EARLIER, FIRST, SECOND = (f"urn:pulumi:test::x::{name}" for name in ("earlier", "first", "second"))


class SlowUrn(str):
    """The urn of an earlier claim: two threads that compare theirs with it meet, if nothing keeps them apart."""

    __slots__ = ("company",)
    __hash__ = str.__hash__
    company: threading.Barrier

    def __ne__(self, other: object) -> bool:
        """Compare, once somebody else does too, or nobody comes."""
        try:
            self.company.wait(ALONE_FOR)
        except threading.BrokenBarrierError:
            self.company.reset()
        return not self == other


def slow() -> SlowUrn:
    """Return the urn of the earlier claim."""
    urn = SlowUrn(EARLIER)
    urn.company = threading.Barrier(2)
    return urn


def at_once(*claims: Callable[[], list[Conflict]]) -> list[int]:
    """Make claims at once; return how many conflicts each met, sorted."""
    ready = threading.Barrier(len(claims))

    def claim(number: int) -> int:
        ready.wait(10)
        return len(claims[number]())

    with ThreadPoolExecutor(len(claims)) as pool:
        return sorted(pool.map(claim, range(len(claims))))


def test_of_two_resources_that_claim_a_pool_at_once_one_wins() -> None:
    """The other one is told whose pool it is."""
    owners = Owners()
    owners.claim_pool("another-pool", PoolClaim(slow(), counts=True, after={}))

    met = at_once(
        lambda: owners.claim_pool("pool", PoolClaim(FIRST, counts=True, after={})),
        lambda: owners.claim_pool("pool", PoolClaim(SECOND, counts=True, after={})),
    )

    assert met == [0, 1]


def test_of_two_migrations_that_claim_a_node_at_once_one_wins() -> None:
    """The other one is told who places the node."""
    owners = Owners()
    owners.claim_nodes(EARLIER, {"another-node": NodeClaim(slow(), frozenset({"pool"}), "target")})

    met = at_once(
        lambda: owners.claim_nodes(FIRST, {"node": NodeClaim(FIRST, frozenset({"pool"}), "target")}),
        lambda: owners.claim_nodes(SECOND, {"node": NodeClaim(SECOND, frozenset({"pool"}), "target")}),
    )

    assert met == [0, 1]


def test_of_two_selections_that_choose_a_node_at_once_one_wins() -> None:
    """The other one has to choose again, among what is left."""
    owners = Owners()
    owners.choose(slow(), "pool", ["another-node"], ["another-node"])

    met = at_once(
        lambda: [] if owners.choose(FIRST, "pool", ["node"], ["node"]) else [Conflict("node", "")],
        lambda: [] if owners.choose(SECOND, "pool", ["node"], ["node"]) else [Conflict("node", "")],
    )

    assert met == [0, 1]
