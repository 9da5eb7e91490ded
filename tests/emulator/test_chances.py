import itertools
from collections import Counter
from typing import Any

import pytest
from dirty_equals import IsPartialDict
from hypothesis import given
from hypothesis import strategies as st

from modelarts_emulator import GPU_POOL, TRAIN_POOL, Emulator, Fault, Outcome
from modelarts_emulator.trouble.chances import BRANCHES, Chances
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.migrations import ONE, TWO, job, moved, names, two_pools
from tests.emulator.wire import CPU, Wire, cpu

NAMES = [f"os-node-created-{number}" for number in range(10_000)]
NODE_WEIGHTS = {"Abnormal": 10, "vanishes": 5, "Available": 85}


class TestDecisions:
    def test_follow_the_weights(self) -> None:
        """Of ten thousand nodes each branch gets its share, within a tenth of it and a bit."""
        chances = Chances(node=NODE_WEIGHTS)

        counts = Counter(chances.decide("node", "modelarts", name) for name in NAMES)

        assert {
            branch: abs(counts[branch] - 100 * weight) <= 10 * weight + 20 for branch, weight in NODE_WEIGHTS.items()
        } == {
            "Abnormal": True,
            "vanishes": True,
            "Available": True,
        }

    def test_depend_on_nothing_but_seed_resource_and_transition(self) -> None:
        """The order of questions changes no answer; another seed or another transition does."""
        chances = Chances(node={"Available": 1, "Abnormal": 1}, driver={"Running": 1, "Abnormal": 1})
        forward = {name: chances.decide("node", "a", name) for name in NAMES}

        backward = {name: chances.decide("node", "a", name) for name in reversed(NAMES)}

        assert backward == forward
        assert {name: chances.decide("node", "b", name) for name in NAMES} != forward
        same = sum(
            (chances.decide("driver", "a", name) == "Abnormal") == (forward[name] == "Abnormal") for name in NAMES
        )
        assert 4_500 < same < 5_500

    def test_the_order_in_which_weights_are_written_does_not_count(self) -> None:
        """The same weights in another order are the same chances."""
        turned = [Chances(node=dict(items)) for items in itertools.permutations(NODE_WEIGHTS.items())]

        assert len({tuple(chances.decide("node", "a", name) for name in NAMES[:500]) for chances in turned}) == 1

    @pytest.mark.parametrize("transition", BRANCHES)
    def test_all_goes_well_where_nothing_is_said(self, transition: str) -> None:
        """Without weights the good branch is taken."""
        assert {Chances().decide(transition, "a", name) for name in NAMES[:100]} == {BRANCHES[transition][0]}

    @given(
        st.dictionaries(st.sampled_from(BRANCHES["node"]), st.integers(0, 3)).filter(lambda given: any(given.values())),
        st.text(),
    )
    def test_no_branch_without_a_weight(self, weights: dict[str, int], name: str) -> None:
        """A branch that is left out, or weighs nothing, is never taken."""
        assert weights[Chances(node=weights).decide("node", "a", name)] > 0


def unlucky(**chances: dict[str, int]) -> dict[str, Any]:
    """The documented world with these chances."""
    return {**WORLD, "chances": chances}


