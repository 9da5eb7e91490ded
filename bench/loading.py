"""What a host of dynamic providers loads for its first pool: Pulumi, the libraries, and the package itself.

Each part is timed in the same fresh interpreter as the others, in the order in which one needs the other, with the
bytecode there beforehand. What is loaded is what an unchanged pool needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.figures import Figure, Ground
from bench.program import timed

if TYPE_CHECKING:
    from collections.abc import Iterator

REPETITIONS = 15
BUDGET = 1.0
PROGRAM = """
import pulumi.dynamic, pulumi.runtime.proto.provider_pb2_grpc
print(spent())
from pydantic import BaseModel
class One(BaseModel):
    name: str
print(spent())
import ssl
from pulumi_modelarts.api.http import httpx
httpx.HTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
print(spent())
import pulumi_modelarts.resources.resource_pool, pulumi_modelarts.handlers.resource_pool, pulumi_modelarts.api.client
"""


def measure(ground: Ground) -> Iterator[Figure]:
    """Load it many times, after once that writes the bytecode."""
    timed(ground, PROGRAM)
    ends = [timed(ground, PROGRAM) for _ in range(REPETITIONS)]
    parts = [[end - before for before, end in zip([0.0, *each], each, strict=False)] for each in ends]
    names = ("Pulumi, with what serves providers", "pydantic, and the first model", "httpx, and a way to a service")
    for place, name in enumerate((*names, "this package, for an unchanged pool")):
        yield Figure(f"loading {name}, time on the processor", [each[place] for each in parts], "ms")
    ratios = [own / (checking + asking) for _, checking, asking, own in parts]
    yield Figure("loading this package, over the libraries", ratios, budget=BUDGET)
