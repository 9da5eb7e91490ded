"""What stands against the deletion of a pool that a program has made."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.plans.pool_deletion import MadePool, foretold, obstacles
from pulumi_modelarts.plans.work import Work
from tests.plans.strategies import thorough, worlds
from tests.plans.worlds import CPU, GPU, Machine, World, key_of, small

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_NAMED = 5
MARK = {"pulumi-modelarts": "0a1b2c3d"}
TAGS = [{"key": "pulumi-modelarts", "value": "0a1b2c3d"}]
OTHERS: tuple[dict[str, str], ...] = ({}, {"team": "blue"}, {"pulumi-modelarts": "another"})
MADE_AT, EARLIER = "2026-01-02T00:00:00Z", "2026-01-01T23:59:59Z"
MOVE = "Move what is to stay to another pool by a NodeMigration, and run `pulumi up`"


def own(world: World) -> World:
    """Return the pool with the mark on its entries and on all of its nodes."""
    machines = tuple(replace(machine, tags={**machine.tags, **MARK}) for machine in world.machines)
    return replace(world, entries=tuple({**entry, "tags": TAGS} for entry in world.entries), machines=machines)


def recorded(counts: Mapping[tuple[str, str], int], **further: Any) -> MadePool:
    """Return what is on record, each entry as the node pool that it is."""
    node_pools = {name: {"flavor": flavor, "count": float(count)} for (flavor, name), count in counts.items()}
    return MadePool.of({"nodePools": node_pools, **further}, MARK.values())


def against(world: World, made: MadePool, **facts: Any) -> list[str]:
    """Return what stands against the deletion of a pool, once everything has been read."""
    return obstacles(made, replace(world.live(), **facts))


@st.composite
def made_pools(draw: st.DrawFn) -> tuple[World, MadePool]:
    """Pools of every shape, of which some nodes may have come from elsewhere, and what is on record of them."""
    world = draw(worlds(late=False))
    machines = tuple(
        replace(
            machine,
            tags=draw(st.sampled_from((MARK, MARK, MARK, *OTHERS))),
            phase=draw(st.sampled_from((machine.phase, machine.phase, "Deleting"))),
        )
        for machine in world.machines
    )
    entries = tuple({**entry, "tags": draw(st.sampled_from((TAGS, TAGS, [])))} for entry in world.entries)
    world = replace(world, entries=entries, machines=machines)
    counts = {key: max(0, there + draw(st.sampled_from((0, 0, 0, 1, -1)))) for key, there in world.held().items()}
    names = st.sampled_from([machine.name for machine in machines])
    arrivals = sorted(draw(st.sets(names, max_size=1))) if draw(st.integers(0, 3)) == 0 else []
    return world, recorded(counts, arrivals=arrivals)


def harmed(world: World, made: MadePool) -> set[str]:
    """Return the nodes that must not be deleted with their pool, told from the world alone."""
    here = [machine for machine in world.machines if machine.phase != "Deleting"]
    own = [each for each in here if MARK.items() <= each.tags.items() and each.name not in made.arrivals]
    recorded_counts = {key: count.nodes for key, count in made.counts.items()}
    above = {key for key, there in Counter(each.key for each in own).items() if there > recorded_counts.get(key, 0)}
    kept = {each.name for each in here if each not in own or each.key in above or each.locked or each.prepaid}
    return kept | {each.name for each in world.machines if each.work}


def marked(world: World) -> bool:
    """Return whether anything of the pool tells by whom it was made."""
    here = [machine for machine in world.machines if machine.phase != "Deleting"]
    return any(entry["tags"] for entry in world.entries) or any(MARK.items() <= each.tags.items() for each in here)


@thorough
@given(made_pools())
def test_nothing_goes_that_the_pool_was_not_made_with(case: tuple[World, MadePool]) -> None:
    """A pool may go exactly if no node is foreign, one too many, at work, paid for or locked; each is named."""
    world, made = case

    found = against(world, made, migrating={})

    keeping = harmed(world, made)
    assert bool(found) is (bool(keeping) or not marked(world))
    assert not marked(world) or len(keeping) > MOST_NAMED or all(name in " ".join(found) for name in keeping)


def test_a_pool_as_it_was_made() -> None:
    """A pool that has only what it was made with may go, also where it has lost nodes meanwhile."""
    world = own(small(2))

    found = [against(world, recorded({(CPU, f"{CPU}-default"): count})) for count in (2, 3)]

    assert found == [[], []]


@pytest.mark.parametrize(
    ("world", "reason"),
    [
        (
            replace(own(small(2)), machines=(Machine("n1", tags=MARK), Machine("came"))),
            f"came was not made with it, and would be deleted with it. {MOVE}",
        ),
        (
            replace(own(small(2)), machines=(Machine("n1", tags=MARK), Machine("of-another", tags=OTHERS[2]))),
            f"of-another was not made with it, and would be deleted with it. {MOVE}",
        ),
        (
            replace(
                own(small(2)),
                machines=(Machine("n1", tags=MARK, created=MADE_AT), Machine("old", tags=MARK, created=EARLIER)),
            ),
            f"old was not made with it, and would be deleted with it. {MOVE}",
        ),
        (
            own(small(3)),
            (
                f'node_pools["{CPU}-default"]: 3 nodes are there and 2 on record (n1, n2, n3). Declare 3 and run '
                "`pulumi up`, or take the surplus away first"
            ),
        ),
        (
            own(replace(small(1), machines=(Machine("n1", locked=True), Machine("n2", prepaid=True)))),
            "n2 is yearly/monthly. Unsubscribe in the console, which nobody does for you",
        ),
        (
            own(replace(small(1), annotations={"os.modelarts/billing.mode": "1"})),
            "it is yearly/monthly. Unsubscribe in the console, which nobody does for you",
        ),
        (
            own(replace(small(1), machines=(Machine("n1", locked=True),))),
            "n1 is locked against deletion, which keeps no pool. Unlock what may go",
        ),
        (
            own(replace(small(1), machines=(Machine("n1", jobs=("night-run",)),))),
            "training job night-run on n1 would be lost with it. Wait until it has ended, or stop it",
        ),
        (
            own(replace(small(1), machines=(Machine("n1", services=("chat",)),))),
            (
                "inference service chat (ann) on n1 would be lost with it. It does not end by itself: stop it, or move "
                "it elsewhere"
            ),
        ),
        (
            own(replace(small(1), machines=(Machine("n1", job="job-17"),))),
            "job job-17 of the service, about n1, has not ended. Wait until it has",
        ),
        (
            small(1),
            (
                "it was not made by this resource: neither its node pools nor its nodes have the mark that this "
                "resource has given them, so that another pool seems to have taken the name. Look at it in the console"
            ),
        ),
    ],
    ids=[
        "unmarked",
        "of-another",
        "older",
        "more",
        "paid-node",
        "paid",
        "locked",
        "job",
        "service",
        "moving",
        "namesake",
    ],
)
def test_what_stands_against_it(world: World, reason: str) -> None:
    """Whatever would be lost is named, with what to do about it."""
    made = recorded({(CPU, f"{CPU}-default"): 2})
    world = replace(world, machines=tuple(replace(each, created=each.created or MADE_AT) for each in world.machines))
    live = world.live()
    pool = live.pool.model_copy(
        update={"metadata": live.pool.metadata.model_copy(update={"creation_timestamp": MADE_AT})}
    )

    found = obstacles(made, replace(live, pool=pool))

    assert reason in found


def test_what_migrations_were_to_bring() -> None:
    """A node that the program has awaited is never the pool's own, however the service marks it."""
    made = recorded({(CPU, f"{CPU}-default"): 2}, arrivals=["n2"])

    found = against(own(small(2)), made)

    assert found == [f"n2 came by a migration (arrivals), and would be deleted with it. {MOVE}"]


