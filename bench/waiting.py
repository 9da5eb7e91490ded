"""How long a run goes on after the service is done, and how often waiters ask it meanwhile.

The reconciler grows pools on the emulator in virtual time, for many durations, alone and with 31 others that begin one
after another. The service's end is known to the second, so what is measured is the wait behind it: at most one more
listing, at most 2 s for what takes less than a minute, at most 5 % above. The requests of 32 waiters are compared with
what 32 would need that know nothing of each other, because one listing serves them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bench.figures import Figure, Ground
from bench.virtual import VirtualClock
from bench.worlds import FLAVOR, NODES, pool_name, world
from modelarts_emulator import Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.reconcilers.resource_pool import ResourcePoolReconciler
from pulumi_modelarts.reconcilers.run import PoolRun
from pulumi_modelarts.reconcilers.session import Session
from pulumi_modelarts.reconcilers.watch import PACE, SHARED_FOR, SHARED_SHARE, Watch
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BRISK = [second * 1.37 for second in range(1, 44)]
"""Durations under a minute, in seconds; the odd factor keeps them off the rhythm of the waiters."""
LONG = [60 * 1.09**step for step in range(48)]
"""Durations from a minute to an hour."""
EVERY = 6
"""In company, every so manieth duration is tried: there are many waits in each."""
WAITERS = 32
SHARED = 0.25
"""Listings that waiters in company may need, as a share of what each would need alone."""
APART = 0.37
"""Seconds between the beginnings of two waiters."""


class Wait(NamedTuple):
    """What one wait was like.

    Attributes:
        late: Seconds between the service's end and the waiter's.
        share: The same as a share of what the service took.
        looks: The same over the longest that one look may take to come: an interval of the waiter, and the age up to
            which it believes a listing that another one has asked for.
        after: Listings requested by anybody from the service's end to the waiter's.
        polls: All listings requested.
    """

    late: float
    share: float
    looks: float
    after: int
    polls: int


COMPANIES = (("alone", 1, 1), (f"among {WAITERS}", WAITERS, EVERY))


def measure(ground: Ground) -> Iterator[Figure]:
    """Wait for every duration, alone and in company."""
    del ground
    for company, pools, every in COMPANIES:
        brisk = [wait for duration in BRISK[-1::-every] for wait in waits(duration, pools)]
        longer = [wait for duration in LONG[::every] for wait in waits(duration, pools)]
        yield Figure(
            f"{company}: wait after an end under a minute", [wait.late for wait in brisk], "s", 2, judged="every"
        )
        yield Figure(
            f"{company}: wait after a later end", [100 * wait.share for wait in longer], "%", 5, judged="every"
        )
        every_wait = [*brisk, *longer]
        looks = [wait.looks for wait in every_wait]
        yield Figure(f"{company}: wait after the end, over one look", looks, budget=1, judged="every")
        listings = [wait.after for wait in every_wait]
        own = 1 if pools == 1 else None
        yield Figure(f"{company}: listings after the end", listings, "calls", own, judged="every")
    for duration in (60.0, 600.0):
        alone, together = waits(duration, 1)[0].polls, waits(duration, WAITERS)[0].polls
        yield Figure(f"listings while {duration:.0f} s pass, one waiter", [alone], "calls")
        yield Figure(f"listings while {duration:.0f} s pass, {WAITERS} waiters", [together], "calls")
        yield Figure(
            f"listings of {WAITERS} waiters over {WAITERS} times those of one, {duration:.0f} s",
            [together / alone / WAITERS],
            budget=SHARED,
        )


def waits(duration: float, pools: int) -> list[Wait]:
    """Grow so many pools, each for `duration` seconds, beginning one after another; return the waits."""
    clock = VirtualClock()
    emulator = Emulator(world=world(pools, creating=duration), clock="real", wall=clock.time, sleep=clock.sleep)
    settings = Settings.resolve({"modelarts:endpoint": "emulator"}.get, {})
    session = Session(Client(settings, transport=emulator.transport(), clock=clock), clock)
    ends: dict[str, float] = {}
    clock.run({APART * number: _growing(session, pool_name(number), ends) for number in range(pools)})
    polls = [exchange.at for exchange in emulator.journal.exchanges("listPools")]
    done = {_pool_of(exchange.path): exchange.at + duration for exchange in emulator.journal.exchanges("patchPool")}
    return [
        Wait(
            ends[pool] - end,
            (ends[pool] - end) / duration,
            (ends[pool] - end) / _one_look(duration + ends[pool] - end),
            sum(end <= at <= ends[pool] for at in polls),
            len(polls),
        )
        for pool, end in done.items()
    ]


def _one_look(waited: float) -> float:
    """Return the seconds that pass at most from one look to what the next one shows."""
    return PACE.interval(waited) + (SHARED_FOR if waited < PACE.brisk_for else SHARED_SHARE * waited)


def _growing(session: Session, pool: str, ends: dict[str, float]) -> Callable[[], None]:
    def grow() -> None:
        spec = ResourcePoolSpec.model_validate({"poolName": pool, "flavors": {FLAVOR: NODES + 1}})
        deadline = Deadline.after(86_400, session.clock)
        watch = Watch(session, deadline, lambda _: None, lambda _: None)
        ResourcePoolReconciler(PoolRun(spec, None, None), watch).apply()
        ends[pool] = session.clock.monotonic()

    return grow


def _pool_of(path: str) -> str:
    return path.rpartition("/")[2]
