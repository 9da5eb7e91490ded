"""Reporting a preview of 5,000 resources, in each format: reading it, working out what is done, and printing.

The work is pure and in one thread; how often it calls what is counted by a test, here is what that takes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bench.figures import Figure, Ground, processor_seconds
from pulumi_modelarts.cli.review.markdown import markdown
from pulumi_modelarts.cli.review.page import page
from pulumi_modelarts.cli.review.reading import report
from pulumi_modelarts.cli.review.text import Text
from pulumi_modelarts.cli.review.to_json import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi_modelarts.cli.review.report import Report

RESOURCES = 5_000
REPETITIONS = 5
BUDGET = 2.0
FORMATS: Mapping[str, Callable[[Report], object]] = {
    "text": lambda found: list(Text(colours=False).report(found, None)),
    "markdown": lambda found: markdown(found, None),
    "html": lambda found: page(found, None),
    "json": lambda found: json.dumps(to_json(found, None)),
}


def measure(ground: Ground) -> Iterator[Figure]:
    """Read and print, in each format."""
    del ground
    content = json.dumps({"steps": [_step(number) for number in range(RESOURCES)]}).encode()
    for name, printed in FORMATS.items():
        seconds = [
            processor_seconds(lambda printed=printed: printed(report([("preview", content)])))  # type: ignore[misc] # bound at once
            for _ in range(REPETITIONS)
        ]
        yield Figure(f"review of {RESOURCES:,} resources, {name}", seconds, "s", BUDGET, "least")


def _step(number: int) -> dict[str, Any]:
    """Return a step in which a pool buys one node and loses another."""
    kind = "pulumi-python:dynamic/modelarts:ResourcePool"
    entries = {"flavors.modelarts.vm.cpu.4ud": "2 -> 3", f"nodes.os-node-created-{number}": "removed"}
    return {
        "op": "update",
        "urn": f"urn:pulumi:bench::modelarts::{kind}::pool-{number}",
        "oldState": {"inputs": {}, "outputs": {"nodeCounts": {"modelarts.vm.cpu.4ud": 3}}},
        "newState": {"inputs": {"poolName": f"pool-{number}", "changes": entries}},
    }