class TestWorlds:
    @pytest.mark.loopback
    def test_nodes(self, wire: Wire) -> None:
        """Of an order's nodes some come broken and some vanish, the order says so, and another run gives the same."""
        wire.emulator.seed(unlucky(node={"Abnormal": 1, "vanishes": 1, "Available": 2}))

        def grown() -> tuple[dict[str, str], dict[str, Any]]:
            wire.scale(cpu(42))
            wire.emulator.clock.advance(100)
            return wire.nodes(), wire.order()

        nodes, order = grown()
        wire.emulator.reset()

        counts = Counter(nodes.values())
        failed = 42 - counts["Available"]
        assert (set(counts), 22 < sum(counts.values()) < 42) == ({"Available", "Abnormal"}, True)
        assert order == IsPartialDict(
            phase="partialSuccessed",
            failReason=f"{failed} of 40 nodes failed: the node did not become available",
            resultCount=[{"flavor": CPU, "count": sum(counts.values()), "maxCount": sum(counts.values())}],
        )
        assert grown() == (nodes, order)

    def test_another_seed_is_another_fate(self) -> None:
        """The same requests end differently under another seed."""
        ends = set()
        for seed in ("one", "two"):
            with Emulator(world={**unlucky(driver={"Running": 1, "Abnormal": 1}), "seed": seed}) as emulator:
                tenant = emulator._dispatcher.tenant(emulator._store._connection, "p")
                ends.add(tuple(tenant.chance("driver", number) for number in range(20)))

        assert len(ends) == 2

    def test_rule_goes_before_chance(self, wire: Wire) -> None:
        """An armed rule that counts nodes decides alone."""
        wire.emulator.seed(unlucky(node={"Abnormal": 1}))
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))

        wire.scale(cpu(4))
        wire.emulator.clock.advance(100)

        assert wire.status() == {"available": {CPU: 3}}

    def test_migration(self, wire: Wire) -> None:
        """A move that fails by chance leaves its node where it is, and each attempt has a chance of its own."""
        pools = {"resources": [cpu(3)]}, {"resources": [cpu(2)]}
        two_pools(wire, *pools, chances={"migration": {"arrives": 1, "fails": 1}})
        [name, *_] = names(wire)
        source, target, ends = ONE, TWO, []

        for _ in range(12):
            job_id = moved(wire, name, source=source, target=target)
            wire.emulator.clock.advance(100)
            ends.append(job(wire, job_id)["phase"])
            assert (name in wire.nodes(target)) == (ends[-1] == "Success")
            if ends[-1] == "Success":
                source, target = target, source

        assert set(ends) == {"Success", "Failed"}

    def test_certain_failure(self, wire: Wire) -> None:
        """A migration that always fails says that nothing could be moved."""
        two_pools(wire, {"resources": [cpu(3)]}, {"resources": [cpu(1)]}, chances={"migration": {"fails": 1}})

        job_id = moved(wire, *names(wire)[:2], source=ONE, target=TWO)
        wire.emulator.clock.advance(100)

        assert job(wire, job_id) == IsPartialDict(
            phase="Failed", message="2 of 2 nodes failed: the node could not be moved"
        )

    def test_driver(self, wire: Wire) -> None:
        """A driver upgrade that fails by chance leaves the old version."""
        wire.emulator.seed(unlucky(driver={"Abnormal": 1}))

        wire.patch({"spec": {"driver": {"gpuVersion": "515.65.01"}}}, GPU_POOL)
        wire.emulator.clock.advance(120)

        assert wire.pool(GPU_POOL)["status"]["driver"]["gpu"] == IsPartialDict(state="Abnormal", version="440.33")

    def test_driver_gets_another_chance(self, wire: Wire) -> None:
        """Each upgrade of a driver is a new attempt: sooner or later one goes well."""
        wire.emulator.seed(unlucky(driver={"Abnormal": 1, "Running": 1}))

        states: list[str] = []
        for _ in range(20):
            wire.patch({"spec": {"driver": {"gpuVersion": f"515.{len(states)}"}}}, GPU_POOL)
            wire.emulator.clock.advance(120)
            states.append(wire.pool(GPU_POOL)["status"]["driver"]["gpu"]["state"])

        assert set(states) == {"Abnormal", "Running"}

    @pytest.mark.loopback
    def test_world_of_the_beginning_is_well(self, wire: Wire) -> None:
        """The nodes that a world begins with are not left to chance."""
        wire.emulator.seed(unlucky(node={"vanishes": 1}))

        assert wire.status(TRAIN_POOL) == {"available": {CPU: 2}}
