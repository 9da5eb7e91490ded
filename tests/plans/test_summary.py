"""The line in which a plain preview says what a run is about to do."""

from __future__ import annotations

from pulumi_modelarts.plans import summary

COUNT = {"flavors.modelarts.vm.cpu.4ud": "2 -> 4"}
NODE = "nodes.n1"
ALL = " (all of them: pulumi preview --diff)"


class TestOfAPool:
    def test_tells_steps_and_the_nodes_that_go(self) -> None:
        """Counts and fields stand as in the map, nodes are named by what becomes of them."""
        entries = {"flavors.a": "5 -> 2", "description": "(none) -> blue (again)"}
        nodes = {NODE: "removed", "nodes.n2": "removed (spare)", "nodes.n3": "removed"}

        entries = dict(sorted((entries | nodes).items(), reverse=True))

        assert summary.of_pool(COUNT) == 'plan: flavors["modelarts.vm.cpu.4ud"] 2 -> 4'
        assert summary.of_pool(entries) == (
            'plan: flavors["a"] 5 -> 2; description (none) -> blue (again); '
            "remove 2 nodes: n1, n3; remove 1 spare node: n2"
        )

    def test_cuts_what_is_long(self) -> None:
        """A description of any length leaves a line in which the rest can be found."""
        assert summary.of_pool({**COUNT, "description": f"(none) -> {'b' * 201}"}) == (
            f'plan: flavors["modelarts.vm.cpu.4ud"] 2 -> 4; description (none) -> {"b" * 200}…{ALL}'
        )

    def test_names_the_nodes_that_are_awaited(self) -> None:
        """A note of the map is told behind what the run does."""
        awaited = {"arrivals.n2": "awaited", "arrivals.n1": "awaited"}

        assert summary.of_pool({**awaited, "flavors.a": "0 -> 1"}) == (
            'plan: flavors["a"] 0 -> 1; await 2 nodes: n1, n2'
        )

    def test_tells_the_first_few_of_many(self) -> None:
        """A long plan says how much more there is, and where all of it stands."""
        steps = {f"flavors.f{n}": "1 -> 2" for n in range(7)}
        nodes = {f"nodes.n{n}": "removed" for n in range(8)}

        assert summary.of_pool(steps) == (
            'plan: flavors["f0"] 1 -> 2; flavors["f1"] 1 -> 2; flavors["f2"] 1 -> 2; flavors["f3"] 1 -> 2; '
            'flavors["f4"] 1 -> 2; '
            f"2 more{ALL}"
        )
        assert summary.of_pool({"flavors.a": "9 -> 1", **nodes}) == (
            f'plan: flavors["a"] 9 -> 1; remove 8 nodes: n0, n1, n2, n3, n4 and 3 more{ALL}'
        )


class TestOfAMigration:
    def test_groups_by_source_and_target(self) -> None:
        """Nodes that go the same way are named together."""
        entries = {"n3": "a -> b", "n2": "c -> b (again)", "n1": "a -> b"}

        assert summary.of_migration(entries) == (
            "plan: move 2 nodes from a to b: n1, n3; move 1 node from c to b (again): n2"
        )

    def test_tells_the_first_few_of_many(self) -> None:
        """Of many nodes a few are named, and of many ways too."""
        assert summary.of_migration({f"n{n}": "a -> b" for n in range(11, 51)}) == (
            f"plan: move 40 nodes from a to b: n11, n12, n13, n14, n15 and 35 more{ALL}"
        )
        ways = summary.of_migration({f"n{n}": f"p{n} -> b" for n in range(6)})
        assert ways.endswith(f"move 1 node from p4 to b: n4; 1 more{ALL}")
