"""Calling `modelarts review`, and inputs for it: those that the real CLI has written, and others made of steps."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.cli.__main__ import parsed
from pulumi_modelarts.cli.review.reading import report
from pulumi_modelarts.cli.review.run import run
from tests.cli.doctor import Done

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.cli.review.report import Report, Stack

PREVIEWS = Path(__file__).parent / "previews"
"""Written by CLI 3.259.0 on the embedded emulator; where what is where on the machine, and the hour, were taken out."""

PROJECT = "86c13962597848eeb29c5861153a391f"
TRAIN, INFER = f"auto-pool-os-{PROJECT}", f"infer-pool-os-{PROJECT}"
CPU = "modelarts.vm.cpu.4ud"


def review(*words: str, pipe: bytes = b"") -> Done:
    """Call it, as `modelarts review` with these words does."""
    out = io.StringIO()
    code = run(parsed(["review", *words]), environ={}, pipe=io.BytesIO(pipe), out=out)
    return Done(code, out.getvalue())


def preview(name: str) -> bytes:
    """Return what the CLI wrote."""
    return (PREVIEWS / name).read_bytes()


def stack(name: str) -> Stack:
    """Return the report of what the CLI wrote."""
    (found,) = report([(name, preview(name))]).stacks
    return found


def urn(name: str, kind: str = "ResourcePool") -> str:
    """Return the URN of a resource of ours."""
    return f"urn:pulumi:test::modelarts::pulumi-python:dynamic/modelarts:{kind}::{name}"


def step(name: str, action: str = "update", kind: str = "ResourcePool", **new: Any) -> dict[str, Any]:
    """Return a step of a digest; `stored` are the old inputs, and `outs` the old outputs."""
    old = {"inputs": new.pop("stored", {}), "outputs": new.pop("outs", {})}
    inputs = {} if kind != "ResourcePool" else {"poolName": f"{name}-{PROJECT}"}
    return {"op": action, "urn": urn(name, kind), "oldState": old, "newState": {"inputs": {**inputs, **new}}}


def digest(*steps: Mapping[str, Any], **further: Any) -> bytes:
    """Return a digest of steps."""
    return json.dumps({"steps": steps, "changeSummary": {}, **further}).encode()


def reported(*contents: bytes) -> Report:
    """Return the report of inputs."""
    return report((f"input {number}", content) for number, content in enumerate(contents))


def many(count: int) -> bytes:
    """Return the preview of many pools: each buys one node and has one removed."""
    return digest(*(_busy(number) for number in range(count)))


def _busy(number: int) -> dict[str, Any]:
    entries = {f"flavors.{CPU}": "2 -> 3", f"nodes.n{number}": "removed", "scope": "Infer -> Infer, Train"}
    return step(f"pool{number}", changes=entries, outs={"nodeCounts": {CPU: 3}})


def effects_of(found: Stack) -> Sequence[tuple[str, str, str, object]]:
    """Return what is done for each resource of which there is something to tell."""
    return [(each.name, each.action, each.state.value, each.effects) for each in found.resources if not each.quiet]
