import re
from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Fault, Outcome
from tests.resources.migrations import EIGHT, STAYING, seed_nine
from tests.resources.service import LONG_ENOUGH, Hand
from tests.stacks.harness import Project
from tests.stacks.migrations import MOVE, jobs_of, migrated, move, rollout
from tests.stacks.pools import AT_ONCE, Code, rows

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

HOST = "host is broken"


def test_halfway_is_told_and_the_next_run_moves_the_rest(project: Project) -> None:
    """The error says how far it came, why, and what to do; the state keeps the resource, and just the rest moves."""
    emulator = project.emulator()
    seed_nine(emulator)
    emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0, reason=HOST), after=3))
    project.program(move(*EIGHT))

    failed, kept = project.up(fails=True), project.resource("move")
    emulator.journal.clear()
    again = project.up()

    (told,) = kept["initErrors"]
    assert told.startswith(f"Placing nodes in resource pool '{INFER_POOL}': 3 of 8 moved; moving {EIGHT[3]}: ")
    assert told.endswith(
        f". Run `pulumi up` to resume. {EIGHT[3]} is drained and takes no further work until it arrives in "
        f"'{INFER_POOL}': a drain cannot be taken back through the API."
    )
    assert f"1 of 1 nodes failed: {HOST} (job " in told
    assert told in failed.text
    assert kept["inputs"] == IsPartialDict(nodes=EIGHT, moves=dict.fromkeys(EIGHT, MOVE))
    assert migrated(project) == [[name] for name in EIGHT[3:]]
    said = [row.removeprefix("updating [diff: ~moves]; ") for row in rows(again, "move")]
    warned = (
        f"warning: nodes: {EIGHT[3]} is drained and takes no further work until it is in '{INFER_POOL}'; a drain "
        "cannot be taken back through the API"
    )
    assert said.index(warned) < said.index(f"3/8 moved · draining {EIGHT[3]}")
    assert Hand(emulator).nodes(TRAIN_POOL) == [STAYING]
    assert "initErrors" not in project.resource("move")


def test_of_an_update_keeps_what_the_program_said_last(project: Project) -> None:
    """A list that grew and failed halfway stays recorded as it was; the next run shows the new nodes and finishes."""
    emulator = project.emulator()
    seed_nine(emulator)
    project.program(move(EIGHT[0]))
    project.up()
    emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0, reason=HOST), after=1))
    project.program(move(*EIGHT[:3]))

    failed, kept = project.up(fails=True), project.resource("move")
    again = project.up("--diff")

    assert f"2 of 3 moved; moving {EIGHT[2]}: 1 of 1 nodes failed: {HOST}" in failed.text
    assert kept == IsPartialDict(inputs=IsPartialDict(nodes=EIGHT[:1]), outputs=IsPartialDict(nodes=EIGHT[:1]))
    assert f'+ [1]: "{EIGHT[1]}"\n          + [2]: "{EIGHT[2]}"' in again.stdout
    assert f'+ {EIGHT[2]}: "{MOVE}"' in again.stdout
    assert [jobs_of(emulator, name) for name in EIGHT[:3]] == [1, 1, 2]


def test_on_the_way_moves_every_node_once(project: Project) -> None:
    """Throttling, errors, lost and cut answers, and a job that nobody knows: one job for each node, and no failure."""
    emulator = project.emulator()
    seed_nine(emulator)
    trouble: list[dict[str, Any]] = [
        {"operation": "listPools", "status": 502},
        {"operation": "listPoolNodes", "cut_json": True},
        {"operation": "batchDrainPoolNodes", "status": 429, "code": "APIGW.0308", "retry_after": 1},
        {"operation": "batchDrainPoolNodes", "drop": "reset", "when": "after", "after": 1},
        {"operation": "batchMigratePoolNodes", "status": 429, "code": "APIGW.0308", "retry_after": 0, "times": 3},
        {"operation": "showJob", "status": 429, "code": "APIGW.0308", "retry_after": 0, "times": 3},
        {"operation": "batchMigratePoolNodes", "drop": "reset", "when": "after"},
        {"operation": "batchMigratePoolNodes", "outcome": {"job": "vanished"}, "after": 1},
        {"operation": "showJob", "status": 500},
        {"operation": "listJobs", "drop": "truncate"},
    ]
    for rule in trouble:
        emulator.faults.arm(Fault.parse(rule))
    project.program(move(*EIGHT[:6], strategy=rollout(max_unavailable=2)))

    up = project.up()

    assert emulator.faults.unfired() == []
    assert [jobs_of(emulator, name) for name in EIGHT[:6]] == [1] * 6
    assert set(EIGHT[:6]) <= set(Hand(emulator).nodes(INFER_POOL))
    assert f"creating 0/6 moved · no answer, looking what became of {', '.join(EIGHT[:2])}" in rows(up, "move")


def test_that_lasts_is_told_with_what_the_service_said(project: Project) -> None:
    """A service that refuses a move says so in its own words, and nothing has changed; the state has no resource."""
    project.emulator().faults.arm(
        Fault("batchMigratePoolNodes", status=403, code="ModelArts.50000001", message="not allowed")
    )
    project.program(move(strategy=rollout(drain=False)))

    failed = project.up(fails=True)

    assert (
        f"move {NODE} from resource pool {TRAIN_POOL} to {INFER_POOL}: not allowed (ModelArts.50000001, request "
    ) in failed.text
    assert "Have the user allowed BatchMigratePoolNodes" in failed.text
    assert NODE in Hand(project.emulator()).nodes(TRAIN_POOL)
    with pytest.raises(LookupError):
        project.resource("move")


def test_a_wait_that_is_too_long_says_what_it_saw_and_goes_on_next_time(project: Project) -> None:
    """`custom_timeouts` end the wait for a job; the resource is kept, and the next run finds the node moved."""
    emulator = project.emulator()
    project.configure({"modelarts:emulatorClock": "scaled:2"})
    project.program(move(opts=Code("pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create='1s'))")))

    failed = project.up(fails=True)
    emulator.clock.advance(LONG_ENOUGH)
    project.configure(AT_ONCE)
    again = project.up()

    assert re.search(
        rf"Placing nodes in resource pool '{INFER_POOL}': 0 of 1 moved; moving {NODE}: not finished after 1 s; last "
        rf"seen: 0/1 moved · moving {NODE} \(job [0-9a-f]{{32}}\)\. It may still finish: run the same command again, "
        r"and raise `custom_timeouts` if it regularly takes longer\.",
        failed.text,
    )
    assert jobs_of(emulator, NODE) == 1
    assert "1 updated" in again.text
    assert "initErrors" not in project.resource("move")
