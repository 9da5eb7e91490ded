"""What holds of every choice, whatever the pool is like and whatever was chosen before."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.plans.live_nodes import NodeJobs
from pulumi_modelarts.plans.selectable import Holder
from tests.plans.selections import NOTEBOOK, TRAINING, machine, planned, seen
from tests.plans.strategies import thorough

if TYPE_CHECKING:
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.live_nodes import LiveNodes
    from pulumi_modelarts.plans.node_selection import SelectionPlan

FACTS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [*({},) * 6, {"locked": True}, {"spare": True}, {"drained": True}, {"phase": "Abnormal"}, {"flavor": "another"}]
)


@dataclass(frozen=True)
class Case:
    """A choice and the world it is made in.

    Attributes:
        count: How many are declared.
        here: The nodes of the pool.
        moved: Nodes that were chosen and have been moved.
        chosen: Everything that was chosen, some of which may have vanished.
        renewed: Whether `keepers` has changed.
        taken: Nodes of the pool that another selection has.
        busy: Nodes on which a training job runs.
        held: Nodes on which a notebook runs.
        migrating: Nodes of the pool that a job moves.
    """

    count: int
    here: tuple[Node, ...]
    moved: tuple[Node, ...]
    chosen: tuple[str, ...]
    renewed: bool
    taken: frozenset[str]
    busy: frozenset[str]
    held: frozenset[str]
    migrating: frozenset[str]

    @property
    def live(self) -> LiveNodes:
        """What is known of the world."""
        work = {**dict.fromkeys(self.busy, (TRAINING,)), **dict.fromkeys(self.held, (NOTEBOOK,))}
        return seen(
            *self.here, moved=self.moved, work=work, jobs=NodeJobs(migrating=dict.fromkeys(self.migrating, "job-1"))
        )

    @property
    def others(self) -> dict[str, Holder]:
        """What another selection has."""
        return dict.fromkeys(self.taken, Holder("is chosen by 'two'", leaves=True, selection="'two'"))

    def planned(self) -> SelectionPlan:
        """Plan it."""
        return planned(self.count, self.live, *self.chosen, renewed=self.renewed, others=self.others)

    def free(self, node: Node) -> bool:
        """Tell whether a node could be chosen by itself."""
        special = node.locked or node.spare or node.drained or not node.available or node.name in self.held
        return not special and node.flavor != "another" and node.name not in self.taken | self.migrating


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A pool of up to eight nodes, some of them pairs, and a choice of some of them and of others."""
    here = []
    for number in range(draw(st.integers(0, 4))):
        if draw(st.sampled_from([False, False, True])):
            here += [machine(f"n{number}-{each}", supernode=f"s{number}", **draw(FACTS)) for each in "ab"]
        else:
            here.append(machine(f"n{number}", **draw(FACTS)))
    names = [node.name for node in here]
    some = st.frozensets(st.sampled_from(names), max_size=2) if names else st.just(frozenset[str]())
    moved = tuple(machine(f"m{number}") for number in range(draw(st.integers(0, 2))))
    singles = [node.name for node in here if node.supernode is None and node.flavor != "another"]
    before = draw(st.lists(st.sampled_from(singles), unique=True, max_size=2)) if singles else []
    lost = draw(st.sampled_from([(), (), ("lost",)]))
    chosen = tuple(sorted([*before, *lost, *(node.name for node in moved)]))
    taken, busy, held, migrating = (draw(some) for _ in range(4))
    return Case(
        draw(st.integers(1, 6)),
        tuple(here),
        moved,
        chosen,
        draw(st.booleans()),
        taken - {*chosen},
        busy,
        held,
        migrating,
    )


@given(cases())
@thorough
def test_a_choice_is_as_many_as_declared_or_what_it_was(case: Case) -> None:
    """Without a problem exactly so many are chosen, with one nothing changes."""
    made = case.planned()

    assert len(made.nodes) == case.count if not made.problems else made.nodes == case.chosen


@given(cases())
@thorough
def test_what_is_chosen_stays(case: Case) -> None:
    """Growing drops nothing and shrinking adds nothing; what was moved stays even where keepers has changed."""
    made = case.planned()
    moved = {node.name for node in case.moved}

    if case.count >= len(case.chosen):
        assert moved <= {*made.nodes}
    if not case.renewed and case.count >= len(case.chosen):
        assert {*case.chosen} <= {*made.nodes}
    elif not case.renewed and not made.problems:
        assert {*made.nodes} <= {*case.chosen}


@given(cases())
@thorough
def test_what_is_added_can_move(case: Case) -> None:
    """Free nodes only, supernodes whole, idle ones first, and the pool keeps one."""
    made = case.planned()
    added = {*made.nodes} - {*case.chosen}
    nodes = {node.name: node for node in case.here}

    assert all(case.free(nodes[name]) for name in added)
    for uid in {nodes[name].supernode for name in added} - {None}:
        assert {node.name for node in case.here if node.supernode == uid} <= added
    if added:
        leaving = {*made.nodes} | case.taken | case.migrating
        assert {node.name for node in case.here if node.phase != "Deleting"} - leaving
    if added & case.busy and all(node.supernode is None for node in case.here):
        idle = {node.name for node in case.here if case.free(node)} - case.busy
        assert idle <= {*made.nodes}


@given(cases())
@thorough
def test_a_choice_that_was_made_is_at_rest(case: Case) -> None:
    """Planned again, before the move and after it, nothing is chosen or dropped."""
    made = case.planned()
    if made.problems:
        return
    there = tuple(node for node in case.here if node.name in made.nodes)
    after = replace(case, here=tuple(node for node in case.here if node not in there), moved=(*case.moved, *there))

    again = [replace(each, chosen=made.nodes, renewed=False).planned() for each in (case, after)]

    assert [each.nodes for each in again] == [made.nodes, made.nodes]


@given(cases())
@thorough
def test_the_count_that_is_advised_is_possible(case: Case) -> None:
    """A smaller or larger count that a message names is accepted."""
    text = " ".join(problem.reason for problem in case.planned().problems)
    advised = re.findall(r"declare count=(\d+)|declare (\d+)(?:, or (\d+))?", text)

    counts = [int(count) for found in advised for count in found if count]

    assert [count for count in counts if replace(case, count=count).planned().problems] == []
