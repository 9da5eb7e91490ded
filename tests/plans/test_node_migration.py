from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes, NodeJobs, Record
from pulumi_modelarts.plans.migration_step import Attach, Batch, Done, Settle, next_step
from pulumi_modelarts.plans.node_migration import plan
from tests.examples import examples
from tests.plans.migrations import FLAVOR, NAMES, OTHER, READ, SOURCE, TARGET, listed, node, seen, spec


class TestAPlan:
    def test_names_what_moves_from_where_to_where(self) -> None:
        """Nodes that are elsewhere move, from wherever they are; those in place do not."""
        where = seen({NAMES[0]: SOURCE, NAMES[1]: TARGET, NAMES[2]: OTHER})

        made = plan(spec(*NAMES[:3]), where, Record())

        assert made.moves == {NAMES[0]: f"{SOURCE} -> {TARGET}", NAMES[2]: f"{OTHER} -> {TARGET}"}
        assert made.problems == ()

    def test_fails_for_a_node_that_was_never_anywhere(self) -> None:
        """A name that no pool knows is a mistake, reported at its index in the program's order."""
        made = plan(spec(NAMES[1], NAMES[0]), seen({NAMES[1]: SOURCE}), Record())

        assert [problem.path for problem in made.problems] == ["nodes[1]"]

    def test_knows_a_node_that_is_on_its_way(self) -> None:
        """A node that no pool shows because a job is moving it is neither unknown nor moved again."""
        where = seen({}, jobs=NodeJobs(migrating={NAMES[0]: "job-1"}))

        made = plan(spec(NAMES[0]), where, Record())

        assert (made.moves, made.problems, made.vanished) == ({}, (), ())
        assert next_step(spec(NAMES[0]), where) == Attach("job-1", (NAMES[0],))

    def test_skips_a_node_that_has_vanished(self) -> None:
        """A node that was placed once and is nowhere any more is left out with a warning."""
        made = plan(spec(*NAMES[:2]), seen({NAMES[1]: SOURCE}), Record(frozenset({NAMES[0]})))

        assert made.vanished == (NAMES[0],)
        assert made.problems == ()
        assert NAMES[0] in made.warnings[0]


class TestANodeThatIsBroken:
    BROKEN = LiveNode(TARGET, node(NAMES[0], phase="Abnormal"))

    def test_is_not_waited_for_where_another_run_left_it(self) -> None:
        """A node that is Abnormal in its place, perhaps for weeks, does not keep the others from moving."""
        live = seen({NAMES[1]: SOURCE})

        step = next_step(spec(*NAMES[:2]), replace(live, nodes={**live.nodes, NAMES[0]: self.BROKEN}))

        assert step == Batch(SOURCE, SOURCE, FLAVOR, (NAMES[1],))

    def test_is_waited_for_where_this_run_has_moved_it(self) -> None:
        """A node that this run has moved must be ready before the next one leaves."""
        live = seen({NAMES[1]: SOURCE})

        step = next_step(spec(*NAMES[:2]), replace(live, nodes={**live.nodes, NAMES[0]: self.BROKEN}), {NAMES[0]})

        assert step == Settle((NAMES[0],))


