from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.specs.node_migration import NodeMigrationSpec
from pulumi_modelarts.specs.paths import Paths, reset, steps_of, written
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

STEPS = st.lists(st.text(min_size=0, max_size=6), min_size=1, max_size=4).map(tuple)


class TestAPath:
    @pytest.mark.parametrize(
        ("path", "steps"),
        [
            ("nodePools.gold.count", ("nodePools", "gold", "count")),
            ('flavors["modelarts.vm.cpu.4ud"]', ("flavors", "modelarts.vm.cpu.4ud")),
            ('nodePools.gold.azs["cn-north-7c"]', ("nodePools", "gold", "azs", "cn-north-7c")),
            ("nodes[0]", ("nodes", "0")),
            ("flavors[*]", ("flavors", "*")),
            ("driver.*", ("driver", "*")),
            ('a["say \\"x\\\\y\\""]', ("a", 'say "x\\y"')),
        ],
    )
    def test_is_read_as_the_engine_reads_it(self, path: str, steps: tuple[str, ...]) -> None:
        """Dots, brackets and quotes separate the steps, and quotes inside quotes are escaped."""
        assert steps_of(path) == steps

    @pytest.mark.parametrize("path", ["", ".a", "a[b]", 'a["b', "a]"])
    def test_that_cannot_be_read_is_an_error(self, path: str) -> None:
        """What is no path is told so."""
        with pytest.raises(ValueError, match="property path"):
            steps_of(path)

    @given(STEPS)
    def test_is_read_as_it_was_written(self, steps: tuple[str, ...]) -> None:
        """Whatever is in the names, writing a path loses nothing of it."""
        assert steps_of(written(steps)) == steps


class TestPaths:
    @pytest.mark.parametrize(
        ("path", "covered", "touched"),
        [
            ("nodePools", True, True),
            ("nodePools.gold", True, True),
            ("nodePools.gold.count", True, True),
            ("nodePools.*.count", True, True),
            ("*", True, True),
            ("nodePools.gold.count.deeper", False, True),
            ("nodePools.silver.count", False, False),
            ("flavors", False, False),
            ("not a [path", False, False),
        ],
    )
    def test_cover_what_is_in_them_and_touch_what_they_are_in(self, path: str, covered: bool, touched: bool) -> None:  # noqa: FBT001 - a table
        """A path covers what it leads to and all inside; it touches what it is a part of too."""
        place = ("nodePools", "gold", "count")

        paths = Paths.of([path])

        assert (paths.cover(*place), paths.touch(*place)) == (covered, touched)

    @pytest.mark.parametrize(
        ("path", "named"),
        [
            ('flavors["modelarts.vm.cpu.4ud"]', True),
            ("flavors", True),
            ("flavors.*", True),
            ('flavors["modelarts.vm.cpu.4ud"].deeper', True),
            ('flavors["modelarts.vm.cpu.4u"]', False),
            ("flavor", False),
        ],
    )
    def test_name_keys_with_plain_dots(self, path: str, named: bool) -> None:  # noqa: FBT001 - a table
        """A key of the map that says what a run does belongs to the input that it is about."""
        assert Paths.of([path]).name("flavors.modelarts.vm.cpu.4ud") is named


def test_what_is_reset_is_as_it_was_and_the_rest_as_it_is() -> None:
    """Old values come back where a path leads, added ones go, and nothing else changes."""
    old: dict[str, Any] = {"flavors": {"a": 1, "b": 2}, "driver": {"gpuVersion": "1"}, "scope": ["Train"]}
    new: dict[str, Any] = {"flavors": {"a": 5, "b": 6, "c": 7}, "description": "x", "driver": {"gpuVersion": "2"}}

    found = reset(new, old, Paths.of(["flavors.a", "flavors.c", "scope", "description"]))

    assert found == {"flavors": {"a": 1, "b": 6}, "driver": {"gpuVersion": "2"}, "scope": ["Train"]}


COUNT = "flavors.modelarts.vm.cpu.4ud"
GOLD, ZONE, DRIVER, NODE = "nodePools.gold", "nodePools.az.azs.z-1", "driver.gpuVersion", "nodes.n1"


class TestEntriesOfARun:
    @pytest.mark.parametrize(
        ("path", "about"),
        [
            ("*", {COUNT, GOLD, ZONE, DRIVER, NODE}),
            ("flavors", {COUNT}),
            ('flavors["modelarts.vm.cpu.4ud"]', {COUNT}),
            ("flavors[*]", {COUNT}),
            ("nodePools.gold.count", {GOLD}),
            ('nodePools["az"].azs["z-1"]', {ZONE}),
            ("driver", {DRIVER}),
            ("description", set()),
        ],
    )
    def test_are_about_the_inputs_that_they_come_from(self, path: str, about: set[str]) -> None:
        """An input has its entries, in every way of writing its path, and no other."""
        entries = dict.fromkeys([COUNT, GOLD, ZONE, DRIVER, NODE], "1 -> 2")

        assert ResourcePoolSpec.entries_of(Paths.of([path]), entries).keys() == about

    def test_about_nodes_go_with_the_counts(self) -> None:
        """A node goes for a count: it belongs to the counts once no other is left."""
        entries = {COUNT: "2 -> 1", NODE: "removed", "scope": "a -> b"}

        about = ResourcePoolSpec.entries_of(Paths.of(["flavors", "nodePools"]), entries)

        assert about == {COUNT: "2 -> 1", NODE: "removed"}

    @pytest.mark.parametrize(("path", "all_of_them"), [("nodes", True), ("targetPool", True), ("strategy", False)])
    def test_of_a_migration_are_about_all_that_says_where_nodes_live(self, path: str, all_of_them: bool) -> None:  # noqa: FBT001 - a table
        """A move comes from the nodes and from every input that names their place."""
        assert bool(NodeMigrationSpec.entries_of(Paths.of([path]), {"n1": "a -> b"})) is all_of_them
