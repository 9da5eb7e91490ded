"""What a run tells of its writes, and where a trace of all requests cannot be had."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from modelarts_emulator import NODE, TRAIN_POOL, Fault, Outcome
from pulumi_modelarts.api.sources import Sources
from pulumi_modelarts.api.trace_file import TraceFile
from pulumi_modelarts.handlers._trace import trace_of
from tests.messages.marks import PROD, claiming
from tests.messages.settings import SETTINGS
from tests.messages.situation import ERROR, NOTE, WARNING, scene
from tests.resources.making import TEAM, team
from tests.resources.migrations import placing
from tests.resources.pools import train
from tests.resources.stacks import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.messages.situation import Situation

SENT = "What a run has sent"


@scene(SENT, "a pool grows", NOTE)
def growth(situation: Situation) -> list[str]:
    """The order can be followed."""
    situation.runs(train(4))
    return situation.told


@scene(SENT, "a pool is made", NOTE)
def making(situation: Situation) -> list[str]:
    """The order can be followed; the record of a creation that has failed goes first."""
    situation.emulator.faults.arm(Fault("createPool", outcome=Outcome(nodes=0)))
    situation.fails(team())
    situation.runs(team(), olds={**team(), "poolName": TEAM})
    return situation.told


@scene(SENT, "a node is removed", NOTE)
def removal(situation: Situation) -> list[str]:
    """It is drained first."""
    situation.runs(train(1, maxScaleIn=1.0))
    return situation.told


@scene(SENT, "a node is moved", NOTE)
def move(situation: Situation) -> list[str]:
    """The job can be followed."""
    situation.runs(placing(NODE))
    return situation.told


@scene(SENT, "a pool is marked, which another stack had marked", NOTE)
def taking_over(situation: Situation) -> list[str]:
    """Both are writes."""
    mark(situation.emulator, PROD)
    claiming(situation).runs(train(2, takeOver=True))
    return situation.told


@scene(SENT, "the answer to a move is lost, or says that the service broke down", NOTE)
def in_doubt(situation: Situation) -> list[str]:
    """The run looks what has become of it."""
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", drop="reset"))
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", status=500, message="internal error"))
    situation.runs(placing(NODE))
    return situation.told


@scene(SENT, "the answer to a patch is not understood", NOTE)
def misread(situation: Situation) -> list[str]:
    """It may have taken effect."""
    situation.emulator.faults.arm(Fault("patchPool", body={"metadata": {"name": TRAIN_POOL}}))
    situation.fails(train(4))
    return situation.told


@scene(SETTINGS, "a trace is asked for, and the file cannot be written", ERROR)
def no_file(_: Situation) -> Iterator[str]:
    """Nothing is sent without the trace that somebody wants."""
    for path in ("-", "/proc/no-such/trace.jsonl", "/"):
        sources = Sources(lambda _: None, {"MODELARTS_TRACE": path})
        trace_of(sources)
        yield str(sources.error())


@scene(SETTINGS, "the file of a trace cannot be written any more", WARNING)
def full_disk(_: Situation) -> list[str]:
    """Whoever has begun goes on."""
    said: list[str] = []
    with TemporaryDirectory() as folder:
        file = TraceFile(Path(folder) / "trace.jsonl", said.append)
        file.close()
        file.append("{}")
        return [text.replace(folder, "/home/ann/pools") for text in said]
