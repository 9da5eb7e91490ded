"""What a migration must not begin with, and what it warns of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from dirty_equals import IsStr

from pulumi_modelarts.plans.live_nodes import LiveNode, NodeJobs, Record, elsewhere
from pulumi_modelarts.plans.migration_obstacles import emptied_together
from pulumi_modelarts.plans.node_migration import plan
from pulumi_modelarts.specs._spec import Problem
from tests.plans.migrations import FLAVOR, NAMES, POOLS, READ, SOURCE, TARGET, listed, node, pool, seen, spec

if TYPE_CHECKING:
    from pulumi_modelarts.api.node import Node


class TestAPlan:
    def test_leaves_a_source_with_a_node(self) -> None:
        """Taking every node of a pool is refused before any has moved."""
        where = seen({NAMES[0]: SOURCE, NAMES[1]: SOURCE})
        where = replace(where, lists={**where.lists, SOURCE: where.lists[SOURCE][1:]})

        made = plan(spec(*NAMES[:2]), where, Record())

        assert [problem.path for problem in made.problems] == ["nodes"]

    @pytest.mark.parametrize(
        ("broken", "path"),
        [
            (node(NAMES[0], phase="Abnormal"), "nodes[0]"),
            (node(NAMES[0], **{"os.modelarts.node/lock.action": "delete"}), "nodes[0]"),
        ],
        ids=["abnormal", "locked"],
    )
    def test_refuses_a_node_that_cannot_move(self, broken: Node, path: str) -> None:
        """A node that the service would not move stops the run before another one is touched."""
        where = replace(seen({}), nodes={NAMES[0]: LiveNode(SOURCE, broken)}, lists=listed(LiveNode(SOURCE, broken)))

        made = plan(spec(NAMES[0]), where, Record())

        assert [problem.path for problem in made.problems] == [path]

    def test_refuses_a_node_that_another_job_holds(self) -> None:
        """A node that is rebooted or replaced takes no other operation, although it may look Available."""
        live = seen({NAMES[0]: SOURCE}, jobs=NodeJobs(holding={NAMES[0]: "reboot-node job 7"}))

        made = plan(spec(NAMES[0]), live, Record())

        held = f"{NAMES[0]!r} in {SOURCE!r} is under reboot-node job 7; run `pulumi up` again when that has ended"
        assert made.problems == (Problem("nodes[0]", held),)

    def test_counts_what_is_on_the_way_out(self) -> None:
        """Nodes that somebody else's migration takes will not be there to stay."""
        live = seen({NAMES[0]: SOURCE}, jobs=NodeJobs(leaving=frozenset({f"staying-in-{SOURCE[:5]}", "elsewhere"})))

        made = plan(spec(NAMES[0]), live, Record())

        assert [problem.reason for problem in made.problems] == [
            (
                f"takes 1 node from {SOURCE!r}, which has 2 and loses 1 to other migrations; a pool keeps at least "
                "one. Name fewer nodes, or grow that pool first"
            )
        ]

    @pytest.mark.parametrize("mode", [2, 3, 6])
    def test_takes_a_flavor_that_the_target_has_where_its_flavors_stay(self, mode: int) -> None:
        """Control mode 2, whatever else is said beside it, forbids what is new to a pool, not more of what it has."""
        resources = [{"flavor": FLAVOR, "count": 1}]
        pools = {**POOLS, TARGET: pool(TARGET, resources=resources, controlMode=mode)}

        same = plan(spec(NAMES[0]), seen({NAMES[0]: SOURCE}, pools=pools), Record())
        other = plan(spec(NAMES[0], targetNodePool="gold"), seen({NAMES[0]: SOURCE}, pools=pools), Record())

        assert (same.problems, [problem.path for problem in other.problems]) == ((), ["target_node_pool"])

    @pytest.mark.parametrize(
        ("free", "limit", "said"),
        [
            (2, 2, None),
            (1, 1, None),
            (1, 2, "has 1 free address, and 2 nodes would come at a time; free some, or lower max_unavailable to 1"),
            (0, 1, "has 0 free addresses, and 1 node would come at a time; free some"),
        ],
    )
    def test_needs_an_address_for_each_node_that_comes_at_a_time(self, free: int, limit: int, said: str | None) -> None:
        """A batch is what counts, not all nodes: those that have moved have left an address behind."""
        live = seen(dict.fromkeys(NAMES[:3], SOURCE), addresses={"net": free})

        made = plan(spec(*NAMES[:3], strategy={"maxUnavailable": limit}), live, Record())

        problems = [] if said is None else [Problem("target_pool", f"network 'net' of {TARGET!r} {said}")]
        assert list(made.problems) == problems

    def test_refuses_pools_of_different_networks(self) -> None:
        """Nodes cannot leave their network."""
        pools = {**POOLS, TARGET: pool(TARGET, network={"name": "elsewhere"})}

        made = plan(spec(NAMES[0]), seen({NAMES[0]: SOURCE}, pools=pools), Record())

        assert [problem.path for problem in made.problems] == ["target_pool"]

    @pytest.mark.parametrize(("before", "paths"), [(8, []), (9, []), (10, ["target_pool"])])
    def test_lets_a_pool_have_ten_flavors(self, before: int, paths: list[str]) -> None:
        """The tenth flavor of a pool is taken, the eleventh refused."""
        resources = [{"flavor": f"modelarts.vm.cpu.{number}", "count": 1} for number in range(before)]
        pools = {**POOLS, TARGET: pool(TARGET, resources=resources)}

        made = plan(spec(NAMES[0]), seen({NAMES[0]: SOURCE}, pools=pools), Record())

        assert [problem.path for problem in made.problems] == paths


