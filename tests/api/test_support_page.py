"""The page about traces says what is in one: fields and words, lines as they are written, commands to read them."""

import json
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator, Fault
from pulumi_modelarts.api.caller import Caller, serving
from pulumi_modelarts.api.errors import TransportError
from pulumi_modelarts.api.node_migration import Move
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.trace_line import ENDINGS, OBJECTS, Line
from tests.api.traced import Traced
from tests.clocks import FakeClock

PAGE = (Path(__file__).parents[2] / "docs" / "support.md").read_text(encoding="utf-8")
CPU = "modelarts.vm.cpu.4ud"
URN = "urn:pulumi:prod::shop::pulumi-python:dynamic/modelarts:"
MOVE = Move((NODE,), TRAIN_POOL, INFER_POOL, INFER_POOL, CPU)


@pytest.fixture
def traced(tmp_path: Path, settings: Settings, emulator: Emulator, clock: FakeClock) -> Traced:
    """What is written of a pool that grows, once the service is no longer busy, and of a move that nobody answered."""
    traced = Traced(tmp_path, settings, emulator.transport(), clock)
    emulator.faults.arm(Fault("patchPool", status=503, message="busy"))
    emulator.faults.arm(Fault("batchMigratePoolNodes", drop="reset"))
    with serving(Caller(f"{URN}ResourcePool::train", "update")):
        pool = traced.client.resource_pools.get(TRAIN_POOL)
        grown = [entry.to_wire() | {"count": 3} for entry in pool.entries]
        described = {"annotations": {"os.modelarts/description": "for the night"}}
        traced.client.resource_pools.patch(TRAIN_POOL, {"spec": {"resources": grown}, "metadata": described})
    with serving(Caller(f"{URN}NodeMigration::one-to-infer", "create")), suppress(TransportError):
        traced.client.node_migrations.start(TRAIN_POOL, MOVE)
    return traced


def table(head: str) -> list[tuple[str, str]]:
    """Return first and second column of the table with a heading."""
    (rows,) = re.findall(rf"^\| {head} \|.*\n\|---.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return re.findall(r"^\| `?(.*?)`? \| (.*?) \|$", rows, re.MULTILINE)


def block(language: str) -> str:
    """Return the one block of a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def settled(value: Any) -> Any:
    """Return a line without what differs from run to run: ids of requests and processes, times."""
    if isinstance(value, dict):
        unlike = {"time", "process", "request_id", "seconds", "after"}
        return {name: "…" if name in unlike else settled(item) for name, item in value.items()}
    return [settled(item) for item in value] if isinstance(value, list) else value


def test_every_field_has_a_row() -> None:
    """In the order of a line."""
    assert [name for name, _ in table("field")] == [field.name for field in fields(Line)]


def test_every_word_has_a_row() -> None:
    """Those for how a request ended, with what they mean."""
    assert dict(table("outcome")) == ENDINGS


def test_every_kind_of_object_is_named() -> None:
    """Those of the field `object`."""
    assert set(re.findall(r"`(\w+)`", dict(table("field"))["object"])) == set(OBJECTS.values())


def test_the_lines_are_those_that_are_written(traced: Traced) -> None:
    """They come from the client itself, and show no description."""
    shown = [json.loads(line) for line in block("json").splitlines()]

    assert [settled(line) for line in shown] == [settled(json.loads(line)) for line in traced.text.splitlines()]


def test_the_commands_read_them(traced: Traced) -> None:
    """One shows all lines for a human to read, one the writes, one what went wrong."""
    commands = [line.partition("  #")[0] for line in block("sh").splitlines() if "trace.jsonl" in line]

    reading, writes, wrong = [
        subprocess.run(
            ["sh", "-c", command.replace("python3", sys.executable)],  # noqa: S607 - as somebody types it
            cwd=traced.path.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in commands
        if "pulumi" not in command
    ]

    assert reading.count('"operation"') == 3
    assert re.findall(r'"operation": "(\w+)"', writes) == ["PatchPool", "BatchMigratePoolNodes"]
    assert re.findall(r'"operation": "(\w+)"', wrong) == ["PatchPool", "BatchMigratePoolNodes"]
