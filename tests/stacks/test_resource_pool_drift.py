import re
from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import GPU_POOL, INFER_POOL, TRAIN_POOL, Fault
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, GPU, Code, operations, pool, train, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`


@pytest.fixture
def hand(project: Project) -> Hand:
    """Somebody at the console of the project's service."""
    return Hand(project.emulator())


def test_downwards_shows_at_once_every_time_and_is_repaired(project: Project, hand: Hand) -> None:
    """A node taken away shows without a refresh, even when it is the same difference again; the run buys it back."""
    project.program(train(3))
    project.up()

    hand.scale(TRAIN_POOL, CPU, 2)
    planned = project.plan().step("train")
    refreshed = project.refresh("--diff")
    repaired = project.up("--diff")
    hand.scale(TRAIN_POOL, CPU, 2)
    again = project.up("--diff")

    path = f'changes["flavors.{CPU}"]'
    assert planned["detailedDiff"] == {path: {"kind": "update", "inputDiff": True}}
    assert planned["newState"]["inputs"]["changes"] == {f"flavors.{CPU}": "2 -> 3 (again)"}
    assert f"~ flavors: {{\n          ~ {CPU}: 3 => 2\n        }}" in refreshed.stdout
    assert "changes" not in refreshed.stdout
    assert f'~ flavors.{CPU}: "2 -> 3" => "2 -> 3 (again)"' in repaired.stdout
    assert f'~ flavors.{CPU}: "2 -> 3 (again)" => "2 -> 3"' in again.stdout
    assert hand.counts(TRAIN_POOL) == {CPU: 3}


def test_upwards_is_left_alone_until_the_program_allows_more(project: Project, hand: Hand) -> None:
    """Nodes somebody added bring a warning and stop nothing; with a budget exactly the surplus goes, by name."""
    project.program(train(3))
    project.up()
    hand.scale(TRAIN_POOL, CPU, 4)
    project.emulator().journal.clear()

    project.program(train(3) + pool("infer", INFER_POOL, flavors={CPU: 3}))
    left = project.up("--diff")
    sent = writes(project)
    project.program(train(3, max_scale_in=1) + pool("infer", INFER_POOL, flavors={CPU: 3}))
    removed = project.run("up", "--yes", "--diff")

    warning = (
        f'warning: flavors["{CPU}"]: 3 nodes declared and 4 live; 1 added outside this stack is left alone. '
        "To have the surplus removed by name, set max_scale_in=1; to keep it, declare 4"
    )
    assert left.text.count(warning) == 1
    assert [operation for operation, _ in sent] == ["patchPool"]
    assert hand.counts(INFER_POOL) == hand.counts(TRAIN_POOL) == {CPU: 3}
    (_, drained), (_, deleted) = writes(project)[1:]
    (name,) = drained["nodeNames"]
    assert re.search(f'nodes.{name} *: "removed"', removed.stdout)
    assert project.resource("train")["inputs"]["changes"] == {f"flavors.{CPU}": "4 -> 3", f"nodes.{name}": "removed"}
    assert deleted == {"deleteNodeNames": [name]}
    assert name not in hand.nodes(TRAIN_POOL)


@pytest.mark.parametrize(
    "unmanaged",
    [{"ignore_count_drift": True}, {"opts": Code('pulumi.ResourceOptions(ignore_changes=["flavors"])')}],
    ids=["ignore_count_drift", "ignore_changes"],
)
def test_can_be_ignored_also_by_a_driver_change(project: Project, hand: Hand, unmanaged: dict[str, Any]) -> None:
    """Whoever scales the pool meanwhile: nothing is shown or sent, and a new driver leaves the live count as it is."""
    gpus: dict[str, Any] = {"name": "gpu", "pool_name": GPU_POOL, "flavors": {GPU: 2}, **unmanaged}
    project.program(pool(**gpus))
    project.up()
    hand.scale(GPU_POOL, GPU, 3)
    project.emulator().journal.clear()

    rest = project.preview("--expect-no-changes")
    driver = Code("modelarts.Driver(gpu_version='515.65.01', update_strategy='force')")
    project.program(pool(**gpus, driver=driver))
    project.up()

    assert "2 unchanged" in rest.stdout
    assert writes(project) == [
        ("patchPool", {"spec": {"driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}}})
    ]
    assert hand.counts(GPU_POOL) == {GPU: 3}
    outputs = project.resource("gpu")["outputs"]
    assert outputs == IsPartialDict(driverStatus={"gpu": "515.65.01 Running"}, nodeCounts={GPU: 3}, flavors={GPU: 2})


def test_after_a_saved_plan_stops_the_run(project: Project, hand: Hand) -> None:
    """A plan pins what was seen: it refuses when the pool has moved since, and runs when the pool has come back."""
    project.program(train(4))
    project.run("preview", "--save-plan", "plan.json")

    hand.scale(TRAIN_POOL, CPU, 1)
    project.emulator().journal.clear()
    refused = project.up("--plan", "plan.json", fails=True)
    asked = operations(project)
    hand.scale(TRAIN_POOL, CPU, 2)
    project.up("--plan", "plan.json")

    assert "violates plan: properties changed" in refused.text
    assert f"++changes[{{map[flavors.{CPU}:{{2 -> 4}}]}}!={{map[flavors.{CPU}:{{1 -> 4}}]}}]" in refused.text
    assert asked == ["listPools", "listResourceFlavors", "showNetworkAvailableIp", "showPool", "showOrder"]
    assert hand.counts(TRAIN_POOL) == {CPU: 4}


def test_between_check_and_run_is_refused(project: Project, hand: Hand) -> None:
    """When the pool moves after the engine has shown what will happen, the run refuses what it did not show."""
    emulator = project.emulator()
    emulator.faults.arm(Fault("showPool", status=429, code="APIGW.0308", retry_after=3))
    project.program(train(4))

    running = project.start("up", "--yes", "--skip-preview")
    running.until(lambda: bool(emulator.journal.exchanges("showPool")))
    hand.scale(TRAIN_POOL, CPU, 1)
    emulator.journal.clear()
    refused = running.wait()

    assert refused.code != 0
    assert (
        f"error: RefusedError: Changing resource pool '{TRAIN_POOL}' was refused before anything was sent: "
        f'it has changed since the preview, and this run would now do\n        flavors["{CPU}"]: 1 -> 4\n'
        "    which the preview did not show. Run `pulumi up` again to see it."
    ) in refused.text
    assert writes(project) == []
    with pytest.raises(LookupError):
        project.resource("train")
