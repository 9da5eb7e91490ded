"""What is broken is told, and counted apart from what can be used."""

from __future__ import annotations

from dataclasses import replace

from pulumi_modelarts.plans import health
from tests.plans.worlds import CPU, GPU, POOL, Machine, World, small

MIXED = World(
    ({"flavor": CPU, "count": 4}, {"flavor": GPU, "count": 1}),
    (
        Machine("n1"),
        Machine("n2", spare=True),
        Machine("n3", phase="Abnormal", spare=True),
        Machine("n4", phase="Abnormal"),
        Machine("n5", phase="Creating"),
        Machine("g1", GPU),
    ),
)


class TestStates:
    def test_tell_usable_nodes_from_spares_and_broken_ones(self) -> None:
        """A broken spare is broken; what is being made is none of the three."""
        spares = health.spares_of(machine.node() for machine in MIXED.machines)

        assert health.node_states(MIXED.pool(), spares) == {
            CPU: {"usable": 1, "spare": 1, "broken": 2},
            GPU: {"usable": 1, "spare": 0, "broken": 0},
        }

    def test_never_count_more_spares_than_nodes(self) -> None:
        """A number of spares that was recorded before nodes went is lowered to what is there."""
        assert health.node_states(small(2).pool(), health.recorded_spares({CPU: {"spare": 3.0}})) == {
            CPU: {"usable": 0, "spare": 2, "broken": 0}
        }

    def test_of_an_older_record_have_no_spares(self) -> None:
        """A state that was recorded before there were such counts tells none."""
        assert health.recorded_spares(None) == {}


class TestWarnings:
    def test_name_broken_nodes(self) -> None:
        """One line for the nodes of a pool, in words that fit their number."""
        one = replace(MIXED, machines=(Machine("n4", phase="Abnormal"),))

        tail = "in the console, or wait until the service does: what is broken counts, and runs nothing"
        assert health.warnings(MIXED.live()) == [f"n3, n4 of resource pool {POOL!r} are Abnormal; repair them {tail}"]
        assert health.warnings(one.live()) == [f"n4 of resource pool {POOL!r} is Abnormal; repair it {tail}"]

    def test_tell_of_a_pool_that_is_broken_and_at_rest(self) -> None:
        """A pool in Error is told with what the service says, but not while nodes are being made or removed."""
        status = {"phase": "Error", "message": "sold out"}
        making = World(({"flavor": CPU, "count": 1},), (Machine("n1", phase="Creating"),), status=status)

        assert health.warnings(small(1, status=status).live()) == [
            f"resource pool {POOL!r} is Error: sold out; have it repaired in the console"
        ]
        assert health.warnings(making.live()) == []