def test_what_no_count_declares() -> None:
    """Nodes of a node pool that the program counts no more are not on record, whoever has added them."""
    entry = {"flavor": GPU, "count": 1}
    world = own(World(({"flavor": CPU, "count": 1}, entry), (Machine("n1"), Machine("g1", GPU))))

    found = against(world, recorded({(CPU, f"{CPU}-default"): 1}))

    assert [key_of(each) for each in world.entries] == [(CPU, f"{CPU}-default"), (GPU, f"{GPU}-default")]
    assert found == [
        (
            f"1 node of {GPU} in node pool {GPU}-default (g1) is not on record: no count is declared for it. Declare "
            "one and run `pulumi up`, or take what is there away first"
        )
    ]


def test_nodes_that_are_counted_and_not_listed_yet() -> None:
    """What somebody has just ordered counts before it is in any list."""
    made = recorded({(CPU, f"{CPU}-default"): 2})
    groups = {"available": [{"flavor": CPU, "count": 2}], "creating": [{"flavor": CPU, "count": 1}]}

    found = against(own(replace(small(2), status={"resources": groups})), made)

    (reason,) = found
    assert reason.startswith(f'node_pools["{CPU}-default"]: 3 nodes are there and 2 on record (n1, n2). Declare 3 and')


def test_a_secret_count_is_not_told() -> None:
    """That there is more than on record is said without a number."""
    made = MadePool.of({"flavors": {CPU: 1.0}, "secrets": ["flavors"]}, MARK.values())

    found = against(own(small(2)), made)

    assert found == [
        (
            f'flavors["{CPU}"]: there are more nodes than on record (n1, n2). Declare what is there and run '
            "`pulumi up`, or take the surplus away first"
        )
    ]


def test_work_on_no_known_node() -> None:
    """What is in the pool and on no node that anybody knows keeps it too, and so does what nobody can tell."""
    made = recorded({(CPU, f"{CPU}-default"): 1})

    somewhere = against(own(small(1)), made, work={"": (Work("notebook", "lab", "eve", ends=False),)})
    untold = against(own(small(1)), made, work={}, untold="what runs is not known")
    coming = against(own(small(1)), made, migrating={"": "job-9"})

    assert somewhere == [
        "notebook lab (eve) would be lost with it. It does not end by itself: stop it, or move it elsewhere"
    ]
    assert untold == ["what runs is not known"]
    assert coming == ["job job-9 of the service, about nodes that come or go, has not ended. Wait until it has"]


def test_a_look_tells_what_a_destroy_would_say() -> None:
    """Who looks at the pool before is told all of it in a line, and nothing where it may go."""
    found = against(own(small(3)), recorded({(CPU, f"{CPU}-default"): 2}))

    told = [foretold("pool-x", each) for each in (found, [])]

    assert told == [[f"resource pool 'pool-x' would not be deleted by a destroy as it is now: {found[0]}"], []]
