"""A pool that a program makes, and the nodes that the program moves there: through the handlers, run after run."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, NETWORK, PROJECT, TRAIN_POOL
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.interference import Executioner, Killed, mortal
from tests.resources.lifetime import Declared, Life, Program
from tests.resources.migrations import EIGHT, nine
from tests.resources.pools import CPU
from tests.resources.scenario import connect
from tests.resources.service import Hand

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator import Emulator

A, B = EIGHT[:2]
BLUE = f"team-blue-{PROJECT}"
COUNT = f"flavors.{CPU}"
CREATED = {"pool": f"(none) -> created in {NETWORK}", "scope": "(none) -> Train"}


def blue(count: int, *arrivals: str, **inputs: Any) -> Declared:
    """Declare a pool that is made in the documented network and expects nodes."""
    made = {"name": "team-blue", "network": NETWORK, "scope": ["Train"], "flavors": {CPU: float(count)}}
    expecting = {"arrivals": list(arrivals)} if arrivals else {}
    return Declared(ResourcePoolProvider, {**made, **expecting, **inputs})


def move(*nodes: str, **inputs: Any) -> Declared:
    """Declare that nodes of the training pool live there."""
    places = {"nodes": list(nodes), "sourcePool": TRAIN_POOL, "targetPool": BLUE, **inputs}
    return Declared(NodeMigrationProvider, places, computed="moves", retain=True)


def source(count: int, *leaving: str) -> Declared:
    """Declare what is left in the training pool when the nodes have moved."""
    counted = {"poolName": TRAIN_POOL, "flavors": {CPU: float(count)}, "after": dict.fromkeys(leaving, BLUE)}
    return Declared(ResourcePoolProvider, counted, retain=True)


def program(count: int = 3, arrivals: tuple[str, ...] = (A, B)) -> Program:
    """Declare the pool, the moves into it, and the pool that they leave."""
    return {"blue": blue(count, *arrivals), "move": move(A, B), "source": source(7, A, B)}


QUICK = {"queue": 1, "creating": 3, "checking": 1, "spread": 0, "deleting": 3, "scope": 2, "migrating": 3}
"""Virtual seconds: what is waited for is asked for again and again, and each question takes time."""

ONLY_BLUE: Program = {"blue": blue(3, A, B)}


@pytest.fixture
def hand(emulator: Emulator) -> Hand:
    """Somebody at the console, with nine nodes in the training pool."""
    emulator.seed({**nine(), "timings": QUICK})
    return Hand(emulator)


@pytest.fixture
def life(emulator: Emulator, hand: Hand, request: pytest.FixtureRequest) -> Life:
    """A stack that has never run; each command of it runs in a process of its own."""
    assert hand.emulator is emulator
    commands: list[str] = []

    def process() -> dict[str, str]:
        commands.append("")
        return connect(emulator, f"{request.node.nodeid} {len(commands)}")

    return Life(process)


@pytest.fixture
def arrived(life: Life, emulator: Emulator) -> Life:
    """A stack whose program has made the pool and moved the nodes there, and has been at rest since."""
    life.up(program())
    life.up(program())
    assert life.said == {}
    emulator.journal.clear()
    return life


def bought(emulator: Emulator) -> list[str | None]:
    """Return the writes that buy nodes."""
    return [each.operation for each in emulator.journal.writes() if each.operation in {"createPool", "patchPool"}]


class TestAChain:
    def test_is_previewed_whole_and_done_in_one_run(self, life: Life, hand: Hand, emulator: Emulator) -> None:
        """Each resource is checked as if those before it had run; the pool is made with what does not arrive."""
        previewed = life.preview(program())
        life.up(program())

        assert (previewed, life.said) == (
            {
                "blue": {**CREATED, COUNT: "0 -> 1", f"arrivals.{A}": "awaited", f"arrivals.{B}": "awaited"},
                "move": dict.fromkeys((A, B), f"{TRAIN_POOL} -> {BLUE}"),
                "source": {},
            },
            {},
        )
        assert (hand.counts(BLUE), hand.counts(TRAIN_POOL), bought(emulator)) == ({CPU: 3}, {CPU: 7}, ["createPool"])

    def test_is_at_rest_when_all_have_come(self, arrived: Life, emulator: Emulator) -> None:
        """The next run says and sends nothing, and no entry is left in the map."""
        previewed = arrived.preview(program())
        arrived.up(program())

        state = arrived.resources["blue"].state
        assert state is not None
        assert (previewed, state.inputs["changes"]) == ({"blue": {}, "move": {}, "source": {}}, {})
        assert emulator.journal.writes() == []

    @pytest.mark.long
    def test_is_finished_by_the_next_run_wherever_it_was_killed(
        self, emulator: Emulator, request: pytest.FixtureRequest
    ) -> None:
        """Nothing is made, bought or moved twice, and the run after that is silent."""
        requests, killed = 0, True
        while killed:
            requests += 1
            emulator.seed({**nine(), "timings": QUICK})
            emulator.journal.clear()
            executioner = Executioner(emulator)
            executioner.requests, executioner.answered = requests, True
            life = Life(_processes(emulator, executioner, f"{request.node.nodeid} {requests}"))
            with suppress(Killed):
                life.up(program())
            killed, executioner.requests = executioner.requests is None, None

            life.up(program())
            sent = len(emulator.journal.writes())
            life.up(program())

            hand = Hand(emulator)
            assert (life.said, hand.counts(BLUE), hand.counts(TRAIN_POOL)) == ({}, {CPU: 3}, {CPU: 7}), requests
            assert (bought(emulator), len(emulator.journal.writes())) == (["createPool"], sent), requests
        assert requests > 20


class TestANodeThatHasArrived:
    def test_is_brought_back_and_not_bought_when_somebody_takes_it(
        self, arrived: Life, hand: Hand, emulator: Emulator
    ) -> None:
        """The migration is in the program: the pool awaits the node once more."""
        hand.migrate(BLUE, TRAIN_POOL, A)
        emulator.journal.clear()

        previewed = arrived.preview(program())
        arrived.up(program())

        assert previewed == {
            "blue": {f"arrivals.{A}": "awaited"},
            "move": {A: f"{TRAIN_POOL} -> {BLUE}"},
            "source": {},
        }
        assert (arrived.said, bought(emulator), hand.counts(BLUE)) == ({}, [], {CPU: 3})

    def test_is_awaited_in_silence_when_nobody_brings_it_back(
        self, arrived: Life, hand: Hand, emulator: Emulator
    ) -> None:
        """The row says nothing and the state holds the note; a refresh changes no count, and tells who is awaited."""
        hand.migrate(BLUE, INFER_POOL, A)
        emulator.journal.clear()
        pool = arrived.resources["blue"]

        changed = [pool.up(ONLY_BLUE["blue"].inputs) for _ in range(2)]
        shown = pool.refresh()

        assert pool.state is not None
        assert (changed, shown, emulator.journal.writes()) == ([{}, {}], {}, [])
        assert pool.state.inputs["changes"] == {f"arrivals.{A}": "awaited"}
        assert (pool.state.inputs["flavors"], pool.state.outs["awaited"]) == ({CPU: 3}, [A])

    def test_is_bought_when_its_name_is_taken_out(self, arrived: Life, hand: Hand) -> None:
        """What is gone for good is made up for by an edit, and the preview shows it."""
        hand.migrate(BLUE, INFER_POOL, A)

        previewed = arrived.preview({"blue": blue(3, B)})
        arrived.up({"blue": blue(3, B)})

        assert (previewed, arrived.said, hand.counts(BLUE)) == ({"blue": {COUNT: "2 -> 3"}}, {}, {CPU: 3})

    def test_is_bought_when_it_was_deleted(self, arrived: Life, hand: Hand) -> None:
        """Nobody waits for a node that is in no pool; the limit of growth counts."""
        hand.delete(BLUE, A)

        bounded = arrived.preview({"blue": blue(3, A, B, maxGrowth=0.0)})
        refusal = dict(arrived.said)
        previewed = arrived.preview(ONLY_BLUE)
        arrived.up(ONLY_BLUE)

        assert (bounded, previewed, hand.counts(BLUE)) == ({}, {"blue": {COUNT: "2 -> 3"}}, {CPU: 3})
        assert refusal["blue"].startswith(f'flavors["{CPU}"]: grows from 2 to 3; this run would buy 1 node')

    def test_stays_when_the_migration_goes(self, arrived: Life, hand: Hand, emulator: Emulator) -> None:
        """Both are taken out together, and the node counts like any other."""
        arrived.up({"blue": blue(3)})

        assert (arrived.said, emulator.journal.writes(), hand.counts(BLUE)) == ({}, [], {CPU: 3})


class TestANodeThatIsToArrive:
    def test_comes_from_wherever_it_is(self, life: Life, hand: Hand, emulator: Emulator) -> None:
        """Somebody has moved it elsewhere between preview and run: it counts as before, and is fetched there."""
        life.preview(program())
        hand.migrate(TRAIN_POOL, INFER_POOL, A)

        life.up(program())

        assert (life.said, hand.counts(BLUE), bought(emulator)) == ({}, {CPU: 3}, ["createPool"])
        assert A in hand.nodes(BLUE)

    def test_may_be_there_already(self, life: Life, hand: Hand, emulator: Emulator) -> None:
        """A pool that was made without it is told to expect it later, when somebody has brought it."""
        life.up({"blue": blue(1)})
        hand.migrate(TRAIN_POOL, BLUE, A)
        emulator.journal.clear()

        previewed = life.preview({"blue": blue(2, A)})
        life.up({"blue": blue(2, A)})

        assert (previewed, life.said, emulator.journal.writes()) == ({"blue": {}}, {}, [])

    @pytest.mark.parametrize(
        ("declared", "refusal"),
        [
            (blue(3, A, "os-node-created-xxxxx"), "arrivals[1]: 'os-node-created-xxxxx' is in no pool of the project"),
            (blue(2, A, B), "arrivals: brings all nodes of the pool, and a pool is made with at least one of its own"),
            (blue(1, A, B), f'flavors["{CPU}"]: declares 1 node, and 2 arrive: {A}, {B}. Declare 2 or more'),
        ],
        ids=["unknown", "all", "more"],
    )
    def test_is_refused_where_no_pool_can_be_made_so(self, life: Life, declared: Declared, refusal: str) -> None:
        """One problem, at the input that is wrong, with the way out."""
        life.preview({"blue": declared})

        assert life.said["blue"].startswith(refusal)
        assert "\n" not in life.said["blue"]


class TestOwners:
    @pytest.mark.parametrize("nodes", [(A,), ()])
    def test_refuse_a_move_that_the_pool_does_not_expect(self, life: Life, nodes: tuple[str, ...]) -> None:
        """The migration is told, as it is checked last, and nothing is sent."""
        life.up(program(arrivals=nodes) if nodes else {**program(), "blue": blue(3)})

        missing = " and ".join(sorted({A, B} - {*nodes}))
        them = "it" if nodes else "them"
        assert life.said.keys() == {"move"}
        assert f"into {BLUE!r}, which 'blue' makes without expecting {them}" in life.said["move"]
        assert missing.split(" and ")[-1] in life.said["move"]
        assert f"Name {them} in arrivals=[…] of 'blue'" in life.said["move"]


def _processes(emulator: Emulator, executioner: Executioner, name: str) -> Callable[[], dict[str, str]]:
    commands: list[str] = []

    def process() -> dict[str, str]:
        commands.append("")
        return mortal(emulator, executioner, f"{name} {len(commands)}")

    return process
