"""What the log of a run alone says of what was done, and a trace beside it."""

import json
import re
import stat

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL
from tests.stacks.harness import Project
from tests.stacks.pools import CPU

PROGRAM = f"""
move = modelarts.NodeMigration("move", nodes=[{NODE!r}], source_pool={TRAIN_POOL!r}, target_pool={INFER_POOL!r})
modelarts.ResourcePool("train", pool_name={TRAIN_POOL!r}, flavors={{{CPU!r}: 3}}, after=[move])
modelarts.ResourcePool(
    "infer", pool_name={INFER_POOL!r}, description=pulumi.Output.secret("blue-4711"), after=[move]
)
"""

WRITES = {"BatchDrainPoolNodes", "BatchMigratePoolNodes", "PatchPool"}


@pytest.mark.long
def test_a_log_alone_says_what_was_sent(project: Project) -> None:
    """Each write is told once under its resource, and by ids; a trace named by a relative path lies in the project."""
    project.env["MODELARTS_TRACE"] = "trace.jsonl"
    project.program(PROGRAM)

    done = project.up()
    again = project.up("--expect-no-changes")

    path = project.folder / "trace.jsonl"
    traced = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    diagnostics = done.stdout.partition("Diagnostics:")[2]
    written = [line["request_id"] for line in traced if line["operation"] in WRITES]
    move, train = f"from {TRAIN_POOL} to {INFER_POOL}: {NODE}", f'pool {TRAIN_POOL}: flavors["{CPU}"] 1 -> 3'
    assert _settled(diagnostics, "move") == [
        f"plan: move 1 node {move}",
        f"sent: drain 1 node of pool {TRAIN_POOL}: {NODE} (request …)",
        f"sent: move 1 node {move} (job …, request …)",
    ]
    assert _settled(diagnostics, "train")[1:] == [f"sent: change {train} (order …, request …)"]
    assert _settled(diagnostics, "infer")[1:] == [
        f"sent: change pool {INFER_POOL}: description changes (secret) (request …)"
    ]
    assert sorted(re.findall(r"request (\w+)\)", diagnostics)) == sorted(written)
    assert "sent" not in again.text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len({line["process"] for line in traced}) == 2
    assert [text for text in ("blue", "4711") if text in path.read_text(encoding="utf-8")] == []


@pytest.mark.long
def test_a_program_that_reads_events_is_told_too(project: Project) -> None:
    """With `--json` each is an event of its own, with the urn of its resource."""
    project.program(f"modelarts.ResourcePool('train', pool_name={TRAIN_POOL!r}, flavors={{{CPU!r}: 3}})")

    events = project.up("--json").json

    (event,) = [
        each["diagnosticEvent"] for each in events if "sent: " in each.get("diagnosticEvent", {}).get("message", "")
    ]
    assert event["urn"].endswith("ResourcePool::train")
    assert (event["severity"], event.get("ephemeral", False)) == ("info", False)


def _settled(diagnostics: str, name: str) -> list[str]:
    """Return what stands under a resource, without ids."""
    (found,) = re.findall(rf"\({name}\):\n((?:    .+\n)+)", diagnostics)
    return [re.sub(r"(request|job|order) [^,)]+", r"\1 …", line.strip()) for line in found.splitlines()]