class Migration(RuleBasedStateMachine):
    """A run, its service, and everybody who interferes: moves, failures, kills and hand-made changes interleave."""

    @initialize(
        count=st.integers(1, 8),
        limit=st.integers(1, 4),
        home=st.lists(st.sampled_from([SOURCE, OTHER]), min_size=8, max_size=8),
    )
    def world(self, count: int, limit: int, home: list[str]) -> None:
        """Begin with nodes in their pools."""
        self.spec = spec(*NAMES[:count], strategy={"maxUnavailable": limit})
        self.where = dict(zip(NAMES[:count], home, strict=False))
        self.ready = dict.fromkeys(self.where, True)
        self.jobs: dict[str, tuple[str, ...]] = {}
        self.moved: set[str] = set()
        self.made = 0

    def look(self) -> LiveNodes:
        """Return what the service shows."""
        places = {
            name: LiveNode(at, node(name, driver="Running" if self.ready[name] else "Updating"))
            for name, at in self.where.items()
        }
        migrating = {name: job for job, nodes in self.jobs.items() for name in nodes}
        return replace(READ, nodes=places, lists=listed(*places.values()), jobs=NodeJobs(migrating))

    @rule()
    def go_on(self) -> None:
        """Let the run take its next step."""
        now = self.look()
        if plan(self.spec, now, Record(frozenset(self.where))).problems:
            return
        step = next_step(self.spec, now, self.moved)
        if isinstance(step, Batch):
            assert not self.jobs
            assert {self.where[name] for name in step.nodes} == {step.pool}
            self.made += 1
            self.jobs[f"job-{self.made}"] = step.nodes

    @precondition(lambda self: self.jobs)
    @rule(succeeds=st.booleans(), data=st.data())
    def job_goes_on(self, succeeds: bool, data: st.DataObject) -> None:  # noqa: FBT001 - drawn by name
        """Let a job move its next node, or fail."""
        job = data.draw(st.sampled_from(sorted(self.jobs)))
        first, *rest = self.jobs.pop(job)
        if succeeds:
            self.where[first] = TARGET
            self.ready[first] = False
            self.moved.add(first)
            if rest:
                self.jobs[job] = tuple(rest)

    @precondition(lambda self: not all(self.ready.values()))
    @rule(data=st.data())
    def node_gets_ready(self, data: st.DataObject) -> None:
        """Let a node that has arrived become ready."""
        self.ready[
            data.draw(st.sampled_from(sorted(name for name, is_ready in self.ready.items() if not is_ready)))
        ] = True

    @rule(data=st.data())
    def somebody_moves_one_back(self, data: st.DataObject) -> None:
        """Let somebody move a node elsewhere by hand."""
        free = sorted(
            name for name in self.where if self.ready[name] and not any(name in nodes for nodes in self.jobs.values())
        )
        if free:
            self.where[data.draw(st.sampled_from(free))] = data.draw(st.sampled_from([SOURCE, OTHER]))

    @rule()
    def run_is_killed(self) -> None:
        """Forget what the run remembered."""
        self.moved = set()

    @invariant()
    def no_more_are_away_than_allowed(self) -> None:
        """At no time are more nodes away than max_unavailable."""
        if hasattr(self, "spec"):
            on_the_way = {name for nodes in self.jobs.values() for name in nodes}
            getting_ready = {name for name, is_ready in self.ready.items() if not is_ready}
            assert len(on_the_way | getting_ready) <= self.spec.strategy.max_unavailable

    @invariant()
    def no_node_is_on_two_ways(self) -> None:
        """A node is never moved twice at once."""
        if hasattr(self, "spec"):
            on_the_way = [name for nodes in self.jobs.values() for name in nodes]
            assert len(on_the_way) == len(set(on_the_way))

    def teardown(self) -> None:
        """Left alone, the run ends with every node in its place, and then has nothing to do."""
        if not hasattr(self, "spec"):
            return
        for _ in range(100):
            step = next_step(self.spec, self.look(), self.moved)
            if isinstance(step, Done):
                break
            if isinstance(step, Batch):
                self.jobs["last"] = step.nodes
            elif isinstance(step, Attach):
                for name in self.jobs.pop(step.job):
                    self.where[name], self.ready[name] = TARGET, True
            elif isinstance(step, Settle):
                self.ready |= dict.fromkeys(step.nodes, True)
        assert set(self.where.values()) == {TARGET}
        assert plan(self.spec, self.look(), Record()).moves == {}


TestMigration = Migration.TestCase
TestMigration.settings = settings(max_examples=examples(150), stateful_step_count=30)


def test_planning_500_of_10_000_nodes_takes_one_pass() -> None:
    """A large migration is planned from one look at each node, batch by batch in a fixed order."""
    names = [f"os-node-created-{number:05}" for number in range(500)]
    where = seen(dict.fromkeys(names, SOURCE))
    declared = spec(*reversed(names), strategy={"maxUnavailable": 50})

    first = next_step(declared, where)

    assert first == Batch(SOURCE, SOURCE, FLAVOR, tuple(names[:50]))
    assert len(plan(declared, where, Record()).moves) == 500