class TestSeveralMigrations:
    @pytest.mark.parametrize(
        ("others", "told"),
        [
            ({}, None),
            ({"'other'": 1}, None),
            (
                {"'other'": 2},
                "takes 1 node from {0!r}, which has 3, and 'other' takes 2 of them; a pool keeps at least one.*",
            ),
            (
                {"'b'": 1, "'a'": 2},
                "takes 1 node from {0!r}, which has 3, and 'a' takes 2 of them and 'b' takes 1 of them; a .*",
            ),
        ],
    )
    def test_leave_a_pool_a_node_together(self, others: dict[str, int], told: str | None) -> None:
        """What all of them take from a pool is counted, and told by the names that their program has for them."""
        live = seen(dict.fromkeys(NAMES[:2], SOURCE))
        leaving = elsewhere(spec(NAMES[0]), live)

        found = emptied_together(spec(NAMES[0]), live, leaving, SOURCE, others)

        expected: list[Any] = [] if told is None else [("nodes", IsStr(regex=told.format(SOURCE)))]
        assert [(problem.path, problem.reason) for problem in [found] if problem is not None] == expected


class TestANodeThatIsDrained:
    DRAINED = node(NAMES[0], **{"os.modelarts.node/drain": "true"})

    def drained(self, pool: str, **facts: Any) -> tuple[str, ...]:
        """Return what a preview warns of where the node is drained."""
        place = LiveNode(pool, self.DRAINED)
        live = replace(READ, **{"nodes": {NAMES[0]: place}, "lists": listed(place), **facts})
        return plan(spec(NAMES[0]), live, Record()).warnings

    def test_is_named_until_it_has_moved(self) -> None:
        """It takes no work in its pool, which nobody sees otherwise; a job that moves it ends that."""
        waiting, moving = self.drained(SOURCE), self.drained(SOURCE, jobs=NodeJobs({NAMES[0]: "job-1"}))

        assert waiting == (
            (
                f"nodes: {NAMES[0]} is drained and takes no further work until it is in {TARGET!r}; a drain cannot be "
                "taken back through the API"
            ),
        )
        assert moving == ()

    def test_is_named_in_its_place(self) -> None:
        """A node that is where it should be and takes no work is no silent success."""
        assert self.drained(TARGET) == (
            (
                f"nodes: {NAMES[0]} is drained and takes no further work although in place; a drain cannot be taken "
                "back through the API, only a move to another pool ends it"
            ),
        )
