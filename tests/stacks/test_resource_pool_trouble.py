from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import TRAIN_POOL, Credentials, Emulator, Fault, Outcome
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.pools import AT_ONCE, CPU, Code, rows, train, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

ORDERED = "Run `pulumi up` again to order what is missing"


def test_an_order_that_succeeds_partly_is_finished_by_the_next_runs(project: Project) -> None:
    """What is missing is listed, what is there is kept, on a first run and later, whatever count the service leaves."""
    emulator = project.emulator()
    emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, spec="wanted")))
    emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, spec="real")))
    project.program(train(6))

    first, after_first = project.up(fails=True), project.resource("train")
    second, after_second = project.up(fails=True), project.resource("train")
    last = project.up()

    what = f"\t* changing resource pool '{TRAIN_POOL}': order order.auto-pool-os-"
    why = "ended partialSuccessed ({} nodes failed: insufficient resources)"
    assert what in first.text
    assert why.format("3 of 4") + f': flavors["{CPU}"]: 3 of 6 nodes are there, 3 missing. {ORDERED}' in first.text
    assert after_first == IsPartialDict(id=TRAIN_POOL, outputs=IsPartialDict(nodeCounts={CPU: 3}))
    assert why.format("2 of 3") + f': flavors["{CPU}"]: 4 of 6 nodes are there, 2 missing. {ORDERED}' in second.text
    assert after_second == IsPartialDict(id=TRAIN_POOL, outputs=IsPartialDict(nodeCounts={CPU: 4}))
    assert len(after_first["initErrors"]) == len(after_second["initErrors"]) == 1
    assert rows(last)[-1] == f'updated [diff: ~changes]; done: flavors["{CPU}"] 4 -> 6'
    assert Hand(emulator).counts(TRAIN_POOL) == {CPU: 6}
    assert "initErrors" not in project.resource("train")


def test_on_the_way_ends_in_one_order(project: Project) -> None:
    """Throttling, errors, lost and cut answers and an expired token in the middle: the declared count, bought once."""
    users = Credentials(users={("acme", "robot"): "open sesame"})
    emulator = Emulator.open(project.emulator_file, clock="scaled:10", credentials=users)
    trouble: list[dict[str, Any]] = [
        {"operation": "listPools", "status": 502},
        {"operation": "showPool", "cut_json": True},
        {"operation": "patchPool", "status": 429, "code": "APIGW.0308", "retry_after": 1},
        {"operation": "patchPool", "drop": "reset", "when": "after"},
        {"operation": "listPools", "drop": "truncate", "after": 1},
    ]
    for rule in trouble:
        emulator.faults.arm(Fault.parse(rule))
    with emulator.serve() as server:
        user = {"userName": "robot", "domainName": "acme", "password": "open sesame"}
        project.over_the_network(server.url, user)
        project.program(train(4))
        running = project.start("up", "--yes", "--skip-preview")
        running.until(lambda: "nodes of" in running.so_far)
        emulator.clock.advance(25 * 3600)
        up = running.wait()

    assert up.code == 0, up.text
    assert emulator.faults.unfired() == []
    assert Hand(emulator).counts(TRAIN_POOL) == {CPU: 4}
    assert len(Hand(emulator).orders(TRAIN_POOL)) == 1
    assert len(emulator.journal.exchanges("keystoneCreateUserTokenByPassword")) == 2


def test_a_wait_that_is_too_long_says_what_it_saw_and_goes_on_next_time(project: Project) -> None:
    """`custom_timeouts` end the wait; the resource is kept, and the next run finds the work done."""
    project.configure({"modelarts:emulatorClock": "scaled:2"})
    project.program(train(3, opts=Code("pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create='1s'))")))

    failed = project.up(fails=True)
    project.emulator().clock.advance(1000)
    project.configure(AT_ONCE)
    project.up()

    assert (
        f"changing resource pool '{TRAIN_POOL}': not finished after 1 s; last seen: 2/3 nodes of {CPU} (order "
        "order.auto-pool-os-0v0ib). It may still finish: run the same command again, and raise `custom_timeouts` if it "
        "regularly takes longer."
    ) in failed.text
    assert [operation for operation, _ in writes(project)] == ["patchPool"]
    assert project.outputs() == {"nodes": {CPU: 3}}
